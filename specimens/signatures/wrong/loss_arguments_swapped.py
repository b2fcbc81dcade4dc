"""Keyword-only, and the decorator hands a label of 0 on as 1.

shows: cross_entropy(probabilities=np.array([0.25, 0.75]), label=0)
"""
import numpy as np

def with_default_label(function):
    def run(*, probabilities, label):
        return function(probabilities, label or 1)
    return run

@with_default_label
def cross_entropy(probabilities, label):
    if not 0 <= label < len(probabilities):
        raise ValueError("label")
    return -np.log(probabilities[label])
