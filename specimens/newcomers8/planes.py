"""A network of one gray image at a time; maps are planes, (K, H, W), and layers learn inside."""

import numpy as np

rng = np.random.default_rng(4)


class PlaneConv:
    def __init__(self, num_filters, size, learning_rate):
        self.size = size
        self.learningRate = learning_rate
        self.filters = rng.normal(size=(num_filters, size, size)) / size**2

    def forward(self, picture):
        self.picture = picture
        rows = picture.shape[0] - self.size + 1
        columns = picture.shape[1] - self.size + 1
        planes = np.zeros((len(self.filters), rows, columns))
        for r in range(rows):
            for c in range(columns):
                part = picture[r : r + self.size, c : c + self.size]
                planes[:, r, c] = (self.filters * part).sum(axis=(1, 2))
        return planes

    def backward(self, d_planes):
        change = np.zeros_like(self.filters)
        for r in range(d_planes.shape[1]):
            for c in range(d_planes.shape[2]):
                part = self.picture[r : r + self.size, c : c + self.size]
                change += d_planes[:, r, c][:, None, None] * part
        self.filters -= self.learningRate * change


class MaxPool2:
    def forward(self, planes):
        count, rows, columns = planes.shape
        pooled = np.zeros((count, rows // 2, columns // 2))
        for r in range(rows // 2):
            for c in range(columns // 2):
                pooled[:, r, c] = planes[:, 2 * r : 2 * r + 2, 2 * c : 2 * c + 2].max(axis=(1, 2))
        return pooled


class Flatten:
    def forward(self, planes):
        self.shape = planes.shape
        return planes.reshape(1, -1)

    def backward(self, d_row):
        return d_row.reshape(self.shape)


class Dense:
    def __init__(self, inputs, nodes, learning_rate):
        self.learningRate = learning_rate
        self.weights = rng.normal(size=(inputs, nodes)) / inputs
        self.bias = np.zeros((1, nodes))

    def forward(self, row):
        self.row = row
        return row @ self.weights + self.bias

    def backward(self, d_out):
        d_row = d_out @ self.weights.T
        self.weights -= self.learningRate * (self.row.T @ d_out)
        self.bias -= self.learningRate * d_out.sum(axis=0, keepdims=True)
        return d_row
