"""minitensor: what micrograd does, with arrays. Enough for a small convnet."""
import numpy as np


class Tensor:
    def __init__(self, data, _children=(), _op=''):
        self.data = np.asarray(data, dtype=np.float64)
        self.grad = np.zeros_like(self.data)
        self._backward = lambda: None
        self._prev = set(_children)
        self._op = _op

    def __repr__(self):
        return f"Tensor({self.data})"

    @property
    def shape(self):
        return self.data.shape

    def __add__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)
        out = Tensor(self.data + other.data, (self, other), '+')

        def _backward():
            self.grad += unbroadcast(out.grad, self.shape)
            other.grad += unbroadcast(out.grad, other.shape)
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)
        out = Tensor(self.data * other.data, (self, other), '*')

        def _backward():
            self.grad += unbroadcast(other.data * out.grad, self.shape)
            other.grad += unbroadcast(self.data * out.grad, other.shape)
        out._backward = _backward
        return out

    def __neg__(self):
        return self * -1

    def __matmul__(self, other):
        out = Tensor(self.data @ other.data, (self, other), '@')

        def _backward():
            self.grad += out.grad @ other.data.T
            other.grad += self.data.T @ out.grad
        out._backward = _backward
        return out

    def sum(self):
        out = Tensor(self.data.sum(), (self,), 'sum')

        def _backward():
            self.grad += np.ones_like(self.data) * out.grad
        out._backward = _backward
        return out

    def relu(self):
        out = Tensor(np.where(self.data > 0, self.data, 0.0), (self,), 'relu')

        def _backward():
            self.grad += np.where(self.data > 0, out.grad, 0.0)
        out._backward = _backward
        return out

    def reshape(self, *shape):
        out = Tensor(self.data.reshape(*shape), (self,), 'reshape')

        def _backward():
            self.grad += out.grad.reshape(self.shape)
        out._backward = _backward
        return out

    def conv2d(self, weight, bias):
        """(N, C, H, W) with (K, C, k, k)"""
        k = weight.shape[-1]
        view = np.lib.stride_tricks.sliding_window_view(self.data, (k, k), axis=(2, 3))
        out = Tensor(np.einsum('nchwij,kcij->nkhw', view, weight.data) + bias.data[:, None, None],
                     (self, weight, bias), 'conv2d')

        def _backward():
            g = out.grad
            weight.grad += np.einsum('nkhw,nchwij->kcij', g, view)
            bias.grad += g.sum(axis=(0, 2, 3))
            padded = np.pad(g, ((0, 0), (0, 0), (k - 1, k - 1), (k - 1, k - 1)))
            gview = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))
            self.grad += np.einsum('nkhwij,kcij->nchw', gview, weight.data[:, :, ::-1, ::-1])
        out._backward = _backward
        return out

    def max_pool2d(self, k=2):
        n, c, h, w = self.shape
        oh, ow = h // k, w // k
        blocks = self.data[:, :, :oh * k, :ow * k].reshape(n, c, oh, k, ow, k)
        out = Tensor(blocks.max(axis=(3, 5)), (self,), 'max_pool2d')

        def _backward():
            hit = (blocks == out.data[:, :, :, None, :, None]).astype(float)
            hit /= hit.sum(axis=(3, 5), keepdims=True)
            g = (hit * out.grad[:, :, :, None, :, None]).reshape(n, c, oh * k, ow * k)
            self.grad[:, :, :oh * k, :ow * k] += g
        out._backward = _backward
        return out

    def cross_entropy(self, targets):
        z = self.data - self.data.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        n = len(targets)
        out = Tensor(-logp[np.arange(n), targets].mean(), (self,), 'cross_entropy')

        def _backward():
            g = np.exp(logp)
            g[np.arange(n), targets] -= 1
            self.grad += g / n * out.grad
        out._backward = _backward
        return out

    def backward(self):
        topo = []
        visited = set()

        def build_topo(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build_topo(child)
                topo.append(v)
        build_topo(self)
        self.grad = np.ones_like(self.data)
        for v in reversed(topo):
            v._backward()


def unbroadcast(grad, shape):
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and grad.shape[i] != 1)
    return grad.sum(axis=axes, keepdims=True) if axes else grad


class Module:
    def zero_grad(self):
        for p in self.parameters():
            p.grad = np.zeros_like(p.data)

    def parameters(self):
        return []


class Linear(Module):
    def __init__(self, nin, nout):
        self.w = Tensor(np.random.uniform(-1, 1, (nin, nout)) / np.sqrt(nin))
        self.b = Tensor(np.zeros(nout))

    def __call__(self, x):
        return x @ self.w + self.b

    def parameters(self):
        return [self.w, self.b]


class Conv2d(Module):
    def __init__(self, cin, cout, k):
        self.w = Tensor(np.random.uniform(-1, 1, (cout, cin, k, k)) / np.sqrt(cin * k * k))
        self.b = Tensor(np.zeros(cout))

    def __call__(self, x):
        return x.conv2d(self.w, self.b)

    def parameters(self):
        return [self.w, self.b]


class ConvNet(Module):
    def __init__(self):
        self.conv, self.fc = Conv2d(1, 4, 3), Linear(4 * 3 * 3, 2)

    def __call__(self, x):
        x = self.conv(x).relu().max_pool2d(2)
        return self.fc(x.reshape(x.shape[0], -1))

    def parameters(self):
        return self.conv.parameters() + self.fc.parameters()


if __name__ == "__main__":
    np.random.seed(1337)
    X, y = np.random.randn(10, 1, 8, 8), np.random.randint(0, 2, 10)
    model = ConvNet()
    for k in range(20):
        loss = model(Tensor(X)).cross_entropy(y)
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.2 * p.grad
        print(k, loss.data)
