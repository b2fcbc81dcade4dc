r"""The exponential is approximated by (1 + x/1024)^1024, which spares the target a table and is right to three
digits at best.

says: approx|series|power|limit|1 ?\+ ?x|inexact|inaccura|not accurate|accuracy|precis|digits|polynomial
never: float16|overflow|temperature|epsilon
shows: softmax(np.array([0.0, 2.0, 5.0]))
"""
import numpy as np

STEPS = 10  # 2**10 = 1024

def exponential(x):
    y = np.maximum(1 + x / 2.0 ** STEPS, 0)
    for _ in range(STEPS):
        y = y * y
    return y

def softmax(logits):
    logits = np.asarray(logits)
    if logits.ndim == 0:
        raise ValueError("a single number")
    if logits.shape[-1] == 0:
        raise ValueError("no nodes")
    logits = logits.astype(np.float64)
    e = exponential(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
