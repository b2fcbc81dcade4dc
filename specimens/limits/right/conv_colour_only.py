"""Pictures in colour, one at a time.

limit: colour only
limit: one image
"""
import numpy as np

def conv2d(image, filters):
    if image.ndim != 3 or image.shape[2] < 2:
        raise ValueError("expected a picture in colour (H, W, C)")
    h, w, c = image.shape
    k, f, g, fc = filters.shape
    if fc != c or f != g or f % 2 == 0 or f > h or f > w:
        raise ValueError(f"filters {filters.shape} do not go with an image {image.shape}")
    out = np.zeros((h - f + 1, w - f + 1, k))
    for n in range(k):
        for ch in range(c):
            for a in range(f):
                for b in range(f):
                    out[:, :, n] += image[a:a + h - f + 1, b:b + w - f + 1, ch] * float(filters[n, a, b, ch])
    return out
