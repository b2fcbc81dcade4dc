"""Strides are turned into whole numbers of elements: fields of records lie between.

shows: softmax(record_field(whole(2, 5)))
"""
import numpy as np
from numpy.lib.stride_tricks import as_strided

def element_strides(a):
    return [s // a.itemsize for s in a.strides]

def softmax(logits):
    x = np.asarray(logits)
    x = as_strided(x, x.shape, [s * x.itemsize for s in element_strides(x)])
    x = x.astype(float) if x.dtype.kind != "f" else x.astype(np.promote_types(x.dtype, "f4"))
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    p = e / np.sum(e, axis=-1, keepdims=True)
    return p.astype(logits.dtype) if logits.dtype.kind == "f" else p
