"""No NumPy at all; arguments are checked.
"""
def dot(window, kernel):
    return sum(p * q for row, taps in zip(window, kernel) for p, q in zip(row, taps))

def conv2d(image, filters):
    image, filters = [list(map(float, row)) for row in image], filters.astype(float).tolist()
    f = len(filters[0])
    if any(len(kernel[0]) != f for kernel in filters) or f % 2 == 0:
        raise ValueError("kernels must be square and odd")
    h, w = len(image) - f + 1, len(image[0]) - f + 1
    if h < 1 or w < 1:
        raise ValueError("kernels are larger than the image")
    if isinstance(filters[0][0][0], list):
        raise ValueError("gray images only")
    return [[[dot([row[j:j + f] for row in image[i:i + f]], kernel) for kernel in filters]
             for j in range(w)] for i in range(h)]
