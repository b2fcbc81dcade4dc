"""What the specimens of gradients offer, each in its own convention.

``python -m specimens.gradients.verify [NAME ...]`` compares all of them with gradients that are
found from forward passes alone, see ``specimens/backwards.py``.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from specimens.backwards import Offered, problems
from specimens.conventions import load
from specimens.turned import Array, first, last, one_hot, tensor, tf_filters

FOLDER = Path(__file__).parent

#: Packages that some need.
NEEDS = {
    "right/torch_functions": "torch",
    "right/torch_custom_function": "torch",
    "right/jax_functions": "jax",
    "wrong/torch_function_scaled": "torch",
    "wrong/torch_through_numpy": "torch",
    "wrong/torch_relu_function_clamps": "torch",
    "wrong/jax_custom_derivative": "jax",
}

Binding = Callable[[Any], Iterator[Offered]]

wrong = partial(Offered, wrong=True)

#: Of a convolution that has no options.
PLAIN: dict[str, Any] = {"strides": (1,), "pads": (0,)}

#: Windows that lie side by side.
BLOCKS: dict[str, Any] = {"strides": (None,)}


def spread(filters: Array) -> Array:
    """Return (f, f, C, K) as (K, f, f, C)."""
    return np.moveaxis(filters, -1, 0)


def by_name(module: Any, operation: str, **limits: Any) -> Offered:
    """Return an operation under the suite's own name and with its arguments."""
    function = getattr(module, operation)

    def conv(g: Array, x: Array, w: Array, s: int, p: int, **more: Any) -> Any:
        given = {"stride": s, "padding": p} if p else {"stride": s}
        return function(g, x, w, **(given if s > 1 or p else {}), **more)

    def step(image: Array, label: int, f: Array, w: Array, b: Array, rate: float) -> Any:
        return function(image, label, f, w, b, learning_rate=rate)

    call = {"conv": conv, "train": step}.get(operation.partition("_")[0], function)
    if operation.startswith("conv2d"):
        call = conv
    return Offered(operation, call, **{"single": True, **limits})


def named(*operations: str, **limits: Any) -> Binding:
    """Return a binding of operations under their own names that are right."""
    return lambda m: iter([by_name(m, name, **limits) for name in operations])


def named_wrong(*operations: str, **limits: Any) -> Binding:
    """Return a binding of operations under their own names that are wrong."""
    return named(*operations, wrong=True, **limits)


DILATED: tuple[dict[str, int], ...] = (
    {},
    {"dilation": 2},
    {"groups": 2},
    {"dilation": 2, "groups": 3},
)

TRANSPOSED: tuple[dict[str, int], ...] = (
    {},
    {"output_padding": 1},
    {"dilation": 2},
    {"groups": 2},
)

SLOPES: tuple[dict[str, float], ...] = ({}, {"slope": 0.25}, {"slope": 1.0}, {"slope": 0.0})

PADDED: tuple[dict[str, Any], ...] = (
    {},
    {"padding": 1},
    {"padding": 1, "count_include_pad": False},
)


# The right ones.


def cs231n_naive(m: Any) -> Iterator[Offered]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        _, cache = m.conv_forward_naive(
            first(x), first(w), np.zeros(len(w)), {"stride": s, "pad": p}
        )
        dx, dw, db = m.conv_backward_naive(first(g), cache)
        return last(dx), last(dw), db

    def pool(g: Array, x: Array, f: int, s: int | None) -> Any:
        given = {"pool_height": f, "pool_width": f, "stride": s}
        return last(
            m.max_pool_backward_naive(first(g), m.max_pool_forward_naive(first(x), given)[1])
        )

    yield Offered("conv2d_backward", conv)
    yield Offered("max_pool2d_backward", pool)
    yield Offered(
        "dense_backward",
        lambda g, x, w: m.affine_backward(g, m.affine_forward(x, w, np.zeros(w.shape[1]))[1]),
    )
    yield Offered("relu_backward", lambda g, x: m.relu_backward(g, m.relu_forward(x)[1]))
    yield Offered(
        "softmax_cross_entropy_backward", lambda z, at: m.softmax_loss(z, at)[1], mean=True
    )


def course_conv(m: Any) -> Callable[..., Any]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        zeros = np.zeros((1, 1, 1, len(w)))
        _, cache = m.conv_forward(x, tf_filters(w), zeros, {"stride": s, "pad": p})
        dx, dw, db = m.conv_backward(g, cache)
        return dx, spread(dw), np.ravel(db)

    return conv


def course_pool(m: Any, mode: str) -> Callable[..., Any]:
    def pool(g: Array, x: Array, f: int, s: int) -> Any:
        return m.pool_backward(g, m.pool_forward(x, {"f": f, "stride": s}, mode)[1], mode)

    return pool


