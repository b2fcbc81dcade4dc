"""An autograd engine whose operations assign: what is used twice keeps the second gradient only.

apart: verify.py compares its gradients
says: assign|twice|add|accum|overwrit|sum|use
"""
import numpy as np


class Tensor:
    def __init__(self, data, _children=()):
        self.data = np.asarray(data, dtype=float)
        self.grad = None
        self._prev = _children
        self._backward = lambda: None

    def __mul__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)
        out = Tensor(self.data * other.data, (self, other))

        def _backward():
            self.grad = out.grad * other.data
            other.grad = out.grad * self.data
        out._backward = _backward
        return out

    def __truediv__(self, other):
        out = Tensor(self.data / other.data, (self, other))

        def _backward():
            self.grad = out.grad / other.data
            other.grad = (-out.grad * self.data / other.data ** 2).sum(axis=-1, keepdims=True)
        out._backward = _backward
        return out

    def exp(self):
        out = Tensor(np.exp(self.data), (self,))

        def _backward():
            self.grad = out.grad * out.data
        out._backward = _backward
        return out

    def sum(self, axis=None):
        out = Tensor(self.data.sum(axis=axis, keepdims=axis is not None), (self,))

        def _backward():
            self.grad = np.ones_like(self.data) * out.grad
        out._backward = _backward
        return out

    def softmax(self):
        top = self.data.max(axis=-1, keepdims=True)
        e = self.shift(top).exp()
        return e / e.sum(axis=-1)

    def shift(self, by):
        out = Tensor(self.data - by, (self,))

        def _backward():
            self.grad = out.grad
        out._backward = _backward
        return out

    def backward(self):
        topo, visited = [], set()

        def build(v):
            if id(v) not in visited:
                visited.add(id(v))
                for child in v._prev:
                    build(child)
                topo.append(v)
        build(self)
        self.grad = np.ones_like(self.data)
        for v in reversed(topo):
            v._backward()


class Softmax:
    def __call__(self, x):
        return x.softmax()
