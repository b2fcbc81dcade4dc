"""Two-layer perceptron. W has one row per neuron, so z = W x + b (as in the lecture notes)."""
import numpy as np


class FullyConnected:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_out, n_in) * np.sqrt(2 / n_in)
        self.b = np.zeros(n_out)

    def forward(self, X):
        # X: (batch, n_in)
        self.X = X
        return np.dot(X, self.W.T) + self.b

    def backward(self, dZ):
        self.dW = dZ.T @ self.X
        self.db = dZ.sum(axis=0)
        return dZ @ self.W


class ReLU:
    def forward(self, X):
        self.X = X
        return np.maximum(X, 0)

    def backward(self, dA):
        return dA * (self.X > 0)


class Softmax:
    def forward(self, X):
        e = np.exp(X - X.max(axis=1, keepdims=True))
        self.P = e / e.sum(axis=1, keepdims=True)
        return self.P


class CrossEntropy:
    def forward(self, y_pred, y_true):
        """y_pred (batch, classes) probabilities, y_true (batch, classes) one-hot"""
        self.y_pred, self.y_true = y_pred, y_true
        eps = 1e-15
        return np.mean(-y_true * np.log(np.clip(y_pred, eps, 1 - eps)))

    def backward(self):
        return (self.y_pred - self.y_true) / len(self.y_true)


def one_hot(y, k):
    out = np.zeros((len(y), k))
    out[np.arange(len(y)), y] = 1
    return out


if __name__ == "__main__":
    np.random.seed(0)
    X = np.random.randn(90, 2) + np.repeat([[0, 2], [2, -1], [-2, -1]], 30, axis=0)
    Y = one_hot(np.repeat([0, 1, 2], 30), 3)
    fc1, act, fc2, sm, ce = FullyConnected(2, 8), ReLU(), FullyConnected(8, 3), Softmax(), CrossEntropy()
    for epoch in range(50):
        loss = ce.forward(sm.forward(fc2.forward(act.forward(fc1.forward(X)))), Y)
        fc1.backward(act.backward(fc2.backward(ce.backward())))
        for fc in (fc1, fc2):
            fc.W -= 0.5 * fc.dW
            fc.b -= 0.5 * fc.db
    print("final loss", loss)
