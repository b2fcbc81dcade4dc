"""Nested lists of Python's numbers.
"""
def max_pool2d(maps, size=2, stride=None):
    stride = size if stride is None else stride
    h, w, k = maps.shape
    if stride < 1 or size < 1 or size > h or size > w:
        raise ValueError("no window fits")
    maps = maps.tolist()
    return [[[max(maps[i + a][j + b][n] for a in range(size) for b in range(size)) for n in range(k)]
             for j in range(0, w - size + 1, stride)] for i in range(0, h - size + 1, stride)]
