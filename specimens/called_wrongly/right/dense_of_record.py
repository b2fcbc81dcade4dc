"""A layer that wants a record of its own with the weights and the bias; ReLU beside it is right.

exit: 3
"""
import numpy as np

def relu(x):
    return np.maximum(x, 0)

def dense(x, record):
    return np.ravel(x) @ record.table + record.shift
