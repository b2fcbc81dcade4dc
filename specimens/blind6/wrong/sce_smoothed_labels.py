r"""A tenth of every label is spread over all classes, as in label smoothing.

apart: its calls are drawn by verify.py
says: smooth|0\.1|tenth|other classes|all classes|share|90 ?%|0\.9
"""

import numpy as np


def softmax_cross_entropy(logits, label):
    z = np.asarray(logits)
    z = z if z.dtype.kind == "f" else z.astype(float)
    labels = np.asarray(label)
    if z.ndim not in (1, 2) or labels.shape != z.shape[:-1]:
        raise ValueError("a label for each row")
    classes = z.shape[-1]
    if labels.size and not (0 <= labels.min() and labels.max() < classes):
        raise ValueError("no such class")
    wide = z.astype(np.result_type(z, np.float32))
    below = wide - wide.max(axis=-1, keepdims=True)
    logs = below - np.log(np.exp(below).sum(axis=-1, keepdims=True))
    target = (np.arange(classes) == labels[..., None]).astype(wide.dtype)
    target = 0.9 * target + 0.1 / classes
    losses = -(target * logs).sum(axis=-1)
    return losses.astype(z.dtype)
