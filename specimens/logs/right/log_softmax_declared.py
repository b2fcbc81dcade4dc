"""Under a name of its own, with the number of classes first: one declared line says how.
"""
import numpy as np

CNNSPEC = {"calls": {"log_softmax": "normalised_scores(logits.shape[-1], logits)"}}


def normalised_scores(classes, scores):
    flat = np.reshape(scores, (-1, classes))
    top = flat.max(axis=1)[:, None]
    lowered = flat - top
    return (lowered - np.log(np.exp(lowered).sum(axis=1))[:, None]).reshape(np.shape(scores))
