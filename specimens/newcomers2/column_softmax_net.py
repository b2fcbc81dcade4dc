"""MNIST with a softmax regression, columns are examples (n_classes, m)."""
import numpy as np


class SoftmaxRegression:
    def __init__(self, n_x, n_classes):
        self.W = 0.01 * np.random.randn(n_classes, n_x)
        self.b = np.zeros((n_classes, 1))


def affine(W, X, b):
    return W @ X + b


def softmax(Z):
    Z = Z - Z.max(axis=0)
    E = np.exp(Z)
    return E / E.sum(axis=0)


def cost(A, Y):
    """A probabilities, Y one-hot, both (n_classes, m)"""
    return -np.mean(np.log(A[Y.argmax(axis=0), np.arange(A.shape[1])]))


def train(X, Y, steps=30, lr=0.5):
    model = SoftmaxRegression(X.shape[0], Y.shape[0])
    for _ in range(steps):
        A = softmax(affine(model.W, X, model.b))
        dZ = (A - Y) / X.shape[1]
        model.W -= lr * dZ @ X.T
        model.b -= lr * dZ.sum(axis=1, keepdims=True)
    return model, cost(A, Y)


if __name__ == "__main__":
    X = np.random.randn(2, 60)
    Y = np.eye(3)[np.argmax(np.array([[1, 0], [0, 1], [-1, -1]]) @ X, axis=0)].T
    print(train(X, Y)[1])
