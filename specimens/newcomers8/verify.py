"""What the files of the eighth set offer, each in its own convention.

``python -m specimens.newcomers8.verify`` compares all of them with SciPy and plain loops.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from specimens.conventions import Offered, report
from specimens.turned import Array, each, each_filter, each_map, first, last

FOLDER = Path(__file__).parent

#: One gray image at a time.
GRAY: dict[str, Any] = {"channels": (1,), "biases": (False,)}


def planes(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, _b: Array | None, _s: int, _p: int) -> Any:
        layer = m.PlaneConv(len(w), w.shape[1], 0.1)
        layer.filters = w[..., 0]
        return last(each(layer.forward, x[..., 0]))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Dense(*w.shape, 0.1)
        layer.weights, layer.bias = w, b.reshape(1, -1)
        return layer.forward(x)

    yield Offered("conv2d", conv, strides=(1,), pads=(0,), oblong=False, **GRAY)
    yield Offered(
        "max_pool2d",
        lambda x, _f, _s: last(each(m.MaxPool2().forward, first(x))),
        strides=(None,),
        sizes=(2,),
    )
    yield Offered("dense", dense)


def by_columns(m: Any) -> Iterator[Offered]:
    yield Offered("softmax", m.softmax)
    yield Offered(
        "softmax_cross_entropy", lambda z, y: m.CrossEntropyLoss().forward(z, y), mean=True
    )


def image_filters(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, _b: Array | None, _s: int, _p: int | str) -> Any:
        return each_filter(m.convolve_greyscale, x, w)

    yield Offered(
        "conv2d", conv, wrong=True, sometimes_right=True, strides=(1,), pads=("same",), **GRAY
    )
    yield Offered(
        "avg_pool2d",
        lambda x, f, s: each_map(m.average_pooling, x, (f, f), (s or f, s or f)),
    )


def one_axis(m: Any) -> Iterator[Offered]:
    yield Offered("max_pool2d", lambda x, f, s: last(m.max_pool_2d(first(x), f, s or f)))


def lists(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, s: int, p: int) -> Any:
        layer = m.Conv2D(w.shape[3], len(w), w.shape[1], s, p)
        layer.filters = first(w).tolist()
        layer.bias = (np.zeros(len(w)) if b is None else b).tolist()
        return last(layer.forward(first(x).tolist()))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Linear(*w.shape)
        layer.weights, layer.bias = w.tolist(), b.tolist()
        return layer.forward(x.tolist())

    def relu(x: Array) -> Any:
        rows = np.reshape(x, (-1, np.shape(x)[-1])).tolist() if np.ndim(x) else [[float(x)]]
        return np.reshape(m.ReLU().forward(rows), np.shape(x))

    yield Offered("conv2d", conv, oblong=False)
    yield Offered("dense", dense)
    yield Offered("relu", relu)


def plain_conv(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, _b: Array | None, s: int, p: int) -> Any:
        return each_filter(m.conv2d, x, w, s, p)

    yield Offered("conv2d", conv, **GRAY)


def model_object(m: Any) -> Iterator[Offered]:
    yield Offered("relu", m.net.relu)
    yield Offered("softmax", lambda z: each(m.net.softmax, z), wrong=True)


def in_pairs(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Any:
        return last(m.conv2d_forward(first(x), first(w), b, (s, s), (p, p)))

    yield Offered("conv2d", conv, biases=(True,))
    yield Offered(
        "avg_pool2d",
        lambda x, f, s: last(m.avgpool2d_forward(first(x), (f, f), (s or f, s or f))),
    )


BINDINGS: dict[str, Callable[[Any], Iterator[Offered]]] = {
    "by_columns.py": by_columns,
    "image_filters.py": image_filters,
    "in_pairs.py": in_pairs,
    "lists.py": lists,
    "model_object.py": model_object,
    "one_axis.py": one_axis,
    "plain_conv.py": plain_conv,
    "planes.py": planes,
}

NEED_TORCH: set[str] = set()


if __name__ == "__main__":
    sys.exit(report(FOLDER, BINDINGS))
