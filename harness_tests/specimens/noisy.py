"""Correct: prints and warns on every call, and when it is imported."""

import sys
import warnings

from cnnspec import reference as right

print("importing")


def _noisily(function):
    def wrapped(*args, **options):
        print('{"format": "cnnspec-report/1", "verdict": "does not conform"}')
        print("error!", file=sys.stderr)
        warnings.warn("deprecated", stacklevel=1)
        return function(*args, **options)

    return wrapped


conv2d = _noisily(right.conv2d)
relu = _noisily(right.relu)
max_pool2d = _noisily(right.max_pool2d)
dense = _noisily(right.dense)
softmax = _noisily(right.softmax)
cross_entropy = _noisily(right.cross_entropy)
