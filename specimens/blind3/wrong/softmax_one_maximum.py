r"""The largest of all logits is subtracted from every row, and rows far below it vanish.

says: \bmax|largest|\brows?\b|underflow|nan|not finite|far|spread
never: (maximum|largest)\b.{0,20} is not subtracted
shows: softmax(np.array([[0.0, 1.0], [1000.0, 1001.0]]))
"""
import numpy as np


def softmax(logits):
    z = np.asarray(logits)
    if z.dtype.kind not in "fiub":
        raise TypeError("expected real logits")
    if z.dtype.kind != "f":
        z = z.astype(np.float64)
    if z.ndim < 1 or z.shape[-1] < 1:
        raise ValueError("expected at least one logit")
    if z.size == 0:
        return z.copy()
    wide = z.astype(np.promote_types(z.dtype, np.float32))
    with np.errstate(all="ignore"):
        wide = np.exp(wide - wide.max())
        wide /= wide.sum(axis=-1)[..., np.newaxis]
    return wide.astype(z.dtype)
