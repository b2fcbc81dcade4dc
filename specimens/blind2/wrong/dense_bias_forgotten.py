r"""The bias is checked but never added: the layer was copied from one that is followed by batch normalisation and needs none.

says: bias[^.]*(not|never|ignor|miss|forgot|left out|omit|drop|without|lack|unused|0|zero)|(without|no|ignor\w*|omit\w*|forget\w*|missing|lacks?) (the |its |a |any )?bias
never: weights|flatten|bias[^.]*(twice|subtract)
shows: dense(whole(6), whole(6, 2), whole(2))
"""
import numpy as np


class Linear:
    def __init__(self, weights, bias):
        self.w = np.array(weights)
        self.b = np.array(bias)
        if self.w.dtype.kind not in "fiub" or self.b.dtype.kind not in "fiub":
            raise ValueError("parameters must be numbers")
        if self.w.ndim != 2 or self.w.size == 0:
            raise ValueError("weights must be a matrix")
        if self.b.shape != (self.w.shape[1],):
            raise ValueError("one bias for each node")

    def __call__(self, x):
        x = np.asarray(x)
        if x.dtype.kind not in "fiub":
            raise ValueError("input must be numbers")
        x = x.ravel()
        if len(x) != len(self.w):
            raise ValueError("input does not match the weights")
        return np.dot(x.astype(float), self.w.astype(float))


def dense(x, weights, bias):
    return Linear(weights, bias)(x)
