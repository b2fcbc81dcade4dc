"""Layer objects with their own words for the options; one line says how they are called.

apart: it is called by a declared expression
"""
import numpy as np

CNNSPEC = {
    "calls": {
        "max_pool2d": "Pooling('max', window=size, hop=stride, border=padding).apply(maps)",
        "avg_pool2d": "Pooling('mean', window=size, hop=stride, border=padding).apply(maps)",
    }
}


class Pooling:
    def __init__(self, kind, window=2, hop=None, border=0):
        self.kind = kind
        self.window = np.broadcast_to(window, 2).astype(int)
        self.hop = np.broadcast_to(window if hop is None else hop, 2).astype(int)
        self.border = np.broadcast_to(border, 2).astype(int)
        if (self.window < 1).any() or (self.hop < 1).any() or (self.border < 0).any():
            raise ValueError("windows and hops are at least 1, borders at least 0")
        if (2 * self.border > self.window).any():
            raise ValueError("a border is at most half a window")

    def apply(self, maps):
        maps = np.asarray(maps)
        if maps.ndim == 4:
            return np.stack([self.apply(one) for one in maps]) if len(maps) else maps[:, :0, :0]
        if maps.ndim != 3:
            raise ValueError("one image or several")
        (f, g), (s, t), (p, q) = self.window, self.hop, self.border
        fill = np.nan
        wide = np.full((maps.shape[0] + 2 * p, maps.shape[1] + 2 * q, maps.shape[2]), fill)
        inside = np.zeros(wide.shape[:2], bool)
        wide[p:p + maps.shape[0], q:q + maps.shape[1]] = maps
        inside[p:p + maps.shape[0], q:q + maps.shape[1]] = True
        rows, cols = (wide.shape[0] - f) // s + 1, (wide.shape[1] - g) // t + 1
        if rows < 1 or cols < 1:
            raise ValueError("the window is larger than the map")
        out = np.empty((rows, cols, maps.shape[2]))
        for i in range(rows):
            for j in range(cols):
                seen = wide[i * s:i * s + f, j * t:j * t + g][inside[i * s:i * s + f, j * t:j * t + g]]
                out[i, j] = seen.max(axis=0) if self.kind == "max" else seen.sum(axis=0) / (f * g)
        return out.astype(maps.dtype if maps.dtype.kind == "f" else float)
