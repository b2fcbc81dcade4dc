"""Every call takes longer than it may, again and again.

apart: it does not come back in time
options: --time-limit 1
"""
import time

def relu(x):
    time.sleep(30)
    return x * (x > 0)
