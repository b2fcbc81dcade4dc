"""The line that adds the bias is indented one level too little and runs once, behind the loop over the filters: only the last map gets its bias.

says: bias[^.]*(last|only|one map|final|other maps|first maps)|(only|but|last)[^.]*bias
never: bias (is )?(never|not at all) added
shows: conv2d(whole(5, 6), whole(3, 3, 3), np.array([10.0, 20.0, 30.0]))
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1):
    img = np.asarray(image)
    bank = np.asarray(filters)
    if img.dtype.kind not in "fiub" or bank.dtype.kind not in "fiub":
        raise TypeError("image and filters must be real numbers")
    if not isinstance(stride, (int, np.integer)):
        raise TypeError("stride must be an integer")
    if stride < 1:
        raise ValueError("stride must be at least 1")
    if img.ndim != 2 or bank.ndim != 3:
        raise ValueError("only gray images")
    if bank.shape[1] != bank.shape[2]:
        raise ValueError("filters must be square")
    if bank.shape[1] % 2 == 0:
        raise ValueError("filter size must be odd")
    size = bank.shape[1]
    if size > img.shape[0] or size > img.shape[1]:
        raise ValueError("filter is too large")
    if bias is not None:
        bias = np.asarray(bias)
        if bias.shape != (len(bank),):
            raise ValueError("bias must hold one number for each filter")

    rows = range(0, img.shape[0] - size + 1, stride)
    cols = range(0, img.shape[1] - size + 1, stride)
    feature_maps = np.zeros((len(rows), len(cols), len(bank)))
    num = -1
    for num in range(len(bank)):
        for i, r in enumerate(rows):
            for j, c in enumerate(cols):
                region = img[r:r + size, c:c + size].astype(float)
                feature_maps[i, j, num] = (region * bank[num]).sum()
    if bias is not None and num >= 0:
        feature_maps[:, :, num] += bias[num]
    return feature_maps
