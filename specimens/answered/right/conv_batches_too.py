"""A batch is computed image by image.
"""
import numpy as np

def conv2d(image, filters):
    image, filters = np.asarray(image, float), np.asarray(filters, float)
    if image.ndim == 4:
        if len(image) == 0:
            raise ValueError("an empty batch")
        return np.concatenate([conv2d(one, filters)[None] for one in image])
    if image.ndim != 3 or filters.ndim != 4 or image.shape[2] != filters.shape[3]:
        raise ValueError("channels differ")
    f, g = filters.shape[1:3]
    h, w = image.shape[0] - f + 1, image.shape[1] - f + 1
    if f != g or f % 2 == 0 or h < 1 or w < 1:
        raise ValueError("filters must be square, odd and fit")
    return sum(np.einsum("ijc,kc->ijk", image[a:a + h, b:b + w], filters[:, a, b]) for a in range(f) for b in range(f))
