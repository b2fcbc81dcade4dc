# Tiny autograd engine for arrays, after watching the micrograd lecture.
import numpy as np


class Tensor:
    def __init__(self, data, _children=(), requires_grad=False):
        self.data = np.asarray(data.data if isinstance(data, Tensor) else data, dtype=np.float64)
        self.grad = None
        self.requires_grad = requires_grad
        self._prev = _children
        self._backward = lambda: None

    @property
    def shape(self):
        return self.data.shape

    def __repr__(self):
        return f"Tensor(shape={self.shape})"

    def _acc(self, g):
        self.grad = g if self.grad is None else self.grad + g

    def __add__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)
        out = Tensor(self.data + other.data, (self, other))

        def _backward():
            self._acc(_unbroadcast(out.grad, self.shape))
            other._acc(_unbroadcast(out.grad, other.shape))

        out._backward = _backward
        return out

    def __matmul__(self, other):
        out = Tensor(self.data @ other.data, (self, other))

        def _backward():
            self._acc(out.grad @ other.data.T)
            other._acc(self.data.T @ out.grad)

        out._backward = _backward
        return out

    def relu(self):
        out = Tensor(np.maximum(self.data, 0), (self,))

        def _backward():
            self._acc(out.grad * (self.data > 0))

        out._backward = _backward
        return out

    def reshape(self, *shape):
        out = Tensor(self.data.reshape(*shape), (self,))

        def _backward():
            self._acc(out.grad.reshape(self.shape))

        out._backward = _backward
        return out

    def backward(self):
        topo, seen = [], set()

        def build(v):
            if id(v) not in seen:
                seen.add(id(v))
                for child in v._prev:
                    build(child)
                topo.append(v)

        build(self)
        self.grad = np.ones_like(self.data)
        for v in reversed(topo):
            v._backward()


def _unbroadcast(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1 and g.shape[axis] != 1:
            g = g.sum(axis=axis, keepdims=True)
    return g


class Module:
    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return [p for p in vars(self).values() if isinstance(p, Tensor) and p.requires_grad]


class Linear(Module):
    def __init__(self, in_features, out_features):
        bound = 1 / np.sqrt(in_features)
        self.weight = Tensor(np.random.uniform(-bound, bound, (in_features, out_features)), requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True)

    def forward(self, x):
        return x @ self.weight + self.bias


class Conv2d(Module):
    """NCHW in, NCHW out, no gradient yet"""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        k = kernel_size
        bound = 1 / np.sqrt(in_channels * k * k)
        self.weight = Tensor(np.random.uniform(-bound, bound, (out_channels, in_channels, k, k)), requires_grad=True)
        self.bias = Tensor(np.zeros(out_channels), requires_grad=True)
        self.stride = stride
        self.padding = padding

    def forward(self, x):
        p, s = self.padding, self.stride
        data = np.pad(x.data, ((0, 0), (0, 0), (p, p), (p, p)))
        out_channels, _, kh, kw = self.weight.shape
        n, _, h, w = data.shape
        out = np.empty((n, out_channels, (h - kh) // s + 1, (w - kw) // s + 1))
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                patch = data[:, None, :, i * s:i * s + kh, j * s:j * s + kw]
                out[:, :, i, j] = (patch * self.weight.data).sum(axis=(2, 3, 4))
        return Tensor(out + self.bias.data[:, None, None], (x,))


class MaxPool2d(Module):
    def __init__(self, kernel_size, stride=None):
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride

    def forward(self, x):
        k, s = self.kernel_size, self.stride
        h, w = x.shape[2:]
        rows = [
            np.stack([x.data[:, :, i:i + k, j:j + k].max(axis=(2, 3)) for j in range(0, w - k + 1, s)], axis=-1)
            for i in range(0, h - k + 1, s)
        ]
        return Tensor(np.stack(rows, axis=2), (x,))


class ReLU(Module):
    def forward(self, x):
        return x.relu()


class CrossEntropyLoss(Module):
    def __call__(self, logits, targets):
        z = logits.data - logits.data.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        n = len(targets)
        out = Tensor(-logp[np.arange(n), targets].mean(), (logits,))

        def _backward():
            g = np.exp(logp)
            g[np.arange(n), targets] -= 1
            logits._acc(out.grad * g / n)

        out._backward = _backward
        return out


if __name__ == "__main__":
    np.random.seed(1)
    X, y = np.random.randn(64, 4), np.random.randint(0, 3, 64)
    l1, l2, act, loss_fn = Linear(4, 16), Linear(16, 3), ReLU(), CrossEntropyLoss()
    for step in range(100):
        params = l1.parameters() + l2.parameters()
        for p in params:
            p.grad = None
        loss = loss_fn(l2(act(l1(Tensor(X)))), y)
        loss.backward()
        for p in params:
            p.data -= 0.5 * p.grad
    print(loss.data)
