"""The maps of a batch are laid out one after the other, as PyTorch does; those of a single image are not.

says: channels?.first|(order|axes|axis)|transpos|maps?[^.]*(after|first|slowest|outermost|one by one)|permut|NCHW|C order|shuffl|scrambl
shows: flatten(np.arange(12.0).reshape(1, 2, 3, 2))
"""
import numpy as np


def flatten(maps):
    maps = np.asarray(maps)
    if maps.dtype.kind in "iub":
        maps = maps.astype(np.float64)
    if maps.ndim == 3:
        return maps.flatten()
    n = maps.shape[0]
    per_image = maps.shape[1] * maps.shape[2] * maps.shape[3]
    return np.array(maps.transpose(0, 3, 1, 2).reshape(n, per_image))
