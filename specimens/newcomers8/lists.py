"""Layers without NumPy: images and parameters are lists, batches are (N, C, H, W)."""

import random


class Linear:
    def __init__(self, in_features, out_features):
        self.weights = [
            [random.gauss(0, 0.1) for _ in range(out_features)] for _ in range(in_features)
        ]
        self.bias = [0.0] * out_features

    def forward(self, x):
        self.x = x
        columns = list(zip(*self.weights))
        return [
            [
                sum(a * w for a, w in zip(row, column, strict=True)) + b
                for column, b in zip(columns, self.bias)
            ]
            for row in x
        ]


class Conv2D:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        self.size, self.stride, self.padding = kernel_size, stride, padding
        self.filters = [
            [
                [[random.gauss(0, 0.1) for _ in range(kernel_size)] for _ in range(kernel_size)]
                for _ in range(in_channels)
            ]
            for _ in range(out_channels)
        ]
        self.bias = [0.0] * out_channels

    def forward(self, x):
        rows = (len(x[0][0]) + 2 * self.padding - self.size) // self.stride + 1
        columns = (len(x[0][0][0]) + 2 * self.padding - self.size) // self.stride + 1
        return [
            [
                [[self.at(image, bank, r, c) + b for c in range(columns)] for r in range(rows)]
                for bank, b in zip(self.filters, self.bias)
            ]
            for image in x
        ]

    def at(self, image, bank, r, c):
        total = 0.0
        for plane, kernel in zip(image, bank):
            for i in range(self.size):
                for j in range(self.size):
                    y = r * self.stride + i - self.padding
                    z = c * self.stride + j - self.padding
                    if 0 <= y < len(plane) and 0 <= z < len(plane[0]):
                        total += plane[y][z] * kernel[i][j]
        return total


class ReLU:
    def forward(self, x):
        self.x = x
        return [[v if v > 0 else 0 for v in row] for row in x]

    def backward(self, grad):
        return [
            [g if v > 0 else 0 for v, g in zip(row, given)] for row, given in zip(self.x, grad)
        ]
