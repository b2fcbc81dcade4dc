"""Results are written into an array like the logits: where these are whole numbers, so are the probabilities,
which is to say 0.

says: integer|whole|dtype|own type|truncat|cut (off|to)|fraction|buffer|int64
never: overflow|wrap|rows
shows: softmax(np.array([1, 2, 3]))
"""
import numpy as np

def softmax(logits):
    logits = np.asarray(logits)
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError(f"logits have the shape {logits.shape}")
    out = np.empty_like(logits, order="C", subok=False)
    for row in np.ndindex(logits.shape[:-1]):
        z = logits[row].astype(np.float64)
        e = np.exp(z - z.max())
        out[row] = e / e.sum()
    return out
