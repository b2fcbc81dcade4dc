"""Correct: takes batches of images and rows of logits only; flushes subnormal results to zero."""

import numpy as np

from cnnspec import reference as right


def _flushed(result):
    smallest = np.finfo(result.dtype).tiny
    return np.where(np.abs(result) < smallest, result.dtype.type(0), result)


def _needs(axes, function):
    def checked(first, *args, **options):
        if np.ndim(first) != axes:
            raise ValueError(f"the first argument must have {axes} axes")
        return _flushed(function(first, *args, **options))

    return checked


conv2d = _needs(4, right.conv2d)
max_pool2d = _needs(4, right.max_pool2d)
min_pool2d = _needs(4, right.min_pool2d)
avg_pool2d = _needs(4, right.avg_pool2d)
softmax = _needs(2, right.softmax)
dense = right.dense
cross_entropy = right.cross_entropy


def relu(x):
    return _flushed(right.relu(x))
