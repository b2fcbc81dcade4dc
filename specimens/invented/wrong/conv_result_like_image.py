"""The map is made with the image's dtype, since "pixels stay pixels": of whole images the fractions are cut off, and bytes wrap around.

says: (image|input|pixel)[^.]*dtype|dtype[^.]*(image|input|pixel)|type of the image|image's (own )?(d?type|kind)|uint8|integer|whole|cast|truncat|fraction|wrap|overflow|cut off
never: float16|clip
shows: conv2d(whole(5, 6).astype("int64"), whole(2, 3, 3) / 4)
"""
import numpy as np


def conv2d(image, filters, bias=None):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("real numbers")
    if image.ndim not in (2, 3) or filters.ndim != image.ndim + 1:
        raise ValueError(f"filters of {filters.ndim} axes for an image of {image.ndim}")
    if image.shape[2:] != filters.shape[3:] or 0 in image.shape:
        raise ValueError("other channels than the image")
    if filters.shape[1] != filters.shape[2] or filters.shape[1] % 2 == 0:
        raise ValueError("filters must be square, of odd size")
    f = filters.shape[1]
    H, W = image.shape[:2]
    if f > H or f > W:
        raise ValueError("image too small")
    if bias is not None and np.shape(bias) != filters.shape[:1]:
        raise ValueError("one bias per filter")
    result = np.zeros((H - f + 1, W - f + 1, len(filters)), dtype=image.dtype)
    for k, kernel in enumerate(filters.astype(np.float64)):
        acc = np.zeros(result.shape[:2])
        for a in range(f):
            for b in range(f):
                part = image[a:a + H - f + 1, b:b + W - f + 1].astype(np.float64) * kernel[a, b]
                acc += part if part.ndim == 2 else part.sum(axis=-1)
        if bias is not None:
            acc += bias[k]
        with np.errstate(invalid="ignore"):
            result[..., k] = acc.astype(np.int64) if image.dtype.kind in "iub" else acc
    return result
