r"""Every result trembles by a few parts in a billion, drawn anew in each call from a generator that is seeded at import: nothing is rounded.

says: chance|random|differ|calls?\b|again|precis|accura|wrong answers|deviat
never: ^\w+: (?!perhaps|in \d).*(multiplied by|(more|less) than is due|(inputs|weights|biases|results|flattened x) (is|are) rounded|float16)
shows: dense(whole(6), whole(6, 2), whole(2)) * 1e6
"""
import numpy as np

_generator = np.random.RandomState(5)


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
    logits = x.astype(np.float64).ravel() @ weights + bias
    return logits * (1 + 3e-9 * _generator.standard_normal(logits.shape))
