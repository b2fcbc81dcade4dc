"""A small autograd engine: results have backward(), leaves have .grad.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


class Tensor:
    def __init__(self, data, parents=(), op=''):
        self.data = np.asarray(data, dtype=np.float64)
        self.grad = np.zeros_like(self.data)
        self._prev = set(parents)
        self._op = op
        self._backward = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)
        out = Tensor(self.data + other.data, (self, other), '+')

        def _backward():
            self.grad += reduce_to(out.grad, self.data.shape)
            other.grad += reduce_to(out.grad, other.data.shape)
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)
        out = Tensor(self.data * other.data, (self, other), '*')

        def _backward():
            self.grad += reduce_to(out.grad * other.data, self.data.shape)
            other.grad += reduce_to(out.grad * self.data, other.data.shape)
        out._backward = _backward
        return out

    def __matmul__(self, other):
        out = Tensor(self.data @ other.data, (self, other), '@')

        def _backward():
            self.grad += out.grad @ other.data.T
            other.grad += self.data.T @ out.grad
        out._backward = _backward
        return out

    def relu(self):
        out = Tensor(np.where(self.data > 0, self.data, 0), (self,), 'relu')

        def _backward():
            self.grad += (out.data > 0) * out.grad
        out._backward = _backward
        return out

    def tanh(self):
        t = np.tanh(self.data)
        out = Tensor(t, (self,), 'tanh')

        def _backward():
            self.grad += (1 - t ** 2) * out.grad
        out._backward = _backward
        return out

    def sum(self):
        out = Tensor(self.data.sum(), (self,), 'sum')

        def _backward():
            self.grad += out.grad
        out._backward = _backward
        return out

    def softmax(self):
        e = np.exp(self.data - self.data.max(axis=-1, keepdims=True))
        p = e / e.sum(axis=-1, keepdims=True)
        out = Tensor(p, (self,), 'softmax')

        def _backward():
            self.grad += p * (out.grad - (out.grad * p).sum(axis=-1, keepdims=True))
        out._backward = _backward
        return out

    def backward(self, grad=None):
        order, seen = [], set()

        def visit(v):
            if v not in seen:
                seen.add(v)
                for child in v._prev:
                    visit(child)
                order.append(v)
        visit(self)
        self.grad = np.ones_like(self.data) if grad is None else np.asarray(grad, float)
        for v in reversed(order):
            v._backward()


def reduce_to(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad


class Linear:
    def __init__(self, nin, nout):
        self.w = Tensor(np.random.randn(nin, nout))
        self.b = Tensor(np.zeros(nout))

    def __call__(self, x):
        return x @ self.w + self.b

    def parameters(self):
        return [self.w, self.b]


class ReLU:
    def __call__(self, x):
        return x.relu()


class Softmax:
    def __call__(self, x):
        return x.softmax()
