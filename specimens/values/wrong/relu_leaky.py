"""A leaky ReLU under the name of the plain one.
"""
import numpy as np

def relu(x):
    return np.maximum(x, np.result_type(x, np.float16).type(0.01) * x)
