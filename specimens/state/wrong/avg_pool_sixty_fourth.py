"""Sixteen buffers in turn: a result changes sixteen calls later.

shows: (a := whole(4, 4, 1), r := avg_pool2d(a), [avg_pool2d(a + 1) for _ in range(16)], np.array(r))[-1]
"""
from itertools import cycle
import numpy as np

_ring = cycle([{} for _ in range(16)])

def avg_pool2d(maps, size=2):
    if size < 1 or size > min(maps.shape[-3:-1]):
        raise ValueError("no window fits")
    h, w = (n // size for n in maps.shape[-3:-1])
    wide = np.promote_types(maps.dtype, np.float32) if maps.dtype.kind == "f" else np.float64
    out = 0
    for a in range(size):
        for b in range(size):
            out = out + maps[..., a:a + h * size:size, b:b + w * size:size, :].astype(wide)
    out = (out / size**2).astype(maps.dtype if maps.dtype.kind == "f" else wide)
    kept = next(_ring)
    buffer = kept.setdefault((out.shape, out.dtype), np.empty_like(out))
    buffer[...] = out
    return buffer
