"""What the newcomers' files offer, each in its own convention.

``python -m specimens.newcomers.verify`` compares all of them with SciPy and plain loops.
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
    one_hot,
    tensor,
    tf_filters,
)

FOLDER = Path(__file__).parent


def activations(m: Any) -> Iterator[Offered]:
    yield Offered("relu", m.relu)
    yield Offered("softmax", m.softmax, wrong=True, sometimes_right=True)


def convolve_gray(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each_filter(m.convolve, x, w),
        strides=(1,),
        pads=(0,),
        biases=(False,),
        channels=(1,),
    )


def coursera_columns(m: Any) -> Iterator[Offered]:
    yield Offered("relu", lambda x: m.relu(x)[0])
    yield Offered("dense", lambda x, w, b: m.linear_forward(x.T, w.T, b[:, None])[0].T)
    yield Offered("softmax", lambda z: m.softmax(z.T)[0].T)
    yield Offered(
        "cross_entropy", lambda p, y: m.compute_cost(p.T, one_hot(y, p.shape[1]).T), mean=True
    )


def coursera_conv(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: m.conv_forward(
            x, tf_filters(w), b.reshape(1, 1, 1, -1), {"stride": s, "pad": p}
        )[0],
        biases=(True,),
        oblong=False,
    )
    for operation, mode in (("max_pool2d", "max"), ("avg_pool2d", "average")):
        yield Offered(
            operation,
            lambda x, f, s, mode=mode: m.pool_forward(x, {"f": f, "stride": s}, mode=mode)[0],
        )


def cs231n_layers(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(
            m.conv_forward_naive(first(x), first(w), b, {"stride": s, "pad": p})[0]
        ),
        biases=(True,),
    )
    yield Offered("relu", lambda x: m.relu_forward(x)[0])
    yield Offered(
        "max_pool2d",
        lambda x, f, s: last(
            m.max_pool_forward_naive(first(x), {"pool_height": f, "pool_width": f, "stride": s})[0]
        ),
    )
    yield Offered("dense", lambda x, w, b: m.affine_forward(x, w, b)[0])
    yield Offered("softmax_cross_entropy", lambda z, y: m.softmax_loss(z, y)[0], mean=True)


def declared_one_by_one(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each_filter(m.filter_response, x, w, s),
        wrong=True,
        sometimes_right=True,
        pads=(0,),
        biases=(False,),
        channels=(1,),
    )
    yield Offered(
        "max_pool2d",
        lambda x, f, s: each_map(lambda one: m.Downsample(f, s).run(one)[0], x),
    )


def declared_sweep(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each(lambda one: m.sweep(one, w, hop=s, margin=p), x),
        biases=(False,),
    )
    yield Offered("max_pool2d", lambda x, f, s: each(m.Shrink(f, s, np.max).apply, x))
    yield Offered("avg_pool2d", lambda x, f, s: each(m.Shrink(f, s, np.mean).apply, x))


def dlfs_layers(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(m.Convolution(first(w), b, s, p).forward(first(x))),
        biases=(True,),
    )
    yield Offered("relu", lambda x: m.Relu().forward(x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.Pooling(f, f, s).forward(first(x))))
    yield Offered("dense", lambda x, w, b: m.Affine(w, b).forward(x))
    yield Offered("softmax", m.softmax)
    for turned in (False, True):
        yield Offered(
            "softmax_cross_entropy",
            lambda z, y, turned=turned: m.SoftmaxWithLoss().forward(
                z, one_hot(y, z.shape[1]) if turned else y
            ),
            mean=True,
        )


def edge_detector(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each_filter(m.conv2D, x, w, p, s),
        wrong=True,
        sometimes_right=True,
        biases=(False,),
        channels=(1,),
    )


def generic_classes(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Array:
        layer = m.Conv2D(len(w), w.shape[1], stride=s, padding=p)
        layer.forward(first(x))
        layer.W, layer.b = first(w), b
        return last(layer.forward(first(x)))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Dense(w.shape[1])
        layer.forward(x)
        layer.W, layer.b = w, b
        return layer.forward(x)

    yield Offered("conv2d", conv, biases=(True,), oblong=False)
    yield Offered("relu", lambda x: m.ReLU().forward(x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.MaxPool2D(f, s).forward(first(x))))
    yield Offered("dense", dense)
    yield Offered("softmax", lambda z: m.Softmax().forward(z))


def homework3(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(m.Conv2d(first(w), b, s, p).forward(first(x))),
        biases=(True,),
    )
    yield Offered(
        "max_pool2d",
        lambda x, f, s: last(m.MaxPool2D(f, s).forward(first(x))),
        wrong=True,
        sometimes_right=True,
    )
    yield Offered("dense", lambda x, w, b: m.Affine(w, b).forward(x))
    yield Offered("softmax", lambda z: m.Softmax().forward(z))


def im2col_layers(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(m.conv_layer(first(x), first(w), b, s, p)),
        wrong=True,
        sometimes_right=True,
        biases=(True,),
        oblong=False,
    )
    yield Offered("relu", m.relu_layer)
    yield Offered("max_pool2d", lambda x, f, s: last(m.pool_layer(first(x), f)), strides=(None,))
    yield Offered("dense", m.fc_layer)
    yield Offered("softmax", m.softmax_layer)


def keras_style(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Any, s: int, p: Any) -> Any:
        layer = m.Conv2D(
            len(w), w.shape[1:3], s, "same" if p == "same" else "valid", use_bias=b is not None
        )
        layer.build(x.shape)
        layer.set_weights([tf_filters(w)] if b is None else [tf_filters(w), b])
        return layer(x)

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Dense(w.shape[1])
        layer.build(x.shape)
        layer.set_weights([w, b])
        return layer(x)

    yield Offered("conv2d", conv, pads=(0, "same"))
    yield Offered("relu", lambda x: m.ReLU()(x))
    yield Offered("max_pool2d", lambda x, f, s: m.MaxPooling2D(f, s)(x))
    yield Offered("avg_pool2d", lambda x, f, s: m.AveragePooling2D(f, s)(x))
    yield Offered("dense", dense)
    yield Offered("softmax", lambda z: m.Softmax()(z))


def lesson(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each(lambda one: m.conv2d(one, w, b, s), x),
        pads=(0,),
        oblong=False,
    )
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", lambda x, f, s: each(lambda one: m.max_pool(one, f, s), x))
    yield Offered("softmax", lambda z: each(m.softmax, z))


def logits_loss(m: Any) -> Iterator[Offered]:
    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Linear(*w.shape)
        layer.weight, layer.bias = w.T, b
        return layer(x)

    yield Offered("relu", lambda x: m.ReLU()(x))
    yield Offered("dense", dense)
    yield Offered("softmax_cross_entropy", lambda z, y: m.SoftmaxCrossEntropy()(z, y), mean=True)


def mlp_scratch(m: Any) -> Iterator[Offered]:
    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.FullyConnected(*w.shape)
        layer.W, layer.b = w.T, b
        return layer.forward(x)

    yield Offered("relu", lambda x: m.ReLU().forward(x))
    yield Offered("dense", dense)
    yield Offered("softmax", lambda z: m.Softmax().forward(z))
    yield Offered(
        "cross_entropy",
        lambda p, y: m.CrossEntropy().forward(p, one_hot(y, p.shape[1])),
        wrong=True,
        mean=True,
    )


def mnist_network(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Array:
        layer = m.ConvLayer(len(w), w.shape[1], w.shape[-1])
        layer.filters, layer.biases = first(w), b
        return last(each(layer.forward, first(x)))

    def dense(x: Array, w: Array, b: Array) -> Array:
        layer = m.FCLayer(*w.shape)
        layer.weights, layer.biases = w, b
        return each(layer.forward, x)

    yield Offered("conv2d", conv, strides=(1,), pads=(0,), biases=(True,), oblong=False)
    yield Offered("relu", lambda x: m.ReLULayer().forward(x))
    yield Offered(
        "max_pool2d",
        lambda x, f, s: last(each(m.MaxPoolLayer(f).forward, first(x))),
        strides=(None,),
    )
    yield Offered("dense", dense)
    yield Offered("softmax", lambda z: each(m.softmax, z))
    yield Offered(
        "cross_entropy",
        lambda p, y: [m.cross_entropy_loss(*pair) for pair in zip(p, y, strict=True)],
    )


def nchw_functional(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(m.conv2d(first(x), first(w), b, stride=s, padding=p)),
    )
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", lambda x, f, s: last(m.max_pool2d(first(x), f, s)))
    yield Offered("avg_pool2d", lambda x, f, s: last(m.avg_pool2d(first(x), f, s)))
    yield Offered("dense", lambda x, w, b: m.linear(x, w.T, b))
    yield Offered("softmax", m.softmax)
    yield Offered("softmax_cross_entropy", m.cross_entropy, mean=True)
    yield Offered("softmax_cross_entropy", lambda z, y: m.cross_entropy(z, y, reduction="none"))


def nhwc_functions(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: m.conv2d(x, tf_filters(w), s, "SAME" if p == "same" else "VALID"),
        pads=(0, "same"),
        biases=(False,),
    )
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", m.max_pool)
    yield Offered("dense", m.dense)
    yield Offered("softmax", m.softmax)


def one_map(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each_filter(m.conv, x, w),
        strides=(1,),
        pads=(0,),
        biases=(False,),
        channels=(1,),
        oblong=False,
    )
    yield Offered("relu", lambda x: each_map(m.relu, x))
    yield Offered("max_pool2d", lambda x, f, s: each_map(m.max_pooling, x, f, s))


def onehot_losses(m: Any) -> Iterator[Offered]:
    yield Offered("relu", m.relu)
    yield Offered("softmax", m.softmax)
    yield Offered(
        "cross_entropy",
        lambda p, y: m.categorical_cross_entropy(one_hot(y, p.shape[1]), p),
        mean=True,
    )


def params_dict(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Any:
        layer = m.Conv2D(w.shape[-1], len(w), w.shape[1])
        layer.params["W"], layer.params["b"] = tf_filters(w), b
        return layer.forward(x)

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Linear(*w.shape)
        layer.params["w"], layer.params["b"] = w, b
        return layer.forward(x)

    yield Offered(
        "conv2d",
        conv,
        wrong=True,
        sometimes_right=True,
        strides=(1,),
        pads=(0,),
        biases=(True,),
        oblong=False,
    )
    yield Offered("relu", lambda x: m.ReLU().forward(x))
    yield Offered("max_pool2d", lambda x, f, s: m.MaxPool(f).forward(x), strides=(None,))
    yield Offered("dense", dense)


def pool_mode(m: Any) -> Iterator[Offered]:
    for operation in ("max_pool2d", "avg_pool2d", "min_pool2d"):
        yield Offered(operation, lambda x, f, s, mode=operation[:3]: m.pool2d(x, f, s, mode=mode))


def returns_cache(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(m.conv_forward(first(x), first(w), b, s, p)[0]),
        biases=(True,),
        oblong=False,
    )
    yield Offered("relu", lambda x: m.relu_forward(x)[0])
    yield Offered(
        "max_pool2d",
        lambda x, f, s: last(m.maxpool_forward(first(x), f, s)[0]),
        wrong=True,
        sometimes_right=True,
    )
    yield Offered("dense", lambda x, w, b: m.fc_forward(x, w, b)[0])


def same_gray(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each_filter(m.convolution, x, w),
        strides=(1,),
        pads=("same",),
        biases=(False,),
        channels=(1,),
    )


def tf_layout(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: m.conv2d(x, tf_filters(w), s, "SAME" if p == "same" else "VALID"),
        pads=(0, "same"),
        biases=(False,),
    )
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", m.max_pool)
    yield Offered("softmax", m.softmax, wrong=True)
    yield Offered("softmax", lambda z: each(m.softmax, z))  # of one vector


def tinynn(m: Any) -> Iterator[Offered]:
    def conv(x: Array, w: Array, b: Any, s: int, p: int) -> Array:
        layer = m.Conv2d(w.shape[-1], len(w), w.shape[1], s, p, bias=b is not None)
        layer.weight, layer.bias = first(w), b
        return last(layer(first(x)))

    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.Dense(*w.shape)
        layer.weight, layer.bias = w, b
        return layer(x)

    yield Offered("conv2d", conv, oblong=False)
    yield Offered("relu", lambda x: m.ReLU()(x))
    yield Offered("relu", m.relu)
    yield Offered("max_pool2d", lambda x, f, s: last(m.MaxPool2d(f, s)(first(x))))
    yield Offered("avg_pool2d", lambda x, f, s: last(m.AvgPool2d(f, s)(first(x))))
    yield Offered("dense", dense)
    yield Offered("softmax", m.softmax)
    yield Offered("softmax_cross_entropy", lambda z, y: m.CrossEntropyLoss()(z, y), mean=True)


def torch_conv_mean(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(
            module_call(
                m.MyConv2d(w.shape[-1], len(w), w.shape[1], s, p), first(x * 1.0), first(w), b
            )
        ),
        wrong=True,
        sometimes_right=True,
        biases=(True,),
        oblong=False,
    )
    yield Offered(
        "max_pool2d",
        lambda x, f, s: last(module_call(m.MyMaxPool(f), first(x))),
        strides=(None,),
    )


def torch_modules(m: Any) -> Iterator[Offered]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(
            module_call(
                m.UnfoldConv2d(w.shape[-1], len(w), w.shape[1], s, p, bias=b is not None),
                first(x * 1.0) if x.dtype == np.uint8 else first(x),
                first(w),
                b,
            )
        ),
        oblong=False,
    )
    yield Offered("relu", lambda x: module_call(m.MyReLU(), x))
    yield Offered("max_pool2d", lambda x, f, s: last(module_call(m.MyMaxPool2d(f, s), first(x))))
    yield Offered("dense", lambda x, w, b: module_call(m.MyLinear(*w.shape), x, w.T, b))


def torch_objects(m: Any) -> Iterator[Offered]:
    yield Offered("relu", lambda x: module_call(m.relu, x))
    yield Offered(
        "max_pool2d",
        lambda x, f, s: last(module_call(m.pool, first(x))),
        sizes=(2,),
        strides=(None,),
    )
    yield Offered(
        "avg_pool2d",
        lambda x, f, s: last(module_call(m.avg, first(x))),
        sizes=(2,),
        strides=(None,),
    )
    yield Offered("softmax", lambda z: module_call(m.softmax, z))
    yield Offered(
        "softmax_cross_entropy",
        lambda z, y: m.criterion(tensor(z), tensor(y)).item(),
        mean=True,
    )


BINDINGS: dict[str, Callable[[Any], Iterator[Offered]]] = {
    "activations.py": activations,
    "convolve_gray.py": convolve_gray,
    "coursera_columns.py": coursera_columns,
    "coursera_conv.py": coursera_conv,
    "cs231n_layers.py": cs231n_layers,
    "declared_one_by_one.py": declared_one_by_one,
    "declared_sweep.py": declared_sweep,
    "dlfs_layers.py": dlfs_layers,
    "edge_detector.py": edge_detector,
    "generic_classes.py": generic_classes,
    "homework3.ipynb": homework3,
    "im2col_layers.py": im2col_layers,
    "keras_style.py": keras_style,
    "lesson.ipynb": lesson,
    "logits_loss.py": logits_loss,
    "mlp_scratch.py": mlp_scratch,
    "mnist_network.py": mnist_network,
    "nchw_functional.py": nchw_functional,
    "nhwc_functions.py": nhwc_functions,
    "one_map.py": one_map,
    "onehot_losses.py": onehot_losses,
    "params_dict.py": params_dict,
    "pool_mode.py": pool_mode,
    "returns_cache.py": returns_cache,
    "same_gray.py": same_gray,
    "tf_layout.py": tf_layout,
    "tinynn": tinynn,
    "torch_conv_mean.py": torch_conv_mean,
    "torch_modules.py": torch_modules,
    "torch_objects.py": torch_objects,
}

#: These are left out where PyTorch is not installed.
NEED_TORCH = {"torch_conv_mean.py", "torch_modules.py", "torch_objects.py"}


if __name__ == "__main__":
    sys.exit(report(FOLDER, BINDINGS))
