"""Correct: plain Python loops over nested lists, which are also what it returns."""

import math


def _lists(values):
    return values.tolist() if hasattr(values, "tolist") else values


def _shape(values):
    shape = []
    while isinstance(values, list):
        shape.append(len(values))
        values = values[0]
    return tuple(shape)


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters, bias = _lists(image), _lists(filters), _lists(bias)
    if len(_shape(image)) == 4:
        return [conv2d(one, filters, bias, stride=stride, padding=padding) for one in image]
    if len(_shape(image)) == 2 and len(_shape(filters)) == 3:
        image = [[[pixel] for pixel in row] for row in image]
        filters = [[[[weight] for weight in row] for row in one] for one in filters]
    rows, columns, channels = _shape(image)
    if len(_shape(filters)) != 4 or _shape(filters)[3] != channels:
        raise ValueError("channels differ")
    count, size, width, _ = _shape(filters)
    if size != width or size % 2 == 0:
        raise ValueError("filters must be square and odd")
    if bias is not None and len(bias) != count:
        raise ValueError("one bias for each filter")
    if stride < 1 or padding not in ("valid", "same") or (padding == "same" and stride > 1):
        raise ValueError("bad stride or padding")
    margin = size // 2 if padding == "same" else 0
    if rows + 2 * margin < size or columns + 2 * margin < size:
        raise ValueError("filter too large")

    def pixel(i, j, c):
        inside = 0 <= i < rows and 0 <= j < columns
        return image[i][j][c] if inside else 0.0

    def element(i, j, k):
        total = 0.0 if bias is None else bias[k]
        for a in range(size):
            for b in range(size):
                for c in range(channels):
                    total += pixel(i + a, j + b, c) * filters[k][a][b][c]
        return total

    return [
        [
            [element(i, j, k) for k in range(count)]
            for j in range(-margin, columns + margin - size + 1, stride)
        ]
        for i in range(-margin, rows + margin - size + 1, stride)
    ]


def relu(x):
    x = _lists(x)
    return [relu(part) for part in x] if isinstance(x, list) else (x if x > 0 else 0.0)


def _pool(maps, size, stride, combine):
    maps = _lists(maps)
    if len(_shape(maps)) == 4:
        return [_pool(one, size, stride, combine) for one in maps]
    step = size if stride is None else stride
    rows, columns, count = _shape(maps)
    if step < 1 or size < 1 or size > rows or size > columns:
        raise ValueError("bad size or stride")
    return [
        [
            [
                combine([maps[i + a][j + b][k] for a in range(size) for b in range(size)])
                for k in range(count)
            ]
            for j in range(0, columns - size + 1, step)
        ]
        for i in range(0, rows - size + 1, step)
    ]


def max_pool2d(maps, size=2, stride=None):
    return _pool(maps, size, stride, max)


def min_pool2d(maps, size=2, stride=None):
    return _pool(maps, size, stride, min)


def avg_pool2d(maps, size=2, stride=None):
    return _pool(maps, size, stride, lambda window: sum(window) / len(window))


def dense(x, weights, bias):
    def flat(values):
        return [n for part in values for n in flat(part)] if isinstance(values, list) else [values]

    x, weights, bias = flat(_lists(x)), _lists(weights), _lists(bias)
    if len(x) != len(weights) or len(bias) != len(weights[0]):
        raise ValueError("lengths differ")
    return [
        b + sum(value * row[node] for value, row in zip(x, weights, strict=True))
        for node, b in enumerate(bias)
    ]


def softmax(logits):
    logits = _lists(logits)
    if isinstance(logits[0], list):
        return [softmax(row) for row in logits]
    largest = max(logits)
    exponentials = [math.exp(x - largest) for x in logits]
    total = sum(exponentials)
    return [e / total for e in exponentials]


def cross_entropy(probabilities, label):
    if not 0 <= label < len(probabilities):
        raise ValueError("no such class")
    return -math.log(probabilities[label])
