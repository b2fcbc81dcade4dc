"""Seven nested loops, as in every first lesson.
"""
import numpy as np

def conv2d(image, filters):
    if image.ndim != 3:
        raise ValueError("image must be (H, W, C)")
    H, W, C = image.shape
    K, F, F2, C2 = filters.shape
    if F != F2 or F % 2 != 1 or C != C2 or F > H or F > W:
        raise ValueError("filters must be odd, square, fit, and have the image's channels")
    out = np.zeros((H - F + 1, W - F + 1, K))
    image, filters = image.tolist(), filters.tolist()
    for i in range(H - F + 1):
        for j in range(W - F + 1):
            for k in range(K):
                total = 0.0
                for a in range(F):
                    for b in range(F):
                        for c in range(C):
                            total += float(image[i + a][j + b][c]) * filters[k][a][b][c]
                out[i, j, k] = total
    return out
