"""Percentages as text.
"""
import numpy as np

def softmax(logits):
    e = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return np.vectorize(lambda one: f"{100 * one:.2f} %")(p)
