# A neural network in one file, in the style of the famous eleven lines:
# every activation gives its derivative when it is asked for it.
import numpy as np


def sigmoid(x, derivative=False):
    s = 1.0 / (1.0 + np.exp(-x))
    if derivative:
        return s * (1.0 - s)
    return s


def relu(x, derivative=False):
    if derivative:
        return (x > 0).astype(float)
    return np.maximum(0, x)


def tanh(x, derivative=False):
    t = np.tanh(x)
    if derivative:
        return 1.0 - t
    return t


def leaky_relu(x, alpha=0.01, derivative=False):
    if derivative:
        return np.where(x > 0, 1.0, alpha)
    return np.where(x > 0, x, alpha * x)


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class NeuralNetwork:
    def __init__(self, sizes, activation=tanh, seed=1):
        rng = np.random.RandomState(seed)
        self.activation = activation
        self.weights = [rng.randn(a, b) / np.sqrt(a) for a, b in zip(sizes, sizes[1:])]
        self.biases = [np.zeros(b) for b in sizes[1:]]

    def predict(self, X):
        self.zs, self.activations = [], [X]
        for w, b in zip(self.weights[:-1], self.biases[:-1]):
            self.zs.append(self.activations[-1] @ w + b)
            self.activations.append(self.activation(self.zs[-1]))
        return softmax(self.activations[-1] @ self.weights[-1] + self.biases[-1])

    def fit(self, X, Y, epochs=100, lr=0.1):
        for _ in range(epochs):
            delta = (self.predict(X) - Y) / len(X)
            for i in reversed(range(len(self.weights))):
                dw, db = self.activations[i].T @ delta, delta.sum(axis=0)
                if i > 0:
                    delta = (delta @ self.weights[i].T) * self.activation(self.zs[i - 1], derivative=True)
                self.weights[i] -= lr * dw
                self.biases[i] -= lr * db


if __name__ == "__main__":
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    Y = np.array([[1, 0], [0, 1], [0, 1], [1, 0]])
    net = NeuralNetwork([2, 8, 2])
    net.fit(X, Y, epochs=2000, lr=0.5)
    print(net.predict(X).round(2))
