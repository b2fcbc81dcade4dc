"""Activations and losses used in the report. Labels are one-hot encoded, batches are rows."""
import numpy as np


def to_one_hot(labels, num_classes):
    return np.eye(num_classes)[labels]


def relu(z):
    return np.maximum(0, z)


def softmax(z):
    z = z - np.max(z, axis=-1, keepdims=True)
    exp_z = np.exp(z)
    return exp_z / np.sum(exp_z, axis=-1, keepdims=True)


def categorical_cross_entropy(y_true, y_pred):
    """Mean categorical cross entropy.

    y_true: (batch, classes), one-hot
    y_pred: (batch, classes), softmax output
    """
    y_pred = np.clip(y_pred, 1e-12, 1.0)
    return -np.mean(np.sum(y_true * np.log(y_pred), axis=1))


def accuracy(y_true, y_pred):
    return np.mean(np.argmax(y_true, axis=1) == np.argmax(y_pred, axis=1))


if __name__ == "__main__":
    y = to_one_hot(np.array([0, 2, 1]), 3)
    p = softmax(np.array([[2.0, 1.0, 0.1], [0.5, 0.5, 2.5], [0.0, 3.0, 0.0]]))
    print("loss", categorical_cross_entropy(y, p), "accuracy", accuracy(y, p))
