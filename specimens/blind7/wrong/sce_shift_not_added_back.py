"""The largest logit is subtracted before exp, and not added again.

apart: verify.py compares it
says: largest|maximum|shift|added (back|again)|subtract
never: axis|averag
"""
import numpy as np


def softmax_cross_entropy(logits, label):
    z = np.asarray(logits, float)
    rows = z if z.ndim == 2 else z[None]
    labels = np.atleast_1d(label)
    if labels.shape != rows.shape[:1] or ((labels < 0) | (labels >= rows.shape[1])).any():
        raise ValueError("a label for each row, of a class that there is")
    top = rows.max(axis=1)
    total = np.log(np.exp(rows - top[:, None]).sum(axis=1))
    losses = total - rows[np.arange(len(rows)), labels]
    return losses if z.ndim == 2 else losses[0]
