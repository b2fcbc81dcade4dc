"""Nothing but Python: lists, loops, math."""

import math
import random


class Conv:
    def __init__(self):
        self.filters = [
            [[random.gauss(0, 1) / 9 for _ in range(3)] for _ in range(3)] for _ in range(8)
        ]


class Softmax:
    def __init__(self):
        self.weights = [[random.gauss(0, 1) / 1352 for _ in range(10)] for _ in range(1352)]
        self.biases = [0.0] * 10


conv = Conv()
softmax = Softmax()


def train(image, label, learning_rate):
    pixels = [[int(p) / 255 - 0.5 for p in row] for row in image]
    x, where = [], []
    for i in range(13):
        for j in range(13):
            for filt in conv.filters:
                best = None
                for r in (2 * i + 1, 2 * i):
                    for c in (2 * j + 1, 2 * j):
                        s = sum(
                            filt[a][b] * pixels[r + a][c + b] for a in range(3) for b in range(3)
                        )
                        if best is None or s > best[0]:
                            best = (s, r, c)
                x.append(best[0])
                where.append(best[1:])
    z = [
        b + math.fsum(v * w[n] for v, w in zip(x, softmax.weights))
        for n, b in enumerate(softmax.biases)
    ]
    top = max(z)
    e = [math.exp(v - top) for v in z]
    total = sum(e)
    p = [v / total for v in e]
    loss = -math.log(p[label])
    right = p.index(max(p)) == label
    d = [v - (n == label) for n, v in enumerate(p)]
    for n, (v, (r, c)) in enumerate(zip(x, where)):
        row = softmax.weights[n]
        g = sum(w * t for w, t in zip(row, d))
        softmax.weights[n] = [w - learning_rate * v * t for w, t in zip(row, d)]
        grads = GRADS.setdefault(n % 8, [[0.0] * 3 for _ in range(3)])
        for a in range(3):
            for b in range(3):
                grads[a][b] += g * pixels[r + a][c + b]
    for k, grads in GRADS.items():
        for a in range(3):
            for b in range(3):
                conv.filters[k][a][b] -= learning_rate * grads[a][b]
    GRADS.clear()
    softmax.biases = [b - learning_rate * t for b, t in zip(softmax.biases, d)]
    return loss, right


GRADS = {}
