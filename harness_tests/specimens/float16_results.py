"""Correct: computes as the reference does and returns float16, as inference on small devices does."""

import numpy as np

from cnnspec import reference as right


def _short(function):
    def shortened(*args, **options):
        with np.errstate(all="ignore"):
            return np.asarray(function(*args, **options)).astype(np.float16)

    return shortened


conv2d = _short(right.conv2d)
relu = _short(right.relu)
max_pool2d = _short(right.max_pool2d)
min_pool2d = _short(right.min_pool2d)
avg_pool2d = _short(right.avg_pool2d)
dense = _short(right.dense)
softmax = _short(right.softmax)
cross_entropy = _short(right.cross_entropy)
