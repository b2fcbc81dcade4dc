"""A tenth of the target is spread over all classes (label smoothing), which belongs into training and was left
on for the evaluation.

says: smooth|(all|other|every|wrong) class|spread|uniform|other probabilities
never: clip|epsilon|base|focal|label (is )?counted
shows: cross_entropy(np.array([0.25, 0.5, 0.25]), 1)
"""
import operator

import numpy as np

SMOOTHING = 0.1

def cross_entropy(probabilities, label):
    p = np.asarray(probabilities, float)
    if p.ndim != 1:
        raise ValueError("probabilities (classes,)")
    classes, label = len(p), operator.index(label)
    if not 0 <= label < classes:
        raise ValueError(f"label {label} is none of {classes} classes")
    target = np.full(classes, SMOOTHING / classes)
    target[label] += 1 - SMOOTHING
    with np.errstate(divide="ignore"):
        return -np.sum(target * np.log(p))
