"""Every call ends the process: a death is no refusal.

apart: it ends the process
"""
import os

def softmax(logits):
    os._exit(3)
