"""What the files of the seventh set offer, each in its own convention: forward and backward.

``python -m specimens.newcomers7.verify`` compares them as that of newcomers4 does.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from specimens.backwards import Either, compare
from specimens.backwards import Offered as Backward
from specimens.conventions import Offered
from specimens.gradients import verify as forms
from specimens.turned import Array, each, first, last, one_hot, tf_filters

FOLDER = Path(__file__).parent

NEED_TORCH: set[str] = set()

PLAIN: dict[str, Any] = {"strides": (1,), "pads": (0,)}


def function_context(m: Any) -> Iterator[Either]:
    def there(function: Any, *given: Any) -> tuple[Any, Any]:
        ctx = m.Context()
        return ctx, function.forward(ctx, *given)

    def back(function: Any, g: Array, *given: Any) -> Any:
        return function.backward(there(function, *given)[0], g)

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        dx, dw, db = back(m.Conv2d, first(g), first(x), first(w), np.zeros(len(w)), s, p)
        return last(dx), last(dw), db

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        dx, dw, db = back(m.Linear, g, x, w.T, np.zeros(w.shape[1]))
        return dx, dw.T, db

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(there(m.Conv2d, first(x), first(w), b, s, p)[1]),
        biases=(True,),
    )
    yield Offered("relu", lambda x: there(m.ReLU, x)[1])
    yield Offered("max_pool2d", lambda x, f, s: last(there(m.MaxPool2d, first(x), f, s)[1]))
    yield Offered("dense", lambda x, w, b: there(m.Linear, x, w.T, b)[1])
    yield Backward("conv2d_backward", conv_back)
    yield Backward("relu_backward", lambda g, x: back(m.ReLU, g, x))
    yield Backward("sigmoid_backward", lambda g, x: back(m.Sigmoid, g, x))
    yield Backward(
        "max_pool2d_backward", lambda g, x, f, s: last(back(m.MaxPool2d, first(g), first(x), f, s))
    )
    yield Backward("dense_backward", dense_back)


def derivative_flags(m: Any) -> Iterator[Either]:
    def back(name: str) -> Callable[..., Any]:
        function = getattr(m, name)
        return lambda g, x: g * function(x, derivative=True)

    yield Offered("relu", m.relu)
    yield Offered("softmax", m.softmax)
    yield Backward("sigmoid_backward", back("sigmoid"))
    yield Backward("relu_backward", back("relu"))
    yield Backward("tanh_backward", back("tanh"), wrong=True)
    yield Backward(
        "leaky_relu_backward",
        lambda g, x, slope=0.01: g * m.leaky_relu(x, slope, derivative=True),
        options=forms.SLOPES,
    )


def ml_from_scratch(m: Any) -> Iterator[Either]:
    def initialized(layer: Any, w: Array, b: Array) -> Any:
        layer.initialize(m.StochasticGradientDescent(learning_rate=1.0))
        layer.W, layer.w0 = w, b
        return layer

    def conv(x: Array, w: Array, b: Array, s: int, p: Any) -> Any:
        shape = first(x).shape[1:]
        made = m.Conv2D(len(w), w.shape[1:3], shape, "same" if p else "valid", s)
        return initialized(made, first(w), b.reshape(-1, 1))

    def dense(x: Array, w: Array, b: Array) -> Any:
        return initialized(m.Dense(w.shape[1], x.shape[1:]), w, b.reshape(1, -1))

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        made = conv(x, w, np.zeros(len(w)), s, p)
        made.forward_pass(first(x))
        dx = made.backward_pass(first(g))
        return last(dx), last(first(w) - made.W), -made.w0[:, 0]

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        made = dense(x, w, np.zeros(w.shape[1]))
        made.forward_pass(x)
        dx = made.backward_pass(g)
        return dx, w - made.W, -made.w0[0]

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(conv(x, w, b, s, p).forward_pass(first(x))),
        biases=(True,),
        pads=(0,),
    )
    yield Offered("dense", lambda x, w, b: dense(x, w, b).forward_pass(x))
    yield Offered("relu", m.ReLU())
    yield Offered("softmax", m.Softmax())
    yield Offered("cross_entropy", lambda p, at: m.CrossEntropy().loss(one_hot(at, p.shape[1]), p))
    yield Backward("conv2d_backward", conv_back, pads=(0,))
    yield Backward("dense_backward", dense_back)
    yield Backward("relu_backward", lambda g, x: g * m.ReLU().gradient(x))
    yield Backward("tanh_backward", lambda g, x: g * m.TanH().gradient(x))
    yield Backward("softmax_backward", lambda g, z: g * m.Softmax().gradient(z), wrong=True)
    yield Backward(
        "cross_entropy_backward",
        lambda p, at: m.CrossEntropy().gradient(one_hot(at, p.shape[1]), p),
    )


def miniflow(m: Any) -> Iterator[Either]:
    def graph(make: Callable[..., Any], *values: Array) -> tuple[list[Any], Any]:
        leaves = [m.Input() for _ in values]
        for leaf, value in zip(leaves, values, strict=True):
            leaf.value = value
        node = make(*leaves)
        node.forward()
        return leaves, node

    def back(g: Array, make: Callable[..., Any], *values: Array) -> list[Any]:
        leaves, node = graph(make, *values)
        behind = m.Input()
        behind.gradients = {node: g}
        node.outbound_nodes.append(behind)
        node.backward()
        return [node.gradients[leaf] for leaf in leaves]

    yield Offered("dense", lambda x, w, b: graph(m.Linear, x, w, b)[1].value)
    yield Backward(
        "dense_backward", lambda g, x, w: tuple(back(g, m.Linear, x, w, np.zeros(w.shape[1])))
    )
    yield Backward("sigmoid_backward", lambda g, x: back(g, m.Sigmoid, x)[0])


def numpy_cnn(m: Any) -> Iterator[Either]:
    def conv(image: Array, w: Array, b: Array, s: int) -> Any:
        return m.convolution(image, first(w), b, s)

    def conv_back(g: Array, x: Array, w: Array, s: int, _p: int) -> Any:
        found = [
            m.convolutionBackward(*one, first(w), s) for one in zip(first(g), first(x), strict=True)
        ]
        dx, dw, db = (np.array(part) for part in zip(*found, strict=True))
        return last(dx), last(dw.sum(axis=0)), db.sum(axis=0)[:, 0]

    def pool_back(g: Array, x: Array, f: int, s: int | None) -> Any:
        pairs = zip(first(g), first(x), strict=True)
        return last(np.stack([m.maxpoolBackward(*one, f, s or f) for one in pairs]))

    yield Offered(
        "conv2d",
        lambda x, w, b, s, _p: last(each(conv, first(x), w, b, s)),
        biases=(True,),
        pads=(0,),
        oblong=False,
    )
    yield Offered("max_pool2d", lambda x, f, s: last(each(m.maxpool, first(x), f, s or f)))
    yield Offered("softmax", lambda z: each(m.softmax, z))
    yield Offered(
        "cross_entropy",
        lambda p, at: [
            m.categoricalCrossEntropy(*one) for one in zip(p, one_hot(at, p.shape[1]), strict=True)
        ],
    )
    yield Backward("conv2d_backward", conv_back, pads=(0,), wrong=True)
    yield Backward("max_pool2d_backward", pool_back)


def plain_layers(m: Any) -> Iterator[Either]:
    def conv(w: Array, b: Array, s: int, p: int) -> Any:
        return m.ConvLayer2D(tf_filters(w), b, "same" if p else "valid", s)

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = conv(w, np.zeros(len(w)), s, p)
        layer.forward_pass(x, True)
        dx = layer.backward_pass(g)
        dw, db = layer.gradients
        return dx, len(x) * forms.spread(dw), len(x) * db

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        layer = m.DenseLayer(w.T, np.zeros((1, w.shape[1])))
        layer.forward_pass(x, True)
        dx = layer.backward_pass(g)
        dw, db = layer.gradients
        return dx, len(x) * dw.T, len(x) * db[0]

    def back(layer: Any, g: Array, x: Array) -> Any:
        layer.forward_pass(x, True)
        return layer.backward_pass(g)

    def pool(f: int, s: int | None) -> Any:
        return m.MaxPoolLayer((f, f), s or f)

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: conv(w, b, s, p).forward_pass(x, True),
        biases=(True,),
        pads=(0,),
    )
    yield Offered("relu", lambda x: m.ReluLayer().forward_pass(x, True))
    yield Offered("max_pool2d", lambda x, f, s: pool(f, s).forward_pass(x, True))
    yield Offered(
        "dense", lambda x, w, b: m.DenseLayer(w.T, b.reshape(1, -1)).forward_pass(x, True)
    )
    yield Offered("softmax", lambda z: m.SoftmaxLayer().forward_pass(z, True))
    yield Backward("conv2d_backward", conv_back, pads=(0,))
    yield Backward("relu_backward", lambda g, x: back(m.ReluLayer(), g, x))
    yield Backward("max_pool2d_backward", lambda g, x, f, s: back(pool(f, s), g, x))
    yield Backward("dense_backward", dense_back)


BINDINGS: dict[str, Callable[[Any], Iterator[Either]]] = {
    f"{one.__name__}.py": one
    for one in (
        function_context,
        derivative_flags,
        ml_from_scratch,
        miniflow,
        numpy_cnn,
        plain_layers,
    )
}


if __name__ == "__main__":
    sys.exit(compare(FOLDER, BINDINGS))
