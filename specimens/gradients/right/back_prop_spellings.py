"""Layers of a school project: feedForward, and backProp with the step taken inside.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


class HiddenLayer:
    def __init__(self, nIn, nOut):
        self.W = np.random.uniform(-.5, .5, (nOut, nIn))
        self.B = np.zeros(nOut)

    def feedForward(self, x):
        self.x = np.array(x, dtype=float)
        return self.W.dot(self.x) + self.B

    def backProp(self, delta, eta):
        back = self.W.T.dot(delta)
        self.W = self.W - eta * np.outer(delta, self.x)
        self.B = self.B - eta * delta
        return back


class MeanPoolLayer:
    def __init__(self, window=2):
        self.window = window

    def feedForward(self, maps):
        self.shape = maps.shape
        n = self.window
        return np.array([[maps[i:i + n, j:j + n].mean(axis=(0, 1))
                          for j in range(0, maps.shape[1] - n + 1, n)]
                         for i in range(0, maps.shape[0] - n + 1, n)])

    def backProp(self, delta):
        n = self.window
        back = np.zeros(self.shape)
        for i in range(delta.shape[0]):
            for j in range(delta.shape[1]):
                back[i * n:i * n + n, j * n:j * n + n] = delta[i, j] / n ** 2
        return back
