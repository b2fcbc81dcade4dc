"""Sums without keepdims: rows that are not square raise, square ones are wrong.

shows: softmax(whole(3, 3))
shows: softmax(whole(2, 3))
"""
import numpy as np

def softmax(logits):
    x = np.asarray(logits, np.result_type(logits, np.float16))
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    e = np.exp(wide - wide.max(axis=-1, keepdims=True))
    return (e / e.sum(axis=-1)).astype(x.dtype)
