"""The version of a tool is asked for when the module is imported.
"""
import subprocess
import sys
import numpy as np

subprocess.run([sys.executable, "--version"], stdout=sys.stdout, stderr=sys.stderr, check=True)

def relu(x):
    return np.maximum(0, x)
