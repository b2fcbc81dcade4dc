"""A course's layer: it asserts that the sizes divide.

limit: sizes divide
"""
import numpy as np

class Pool:
    def __init__(self, size, stride):
        assert size > 0 and stride > 0
        self.size, self.stride = size, stride

    def forward(self, x):
        h, w = x.shape[-3:-1]
        assert h >= self.size and w >= self.size
        assert (h - self.size) % self.stride == 0 and (w - self.size) % self.stride == 0, "sizes do not divide"
        oh, ow = (h - self.size) // self.stride + 1, (w - self.size) // self.stride + 1
        out = np.zeros((*x.shape[:-3], oh, ow, x.shape[-1]), np.result_type(x, np.float16) if x.dtype.kind == "f" else float)
        for i in range(oh):
            for j in range(ow):
                r, c = i * self.stride, j * self.stride
                out[..., i, j, :] = x[..., r:r + self.size, c:c + self.size, :].mean((-3, -2), dtype=float)
        return out

def avg_pool2d(maps, size=2, stride=None):
    return Pool(size, size if stride is None else stride).forward(maps)