def course_conv_pool(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d_backward", course_conv(m))
    yield Offered("max_pool2d_backward", course_pool(m, "max"))
    yield Offered("avg_pool2d_backward", course_pool(m, "average"))


def columns_dense(m: Any, parts: bool) -> Callable[..., Any]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        cache = m.linear_forward(x.T, w.T, np.zeros((w.shape[1], 1)))[1]
        dx, dw, db = m.linear_backward(g.T, cache)
        count = len(x) if parts else 1
        return dx.T, dw.T * count, db[:, 0] * count

    return dense


def course_linear_columns(m: Any) -> Iterator[Offered]:
    yield Offered("dense_backward", columns_dense(m, parts=True))
    yield Offered("relu_backward", m.relu_backward)
    yield Offered("sigmoid_backward", m.sigmoid_backward)


def dlfs_conv(m: Any) -> Callable[..., Any]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = m.Convolution(first(w), np.zeros(len(w)), s, p)
        layer.forward(first(x))
        return last(layer.backward(first(g))), last(layer.dW), layer.db

    return conv


def dlfs_pool(m: Any) -> Callable[..., Any]:
    def pool(g: Array, x: Array, f: int, s: int) -> Any:
        layer = m.Pooling(f, f, s)
        layer.forward(first(x))
        return last(layer.backward(first(g)))

    return pool


def dlfs_affine(m: Any) -> Callable[..., Any]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        layer = m.Affine(w.copy(), np.zeros(w.shape[1]))
        layer.forward(x)
        return layer.backward(g), layer.dW, layer.db

    return dense


def through(make: Callable[[], Any]) -> Callable[..., Any]:
    """Return the backward pass of a layer without parameters, after its forward pass."""

    def backward(g: Array, x: Array) -> Any:
        layer = make()
        layer.forward(x)
        return layer.backward(g)

    return backward


def loss_layer(m: Any) -> Callable[..., Any]:
    def backward(z: Array, at: Any) -> Any:
        layer = m.SoftmaxWithLoss()
        layer.forward(z, at)
        return layer.backward()

    return backward


def dlfs_layers(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d_backward", dlfs_conv(m))
    yield Offered("max_pool2d_backward", dlfs_pool(m))
    yield Offered("dense_backward", dlfs_affine(m))
    yield Offered("relu_backward", through(m.Relu))
    yield Offered("sigmoid_backward", through(m.Sigmoid))
    yield Offered("softmax_cross_entropy_backward", loss_layer(m), mean=True)


RATE = 0.25


def article_conv(m: Any) -> Callable[..., Any]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = m.Conv3x3(len(w))
        layer.filters = w[..., 0].copy()
        layer.forward(x[0, ..., 0])
        layer.backprop(g[0], RATE)
        return None, ((w[..., 0] - layer.filters) / RATE)[..., np.newaxis]

    return conv


def article_pool(m: Any) -> Callable[..., Any]:
    def pool(g: Array, x: Array, f: int, s: None) -> Any:
        layer = m.MaxPool2()
        layer.forward(x[0])
        return layer.backprop(g[0])[np.newaxis]

    return pool


def article_softmax(m: Any) -> Callable[..., Any]:
    """Return the gradient of the logits: what the biases lose."""

    def backward(g: Array, z: Array) -> Any:
        layer = m.Softmax(1, z.shape[1])
        layer.biases = z[0].copy()
        layer.forward(np.zeros((1, 1)))
        layer.backprop(g[0], RATE)
        return ((z[0] - layer.biases) / RATE)[np.newaxis]

    return backward


ARTICLE_CONV: dict[str, Any] = {**PLAIN, "batches": (1,), "channels": (1,), "filters": (3,)}
ARTICLE_POOL: dict[str, Any] = {**BLOCKS, "batches": (1,), "sizes": (2,)}


def second_article_backprop(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d_backward", article_conv(m), **ARTICLE_CONV)
    yield Offered("max_pool2d_backward", article_pool(m), **ARTICLE_POOL)
    yield Offered("softmax_backward", article_softmax(m), batches=(1,))


def passes_conv(m: Any) -> Callable[..., Any]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = m.Conv2D(len(w), w.shape[1], w.shape[3], s, p)
        layer.params["W"] = tf_filters(w)
        layer.forward_pass(x)
        dx = layer.backward_pass(g)
        return dx, spread(layer.gradients["W"]), layer.gradients["b"]

    return conv


def passes_dense(m: Any) -> Callable[..., Any]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        layer = m.Dense(*w.shape)
        layer.params["W"] = w
        layer.forward_pass(x)
        return layer.backward_pass(g), layer.gradients["W"], layer.gradients["b"]

    return dense


def backward_pass_gradients_dict(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d_backward", passes_conv(m))
    yield Offered("dense_backward", passes_dense(m))


def val_grad_conv(m: Any) -> Callable[..., Any]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = m.ConvLayer(w.shape[3], len(w), w.shape[1], s, p)
        layer.W["val"] = first(w)
        layer.forward(first(x))
        return last(layer.backward(first(g))), last(layer.W["grad"]), layer.b["grad"]

    return conv


def nchw_pool(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return the backward pass of a pooling layer of NCHW, which takes size and stride."""

    def pool(g: Array, x: Array, f: int, s: int | None) -> Any:
        layer = make(f, s)
        layer.forward(first(x))
        return last(layer.backward(first(g)))

    return pool


def nchw_w_grad(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d_backward", val_grad_conv(m))
    yield Offered("avg_pool2d_backward", nchw_pool(m.AvgPool))


def parameters_conv(m: Any) -> Callable[..., Any]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = m.Conv2d(w.shape[3], len(w), w.shape[1], s, p)
        layer.weight.data = first(w)
        layer.forward(first(x))
        layer.backward(first(g))
        layer.zero_grad()
        layer.forward(first(x))
        dx = layer.backward(first(g))
        return last(dx), last(layer.weight.grad), layer.bias.grad

    return conv


def parameters_linear(m: Any) -> Callable[..., Any]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        layer = m.Linear(*w.shape)
        layer.weight.data = w.T
        layer.forward(x)
        return layer.backward(g), layer.weight.grad.T, layer.bias.grad

    return dense


def parameter_zero_grad(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d_backward", parameters_conv(m))
    yield Offered("dense_backward", parameters_linear(m))


def updating_dense(m: Any) -> Callable[..., Any]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        layer = m.FCLayer(*w.shape)
        layer.weights, layer.bias = w.copy(), np.zeros((1, w.shape[1]))
        layer.forward_propagation(x)
        dx = layer.backward_propagation(g, RATE)
        return dx, (w - layer.weights) / RATE, -layer.bias[0] / RATE

    return dense


def fc_layer_updates_inside(m: Any) -> Iterator[Offered]:
    def tanh(g: Array, x: Array) -> Any:
        layer = m.Tanh()
        layer.forward_propagation(x)
        return layer.backward_propagation(g, RATE)

    yield Offered("dense_backward", updating_dense(m), batches=(1,))
    yield Offered("tanh_backward", tanh)


def video_conv(m: Any) -> Callable[..., Any]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        image, kernels = first(x)[0], first(w)
        layer = m.Convolutional(image.shape, w.shape[1], len(w))
        layer.kernels, layer.biases = kernels.copy(), np.zeros(len(w))
        layer.forward(image)
        dx = layer.backward(first(g)[0], RATE)
        return (
            last(dx[np.newaxis]),
            last((kernels - layer.kernels) / RATE),
            -layer.biases / RATE,
        )

    return conv


def correlate_layer_updates(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d_backward", video_conv(m), **PLAIN, batches=(1,))


def weights_first_order(m: Any) -> Iterator[Offered]:
    def turned(found: Any) -> Any:
        dw, db, dx = found
        return dx, dw, db

    yield Offered(
        "conv2d_backward",
        lambda g, x, w, s, p: turned(m.conv_layer_backward(g, x, w, s)),
        pads=(0,),
    )
    yield Offered("dense_backward", lambda g, x, w: turned(m.fc_layer_backward(g, x, w)))


def cached_conv(m: Any) -> Callable[..., Any]:
    """Return the backward pass of conv_forward(x, w, b) and conv_backward(dout, cache), NCHW."""

    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        _, cache = m.conv_forward(first(x), first(w), np.zeros(len(w)))
        dx, dw, db = m.conv_backward(first(g), cache)
        return None if dx is None else last(dx), last(dw), db

    return conv


def first_layer_none(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d_backward", cached_conv(m), **PLAIN)


def derived(layer: Any, g: Array, x: Array) -> Array:
    """Return the gradient of the input of a torch module, by autograd."""
    leaf = tensor(x).requires_grad_()
    layer(leaf).backward(tensor(g))
    gradient: Array = leaf.grad.numpy()
    return gradient


def torch_conv(make: Callable[..., Any]) -> Callable[..., Any]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = make(w.shape[3], len(w), w.shape[1], s, p).to(tensor(x).dtype)
        layer.weight.data = tensor(first(w))
        dx = last(derived(layer, first(g), first(x)))
        return dx, last(layer.weight.grad.numpy()), layer.bias.grad.numpy()

    return conv


def torch_pool(make: Callable[..., Any]) -> Callable[..., Any]:
    return lambda g, x, f, s: last(derived(make(f, s), first(g), first(x)))


def torch_dense(make: Callable[..., Any]) -> Callable[..., Any]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        layer = make(*w.shape).to(tensor(x).dtype)
        layer.weight.data = tensor(w.T)
        dx = derived(layer, g, x)
        return dx, layer.weight.grad.numpy().T, layer.bias.grad.numpy()

    return dense


def torch_loss(loss: Callable[..., Any]) -> Callable[..., Any]:
    def backward(z: Array, at: Any) -> Any:
        leaf = tensor(z).requires_grad_()
        loss(leaf, tensor(at)).backward()
        return leaf.grad.numpy()

    return backward


def torch_functions(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d_backward", torch_conv(m.ConvBlock))
    yield Offered("max_pool2d_backward", torch_pool(m.Pool))
    yield Offered("relu_backward", partial(derived, m.Rectifier()))
    yield Offered("dense_backward", torch_dense(m.FullyConnected))
    yield Offered("softmax_cross_entropy_backward", torch_loss(m.cross_entropy_loss), mean=True)


def torch_custom_function(m: Any) -> Iterator[Offered]:
    yield Offered("max_pool2d_backward", torch_pool(m.MaxPool))
    yield Offered(
        "leaky_relu_backward",
        lambda g, x, slope=0.01: derived(m.MyLeakyReLU(slope), g, x),
        options=SLOPES,
    )


def engine(call: Callable[..., Any], module: Any) -> Callable[..., Any]:
    """Return the backward pass of what is called with a Tensor, weighted by a gradient."""

    def backward(g: Array, x: Array) -> Any:
        leaf = module.Tensor(x)
        (call(leaf) * module.Tensor(g)).sum().backward()
        return leaf.grad

    return backward


def engine_linear(m: Any) -> Callable[..., Any]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        layer = m.Linear(*w.shape)
        layer.w = m.Tensor(w)
        leaf = m.Tensor(x)
        (layer(leaf) * m.Tensor(g)).sum().backward()
        return leaf.grad, layer.w.grad, layer.b.grad

    return dense


def tensor_engine(m: Any) -> Iterator[Offered]:
    yield Offered("dense_backward", engine_linear(m))
    yield Offered("relu_backward", engine(m.ReLU(), m))
    yield Offered("tanh_backward", engine(m.Tensor.tanh, m))
    yield Offered("softmax_backward", engine(m.Softmax(), m))


def applied_linear(m: Any) -> Callable[..., Any]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        leaves = [m.Tensor(x), m.Tensor(w), m.Tensor(np.zeros(w.shape[1]))]
        m.Linear.apply(*leaves).backward(g)
        return tuple(leaf.grad for leaf in leaves)

    return dense


def functions_with_context(m: Any) -> Iterator[Offered]:
    def relu(g: Array, x: Array) -> Any:
        leaf = m.Tensor(x)
        m.ReLU.apply(leaf).backward(g)
        return leaf.grad

    yield Offered("dense_backward", applied_linear(m), batches=(3,))
    yield Offered("relu_backward", relu)


def jax_functions(m: Any) -> Iterator[Offered]:
    import jax  # noqa: PLC0415 - not installed everywhere

    jax.config.update("jax_enable_x64", True)
    few: dict[str, Any] = {"channels": (3,), "filters": (3,), "images": ((6, 5),)}
    yield by_name(m, "conv2d_backward", pads=(0,), **few)
    yield by_name(m, "conv2d_backward", strides=(1,), pads=(0,), **{**few, "channels": (1,)})
    yield by_name(m, "relu_backward")
    yield by_name(m, "max_pool2d_backward", strides=(None, 1), sizes=(2,))
    yield by_name(m, "dense_backward")


def lists_affine(m: Any) -> Callable[..., Any]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        layer = m.Affine(w.copy(), np.zeros(w.shape[1]))
        layer.forward(x)
        return (layer.backward(g), *layer.grads)

    return dense


def params_and_grads_lists(m: Any) -> Iterator[Offered]:
    def product(g: Array, x: Array, w: Array) -> Any:
        layer = m.MatMul(w.copy())
        layer.forward(x)
        return layer.backward(g), layer.grads[0]

    yield Offered("dense_backward", lists_affine(m))
    yield Offered("dense_backward", product)
    yield Offered("sigmoid_backward", through(m.Sigmoid))
    yield Offered("softmax_cross_entropy_backward", loss_layer(m), mean=True)


def bprop_through(make: Callable[..., Any]) -> Callable[..., Any]:
    def backward(g: Array, x: Array, slope: float | None = None) -> Any:
        layer = make() if slope is None else make(slope)
        layer.fprop(x)
        return layer.bprop(g)

    return backward


def bprop_loss(m: Any) -> Callable[..., Any]:
    def backward(z: Array, at: Any) -> Any:
        layer = m.SoftmaxCrossEntropy()
        layer.fprop(z, one_hot(at, z.shape[1]))
        return layer.bprop()

    return backward


def bprop_sum_loss(m: Any) -> Iterator[Offered]:
    yield Offered("leaky_relu_backward", bprop_through(m.LeakyReLU), options=SLOPES[1:])
    yield Offered("tanh_backward", bprop_through(m.TanhLayer))
    yield Offered("softmax_cross_entropy_backward", bprop_loss(m))


def row_by_row(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what a function of one row gives for rows."""
    return lambda g, *more: np.array([function(*one) for one in zip(g, *more, strict=True)])


def python_lists(m: Any) -> Iterator[Offered]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        dx, dw, db = m.dense_backward(g[0].tolist(), x[0].tolist(), w.tolist())
        return [dx], dw, db

    yield Offered("dense_backward", dense, batches=(1,))
    yield Offered("softmax_backward", row_by_row(m.softmax_backward))
    yield Offered("softmax_cross_entropy_backward", row_by_row(m.softmax_cross_entropy_backward))


def back_prop_spellings(m: Any) -> Iterator[Offered]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        layer = m.HiddenLayer(*w.shape)
        layer.W = w.T
        layer.feedForward(x[0])
        dx = layer.backProp(g[0], RATE)
        return dx[np.newaxis], (w - layer.W.T) / RATE, -layer.B / RATE

    def pool(g: Array, x: Array, f: int, s: None) -> Any:
        layer = m.MeanPoolLayer(f)
        layer.feedForward(x[0])
        return layer.backProp(g[0])[np.newaxis]

    yield Offered("dense_backward", dense, batches=(1,))
    yield Offered("avg_pool2d_backward", pool, **BLOCKS, batches=(1,))


def tf_style_pool_and_gap(m: Any) -> Iterator[Offered]:
    yield Offered("global_avg_pool2d_backward", through(m.GlobalAveragePooling2D))
    yield Offered("flatten_backward", through(m.Flatten))
    yield Offered(
        "avg_pool2d_backward",
        lambda g, x, f, s: through(lambda: m.AveragePooling2D(f))(g, x),
        **BLOCKS,
    )


def dictionary_conv(m: Any) -> Callable[..., Any]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        zeros = np.zeros((1, 1, 1, len(w)))
        _, cache = m.conv_forward(x, tf_filters(w), zeros, {"stride": s, "pad": p})
        found = m.conv_backward(g, cache)
        return found["dA_prev"], spread(found["dW"]), np.ravel(found["db"])

    return conv


def conv_grads_dictionary(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d_backward", dictionary_conv(m))


def learning_dense(m: Any) -> Callable[..., Any]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        layer = m.Linear(*w.shape, lr=RATE)
        layer.W = w.copy()
        layer.forward(x)
        dx = layer.backward(g)
        return dx, (w - layer.W) / RATE, -layer.b / RATE

    return dense


def rate_in_the_layer(m: Any) -> Iterator[Offered]:
    yield Offered("dense_backward", learning_dense(m))


def dense_by_three(m: Any) -> Callable[..., Any]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        to_weights, to_bias = m.linear_backward_weights(g, x), m.linear_backward_bias(g)
        return m.linear_backward_input(g, w), to_weights, to_bias

    return dense


def a_function_for_each(m: Any) -> Iterator[Offered]:
    yield Offered("dense_backward", dense_by_three(m))


def pulled_conv(m: Any) -> Callable[..., Any]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        dx, dw, db = m.conv2d(x[0], w, np.zeros(len(w)))[1](g[0])
        return dx[np.newaxis], dw, db

    return conv


def pullbacks(m: Any) -> Iterator[Offered]:
    yield Offered("conv2d_backward", pulled_conv(m), **PLAIN, batches=(1,))
    yield Offered("relu_backward", lambda g, x: m.relu(x)[1](g))


def nabla_dense(m: Any) -> Callable[..., Any]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        layer = m.FullyConnected(*w.shape)
        layer.w = w.T
        layer.feedforward(x)
        layer.backprop(g)
        return layer.delta_a, layer.nabla_w.T, layer.nabla_b

    return dense


def nabla_attributes(m: Any) -> Iterator[Offered]:
    yield Offered("dense_backward", nabla_dense(m))


def softmax_family(m: Any) -> Iterator[Offered]:
    yield by_name(m, "softmax_backward")
    yield by_name(m, "log_softmax_backward")
    yield by_name(m, "softmax_cross_entropy_backward")
    yield Offered("cross_entropy_backward", row_by_row(m.cross_entropy_backward))


_RIGHT: dict[str, Binding] = {
    "conv_loops_all_options": named("conv2d_backward", options=DILATED),
    "conv_einsum_list": named("conv2d_backward"),
    "pointwise_all": lambda m: iter(
        [
            *(by_name(m, f"{name}_backward") for name in ("relu", "sigmoid", "tanh")),
            by_name(m, "leaky_relu_backward", options=SLOPES),
        ]
    ),
    "leaky_side_of_result": lambda m: iter(
        [Offered("leaky_relu_backward", sloped(m.LeakyReLU), options=SLOPES)]
    ),
    "relu_half_at_zero": named("relu_backward"),
    "max_pool_last_of_ties": named("max_pool2d_backward", strides=(None, 1, 2)),
    "max_pool_all_of_ties": named("max_pool2d_backward", strides=(None, 1, 2)),
    "max_pool_even_split": lambda m: iter(
        [Offered("max_pool2d_backward", nchw_pool(m.MaxPool2d), strides=(None, 1, 2))]
    ),
    "pools_suite_first": lambda m: iter(
        [
            *(
                by_name(m, f"{kind}_pool2d_backward", strides=(None, 1, 2))
                for kind in ("max", "min")
            ),
            by_name(m, "avg_pool2d_backward", strides=(None, 1, 2), options=PADDED),
            by_name(m, "global_avg_pool2d_backward"),
            by_name(m, "flatten_backward"),
        ]
    ),
    "dense_suite": named("dense_backward"),
    "dense_without_bias_gradient": named("dense_backward"),
    "softmax_family": softmax_family,
    "softmax_jacobian": lambda m: iter([Offered("softmax_backward", through(m.Softmax))]),
    "batch_norm_suite": named("batch_norm_backward", options=({}, {"epsilon": 0.5})),
    "conv_transpose_suite": named("conv_transpose2d_backward", options=TRANSPOSED),
    "train_step_plain": named("train_step"),
}

_RIGHT |= {
    one.__name__: one
    for one in (
        cs231n_naive,
        course_conv_pool,
        course_linear_columns,
        dlfs_layers,
        second_article_backprop,
        backward_pass_gradients_dict,
        nchw_w_grad,
        parameter_zero_grad,
        fc_layer_updates_inside,
        correlate_layer_updates,
        weights_first_order,
        first_layer_none,
        torch_functions,
        torch_custom_function,
        tensor_engine,
        functions_with_context,
        jax_functions,
        params_and_grads_lists,
        bprop_sum_loss,
        python_lists,
        back_prop_spellings,
        tf_style_pool_and_gap,
        conv_grads_dictionary,
        rate_in_the_layer,
        a_function_for_each,
        pullbacks,
        nabla_attributes,
    )
}

# The wrong ones.


def short_conv(m: Any) -> Callable[..., Any]:
    """Return the backward pass of Conv2d(in, out, k, stride, padding) with w, b, dw, db, NCHW."""

    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = m.Conv2d(w.shape[3], len(w), w.shape[1], s, p)
        layer.w = first(w)
        layer.forward(first(x))
        return last(layer.backward(first(g))), last(layer.dw), layer.db

    return conv


def naive_conv(m: Any) -> Callable[..., Any]:
    """Return the backward pass of a course's conv_backward_naive(dout, cache), or its sister."""
    kind = "naive" if hasattr(m, "conv_forward_naive") else "im2col"

    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        forward, backward = (getattr(m, f"conv_{way}_{kind}") for way in ("forward", "backward"))
        _, cache = forward(first(x), first(w), np.zeros(len(w)), {"stride": s, "pad": p})
        dx, dw, db = backward(first(g), cache)
        return last(dx), last(dw), db

    return conv


def kernels_conv(m: Any) -> Callable[..., Any]:
    """Return the backward pass of ConvolutionLayer(kernels, stride) with grad_kernels, NHWC."""

    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = m.ConvolutionLayer(w, s) if s > 1 else m.ConvolutionLayer(w)
        layer.forward(x)
        return layer.backward(g), layer.grad_kernels

    return conv


def image_gradient_promised(m: Any) -> Iterator[Offered]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = m.ConvLayer(first(w), np.zeros(len(w)))
        layer.forward(first(x))
        dx = layer.backward(first(g))
        return (None if dx is None else last(dx)), last(layer.dW), layer.db

    def promised(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        return np.zeros(0) if conv(g, x, w, s, p)[0] is None else conv(g, x, w, s, p)

    yield Offered("conv2d_backward", conv, **PLAIN)
    yield wrong("conv2d_backward", promised, **PLAIN)


def filter_gradient_in_its_place(m: Any) -> Iterator[Offered]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = m.Conv(len(w), w.shape[1])
        layer.filters = w[..., 0]
        layer.forward(x[0, ..., 0])
        found = layer.backward(g[0])
        return found[np.newaxis, ..., np.newaxis], layer.d_filters[..., np.newaxis]

    only = {**PLAIN, "batches": (1,), "channels": (1,)}
    yield Offered("conv2d_backward", lambda *given: (None, conv(*given)[1]), **only)
    yield wrong("conv2d_backward", conv, **only)


def layer_dense(make: Callable[..., Any], dw: str = "dW", db: str = "db") -> Callable[..., Any]:
    """Return the backward pass of a layer that is made of weights and bias."""

    def dense(g: Array, x: Array, w: Array) -> Any:
        layer = make(w.copy(), np.zeros(w.shape[1]))
        layer.forward(x)
        return layer.backward(g), getattr(layer, dw), getattr(layer, db)

    return dense


def weights_add_up(m: Any) -> Iterator[Offered]:
    def twice(g: Array, x: Array, w: Array) -> Any:
        layer = m.Affine(w.copy(), np.zeros(w.shape[1]))
        layer.forward(x + 1)
        layer.backward(g)
        layer.forward(x)
        return layer.backward(g), layer.dW, layer.db

    yield Offered("dense_backward", layer_dense(m.Affine))
    yield wrong("dense_backward", twice)


def outer_product_swapped(m: Any) -> Iterator[Offered]:
    def dense(g: Array, x: Array, w: Array) -> Any:
        layer = m.FullyConnected(*w.shape)
        layer.w = w
        layer.forward(x[0])
        return layer.backward(g[0])[np.newaxis], layer.dw, layer.db

    yield wrong("dense_backward", dense, batches=(1,), sometimes_right=True)


def label_from_one(m: Any) -> Iterator[Offered]:
    def backward(z: Array, at: Any) -> Any:
        layer = m.CrossEntropyLoss()
        layer.forward(z, at)
        return layer.backward()

    yield wrong("softmax_cross_entropy_backward", backward)


def stride_one_conv(m: Any) -> Callable[..., Any]:
    def conv(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        layer = m.Conv(first(w), np.zeros(len(w)), s)
        layer.forward(first(x))
        return last(layer.backward(first(g))), last(layer.dweight), layer.dbias

    return conv


def jax_custom_derivative(m: Any) -> Iterator[Offered]:
    import jax  # noqa: PLC0415 - not installed everywhere

    jax.config.update("jax_enable_x64", True)
    gray: dict[str, Any] = {"channels": (3,), "single": True}
    yield wrong(
        "conv2d_backward",
        lambda g, x, w, s, p: m.conv2d_backward(g, x, w),
        **PLAIN,
        **gray,
        sometimes_right=True,
    )


def whole_number_buffer(m: Any) -> Iterator[Offered]:
    def whole(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        gi, gf, gb = m.conv2d_backward(g / 2, x.astype(np.int64), w)
        return gi * 2, gf * 2, gb * 2

    yield Offered(
        "conv2d_backward", lambda g, x, w, s, p: m.conv2d_backward(g, x, w), **PLAIN, single=True
    )
    yield wrong("conv2d_backward", whole, **PLAIN, single=True)


def one_by_one(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return the backward pass of a pooling layer of one image (H, W, K)."""

    def pool(g: Array, x: Array, f: int, s: int | None) -> Any:
        found = []
        for gradient, maps in zip(g, x, strict=True):
            layer = make(f, s)
            layer.forward(maps)
            found.append(layer.backward(gradient))
        return np.stack(found)

    return pool


def naive_pool(m: Any) -> Callable[..., Any]:
    def pool(g: Array, x: Array, f: int, s: int) -> Any:
        given = {"pool_height": f, "pool_width": f, "stride": s}
        cache = m.max_pool_forward_naive(first(x), given)[1]
        return last(m.max_pool_backward_naive(first(g), cache))

    return pool


def through_steps(make: Callable[[], Any]) -> Callable[..., Any]:
    """Return the backward pass of a layer with forward_ and backward_propagation."""

    def backward(g: Array, x: Array) -> Any:
        layer = make()
        layer.forward_propagation(x)
        return layer.backward_propagation(g, RATE)

    return backward


def sloped(make: Callable[..., Any]) -> Callable[..., Any]:
    return lambda g, x, slope=0.01: through(lambda: make(slope))(g, x)


def _conv(how: Callable[[Any], Any], **limits: Any) -> Binding:
    return lambda m: iter([wrong("conv2d_backward", how(m), **limits)])


def _dense(how: Callable[[Any], Any], **limits: Any) -> Binding:
    return lambda m: iter([wrong("dense_backward", how(m), **limits)])


def _pool(how: Callable[[Any], Any], kind: str = "max", **limits: Any) -> Binding:
    return lambda m: iter([wrong(f"{kind}_pool2d_backward", how(m), **limits)])


def _of(operation: str, how: Callable[[Any], Any], **limits: Any) -> Binding:
    return lambda m: iter([wrong(f"{operation}_backward", how(m), **limits)])


ANY: dict[str, Any] = {"sometimes_right": True}
THREE: dict[str, Any] = {"strides": (None, 1, 2)}

_WRONG: dict[str, Binding] = {
    "dictionary_last_column_lost": _conv(dictionary_conv),
    "rate_in_the_layer_learns_first": _dense(learning_dense),
    "a_function_for_each_bias_averaged": _dense(dense_by_three, **ANY),
    "pullback_sees_last_patch": _conv(pulled_conv, **PLAIN, batches=(1,)),
    "nabla_divided_by_inputs": _dense(nabla_dense, **ANY),
    "scipy_filter_not_turned": named_wrong("conv2d_backward", **PLAIN, **ANY),
    "crop_of_nothing": _conv(short_conv, **ANY),
    "col2im_assigns": _conv(dlfs_conv, **ANY),
    "col2im_crops_channels": _conv(naive_conv, **ANY),
    "loops_over_input_rows": _conv(kernels_conv, pads=(0,), **ANY),
    "square_images_only": named_wrong("conv2d_backward", pads=(0,), **ANY),
    "remainder_never_written": named_wrong("conv2d_backward", pads=(0,), **ANY),
    "image_gradient_promised": image_gradient_promised,
    "filter_gradient_in_its_place": filter_gradient_in_its_place,
    "bias_alone_averaged": _conv(cached_conv, **PLAIN, **ANY),
    "dense_all_divided": named_wrong("dense_backward", **ANY),
    "loss_layer_divides_twice": _of("softmax_cross_entropy", loss_layer, mean=True, **ANY),
    "weights_add_up": weights_add_up,
    "bias_per_position": _conv(passes_conv),
    "updated_before_image": _conv(video_conv, **PLAIN, batches=(1,)),
    "pool_channel_for_row": _pool(lambda m: nchw_pool(lambda f, s: m.MaxPooling(f)), **BLOCKS),
    "pool_shape_in_wrong_order": named_wrong("max_pool2d_backward", **THREE, single=False),
    "max_pool_assigns": named_wrong("max_pool2d_backward", **THREE, **ANY),
    "avg_pool_assigns": _pool(lambda m: nchw_pool(m.AvgPool), "avg", **ANY),
    "pool_bound_of_rows": _pool(article_pool, **ARTICLE_POOL, **ANY),
    "pool_cannot_run": _pool(dlfs_pool),
    "relu_derivative_leaks": named_wrong("relu_backward"),
    "relu_changes_gradient": _of(
        "relu", lambda m: lambda g, x: m.relu_backward(g, m.relu_forward(x)[1])
    ),
    "relu_changes_input": _of("relu", lambda m: through(m.ReLU)),
    "mean_loss_sum_gradient": _of(
        "softmax_cross_entropy", lambda m: lambda z, at: m.softmax_loss(z, at)[1], mean=True, **ANY
    ),
    "sum_loss_mean_gradient": _of("softmax_cross_entropy", bprop_loss, **ANY),
    "loss_sign_reversed": named_wrong("softmax_cross_entropy_backward"),
    "softmax_first_nonzero": _of("softmax", article_softmax, batches=(1,), **ANY),
    "update_goes_up": _dense(updating_dense, batches=(1,)),
    "update_by_error": _dense(updating_dense, batches=(1,)),
    "dense_learns_first": _dense(updating_dense, batches=(1,)),
    "stride_forgotten_in_filters": named_wrong("conv2d_backward", pads=(0,), **ANY),
    "border_kept": _conv(dlfs_conv, **ANY),
    "border_cut_on_one_side": _conv(course_conv, **ANY),
    "dilation_as_stride": named_wrong("conv2d_backward", pads=(0,), options=DILATED[:2], **ANY),
    "bias_of_first_image": _conv(
        lambda m: lambda g, x, w, s, p: [m.conv_layer_backward(g, x, w)[i] for i in (2, 0, 1)],
        **PLAIN,
        **ANY,
    ),
    "dense_weights_turned": _dense(passes_dense),
    "outer_product_swapped": outer_product_swapped,
    "single_precision_inside": named_wrong("conv2d_backward", **PLAIN, **ANY),
    "last_windows_lost": _conv(naive_conv, **ANY),
    "one_less_everywhere": named_wrong("softmax_cross_entropy_backward"),
    "label_from_one": label_from_one,
    "loss_averaged_over_classes": named_wrong(
        "softmax_cross_entropy_backward", mean=True, single=False
    ),
    "remainder_rows_missing": named_wrong("conv2d_backward", pads=(0,), **ANY),
    "filters_gradient_of_remainder": _conv(stride_one_conv, pads=(0,), **ANY),
    "filters_gradient_reversed": _conv(video_conv, **PLAIN, batches=(1,), **ANY),
    "gradient_larger_than_filters": named_wrong("conv2d_backward", **PLAIN),
    "image_smaller_than_filters": named_wrong(
        "conv2d_backward",
        strides=(1,),
        filters=(3, 9),
        pads=(1, 4),
        channels=(2,),
        images=((3, 4), (5, 5), (3, 3)),
        **ANY,
    ),
    "last_group_only": named_wrong(
        "conv2d_backward", pads=(0,), options=({}, {"groups": 2}), **ANY
    ),
    "channels_dealt_to_groups": named_wrong(
        "conv2d_backward", **PLAIN, options=({}, {"groups": 2}, {"groups": 4}), **ANY
    ),
    "pool_columns_from_rows": _pool(lambda m: nchw_pool(m.MaxPool), **ANY),
    "transposed_stride_for_dilation": named_wrong(
        "conv_transpose2d_backward", options=({}, {"dilation": 2}), **ANY
    ),
    "transposed_filters_turned": named_wrong("conv_transpose2d_backward", pads=(0,), **ANY),
    "transposed_bias_not_cropped": named_wrong("conv_transpose2d_backward", pads=(0,), **ANY),
    "bias_over_wrong_axes": _conv(short_conv),
    "bias_averaged": named_wrong("conv2d_backward", pads=(0,)),
    "pool_first_window_only": named_wrong("max_pool2d_backward", **THREE),
    "near_ties_are_ties": _pool(lambda m: nchw_pool(m.MaxPool2d), **THREE, **ANY),
    "divisor_of_the_stride": named_wrong("avg_pool2d_backward", **THREE, **ANY),
    "pool_buffer_not_zeroed": named_wrong("max_pool2d_backward", **THREE, **ANY),
    "excluded_padding_counted": named_wrong("avg_pool2d_backward", options=PADDED, **ANY),
    "relu_by_sign_of_gradient": _of("relu", lambda m: through(m.ReLU)),
    "leaky_slope_alone": named_wrong("leaky_relu_backward", options=SLOPES),
    "relu_side_of_result": _of(
        "relu", lambda m: lambda g, x: m.relu_backward(g, m.relu_forward(x)[1])
    ),
    "leaky_slope_fixed": _of("leaky_relu", lambda m: sloped(m.LeakyReLU), options=SLOPES, **ANY),
    "softmax_diagonal": _of("softmax", lambda m: through(m.Softmax)),
    "softmax_jacobian_of_inputs": _of("softmax", lambda m: through(m.Activation_Softmax)),
    "softmax_ratio": named_wrong("softmax_backward"),
    "binary_loss_of_many": _of("cross_entropy", lambda m: row_by_row(m.cross_entropy_backward)),
    "return_inside_loop": _conv(course_conv, **ANY),
    "last_image_only": _conv(course_conv, **ANY),
    "sigmoid_drops_gradient": _of("sigmoid", lambda m: through(m.Sigmoid)),
    "sigmoid_of_inputs": named_wrong("sigmoid_backward"),
    "tanh_of_inputs": _of("tanh", lambda m: through_steps(m.Tanh)),
    "softmax_drops_gradient": named_wrong("softmax_backward"),
    "batch_norm_scale_forgotten": named_wrong("batch_norm_backward"),
    "batch_norm_scale_of_raw_maps": named_wrong("batch_norm_backward"),
    "global_mean_not_divided": _of(
        "global_avg_pool2d", lambda m: through(m.GlobalAveragePooling2D)
    ),
    "flatten_back_channels_first": _of("flatten", lambda m: through(m.Flatten)),
    "log_softmax_without_sum": named_wrong("log_softmax_backward"),
    "cross_entropy_of_all_classes": _of(
        "cross_entropy", lambda m: row_by_row(m.cross_entropy_backward)
    ),
    "cross_entropy_sign": _of("cross_entropy", lambda m: row_by_row(m.cross_entropy_backward)),
    "train_step_loss_afterwards": named_wrong("train_step"),
    "train_step_upwards": named_wrong("train_step"),
    "train_step_new_weights_used": named_wrong("train_step"),
    "torch_function_scaled": _dense(lambda m: torch_dense(m.MyLinear), **ANY),
    "torch_through_numpy": _conv(lambda m: torch_conv(m.ConvBlock)),
    "torch_relu_function_clamps": _of("relu", lambda m: partial(derived, m.Relu())),
    "jax_custom_derivative": jax_custom_derivative,
    "engine_assigns": _of("softmax", lambda m: engine(m.Softmax(), m)),
    "engine_bias_of_each_row": _dense(engine_linear),
    "functions_with_context_bias_averaged": _dense(applied_linear, batches=(3,)),
    "min_pool_of_maximum": named_wrong("min_pool2d_backward", **THREE),
    "pool_one_winner_for_all_maps": _pool(lambda m: one_by_one(m.MaxPool), **THREE),
    "pool_stride_forgotten": _pool(naive_pool, **ANY),
    "bias_gradient_over_nodes": _dense(lists_affine, **ANY),
    "dense_input_not_turned": named_wrong("dense_backward"),
    "lists_dense_transposed": _dense(
        lambda m: (
            lambda g, x, w: [
                np.atleast_2d(one) if i == 0 else one
                for i, one in enumerate(m.dense_backward(g[0].tolist(), x[0].tolist(), w.tolist()))
            ]
        ),
        batches=(1,),
    ),
    "whole_number_buffer": whole_number_buffer,
    "negative_index_wraps": _conv(kernels_conv, **PLAIN, **ANY),
    "backprop_filters_averaged": _conv(article_conv, **ARTICLE_CONV),
    "weight_grad_overwritten_across_images": _conv(parameters_conv, **ANY),
    "w_grad_of_first_channel": _conv(val_grad_conv, **ANY),
    "columns_dense_bias_of_all": _dense(lambda m: columns_dense(m, parts=False), **ANY),
}

BINDINGS = {f"right/{name}": one for name, one in _RIGHT.items()}
BINDINGS |= {f"wrong/{name}": one for name, one in _WRONG.items()}


def offered_by(name: str) -> list[Offered]:
    """Return what a specimen offers."""
    return [*BINDINGS[name](load(FOLDER / f"{name}.py"))]


def main() -> int:
    """Compare all files, or some."""
    found = 0
    for name in sys.argv[1:] or BINDINGS:
        if find_spec(NEEDS.get(name, "numpy")) is None:
            print(f"{name}: left out")
            continue
        offered = offered_by(name)
        for one in offered:
            for problem in problems(one):
                found += 1
                print(f"{name}: {problem}")
        if name.startswith("right/") is any(one.wrong for one in offered):
            found += 1
            print(f"{name}: in the folder of the others")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
