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

SLOPES = ({}, {"slope": 0.25}, {"slope": 1.0}, {"slope": 0.0})

PADDED: tuple[dict[str, Any], ...] = ({}, {"padding": 1}, {"padding": 1, "count_include_pad": False})


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
        return last(m.max_pool_backward_naive(first(g), m.max_pool_forward_naive(first(x), given)[1]))

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


def jax_functions(m: Any) -> Iterator[Offered]:
    import jax  # noqa: PLC0415 - not installed everywhere

    jax.config.update("jax_enable_x64", True)  # noqa: FBT003 - its name is the first argument
    yield by_name(m, "conv2d_backward", pads=(0,))
    yield by_name(m, "relu_backward")
    yield by_name(m, "max_pool2d_backward")
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
    yield Offered(
        "softmax_cross_entropy_backward", row_by_row(m.softmax_cross_entropy_backward)
    )


def tf_style_pool_and_gap(m: Any) -> Iterator[Offered]:
    yield Offered("global_avg_pool2d_backward", through(m.GlobalAveragePooling2D))
    yield Offered("flatten_backward", through(m.Flatten))
    yield Offered(
        "avg_pool2d_backward",
        lambda g, x, f, s: through(lambda: m.AveragePooling2D(f))(g, x),
        **BLOCKS,
    )


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
    "relu_half_at_zero": named("relu_backward"),
    "max_pool_last_of_ties": named("max_pool2d_backward", strides=(None, 1, 2)),
    "max_pool_all_of_ties": named("max_pool2d_backward", strides=(None, 1, 2)),
    "max_pool_even_split": lambda m: iter(
        [Offered("max_pool2d_backward", nchw_pool(m.MaxPool2d), strides=(None, 1, 2))]
    ),
    "pools_suite_first": lambda m: iter(
        [
            *(by_name(m, f"{kind}_pool2d_backward", strides=(None, 1, 2)) for kind in ("max", "min")),
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
        jax_functions,
        params_and_grads_lists,
        bprop_sum_loss,
        python_lists,
        tf_style_pool_and_gap,
    )
}

_WRONG: dict[str, Binding] = {}

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
