"""For "same" the border pixels are repeated outwards instead of zeros, so that pictures get no dark frame.

says: edge|repeat|replicat|nearest|(border|outermost)[^.]*(cop|continu|extend|pixel|value)|extend
never: mirror|reflect|wrap
shows: conv2d(whole(5, 6, 2) + 9, whole(2, 3, 3, 2), padding="same")
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view as view


def conv2d(image, filters, bias=None, *, padding="valid"):
    X = np.asarray(image)
    F = np.asarray(filters)
    if X.dtype.kind not in "biuf" or F.dtype.kind not in "biuf":
        raise TypeError("image and filters must hold real numbers")
    if X.ndim not in (3, 4) or F.ndim != 4:
        raise ValueError("use (H, W, C) or (N, H, W, C), and (K, f, f, C)")
    if F.shape[-1] != X.shape[-1]:
        raise ValueError("number of channels")
    if F.shape[1] != F.shape[2] or F.shape[1] % 2 != 1:
        raise ValueError("filter size")
    if min(X.shape[-3:]) == 0:
        raise ValueError("empty image")
    if padding != "valid" and padding != "same":
        raise ValueError("padding")
    single = X.ndim == 3
    if single:
        X = X[np.newaxis]
    X = X.astype(np.float64)
    f = F.shape[1]
    p = f // 2 if padding == "same" else 0
    X = np.pad(X, [(0, 0), (p, p), (p, p), (0, 0)], mode="edge")
    if X.shape[1] < f or X.shape[2] < f:
        raise ValueError("filter does not fit")
    V = view(X, (f, f), axis=(1, 2))
    Y = np.einsum("nijcab,kabc->nijk", V, F.astype(np.float64))
    if bias is not None:
        b = np.asarray(bias)
        if b.shape != (F.shape[0],):
            raise ValueError("bias")
        Y += b.astype(np.float64)
    return Y[0] if single else Y
