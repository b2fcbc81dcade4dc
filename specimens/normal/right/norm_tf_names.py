"""Other names and another order of arguments: gamma and beta first, as the layers of courses have it.

exit: 1
says: every number tested is right
"""
import numpy as np


def batchnorm_inference(x, gamma, beta, moving_mean, moving_var, eps=1e-3):
    inv = gamma / np.sqrt(moving_var + eps)
    return (x - moving_mean) * inv + beta
