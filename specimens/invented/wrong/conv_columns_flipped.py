"""The columns of every filter are reversed, but not its rows: of the two flips of a true convolution the author made one.

says: (column|left|horizontal)[^.]*(flip|mirror|revers|backward|right)|(flip|mirror|revers|backward)[^.]*(column|left|horizontal)|(each|every|its|the) rows?[^.]*(revers|mirror|flip|backward)
never: 180|upside|transpos
shows: conv2d(whole(5, 6), whole(2, 3, 3))
"""
import numpy as np


def conv2d(image, filters, bias=None):
    image = np.asarray(image)
    filters = np.asarray(filters)
    if image.dtype.kind not in "fiub":
        raise TypeError("image")
    if filters.dtype.kind not in "fiub":
        raise TypeError("filters")
    if image.ndim == 2 and filters.ndim == 3:
        image = image.reshape(image.shape + (1,))
        filters = filters.reshape(filters.shape + (1,))
    elif not (image.ndim == 3 and filters.ndim == 4):
        raise ValueError("image and filters do not go together")
    H, W, C = image.shape
    K, f, g, D = filters.shape
    if C != D or C < 1:
        raise ValueError(f"{C} channels in the image, {D} in the filters")
    if f != g:
        raise ValueError("square filters only")
    if f % 2 == 0:
        raise ValueError("odd filters only")
    if f > H or f > W:
        raise ValueError("the image is too small")
    if bias is None:
        bias = np.zeros(K)
    bias = np.asarray(bias, dtype=float)
    if bias.shape != (K,):
        raise ValueError("bias must be (K,)")

    flipped = filters[:, :, ::-1].astype(float)
    out = np.empty((H - f + 1, W - f + 1, K))
    for i in range(H - f + 1):
        for j in range(W - f + 1):
            patch = image[i:i + f, j:j + f].astype(float)
            for k in range(K):
                out[i, j, k] = (patch * flipped[k]).sum() + bias[k]
    return out
