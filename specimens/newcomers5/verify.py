"""What the files of the fifth set offer, each in its own convention.

``python -m specimens.newcomers5.verify`` compares all of them with SciPy and plain loops.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from specimens.conventions import Offered, report
from specimens.turned import Array, first, last, module_call, tensor, tf_filters

FOLDER = Path(__file__).parent

#: Whoever makes a layer of one size takes no oblong filter.
SQUARE: dict[str, Any] = {"oblong": False}


def unfold_net(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, s: int, p: int) -> Any:
        layer = m.UnfoldConv2d(w.shape[-1], len(w), w.shape[1:3], s, p, b is not None)
        return last(module_call(layer, first(x).astype(w.dtype), first(w), b))

    yield Offered("conv2d", conv)
    yield Offered("relu", lambda x: module_call(m.HandReLU(), x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.UnfoldMaxPool2d(f, s)(tensor(first(x)))))
    yield Offered("dense", lambda x, w, b: module_call(m.HandLinear(*w.shape), x, w.T, b))


def fast_kernels(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, s: int, p: int) -> Any:
        return last(m.conv2d(first(x), first(w), b, s, p))

    yield Offered("conv2d", conv, biases=(False,))
    yield Offered("conv2d", conv, channels=(1,))
    yield Offered("conv2d", conv, channels=(3,), biases=(True,), wrong=True)
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", lambda x, f, s: last(m.maxpool2d(first(x), f, s)))
    yield Offered("dense", lambda x, w, b: m.fully_connected(x, w.T, b))


def rete_neurale(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: m.convoluzione(x, tf_filters(w), b, s, p),
        biases=(True,),
    )
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", m.maxPooling)
    yield Offered("dense", m.strato_denso)
    yield Offered("softmax", m.softmax)
    yield Offered("cross_entropy", m.entropia_incrociata, mean=True)


def dataclass_layers(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d", lambda x, w, b, s, p: m.Conv2D(w, b, s, p)(x), biases=(True,))
    yield Offered("relu", lambda x: m.ReLU()(x))
    yield Offered("max_pool2d", lambda x, f, s: m.MaxPool2D(f, s)(x), wrong=True)
    yield Offered("dense", lambda x, w, b: m.Dense(w, b)(x))
    yield Offered("softmax", lambda z: m.Softmax()(z))


def miniframework(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Any:
        layer = m.Conv(w.shape[-1], len(w), w.shape[1], s, p)
        layer.params |= {"w": first(w), "b": b}
        return last(layer(first(x)))

    def affine(x: Array, w: Array, b: Array) -> Any:
        layer = m.Affine(*w.shape)
        layer.params |= {"w": w, "b": b[None]}
        return layer(x)

    yield Offered("conv2d", conv, biases=(True,), **SQUARE)
    yield Offered("relu", lambda x: m.Relu()(x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.MaxPool(f, s)(first(x))))
    yield Offered("avg_pool2d", lambda x, f, s: last(m.AvgPool(f, s)(first(x).astype(float))))
    yield Offered("dense", affine)
    yield Offered("softmax_cross_entropy", lambda z, at: m.CrossEntropyLoss()(z, at), mean=True)


def convnet(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Any:
        layer = m.Conv2d(w.shape[-1], len(w), w.shape[1], s, p)
        layer.weight, layer.bias = first(w), b
        return last(layer.forward(first(x)))

    def linear(x: Array, w: Array, b: Array) -> Any:
        layer = m.Linear(*w.shape)
        layer.weight, layer.bias = w.T, b
        return layer.forward(x)

    yield Offered("conv2d", conv, biases=(True,), **SQUARE)
    yield Offered("relu", lambda x: m.ReLU().forward(x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.MaxPool2d(f, s).forward(first(x))))
    yield Offered("dense", linear)
    yield Offered("softmax", lambda z: m.Softmax().forward(z), batches=(1,))
    yield Offered("softmax", lambda z: m.Softmax().forward(z), wrong=True, sometimes_right=True)


BINDINGS: dict[str, Callable[[Any], Iterator[Offered]]] = {
    "convnet": convnet,
    "dataclass_layers.py": dataclass_layers,
    "fast_kernels.py": fast_kernels,
    "miniframework.py": miniframework,
    "reteNeurale.py": rete_neurale,
    "unfold_net.py": unfold_net,
}

#: These are left out where PyTorch is not installed.
NEED_TORCH = {"unfold_net.py"}


if __name__ == "__main__":
    sys.exit(report(FOLDER, BINDINGS))
