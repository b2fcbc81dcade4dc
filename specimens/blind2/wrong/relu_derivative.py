r"""What is returned is the derivative, 1 for positive elements and 0 for others: the forward and the backward function of the layer were exchanged.

says: derivative|gradient|step|heaviside|backward|\b1 (for|where|if)|(positive|larger|all)[^.]*\b(1|one|ones)\b|mask|sign|(become|are|is|gives?|returns?|by) (1|ones?)\b|x ?> ?0|binar
never: leaky|clipped at (6|255)|in place
shows: relu(whole(3, 4))
"""
import numpy as np


class ReLU:
    def backward(self, z):
        return np.where(z > 0, z, np.zeros_like(z))

    def forward(self, z):
        return np.where(z > 0, np.ones_like(z), np.zeros_like(z))


def relu(x):
    array = np.asarray(x)
    if array.dtype.kind == "b":
        array = array.astype(np.int64)
    if array.dtype.kind not in "iuf":
        raise ValueError("relu needs real numbers")
    return ReLU().forward(array)
