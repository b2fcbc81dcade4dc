# Building your deep neural network, every column of A / Z is one example
import numpy as np


def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters['W' + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * 0.01
        parameters['b' + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


def linear_forward(A, W, b):
    """
    A -- activations from previous layer (or input data): (size of previous layer, number of examples)
    W -- weights matrix: numpy array of shape (size of current layer, size of previous layer)
    b -- bias vector, numpy array of shape (size of the current layer, 1)
    """
    Z = np.dot(W, A) + b
    cache = (A, W, b)
    return Z, cache


def relu(Z):
    A = np.maximum(0, Z)
    assert A.shape == Z.shape
    cache = Z
    return A, cache


def softmax(Z):
    """softmax of every column"""
    t = np.exp(Z - np.max(Z, axis=0, keepdims=True))
    A = t / np.sum(t, axis=0, keepdims=True)
    cache = Z
    return A, cache


def compute_cost(AL, Y):
    """
    AL -- probabilities of the classes, shape (number of classes, number of examples)
    Y -- true labels, one hot, same shape
    """
    m = Y.shape[1]
    cost = -np.sum(np.log(np.sum(AL * Y, axis=0))) / m
    return np.squeeze(cost)


def L_model_forward(X, parameters):
    A = X
    caches = []
    L = len(parameters) // 2
    for l in range(1, L):
        Z, linear_cache = linear_forward(A, parameters['W' + str(l)], parameters['b' + str(l)])
        A, activation_cache = relu(Z)
        caches.append((linear_cache, activation_cache))
    Z, linear_cache = linear_forward(A, parameters['W' + str(L)], parameters['b' + str(L)])
    AL, activation_cache = softmax(Z)
    caches.append((linear_cache, activation_cache))
    return AL, caches


if __name__ == '__main__':
    params = initialize_parameters_deep([4, 5, 3])
    X = np.random.randn(4, 6)
    AL, _ = L_model_forward(X, params)
    print(AL, compute_cost(AL, np.eye(3)[[0, 1, 2, 0, 1, 2]].T))
