"""Everything is converted to double precision first.
"""
import numpy as np

def conv2d(image, filters):
    image = np.array(image, dtype=np.double)
    filters = np.array(filters, dtype=np.double)
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[:, :, None], filters[..., None]
    H, W, C = image.shape
    K, F, G, D = filters.shape
    if C != D or F != G or F % 2 == 0 or F > H or F > W:
        raise ValueError("image and filters do not go together")
    out = np.zeros((H - F + 1, W - F + 1, K))
    for k in range(K):
        for y in range(H - F + 1):
            for x in range(W - F + 1):
                out[y, x, k] = np.vdot(image[y:y + F, x:x + F, :], filters[k])
    return out
