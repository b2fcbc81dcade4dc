"""What the files of the ninth set offer, each in its own convention: forward and backward.

``python -m specimens.newcomers9.verify`` compares them as that of newcomers4 does.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from specimens.backwards import Either, compare
from specimens.backwards import Offered as Backward
from specimens.conventions import Offered
from specimens.turned import Array, each, first, last, tf_filters

FOLDER = Path(__file__).parent

NEED_TORCH: set[str] = set()

#: One image at a time, without stride and padding.
PLAIN: dict[str, Any] = {"strides": (1,), "pads": (0,)}


def _back(layer: Any, g: Array, x: Array, *more: Any) -> Any:
    """Return what a layer sends back after it was run forward."""
    layer.forward(x)
    back = layer.backward if hasattr(layer, "backward") else layer.backprop
    return back(g, *more)


def params_dictionary(m: Any) -> Iterator[Either]:
    def conv(w: Array, b: Array, s: int, p: int) -> Any:
        layer = m.Conv2D(w.shape[3], len(w), w.shape[1], s, p)
        layer.params["W"], layer.params["b"] = first(w), b.reshape(1, -1, 1, 1)
        return layer

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = conv(w, np.zeros(len(w)), s, p)
        dx = _back(layer, first(g), first(x))
        return last(dx), last(layer.grads["W"]), layer.grads["b"].ravel()

    def linear(w: Array, b: Array) -> Any:
        layer = m.Linear(*w.shape)
        layer.params["W"], layer.params["b"] = w, b
        return layer

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        layer = linear(w, np.zeros(w.shape[1]))
        return _back(layer, g, x), layer.grads["W"], layer.grads["b"][0]

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(conv(w, b, s, p).forward(first(x))),
        biases=(True,),
        oblong=False,
    )
    yield Offered("dense", lambda x, w, b: linear(w, b).forward(x))
    yield Offered("relu", lambda x: m.ReLU().forward(x))
    yield Backward("conv2d_backward", conv_back)
    yield Backward("dense_backward", dense_back)
    yield Backward("relu_backward", lambda g, x: _back(m.ReLU(), g, x))


def bias_maps(m: Any) -> Iterator[Either]:
    def conv(x: Array, w: Array, b: Array) -> Any:
        layer = m.Convolutional((x.shape[2], *x.shape[:2]), w.shape[1], len(w))
        layer.kernels = np.array(first(w))
        layer.biases[...] = b[:, None, None]
        return layer

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = conv(x[0], w, np.zeros(len(w)))
        kept = np.array(layer.kernels)
        dx = _back(layer, first(g)[0], first(x)[0], 1.0)
        return last(dx[None]), last(kept - layer.kernels), -layer.biases.sum(axis=(1, 2))

    def dense(w: Array, b: Array) -> Any:
        layer = m.Dense(*w.shape)
        layer.weights, layer.bias = np.array(w.T), np.array(b.reshape(-1, 1))
        return layer

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        layer = dense(w, np.zeros(w.shape[1]))
        dx = _back(layer, g.T, x.T, 1.0)
        return dx.T, w - layer.weights.T, -layer.bias[:, 0]

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each(
            lambda one: last(conv(one, w, b).forward(first(one[None])[0])[None])[0], x
        ),
        **PLAIN,
        biases=(True,),
        oblong=False,
    )
    yield Offered("dense", lambda x, w, b: dense(w, b).forward(x.T).T)
    yield Offered("softmax", lambda z: m.Softmax().forward(z.T).T)
    yield Backward("conv2d_backward", conv_back, **PLAIN, batches=(1,))
    yield Backward("dense_backward", dense_back)
    yield Backward("softmax_backward", lambda g, z: _back(m.Softmax(), g.T, z.T, 0.5).T)


def returned_masks(m: Any) -> Iterator[Either]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Any:
        return m.conv2d_forward(first(x), first(w), b, s, p)

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        _, col, padded = conv(x, w, np.zeros(len(w)), s, p)
        dx, dw, db = m.conv2d_backward(first(g), col, padded, first(w), s, p)
        return last(dx), last(dw), db

    def pool_back(g: Array, x: Array, f: int, s: int) -> Array:
        return last(m.maxpool_backward(first(g), m.maxpool_forward(first(x), f)[1], f))

    yield Offered("conv2d", lambda *given: last(conv(*given)[0]), biases=(True,), oblong=False)
    yield Offered(
        "max_pool2d", lambda x, f, s: last(m.maxpool_forward(first(x), f)[0]), strides=(None,)
    )
    yield Offered("dense", lambda x, w, b: m.fc_forward(x, w, b))
    yield Offered("relu", m.relu)
    yield Backward("conv2d_backward", conv_back)
    yield Backward("max_pool2d_backward", pool_back, strides=(None,))
    yield Backward("dense_backward", m.fc_backward)
    yield Backward("relu_backward", lambda g, x: g * m.relu_grad(x))


def cropped_padding(m: Any) -> Iterator[Either]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Array:
        return each(m.conv_layer, x, w, b, s, p)

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        bias = np.zeros(len(w))
        dx, dw, db = m.conv_backprop(x[0], conv(x, w, bias, s, p)[0], g[0], w, bias, p)
        return dx[None], dw, db

    few: dict[str, Any] = {"strides": (1,), "batches": (1,)}
    yield Offered("conv2d", conv, biases=(True,), oblong=False)
    yield Offered("relu", m.relu)
    yield Backward("conv2d_backward", conv_back, **few, wrong=True, sometimes_right=True)
    yield Backward("conv2d_backward", conv_back, **few, pads=(1,))
    yield Backward("relu_backward", m.relu_backprop)


def methods_of_one_class(m: Any) -> Iterator[Either]:
    cnn = m.CNN()

    def conv(x: Array, w: Array, b: Array | None, s: int, p: int) -> Array:
        return each(cnn.convolution, x, tf_filters(w), s, p)

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        dx, dw, db = cnn.conv_backward(g[0], (x[0], tf_filters(w)), s, p)
        return dx[None], np.moveaxis(dw, -1, 0), db

    def pool_back(g: Array, x: Array, f: int, s: int | None) -> Array:
        return np.stack(
            [cnn.maxpool_backward(of, (one, s or f, f)) for of, one in zip(g, x, strict=True)]
        )

    yield Offered("conv2d", conv, biases=(False,))
    yield Offered("relu", cnn.relu)
    yield Offered("max_pool2d", lambda x, f, s: each(cnn.max_pool, x, s or f, f))
    yield Backward("conv2d_backward", conv_back, batches=(1,))
    yield Backward("relu_backward", cnn.relu_backward)
    yield Backward("max_pool2d_backward", pool_back)


def gray_first_layer(m: Any) -> Iterator[Either]:
    def conv(w: Array) -> Any:
        layer = m.Conv3x3(len(w))
        layer.filters = np.array(first(w))
        return layer

    def of_one(x: Array, w: Array, b: Any, s: int, p: int) -> Array:
        return np.stack([last(conv(w).forward(one)[None])[0] for one in first(x)])

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = conv(w)
        _back(layer, first(g)[0], first(x)[0], 1.0)
        return None, w - last(layer.filters)

    def pool_back(g: Array, x: Array, f: int, s: int | None) -> Array:
        pairs = zip(first(g), first(x), strict=True)
        return last(np.stack([_back(m.MaxPool2(), of, one) for of, one in pairs]))

    def dense(w: Array, b: Array) -> Any:
        layer = m.Dense(*w.shape)
        layer.weights, layer.biases = np.array(w), np.array(b)
        return layer

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        layer = dense(w, np.zeros(w.shape[1]))
        dx = _back(layer, g[0], x[0], 1.0)
        return dx[None], w - layer.weights, -layer.biases

    few: dict[str, Any] = {**PLAIN, "channels": (1,)}
    pools: dict[str, Any] = {"sizes": (2,), "strides": (None,)}
    yield Offered("conv2d", of_one, **few, biases=(False,), sides=(3,), oblong=False)
    yield Offered(
        "max_pool2d",
        lambda x, f, s: last(each(lambda one: m.MaxPool2().forward(one), first(x))),
        **pools,
    )
    yield Offered("dense", lambda x, w, b: each(dense(w, b).forward, x))
    yield Backward("conv2d_backward", conv_back, **few, filters=(3,), batches=(1,))
    yield Backward("max_pool2d_backward", pool_back, **pools)
    yield Backward("dense_backward", dense_back, batches=(1,))


BINDINGS: dict[str, Callable[[Any], Iterator[Either]]] = {
    f"{one.__name__}.py": one
    for one in (
        params_dictionary,
        bias_maps,
        returned_masks,
        cropped_padding,
        methods_of_one_class,
        gray_first_layer,
    )
}


if __name__ == "__main__":
    sys.exit(compare(FOLDER, BINDINGS))
