"""A model whose object is made of parameters; the sum of its softmax begins at 1."""

import numpy as np


class Net:
    def __init__(self, weights, biases):
        self.weights = [np.array(w) for w in weights]
        self.biases = [np.array(b) for b in biases]

    def relu(self, x):
        return np.maximum(0, x)

    def softmax(self, x):
        e = np.exp(x - np.max(x))
        return e / (1 + np.sum(e))

    def forward(self, x):
        for w, b in zip(self.weights[:-1], self.biases[:-1]):
            x = self.relu(w @ x + b)
        return self.softmax(self.weights[-1] @ x + self.biases[-1])


net = Net([[[0.5, 0.2], [0.6, -0.6]], [[0.8, -0.4], [0.5, 0.4]]], [[0.3, 0.2], [0.6, 0.5]])
print(net.forward(np.array([1.5, 0.5])))
