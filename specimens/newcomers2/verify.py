"""What the files of the second set offer, each in its own convention.

``python -m specimens.newcomers2.verify`` compares all of them with SciPy and plain loops.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from specimens.conventions import Offered, report
from specimens.turned import (
    Array,
    each,
    each_filter,
    first,
    last,
    one_hot,
    tensor,
    tf_filters,
)

FOLDER = Path(__file__).parent


def blobs(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Array:
        layer = m.ConvolutionLayer(len(w), w.shape[1], s, p)
        layer.weights, layer.bias = first(w), b
        return last(layer.forward(first(x)))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.InnerProductLayer(w.shape[1])
        layer.weights, layer.bias = w.T, b
        return layer.forward(x)

    yield Offered("conv2d", conv, biases=(True,), oblong=False)
    yield Offered("relu", lambda x: m.ReLULayer().forward(x))
    for number, operation in enumerate(("max_pool2d", "avg_pool2d")):
        yield Offered(
            operation,
            lambda x, f, s, number=number: last(m.PoolingLayer(f, s, number).forward(first(x))),
        )
    yield Offered("dense", dense)
    yield Offered("softmax", lambda z: m.SoftmaxLayer().forward(z))


def chw_single(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(each(lambda one: m.conv(one, first(w), b, s, p), first(x))),
        biases=(True,),
    )
    yield Offered("relu", m.relu)
    yield Offered(
        "max_pool2d", lambda x, f, s: last(each(lambda one: m.maxpool(one, f, s), first(x)))
    )
    yield Offered("softmax", lambda z: each(m.softmax, z))


def cnn_basics(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: m.conv_layer(x, tf_filters(w), b, s),
        wrong=True,
        sometimes_right=True,
        pads=(0,),
        biases=(True,),
        oblong=False,
    )
    yield Offered("relu", m.relu)
    yield Offered("avg_pool2d", m.avg_pool)


def column_softmax_net(m: Any) -> Iterator[Offered]:
    yield Offered("dense", lambda x, w, b: m.affine(w.T, x.T, b[:, None]).T)
    yield Offered("softmax", lambda z: m.softmax(z.T).T)
    yield Offered("cross_entropy", lambda p, y: m.cost(p.T, one_hot(y, p.shape[1]).T), mean=True)


def cs231n_fast(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Array:
        if s > 1:  # sizes that the stride divides only: what is left over is cut off by hand
            x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
            rows, columns = x.shape[1:3]
            x = x[:, : rows - (rows - w.shape[1]) % s, : columns - (columns - w.shape[2]) % s]
            p = 0
        return last(m.conv_forward_fast(first(x), first(w), b, {"stride": s, "pad": p})[0])

    def pool(x: Array, f: int, s: int) -> Array:
        x = x[:, : x.shape[1] // f * f, : x.shape[2] // f * f]
        options = {"pool_height": f, "pool_width": f, "stride": s}
        return last(m.max_pool_forward_fast(first(x), options)[0])

    yield Offered("conv2d", conv, biases=(True,))
    yield Offered("max_pool2d", pool, strides=(None,))
    yield Offered("relu", lambda x: m.relu_forward(x)[0])
    yield Offered("dense", lambda x, w, b: m.affine_forward(x, w, b)[0])
    yield Offered("softmax_cross_entropy", lambda z, y: m.softmax_loss(z, y)[0], mean=True)


def deep_columns(m: Any) -> Iterator[Offered]:
    yield Offered("relu", m.relu)
    yield Offered("dense", lambda x, w, b: m.linear_forward(x.T, w.T, b[:, None]).T)
    yield Offered("softmax", lambda z: m.softmax(z.T).T, wrong=True, sometimes_right=True)
    yield Offered(
        "cross_entropy", lambda p, y: m.compute_cost(p.T, one_hot(y, p.shape[1]).T), mean=True
    )


def digits_cnn(m: Any) -> Iterator[Offered]:
    rng = np.random.default_rng(0)

    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Array:
        layer = m.Conv(rng, w.shape[-1], len(w), w.shape[1])
        layer.K, layer.b = first(w), b
        return last(layer.forward(first(x)))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Dense(rng, *w.shape)
        layer.W, layer.b = w, b
        return layer.forward(x)

    yield Offered("conv2d", conv, strides=(1,), pads=(0,), biases=(True,), oblong=False)
    yield Offered("relu", lambda x: m.ReLU().forward(x))
    yield Offered("dense", dense, wrong=True)
    yield Offered("dense", lambda x, w, b: dense(x, w, 0 * b) + b)
    yield Offered("softmax", m.softmax)
    yield Offered("cross_entropy", m.nll, mean=True)


def einsum_layers(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d", lambda x, w, b, s, p: last(m.Conv2d(first(w), b, s, p)(first(x))))
    yield Offered("relu", lambda x: m.ReLU()(x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.MaxPool2d(f, s)(first(x))))
    yield Offered("dense", lambda x, w, b: m.Linear(w.T, b)(x))


def forward_pass(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: Any) -> Array:
        layer = m.Conv2D(
            len(w),
            w.shape[1:3],
            input_shape=first(x).shape[1:],
            padding="same" if p == "same" else "valid",
            stride=s,
        )
        layer.initialize()
        layer.W, layer.w0 = first(w), b[:, None]
        return last(layer.forward_pass(first(x)))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Dense(w.shape[1], input_shape=x.shape[1:])
        layer.initialize()
        layer.W, layer.w0 = w, b[None]
        return layer.forward_pass(x)

    yield Offered("conv2d", conv, pads=(0, "same"), biases=(True,))
    yield Offered("relu", lambda x: m.Activation("relu").forward_pass(x))
    yield Offered(
        "max_pool2d", lambda x, f, s: last(m.MaxPooling2D((f, f), s).forward_pass(first(x)))
    )
    yield Offered("dense", dense)
    yield Offered("softmax", lambda z: m.Activation("softmax").forward_pass(z))


def gabor_bank(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each(lambda one: m.bank_response(first_one(one), first(w), b), x),
        strides=(1,),
        pads=(0,),
    )
    yield Offered("relu", m.half_wave)


def first_one(image: Array) -> Array:
    """Return (H, W, C) as (C, H, W)."""
    return np.moveaxis(image, -1, 0)


def mlkit(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: Any) -> Array:
        layer = m.Conv2D(w.shape[-1], len(w), w.shape[1], s, "same" if p == "same" else "valid")
        layer.weights, layer.bias = first(w), b
        return last(layer(first(x)))

    yield Offered("conv2d", conv, pads=(0, "same"), biases=(True,), oblong=False)
    yield Offered("relu", lambda x: m.ReLU()(x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.MaxPool2D(f, s)(first(x))))
    yield Offered(
        "avg_pool2d",
        lambda x, f, s: last(m.AvgPool2D(f, s)(first(x))),
        wrong=True,
        sometimes_right=True,
    )
    yield Offered("avg_pool2d", lambda x, f, s: last(m.AvgPool2D(f)(first(x))), strides=(None,))
    yield Offered("softmax", lambda z: m.Softmax()(z))
    yield Offered("cross_entropy", m.losses.categorical_crossentropy, mean=True)


def nnfs_style(m: Any) -> Iterator[Offered]:
    yield Offered("relu", lambda x: m.run(m.Activation_ReLU(), x))
    yield Offered("dense", lambda x, w, b: m.run(m.dense_of(w, b), x))
    yield Offered("softmax", lambda z: m.run(m.Activation_Softmax(), z))
    yield Offered("cross_entropy", lambda p, y: m.Loss_CategoricalCrossentropy().forward(p, y))


def reshape_pooling(m: Any) -> Iterator[Offered]:
    for operation, mode in (("max_pool2d", "max"), ("avg_pool2d", "mean")):
        yield Offered(
            operation,
            lambda x, f, s, mode=mode: m.pool2d(x, f, mode),
            wrong=True,
            sometimes_right=True,
            strides=(None,),
        )


def sobel_scipy(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each_filter(m.filter_image, x, w),
        wrong=True,
        sometimes_right=True,
        strides=(1,),
        pads=("same",),
        biases=(False,),
        channels=(1,),
    )


def torch_ops(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(
            m.conv(
                tensor(first(x).astype(w.dtype)),
                tensor(first(w)),
                None if b is None else tensor(b.astype(w.dtype)),
                s=s,
                p=p,
            )
        ),
    )
    yield Offered("relu", lambda x: m.relu(tensor(x)))
    yield Offered("max_pool2d", lambda x, f, s: last(m.max_pool(tensor(first(x)), f, s)))
    yield Offered("avg_pool2d", lambda x, f, s: last(m.avg_pool(tensor(first(x)), f, s)))
    yield Offered("softmax", lambda z: m.softmax(tensor(z)))
    yield Offered("dense", lambda x, w, b: m.fully_connected(tensor(x), tensor(w.T), tensor(b)))


BINDINGS: dict[str, Callable[[Any], Iterator[Offered]]] = {
    "blobs.py": blobs,
    "chw_single.py": chw_single,
    "cnn_basics.ipynb": cnn_basics,
    "column_softmax_net.py": column_softmax_net,
    "cs231n_fast.py": cs231n_fast,
    "deep_columns.py": deep_columns,
    "digits_cnn.py": digits_cnn,
    "einsum_layers.py": einsum_layers,
    "forward_pass.py": forward_pass,
    "gabor_bank.py": gabor_bank,
    "mlkit": mlkit,
    "nnfs_style.py": nnfs_style,
    "reshape_pooling.py": reshape_pooling,
    "sobel_scipy.py": sobel_scipy,
    "torch_ops.py": torch_ops,
}

#: This is left out where PyTorch is not installed.
NEED_TORCH = {"torch_ops.py"}


if __name__ == "__main__":
    sys.exit(report(FOLDER, BINDINGS))
