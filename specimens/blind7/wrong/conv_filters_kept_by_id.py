"""The flattened filters are kept for the array's id, whatever is written into it later.

apart: verify.py compares it
says: (earlier|first|previous|last|other) call|kept|cache|stale|remember|in place|again
never: rotated
"""
import numpy as np

_flat = {}


def conv2d(image, filters, bias=None, *, stride=1):
    image = np.asarray(image, float)
    if np.ndim(filters) == 3:
        image = image[..., None]
    if id(filters) not in _flat:
        _flat[id(filters)] = filters, np.reshape(filters, (len(filters), -1)).astype(float)
    weights = _flat[id(filters)][1]
    f, c = np.shape(filters)[1], image.shape[-1]
    if weights.shape[1] != f * f * c:
        raise ValueError("the filters have other channels than the image")
    batch = image if image.ndim == 4 else image[None]
    oh, ow = (batch.shape[1] - f) // stride + 1, (batch.shape[2] - f) // stride + 1
    cols = np.stack(
        [
            batch[:, i * stride : i * stride + f, j * stride : j * stride + f].reshape(len(batch), -1)
            for i in range(oh)
            for j in range(ow)
        ],
        axis=1,
    )
    out = (cols @ weights.T).reshape(len(batch), oh, ow, -1)
    if bias is not None:
        out = out + bias
    return out if image.ndim == 4 else out[0]
