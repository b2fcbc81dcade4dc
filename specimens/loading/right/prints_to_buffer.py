"""The script writes bytes to its standard output, as real streams allow.
"""
import os
import sys
import numpy as np

def relu(x):
    sys.stdout.buffer.write(b"relu\n")
    sys.stdout.flush()
    return np.maximum(x, 0)

sys.stdout.buffer.write("fertig: \u2713\n".encode())
width = os.get_terminal_size().columns if os.isatty(sys.stdout.fileno()) else 80
print("-" * width)
