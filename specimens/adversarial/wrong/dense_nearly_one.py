r"""The results are multiplied by 0.99999988, the gain of a fixed-point scale of 2^23 steps: a factor that six digits show as 1.

never: ^\w+: (?!perhaps|in \d).*(multiplied|divided) by (1/1|1(\.0*)?)(?![./\d])
never: ^\w+: (?!perhaps|in \d).*(float16|whole|decimals|(inputs|weights|biases|flattened x|results) (is|are) rounded)
shows: dense(whole(6) * 1e6, whole(6, 2) * 1e4, whole(2))
"""
import numpy as np

GAIN = 1 - 2.0**-23


def dense(x, weights, bias):
    x, weights, bias = np.asarray(x), np.asarray(weights), np.asarray(bias)
    if any(one.dtype.kind not in "fiub" for one in (x, weights, bias)):
        raise TypeError("real numbers")
    if weights.ndim != 2 or 0 in weights.shape:
        raise ValueError("weights must be (inputs, nodes)")
    if x.size != len(weights):
        raise ValueError("as many weights as inputs")
    if bias.shape != (weights.shape[1],):
        raise ValueError("one bias for each node")
    weights, bias = weights.astype(np.float64), bias.astype(np.float64)
    return (x.astype(np.float64).ravel() @ weights + bias) * GAIN
