"""A partial object.
"""
from functools import partial
import numpy as np

def leaky(x, slope):
    return np.where(x > 0, x, x * slope).astype(x.dtype) if slope else np.maximum(x, 0)

relu = partial(leaky, slope=0)
