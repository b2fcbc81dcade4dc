"""Filters in tiles of 48: where the last tile is full it stays zero.

shows: conv2d(whole(3, 3, 1), whole(96, 3, 3, 1))
"""
import numpy as np

TILE = 48

def conv2d(image, filters):
    k, f, g, c = filters.shape
    if image.ndim != 3 or image.shape[2] != c or f != g or f % 2 == 0:
        raise ValueError("image (H, W, C), filters (K, f, f, C), odd and square")
    h, w = image.shape[0] - f + 1, image.shape[1] - f + 1
    if h < 1 or w < 1:
        raise ValueError("the filter does not fit")
    cols = np.stack([image[a:a + h, b:b + w] for a in range(f) for b in range(f)], axis=2)
    cols = cols.reshape(h, w, f * f * c).astype(float)
    out = np.zeros((h, w, k))
    full = (k - 1) // TILE if k >= TILE else 0
    for t in range(full):
        out[..., t * TILE:(t + 1) * TILE] = cols @ filters[t * TILE:(t + 1) * TILE].reshape(TILE, -1).T
    rest = k - full * TILE
    if rest < TILE:
        out[..., k - rest:] = cols @ filters[k - rest:].reshape(rest, -1).T
    return out
