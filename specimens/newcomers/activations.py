import numpy as np

# common activation functions and their derivatives


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_derivative(x):
    s = sigmoid(x)
    return s * (1 - s)


def tanh(x):
    return np.tanh(x)


def relu(x):
    return np.maximum(0, x)


def relu_derivative(x):
    return np.where(x > 0, 1, 0)


def leaky_relu(x, alpha=0.01):
    return np.where(x > 0, x, alpha * x)


def softmax(x):
    expo = np.exp(x)
    return expo / np.sum(expo, axis=-1, keepdims=True)


if __name__ == "__main__":
    z = np.array([1.0, 2.0, 3.0])
    for f in (sigmoid, tanh, relu, leaky_relu, softmax):
        print(f"{f.__name__:12} {f(z)}")
