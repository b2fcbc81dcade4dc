"""The sums are not set to zero between the images of a batch: each map holds those before it, too.

apart: its calls are drawn by verify.py
says: images .*added up|images? before|(earlier|previous|preceding|other) (images?|rows|elements)|(accumulat|add|sum|left).*(image|batch)|batch.*(add|sum|accumul)|cumulative|running sum
"""

import numpy as np


def conv2d(image, filters, bias=None, *, stride=1):
    x, w = _array(image), _array(filters)
    b = None if bias is None else _array(bias)
    own = np.result_type(*[a for a in (x, w, b) if a is not None])
    batch = x if x.ndim == 4 else x[None]
    if x.ndim == 2:
        batch, w = batch[..., None], w[..., None]
    if batch.shape[3] != w.shape[3]:
        raise ValueError(f"image {x.shape}, filters {w.shape}")
    _, h, width, _ = batch.shape
    k, fh, fw, _ = w.shape
    if fh > h or fw > width:
        raise ValueError("filter larger than image")
    oh, ow = (h - fh) // stride + 1, (width - fw) // stride + 1
    wide = np.result_type(own, np.float32)
    acc = np.zeros((oh, ow, k), wide)
    maps = np.empty((len(batch), oh, ow, k), wide)
    for m, one in enumerate(batch):
        for a in range(fh):
            for c in range(fw):
                part = one[a : a + (oh - 1) * stride + 1 : stride, c : c + (ow - 1) * stride + 1 : stride]
                acc += np.dot(part.astype(wide), w[:, a, c].T.astype(wide))
        maps[m] = acc
    if b is not None:
        maps += b
    maps = maps.astype(own)
    return maps if x.ndim == 4 else maps[0]


def _array(a):
    a = np.asarray(a)
    return a.astype(np.float64) if a.dtype.kind in "iub" else a
