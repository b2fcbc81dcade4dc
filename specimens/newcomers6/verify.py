"""What the files of the sixth set offer, each in its own convention.

``python -m specimens.newcomers6.verify`` compares all of them with SciPy and plain loops.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from specimens.conventions import Offered, report
from specimens.turned import Array, each, first, last, module_call, tensor, tf_filters

FOLDER = Path(__file__).parent

#: Whoever makes a layer of one size takes no oblong filter.
SQUARE: dict[str, Any] = {"oblong": False}


def medium_conv(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, _s: int, _p: int) -> Any:
        layer = m.Convolution(len(w), w.shape[1], w.shape[3])
        layer.filters, layer.biases = tf_filters(w), np.zeros(len(w)) if b is None else b
        return each(layer.forward_prop, x)

    yield Offered("conv2d", conv, strides=(1,), pads=(0,), **SQUARE)
    yield Offered("relu", lambda x: m.ReLU().forward_prop(x))
    yield Offered(
        "max_pool2d", lambda x, f, _s: each(m.MaxPool(f).forward_prop, x), strides=(None,)
    )
    yield Offered("softmax", lambda z: each(m.softmax, z))
    yield Offered(
        "cross_entropy",
        lambda p, y: [m.cross_entropy(*pair) for pair in zip(p, y, strict=True)],
    )


def loops_numba(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, s: int, _p: int) -> Any:
        return last(m.conv2d(first(x), first(w), b, s))

    yield Offered("conv2d", conv, pads=(0,), biases=(True,))
    yield Offered("relu", m.relu)
    yield Offered(
        "max_pool2d",
        lambda x, f, s: last(m.max_pool2d(first(x), f, s)),
        wrong=True,
        sometimes_right=True,
    )
    yield Offered("dense", m.dense)


def nhwc_port(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, _b: Array | None, s: int, p: int | str) -> Any:
        return m.conv2d(x, tf_filters(w), (s, s), "SAME" if p == "same" else "VALID")

    yield Offered("conv2d", conv, pads=(0, "same"), biases=(False,))
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", lambda x, f, s: m.max_pool(x, (f, f), (s, s)))
    yield Offered("softmax", m.softmax)
    yield Offered(
        "softmax_cross_entropy",
        lambda z, y: m.sparse_softmax_cross_entropy_with_logits(y, z),
    )


def simple_model(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, _s: int, _p: int) -> Any:
        layer = m.Conv3x3(w.shape[3], len(w))
        layer.weights = first(w)
        layer.bias = np.zeros((len(w), 1, 1)) if b is None else b.reshape(-1, 1, 1)
        return last(layer.forward(first(x)))

    yield Offered("conv2d", conv, strides=(1,), pads=(0,), sides=(3,), **SQUARE)
    yield Offered("relu", lambda x: m.Relu().forward(x))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Dense(*w.shape)
        layer.weights, layer.bias = w, b
        return layer.forward(x)

    yield Offered("dense", dense)
    yield Offered("softmax_cross_entropy", lambda z, y: m.Model().loss(z, y), mean=True)


def functional(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, s: int, p: int) -> Any:
        return last(m.conv2d(first(x), weight=first(w), bias=b, stride=s, padding=p))

    yield Offered("conv2d", conv)
    yield Offered("relu", lambda x: m.relu(x))
    yield Offered(
        "max_pool2d", lambda x, f, s: last(m.max_pool2d(first(x), kernel_size=f, stride=s))
    )
    yield Offered(
        "avg_pool2d",
        lambda x, f, s: last(m.avg_pool2d(first(x), kernel_size=f, stride=s)),
        wrong=True,
        sometimes_right=True,
    )
    yield Offered("dense", lambda x, w, b: m.linear(x, weight=w.T, bias=b))
    yield Offered("softmax", lambda z: m.softmax(z))
    yield Offered("softmax_cross_entropy", lambda z, y: m.cross_entropy(z, target=y), mean=True)


def explore_cnn(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, _b: Array | None, s: int, p: int) -> Any:
        return each(m.conv, x, tf_filters(w), s, p)

    yield Offered("conv2d", conv, biases=(False,))
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", lambda x, f, _s: each(m.pool, x, f), strides=(None,))
    yield Offered("avg_pool2d", lambda x, f, _s: each(m.pool, x, f, "avg"), strides=(None,))
    yield Offered("softmax", lambda z: each(m.softmax, z))


def pocketnn(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, s: int, p: int) -> Any:
        layer = m.Conv2D(w.shape[3], len(w), w.shape[1], s, p)
        layer.params.update(w=first(w), b=np.zeros(len(w)) if b is None else b)
        return last(layer(first(x)))

    yield Offered("conv2d", conv)
    yield Offered("relu", lambda x: m.ReLU()(x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.MaxPool2D(f, s)(first(x))))
    yield Offered("avg_pool2d", lambda x, f, s: last(m.AvgPool2D(f, s)(first(x))))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Linear(*w.shape)
        layer.params.update(w=w, b=b)
        return layer(x)

    yield Offered("dense", dense)
    yield Offered(
        "softmax_cross_entropy", lambda z, y: m.SoftmaxCrossEntropyLoss().loss(z, y), mean=True
    )


def cnn_c(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, s: int, _p: int) -> Any:
        return last(m.conv2d(first(x), first(w), b, s))

    yield Offered("conv2d", conv, pads=(0,))
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", lambda x, f, s: last(m.max_pool2d(first(x), f, s)))
    yield Offered("dense", m.dense)


def stride_tricks(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d", m.convolve, wrong=True, sometimes_right=True)
    yield Offered("max_pool2d", m.maxpool)
    yield Offered("avg_pool2d", m.avgpool)
    yield Offered("relu", m.relu)
    yield Offered("dense", m.fully_connected)


def typed_net(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, s: int, p: int) -> Any:
        return last(m.Conv2d(first(w), b, (s, s), (p, p)).apply(first(x)))

    yield Offered("conv2d", conv, biases=(True,))
    yield Offered("relu", lambda x: m.Relu().apply(x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.MaxPool2d(f, s).apply(first(x))))
    yield Offered("dense", lambda x, w, b: m.Linear(w.T, b).apply(x))
    yield Offered("softmax", m.softmax)
    yield Offered("cross_entropy", m.cross_entropy, mean=True)


def faltungsnetz(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, s: int, p: int) -> Any:
        maps = [m.Schichten.faltung(one[..., 0], w[..., 0], b, s, p) for one in x]
        return last(np.stack(maps))

    def pool(x: Array, f: int, _s: int) -> Any:
        return last(np.stack([m.Schichten.max_pooling(one, f) for one in first(x)]))

    yield Offered("conv2d", conv, channels=(1,))
    yield Offered("relu", m.Schichten.relu)
    yield Offered("max_pool2d", pool, strides=(None,))
    yield Offered("dense", lambda x, w, b: each(lambda r: m.Schichten.voll_verbunden(r, w.T, b), x))
    yield Offered("softmax", lambda z: each(m.Schichten.softmax, z))
    yield Offered(
        "cross_entropy",
        lambda p, y: [m.Schichten.kreuzentropie(*pair) for pair in zip(p, y, strict=True)],
    )


def torch_wrap(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, s: int, p: int) -> Any:
        layer = m.HookedConv2d(w.shape[-1], len(w), w.shape[1], s, p, bias=b is not None)
        return last(module_call(layer, first(x).astype(w.dtype), first(w), b))

    yield Offered("conv2d", conv)
    yield Offered("relu", lambda x: module_call(m.HookedReLU(), x))
    yield Offered(
        "max_pool2d",
        lambda x, f, s: last(m.HookedMaxPool2d(f, s)(tensor(first(x)))),
        wrong=True,
        sometimes_right=True,
    )
    yield Offered("dense", lambda x, w, b: module_call(m.HookedLinear(*w.shape), x, w.T, b))


BINDINGS: dict[str, Callable[[Any], Iterator[Offered]]] = {
    "cnn_c": cnn_c,
    "explore_cnn.ipynb": explore_cnn,
    "faltungsnetz.py": faltungsnetz,
    "functional.py": functional,
    "loops_numba.py": loops_numba,
    "medium_conv.py": medium_conv,
    "nhwc_port.py": nhwc_port,
    "pocketnn": pocketnn,
    "simple_model.py": simple_model,
    "stride_tricks.py": stride_tricks,
    "torch_wrap.py": torch_wrap,
    "typed_net.py": typed_net,
}

#: These are left out where PyTorch is not installed.
NEED_TORCH = {"torch_wrap.py"}


if __name__ == "__main__":
    sys.exit(report(FOLDER, BINDINGS))
