"""A layer that keeps its last input for the backward pass.
"""
import numpy as np

class MaxPooling:
    def forward(self, x, size, stride):
        self.x, self.size, self.stride = x, size, stride
        if min(size, stride) < 1 or size > min(x.shape[-3:-1]):
            raise ValueError("no window fits")
        h, w = ((n - size) // stride + 1 for n in x.shape[-3:-1])
        out = np.empty((*x.shape[:-3], h, w, x.shape[-1]), x.dtype)
        for i, j in np.ndindex(h, w):
            r, c = i * stride, j * stride
            out[..., i, j, :] = x[..., r:r + size, c:c + size, :].max(axis=(-3, -2))
        return out

layer = MaxPooling()

def max_pool2d(maps, size=2, stride=None):
    return layer.forward(maps, size, size if stride is None else stride)
