"""The return is forgotten, as in the article.
"""
import numpy as np

def relu(x):
    out = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        out[place] = max(x[place], 0)
