"""Filters for photos as arrays (height, width, 3), by collecting all patches in one matrix."""
import numpy as np


def get_patches(photo, fh, fw, step=1):
    height, width, channels = photo.shape
    patches = []
    for y in range(0, height - fh + 1, step):
        for x in range(0, width - fw + 1, step):
            patches.append(photo[y:y + fh, x:x + fw, :].ravel())
    return np.array(patches)


def convolve(photo, filters, biases=None, step=1):
    """filters (n, fh, fw, channels) -> one map for each filter, (height, width, n)"""
    n, fh, fw, channels = filters.shape
    if channels != photo.shape[2]:
        raise ValueError("a filter needs as many channels as the photo")
    height, width = photo.shape[:2]
    out_w = (width - fw) // step + 1
    out_h = (height - fh) // step + 1
    out = get_patches(photo, fh, fw, step) @ filters.reshape(n, -1).T
    if biases is not None:
        out = out + biases
    return out.reshape(out_w, out_h, n)


def relu(maps):
    return np.clip(maps, 0, None)


def shrink(maps, factor=2):
    """average pooling"""
    h, w, n = maps.shape
    h, w = h // factor, w // factor
    blocks = maps[:h * factor, :w * factor].reshape(h, factor, w, factor, n)
    return blocks.mean(axis=(1, 3))


EDGES = np.array([[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]], float)


def edges(photo):
    filters = np.repeat(EDGES[..., None], photo.shape[2], axis=3) / photo.shape[2]
    return shrink(relu(convolve(photo, filters)))


if __name__ == "__main__":
    print(edges(np.random.rand(64, 64, 3)).shape)
