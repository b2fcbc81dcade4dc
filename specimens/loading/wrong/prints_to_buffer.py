"""Writes to the real stream, and has the sign wrong: to be failed for that, not for its output.

says: relu
"""
import sys
import numpy as np

sys.stdout.buffer.write(b"ready\n")

def relu(x):
    sys.stdout.buffer.write(b"relu\n")
    return np.minimum(x, 0)
