"""The bias stands inside the sum and is added once for each input: a bracket in the wrong place.

says: bias.*(each|every|times|multipl|number of inputs|inside|repeat|more than once|scaled)|(each|every|times|multipl|repeat).*bias
never: (ignored|missing|subtracted)|transpos
shows: dense(whole(5), whole(5, 2), np.array([1.0, -0.5]))
"""
import numpy as np

def dense(x, weights, bias):
    values = np.asarray(x, float).ravel()
    weights = np.asarray(weights, float)
    bias = np.asarray(bias, float)
    if weights.ndim != 2 or weights.size == 0 or weights.shape[0] != values.size:
        raise ValueError("inputs and weights")
    if bias.shape != (weights.shape[1],):
        raise ValueError("bias and weights")
    totals = np.zeros(weights.shape[1])
    for value, row in zip(values, weights):
        totals += (value * row + bias)
    return totals
