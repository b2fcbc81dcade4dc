"""Correct: article 2's layers and network, with a program that runs on import."""

import mnist
import numpy as np


class Conv3x3:
    def __init__(self, num_filters):
        self.num_filters = num_filters
        self.filters = np.random.randn(num_filters, 3, 3) / 9

    def forward(self, image):
        rows, columns = image.shape
        if rows < 3 or columns < 3:
            raise ValueError("the image is too small")
        maps = np.zeros((rows - 2, columns - 2, self.num_filters))
        for i in range(rows - 2):
            for j in range(columns - 2):
                region = image[i : i + 3, j : j + 3].astype(float)
                maps[i, j] = np.sum(region * self.filters, axis=(1, 2))
        return maps


class MaxPool2:
    def forward(self, maps):
        rows, columns, count = maps.shape
        if rows < 2 or columns < 2:
            raise ValueError("the maps are too small")
        blocks = maps[: rows // 2 * 2, : columns // 2 * 2]
        return blocks.reshape(rows // 2, 2, columns // 2, 2, count).max(axis=(1, 3))


class Softmax:
    def __init__(self, input_len, nodes):
        self.weights = np.random.randn(input_len, nodes) / input_len
        self.biases = np.zeros(nodes)

    def forward(self, maps):
        totals = maps.flatten() @ self.weights + self.biases
        exponentials = np.exp(totals - totals.max())
        return exponentials / exponentials.sum()


conv = Conv3x3(8)
pool = MaxPool2()
softmax = Softmax(13 * 13 * 8, 10)


def forward(image, label):
    if not 0 <= label < 10:
        raise ValueError("no such digit")
    out = softmax.forward(pool.forward(conv.forward(image / 255 - 0.5)))
    return out, -np.log(out[label]), int(np.argmax(out) == label)


for digit, its_label in zip(mnist.test_images()[:3], mnist.test_labels()[:3], strict=True):
    forward(digit, its_label)
print("done")
