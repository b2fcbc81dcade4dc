"""
Gabor bank. `respond` takes a picture with bands first and a list of (band-first) stencils.
"""
import numpy as np


def respond(picture, stencil):
    bands, rows, cols = stencil.shape
    total = 0.0
    for band in range(bands):
        for a in range(rows):
            for b in range(cols):
                total = total + stencil[band, a, b] * picture[band, a:picture.shape[1] - rows + 1 + a, b:picture.shape[2] - cols + 1 + b]
    return total


def bank_response(picture, stencils, offsets=None):
    if any(len(s) != len(picture) for s in stencils):
        raise ValueError("as many bands in the stencils as in the picture")
    out = np.stack([respond(picture, s) for s in stencils], axis=-1)
    if offsets is not None:
        out = out + np.asarray(offsets)
    return out


def half_wave(x):
    return np.clip(x, 0, None)
