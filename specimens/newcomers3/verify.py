"""What the files of the third set offer, each in its own convention.

``python -m specimens.newcomers3.verify`` compares all of them with SciPy and plain loops.
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
    each_map,
    first,
    last,
    module_call,
    tensor,
    tf_filters,
)

FOLDER = Path(__file__).parent


def blog_cnn(m: Any) -> Iterator[Offered]:
    def conv(image: Array, w: Array, b: Array | None) -> Any:
        layer = m.Conv(len(w), w.shape[1])
        layer.filters = w[..., 0]
        if b is not None:
            layer.biases = b
        return layer.forward(image[..., 0])

    def fused(logits: Array) -> Any:
        layer = m.Softmax(6, len(logits))
        layer.biases = logits
        return layer.forward(np.zeros((2, 3)))

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each(conv, x, w, b),
        strides=(1,),
        pads=(0,),
        channels=(1,),
        oblong=False,
    )
    yield Offered(
        "max_pool2d",
        lambda x, f, s: each(lambda one: m.MaxPool(f).forward(one), x),
        strides=(None,),
    )
    # It is a dense layer, too: of zeros its bias is left.
    yield Offered("softmax", lambda z: each(fused, z))


def c_port(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(
            each(lambda one: m.run_convolutional(one, first(w), b, s, p), first(x))
        ),
    )
    yield Offered("relu", m.activate_array)
    yield Offered(
        "max_pool2d",
        lambda x, f, s: last(each(lambda one: m.run_maxpool(one, f, s), first(x))),
        wrong=True,
        sometimes_right=True,
    )
    yield Offered("dense", lambda x, w, b: each(m.run_connected, x, w, b))
    yield Offered("softmax", lambda z: each(lambda one: m.softmax(one, len(one), 1.0), z))


def closures(m: Any) -> Iterator[Offered]:
    for wrong, pads in ((True, (0, 1)), (True, (1,)), (False, (0,))):
        yield Offered(
            "conv2d",
            lambda x, w, b, s, p: last(m.conv_layer(first(w), b, s, p)(first(x))),
            wrong=wrong,
            sometimes_right=pads == (0, 1),
            pads=pads,
            biases=(True,),
        )
    yield Offered("relu", lambda x: m.relu_layer()(x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.max_pool_layer(f, s)(first(x))))
    yield Offered("dense", lambda x, w, b: m.dense_layer(w, b)(x))
    yield Offered("softmax", lambda z: m.softmax_layer()(z))


def config_layers(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Array:
        layer = m.Conv(
            {
                "kind": "conv",
                "in_channels": w.shape[-1],
                "out_channels": len(w),
                "kernel": w.shape[1],
                "stride": s,
                "pad": p,
            }
        )
        layer.W, layer.b = first(w), b
        return last(layer(first(x)))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.FC({"inputs": len(w), "outputs": w.shape[1]})
        layer.W, layer.b = w.T, b
        return layer(x)

    yield Offered("conv2d", conv, biases=(True,))
    yield Offered("relu", lambda x: m.Activation({"fn": "relu"})(x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.Pool({"kernel": f, "stride": s})(first(x))))
    yield Offered("dense", dense)


def digit_recognizer(m: Any) -> Iterator[Offered]:
    yield Offered("relu", m.ReLU)
    yield Offered("softmax", lambda z: m.softmax(z.T).T)


def fashion_cnn(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: m.conv2d(x[..., 0], w[..., 0], b),
        strides=(1,),
        pads=(0,),
        biases=(True,),
        channels=(1,),
    )
    yield Offered("relu", m.relu, wrong=True)
    yield Offered("relu", lambda x: m.relu(x.copy()))
    yield Offered("max_pool2d", lambda x, f, s: m.max_pool(x, f), strides=(None,))
    yield Offered("dense", m.dense)
    yield Offered("softmax", m.softmax)


def fft_layers(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Array:
        return last(each(lambda one: m.fft_conv2d(one, first(w), b), first(x)))

    only: dict[str, Any] = {"strides": (1,), "pads": (0,)}
    yield Offered("conv2d", conv, wrong=True, sometimes_right=True, **only)
    # The sums are rounded by the transform: whole numbers are due here, bytes times eighths.
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: np.round(conv(x, w[:, ::-1, ::-1], b, s, p) * 64) / 64,
        **only,
    )
    yield Offered("relu", m.relu)
    yield Offered(
        "max_pool2d",
        lambda x, f, s: last(each(lambda one: m.max_pool(one, f), first(x))),
        strides=(None,),
    )


def flat_theta(m: Any) -> Iterator[Offered]:
    def dense(x: Array, w: Array, b: Array) -> Any:
        ((weights, bias),) = m.unpack(np.concatenate([w.ravel(), b]), w.shape)
        return m.affine(x, weights, bias)

    yield Offered("relu", m.rectify)
    yield Offered("dense", m.affine)
    yield Offered("dense", dense)
    yield Offered("softmax", m.soft_max)
    yield Offered("cross_entropy", m.neg_log_likelihood, mean=True)


def homework_modules(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: Any) -> Array:
        layer = m.Conv2d(w.shape[-1], len(w), w.shape[1])
        layer.W, layer.b = first(w), b
        return last(layer.forward(first(x)))

    def pool(x: Array, f: int, s: int) -> Array:  # what is left over is cut off by hand
        x = x[:, : x.shape[1] // f * f, : x.shape[2] // f * f]
        return last(m.MaxPool2d(f).forward(first(x)))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Linear(*w.shape)
        layer.W, layer.b = w.T, b
        return layer.forward(x)

    yield Offered("conv2d", conv, strides=(1,), pads=("same",), biases=(True,), oblong=False)
    yield Offered("relu", lambda x: m.ReLU().forward(x))
    yield Offered("max_pool2d", pool, strides=(None,))
    yield Offered("dense", dense)
    yield Offered("softmax", lambda z: m.SoftMax().forward(z))


def jax_style(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: m.conv(
            (tf_filters(w), b), x, s, padding="SAME" if p == "same" else "VALID"
        ),
        pads=(0, "same"),
        biases=(True,),
    )
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", m.max_pool)
    yield Offered("dense", lambda x, w, b: m.dense((w, b), x))
    yield Offered("softmax", m.softmax)


def linen_like(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: m.Conv(
            len(w), w.shape[1:3], (s, s), "SAME" if p == "same" else "VALID"
        ).apply({"params": {"kernel": tf_filters(w), "bias": b}}, x),
        pads=(0, "same"),
        biases=(True,),
    )
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", lambda x, f, s: m.max_pool(x, (f, f), (s, s)))
    yield Offered("avg_pool2d", lambda x, f, s: m.avg_pool(x, (f, f), (s, s)))
    yield Offered(
        "dense",
        lambda x, w, b: m.Dense(w.shape[1]).apply({"params": {"kernel": w, "bias": b}}, x),
    )
    yield Offered("softmax", m.softmax)


def list_of_layers(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(
            m.conv(first(x), {"type": "conv", "W": first(w), "b": b, "stride": s, "pad": p})
        ),
        biases=(True,),
    )
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", lambda x, f, s: last(m.maxpool(first(x), {"size": f, "stride": s})))
    yield Offered("dense", lambda x, w, b: m.fc(x, {"W": w, "b": b}))
    yield Offered("softmax", m.softmax)
    yield Offered("cross_entropy", m.cross_entropy, mean=True)


def mininn(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Array:
        layer = m.Conv2D(w.shape[-1], len(w), w.shape[1], s)
        layer.weights, layer.bias = first(w), b
        return last(layer(first(x)))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Dense(*w.shape)
        layer.weights, layer.bias = w, b
        return layer(x)

    for strides in ((1, 2), (2,), (1,)):
        yield Offered(
            "conv2d",
            conv,
            wrong=2 in strides,
            sometimes_right=strides == (1, 2),
            strides=strides,
            pads=(0,),
            biases=(True,),
            oblong=False,
        )
    yield Offered("relu", lambda x: m.ReLU()(x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.MaxPool2D(f, s)(first(x))))
    yield Offered("dense", dense)
    yield Offered("softmax", lambda z: m.Softmax()(z))


def neuronales_netz(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d", lambda x, w, b, s, p: each(lambda one: m.faltung(one, w, b, s), x), pads=(0,)
    )
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each(lambda one: m.faltung(one, w[..., 0], b, s), x[..., 0]),
        pads=(0,),
        channels=(1,),
    )
    yield Offered("relu", m.gleichrichter)
    yield Offered("max_pool2d", lambda x, f, s: each(m.maximum_buendeln, x, f, s))
    yield Offered("avg_pool2d", lambda x, f, s: each(m.mittel_buendeln, x, f, s))
    yield Offered("dense", lambda x, w, b: each(m.voll_verbunden, x, w, b))
    yield Offered("softmax", lambda z: each(m.anteile, z))
    yield Offered(
        "cross_entropy",
        lambda p, y: [m.kreuzentropie(*pair) for pair in zip(p, y, strict=True)],
    )


def param_objects(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Array:
        layer = m.ConvolutionalLayer(w.shape[-1], len(w), w.shape[1])
        layer.W.value, layer.B.value = first(w), b
        return last(each(layer.forward, first(x)))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.FullyConnectedLayer(*w.shape)
        layer.W.value, layer.B.value = w, b
        return each(layer.forward, x)

    for channels in ((1, 3), (3,), (1,)):
        yield Offered(
            "conv2d",
            conv,
            wrong=3 in channels,
            sometimes_right=channels == (1, 3),
            channels=channels,
            strides=(1,),
            pads=(0,),
            biases=(True,),
            oblong=False,
        )
    yield Offered("relu", lambda x: m.ReLULayer().forward(x))
    yield Offered(
        "avg_pool2d", lambda x, f, s: last(each(m.MeanPoolingLayer(f, s).forward, first(x)))
    )
    yield Offered("dense", dense)


def photo_filters(m: Any) -> Iterator[Offered]:
    def mended(image: Array, w: Array, b: Array | None, s: int) -> Any:
        maps = m.convolve(image, w, b, s)
        return maps.reshape(maps.shape[1], maps.shape[0], -1)

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each(m.convolve, x, w, b, s),
        wrong=True,
        sometimes_right=True,
        pads=(0,),
    )
    yield Offered("conv2d", lambda x, w, b, s, p: each(mended, x, w, b, s), pads=(0,))
    yield Offered("relu", m.relu)
    yield Offered("avg_pool2d", lambda x, f, s: each(m.shrink, x, f), strides=(None,))


def pool_class(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: m.Convolution(w, b, s, "same" if p == "same" else "valid").forward(x),
        pads=(0, "same"),
    )
    yield Offered("relu", lambda x: m.Rectifier().forward(x))
    for operation, mode in (("max_pool2d", "max"), ("avg_pool2d", "average")):
        yield Offered(
            operation,
            lambda x, f, s, mode=mode: m.Pooling((f, f), s and (s, s), mode).forward(x),
            strides=(None, 1, 2),
        )


def pure_python(m: Any) -> Iterator[Offered]:
    for given in (np.asarray, np.ndarray.tolist):
        yield Offered(
            "conv2d",
            lambda x, w, b, s, p, given=given: each_filter(
                lambda one, by: np.array(m.conv2d(given(one), given(by), s)), x, w
            ),
            pads=(0,),
            biases=(False,),
            channels=(1,),
        )
    yield Offered("relu", lambda x: each_map(lambda one: np.array(m.relu(one)), x))
    yield Offered(
        "avg_pool2d",
        lambda x, f, s: each_map(lambda one: np.array(m.average_pooling(one, f, s)), x),
    )
    yield Offered("dense", lambda x, w, b: [m.dense(row, w.T, b) for row in x])
    yield Offered("softmax", lambda z: [m.softmax(row) for row in z])


def red_neuronal(m: Any) -> Iterator[Offered]:
    yield Offered("relu", m.relu)
    yield Offered("dense", m.capa_densa)
    yield Offered("softmax", m.softmax)
    yield Offered("cross_entropy", m.entropia_cruzada, wrong=True, mean=True)
    yield Offered("cross_entropy", lambda p, y: -m.entropia_cruzada(p, y), mean=True)


def sampling_head(m: Any) -> Iterator[Offered]:
    yield Offered("relu", m.relu)
    yield Offered("dense", m.linear)
    yield Offered("softmax", m.softmax, wrong=True, sometimes_right=True)
    yield Offered("softmax", lambda z: each(m.softmax, z))


def tensor_engine(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Array:
        layer = m.Conv2d(w.shape[-1], len(w), w.shape[1], s, p)
        layer.weight, layer.bias = m.Tensor(first(w)), m.Tensor(b)
        return last(layer(m.Tensor(first(x))).data)

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Linear(*w.shape)
        layer.weight, layer.bias = m.Tensor(w), m.Tensor(b)
        return layer(m.Tensor(x)).data

    yield Offered("conv2d", conv, biases=(True,))
    yield Offered("relu", lambda x: m.ReLU()(m.Tensor(x)).data)
    yield Offered("relu", lambda x: m.Tensor(x).relu().data)
    yield Offered("max_pool2d", lambda x, f, s: last(m.MaxPool2d(f, s)(m.Tensor(first(x))).data))
    yield Offered("dense", dense)
    yield Offered(
        "softmax_cross_entropy", lambda z, y: m.CrossEntropyLoss()(m.Tensor(z), y).data, mean=True
    )


def tf1_api(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array | None, s: int, p: Any) -> Any:
        padding = "SAME" if p == "same" else "VALID"
        maps = m.conv2d(x, tf_filters(w), [1, s, s, 1], padding)
        return maps if b is None else m.bias_add(maps, b)

    yield Offered("conv2d", conv, pads=(0, "same"))
    yield Offered("relu", m.relu)
    for operation, function in (("max_pool2d", m.max_pool), ("avg_pool2d", m.avg_pool)):
        yield Offered(
            operation,
            lambda x, f, s, function=function: function(x, [1, f, f, 1], [1, s, s, 1], "VALID"),
        )
    yield Offered("softmax", m.softmax)
    yield Offered(
        "softmax_cross_entropy",
        lambda z, y: m.sparse_softmax_cross_entropy_with_logits(labels=y, logits=z),
    )


def torch_functions(m: Any) -> Iterator[Offered]:
    yield Offered("relu", lambda x: module_call(m.MyReLU(), x))
    yield Offered("dense", lambda x, w, b: module_call(m.MyLinear(*w.shape), x, w.T, b))
    yield Offered("softmax", lambda z: module_call(m.MySoftmax(), z))


def torch_lenet(m: Any) -> Iterator[Offered]:
    def pool(x: Array, f: int, s: int) -> Array:
        return last(m.Subsampling(f, s)(tensor(first(x))))

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(
            module_call(
                m.Conv(w.shape[-1], len(w), w.shape[1], s, p), first(x).astype(w.dtype), first(w), b
            )
        ),
        biases=(True,),
        oblong=False,
    )
    yield Offered("relu", lambda x: module_call(m.Rectify(), x))
    yield Offered("avg_pool2d", pool, wrong=True)
    yield Offered("avg_pool2d", lambda x, f, s: pool(x, f, s) / f)
    yield Offered("dense", lambda x, w, b: module_call(m.FullyConnected(*w.shape), x, w.T, b))


BINDINGS: dict[str, Callable[[Any], Iterator[Offered]]] = {
    "blog_cnn.py": blog_cnn,
    "c_port.py": c_port,
    "closures.py": closures,
    "config_layers.py": config_layers,
    "digit_recognizer.ipynb": digit_recognizer,
    "fashion_cnn.ipynb": fashion_cnn,
    "fft_layers.py": fft_layers,
    "flat_theta.py": flat_theta,
    "homework_modules.py": homework_modules,
    "jax_style.py": jax_style,
    "linen_like.py": linen_like,
    "list_of_layers.py": list_of_layers,
    "mininn.py": mininn,
    "neuronales_netz.py": neuronales_netz,
    "param_objects.py": param_objects,
    "photo_filters.py": photo_filters,
    "pool_class.py": pool_class,
    "pure_python.py": pure_python,
    "red_neuronal.py": red_neuronal,
    "sampling_head.py": sampling_head,
    "tensor_engine.py": tensor_engine,
    "tf1_api.py": tf1_api,
    "torch_functions.py": torch_functions,
    "torch_lenet.py": torch_lenet,
}

#: These are left out where PyTorch is not installed.
NEED_TORCH = {"torch_functions.py", "torch_lenet.py"}


if __name__ == "__main__":
    sys.exit(report(FOLDER, BINDINGS))
