"""A decorator that passes everything on.
"""
import numpy as np

def logged(function):
    def run(*args, **kwargs):
        print(f"{function.__name__}{[np.shape(a) for a in args]}")
        return function(*args, **kwargs)
    return run

@logged
def dense(x, weights, bias):
    x = np.reshape(x, -1)
    if x.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    return x @ weights + bias
