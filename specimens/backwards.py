"""Whether code of any convention computes the gradients that it claims to, without the judge.

Nothing here is a backward pass: a gradient is found from forward passes alone. Convolutions, means
and dense layers are linear in each argument, so half of ``f(x + e) - f(x - e)`` is their exact
derivative along ``e``; maxima and ReLUs are linear between near numbers; the rest gets the formula
of five points, whose error is below the comparison's.

`Offered` is one operation of a file, with a call in the house's convention that turns arguments
and results by hand; `problems` says in what it is not what it claims to be.
"""

import sys
import warnings
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specimens import conventions

Array = NDArray[Any]
Options = dict[str, Any]

#: How far an argument is moved where an operation is not linear.
_STEP = 2.0**-10

#: What a gradient may differ by, as a part of the largest number in it (or of 1).
_ROUNDING = 1e-8
_ROUNDING_OF_LINEAR = 1e-10


@dataclass(frozen=True)
class Offered:
    """An operation as a file offers it.

    ``call`` takes batches (N, H, W, C), filters (K, f, f, C / groups), weights (inputs, nodes) and
    labels (N,), and returns the gradients of the array parameters in their order; ``None`` for one
    that is not offered, and fewer where the last ones are not:

    - conv2d_backward: grad, image, filters, stride, pad -> image, filters, bias
    - conv_transpose2d_backward: the same
    - max_pool2d_backward, min_, avg_: grad, maps, size, stride -> maps
    - global_avg_pool2d_backward, flatten_backward, relu_backward, sigmoid_backward, tanh_backward,
      softmax_backward, log_softmax_backward: grad, x -> x
    - leaky_relu_backward: grad, x, slope -> x
    - dense_backward: grad, x, weights -> x, weights, bias
    - batch_norm_backward: grad, maps, mean, variance, scale, offset -> five
    - cross_entropy_backward, softmax_cross_entropy_backward: probabilities or logits, labels -> one
    - train_step: image (H, W), label, filters, weights, biases, learning_rate
      -> loss, filters, weights, biases

    What is in ``options`` (one dictionary for each call) is given by name. ``single`` asks for
    images without an axis for the batch, too, and for images without channels.
    """

    operation: str
    call: Callable[..., Any]
    wrong: bool = False
    sometimes_right: bool = False
    strides: tuple[int | None, ...] = (1, 2)
    pads: tuple[int, ...] = (0, 1)
    channels: tuple[int, ...] = (1, 3)
    filters: tuple[int, ...] = (1, 3)
    sizes: tuple[int, ...] = (2, 3)
    batches: tuple[int, ...] = (1, 3)
    images: tuple[tuple[int, int], ...] = ((6, 5), (5, 5), (4, 7))
    options: tuple[Options, ...] = ({},)
    single: bool = False
    mean: bool = False


@dataclass(frozen=True)
class Call:
    """One call: what it is, its arguments, its options, and what is due."""

    what: str
    arguments: tuple[Any, ...]
    options: Options
    due: tuple[Array, ...]
    rounding: float = _ROUNDING
    check: Callable[[Any], bool] | None = field(default=None, compare=False)


def numbers(*shape: int, low: int = -4, high: int = 5) -> Array:
    """Return small whole numbers other than 0 as float64, the same each time."""
    drawn = np.random.default_rng([*shape, high - low]).integers(low, high, shape)
    return np.where(drawn == 0, high, drawn).astype(np.float64)


def apart(*shape: int) -> Array:
    """Return whole numbers of which no two are the same, and none is 0."""
    count = int(np.prod(shape))
    drawn = np.random.default_rng([*shape, 1]).permutation(count) - count // 2
    return np.where(drawn >= 0, drawn + 1, drawn).reshape(shape).astype(np.float64)


# The forward passes. All of batches (N, H, W, C), plainly.


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if np.ndim(value) == 0 else (value[0], value[1])


def convolved(
    image: Array,
    filters: Array,
    bias: Array,
    stride: int = 1,
    pad: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Array:
    """Return the maps of a batch: one window after the other, one group after the other."""
    f, each = filters.shape[1], len(filters) // groups
    depth = filters.shape[-1]
    image = np.pad(image, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    span = dilation * (f - 1) + 1
    rows, columns = ((n - span) // stride + 1 for n in image.shape[1:3])
    maps = np.zeros((len(image), rows, columns, len(filters)))
    for i, j, g in product(range(rows), range(columns), range(groups)):
        y, x = i * stride, j * stride
        window = image[:, y : y + span : dilation, x : x + span : dilation]
        window = window[..., g * depth : (g + 1) * depth]
        of = slice(g * each, (g + 1) * each)
        maps[:, i, j, of] = np.tensordot(window, filters[of], ([1, 2, 3], [1, 2, 3])) + bias[of]
    return maps


def laid_out(
    image: Array,
    filters: Array,
    bias: Array,
    stride: int = 1,
    pad: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Array:
    """Return the maps of a transposed convolution: a filter laid out for each pixel."""
    count, rows, columns, channels = image.shape
    f, depth = filters.shape[1], filters.shape[-1]
    height, width = (
        (n - 1) * stride + dilation * (f - 1) + 1 + output_padding for n in (rows, columns)
    )
    maps = np.zeros((count, height, width, depth * groups))
    each = channels // groups
    for g, a, b in product(range(groups), range(f), range(f)):
        of = slice(g * each, (g + 1) * each)
        ys = slice(a * dilation, a * dilation + (rows - 1) * stride + 1, stride)
        xs = slice(b * dilation, b * dilation + (columns - 1) * stride + 1, stride)
        to = slice(g * depth, (g + 1) * depth)
        maps[:, ys, xs, to] += image[..., of] @ filters[of, a, b]
    return maps[:, pad : height - pad, pad : width - pad] + bias


def _windows(
    maps: Array, size: Any, stride: Any, padding: Any = 0, ceil_mode: bool = False
) -> Iterator[tuple[int, int, list[int], list[int], int]]:
    """Yield each window: its place, its rows and columns on the map, and its size with padding."""
    along = []
    pairs = (_pair(size), _pair(size if stride is None else stride), _pair(padding))
    for length, f, s, p in zip(maps.shape[1:3], *pairs, strict=True):
        room = length + 2 * p - f
        count = (-(-room // s) if ceil_mode else room // s) + 1
        if (count - 1) * s >= length + p:
            count -= 1
        starts = [i * s - p for i in range(count)]
        along.append(
            [
                ([y for y in range(at, at + f) if 0 <= y < length], min(at + f, length + p) - at)
                for at in starts
            ]
        )
    for (i, (ys, n)), (j, (xs, m)) in product(*map(enumerate, along)):
        yield i, j, ys, xs, n * m


def pooled(
    kind: str,
    maps: Array,
    size: Any,
    stride: Any = None,
    *,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """Return the pooled maps of a batch."""
    places = [*_windows(maps, size, stride, padding, ceil_mode)]
    rows, columns = places[-1][0] + 1, places[-1][1] + 1
    out = np.zeros((len(maps), rows, columns, maps.shape[-1]))
    for i, j, ys, xs, whole in places:
        window = maps[:, ys][:, :, xs]
        if kind == "avg":
            area = whole if count_include_pad else len(ys) * len(xs)
            out[:, i, j] = window.sum(axis=(1, 2)) / area
        else:
            out[:, i, j] = (window.max if kind == "max" else window.min)(axis=(1, 2))
    return out


def weighted(x: Array, weights: Array, bias: Array) -> Array:
    """Return what a dense layer gives for rows."""
    return np.stack([(row * weights.T).sum(axis=1) + bias for row in x])


def logarithms(logits: Array) -> Array:
    """Return the logarithms of the softmax of rows."""
    below = logits - logits.max(axis=-1, keepdims=True)
    logs: Array = below - np.log(np.exp(below).sum(axis=-1, keepdims=True))
    return logs


def _normalised(
    maps: Array, mean: Array, variance: Array, scale: Array, offset: Array, epsilon: float = 1e-5
) -> Array:
    return (maps - mean) / np.sqrt(variance + epsilon) * scale + offset


_POINTWISE: dict[str, Callable[..., Array]] = {
    "relu": lambda x: np.where(x > 0, x, 0.0),
    "leaky_relu": lambda x, slope=0.01: np.where(x > 0, x, slope * x),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "flatten": lambda x: x.reshape(len(x), -1),
    "global_avg_pool2d": lambda x: x.mean(axis=(1, 2)),
    "softmax": lambda z: np.exp(logarithms(z)),
    "log_softmax": logarithms,
}


# The gradients, from forward passes alone.


def gradients(
    forward: Callable[..., Array],
    arguments: Sequence[Array],
    grad: Array,
    *,
    linear: bool = False,
    step: float = _STEP,
) -> tuple[Array, ...]:
    """Return the gradient of ``sum(grad * forward(...))`` for each argument."""
    found = []
    for place, array in enumerate(arguments):
        gradient = np.zeros(array.shape)
        for index in np.ndindex(*array.shape):

            def moved(by: float, place: int = place, index: tuple[int, ...] = index) -> float:
                others = [*arguments]
                others[place] = others[place].copy()
                others[place][index] += by
                return float((forward(*others) * grad).sum())

            if linear:
                gradient[index] = (moved(1) - moved(-1)) / 2
            else:
                near, far = moved(step) - moved(-step), moved(2 * step) - moved(-2 * step)
                gradient[index] = (8 * near - far) / (12 * step)
        found.append(gradient)
    return tuple(found)


@cache
def _of_convolution(
    image: tuple[int, ...],
    filters: tuple[int, ...],
    stride: int,
    pad: int,
    more: tuple[tuple[str, int], ...],
    high: int,
    transposed: bool,
) -> tuple[Array, Array, Array, tuple[Array, ...]]:
    x, w = numbers(*image, low=-high, high=high), numbers(*filters, low=-high, high=high)
    options = dict(more)
    forward = laid_out if transposed else convolved
    count = filters[-1] * options.get("groups", 1) if transposed else filters[0]
    zeros = np.zeros(count)
    shape = forward(x, w, zeros, stride, pad, **options).shape
    grad = numbers(*shape, low=-high + 1, high=high + 1)
    due = gradients(
        lambda a, b, c: forward(a, b, c, stride, pad, **options), (x, w, zeros), grad, linear=True
    )
    return grad, x, w, due


def _convolutions(offered: Offered) -> Iterator[Call]:
    transposed = offered.operation.startswith("conv_transpose")
    kinds = product(offered.channels, offered.filters, offered.strides, offered.pads)
    for place, ((channels, f, stride, pad), more) in enumerate(product(kinds, offered.options)):
        count = offered.batches[place % len(offered.batches)]
        rows, columns = offered.images[place % len(offered.images)]
        groups = more.get("groups", 1)
        depth = channels * groups
        if transposed and 2 * pad >= f:
            continue
        if transposed and more.get("output_padding", 0) >= max(stride or 1, 1):
            continue
        image = (count, rows, columns, depth)
        shape = (depth, f, f, 2) if transposed else (2 * groups, f, f, channels)
        if not transposed and more.get("dilation", 1) * (f - 1) + 1 > min(rows, columns) + 2 * pad:
            continue
        for high in (5, 3000) if place == 1 else (5,):
            grad, x, w, due = _of_convolution(
                image, shape, stride or 1, pad, tuple(more.items()), high, transposed
            )
            what = f"{image} {shape} stride {stride} pad {pad} {more} up to {high}"
            yield Call(what, (grad, x, w, stride, pad), more, due, _ROUNDING_OF_LINEAR)
            if offered.single and count == 1:
                due = (due[0][0], *due[1:])
                one = (grad[0], x[0], w, stride, pad)
                yield Call(f"one image, {what}", one, more, due, _ROUNDING_OF_LINEAR)
                if channels == 1 and groups == 1 and not transposed:
                    due = (due[0][..., 0], due[1][..., 0], due[2])
                    one = (grad[0], x[0, ..., 0], w[..., 0], stride, pad)
                    yield Call(f"gray, {what}", one, more, due, _ROUNDING_OF_LINEAR)


@cache
def _of_pooling(
    kind: str, shape: tuple[int, ...], size: Any, stride: Any, more: tuple[tuple[str, Any], ...]
) -> tuple[Array, Array, Array]:
    maps = apart(*shape)
    options = dict(more)
    grad = numbers(*pooled(kind, maps, size, stride, **options).shape)
    (due,) = gradients(
        lambda x: pooled(kind, x, size, stride, **options), (maps,), grad, linear=kind == "avg"
    )
    return grad, maps, due


def _poolings(offered: Offered) -> Iterator[Call]:
    kind = offered.operation.partition("_")[0]
    shapes = ((6, 4), (5, 7), (7, 6))
    kinds = product(offered.sizes, offered.strides, offered.options)
    for place, ((height, width), (size, stride, more)) in enumerate(product(shapes, kinds)):
        count = offered.batches[place % len(offered.batches)]
        shape = (count, height, width, 3)
        grad, maps, due = _of_pooling(kind, shape, size, stride, tuple(more.items()))
        what = f"{shape} of {size} by {stride} {more}"
        yield Call(what, (grad, maps, size, stride), more, (due,), _ROUNDING_OF_LINEAR)
        if offered.single and count == 1:
            one = (grad[0], maps[0], size, stride)
            yield Call(f"one image, {what}", one, more, (due[0],), _ROUNDING_OF_LINEAR)
        near = maps * 2.0**-10 + 3  # neighbours differ by far less than their size
        if kind != "avg":
            yield Call(f"near {what}", (grad, near, size, stride), more, (due,))
    if kind == "avg" or offered.wrong:
        return
    for size in offered.sizes:
        if not ({None, size} & {*offered.strides}) or {} not in offered.options:
            continue
        stride = None if None in offered.strides else size
        maps = numbers(offered.batches[-1], 6, 6, 2, low=0, high=3)
        grad = numbers(*pooled(kind, maps, size, size).shape)
        tied = _tied(kind, maps, grad, size)
        yield Call(f"ties of {size}", (grad, maps, size, stride), {}, (maps,), check=tied)


def _tied(kind: str, maps: Array, grad: Array, size: int) -> Callable[[Any], bool]:
    """Return whether a gradient of windows that do not overlap is one of those allowed."""

    def allowed(got: Any) -> bool:
        got = np.asarray(got, np.float64)
        if got.shape != maps.shape:
            return False
        for i, j, ys, xs, _ in _windows(maps, size, size):
            for n, k in product(range(len(maps)), range(maps.shape[-1])):
                window, parts = (a[n][np.ix_(ys, xs)][..., k] for a in (maps, got))
                g = grad[n, i, j, k]
                on = window == (window.max() if kind == "max" else window.min())
                shares = parts[on] / g
                if parts[~on].any() or (shares < 0).any() or (shares > 1).any():
                    return False
                if not 1 - 1e-9 <= shares.sum() <= on.sum() + 1e-9:
                    return False
        return True

    return allowed


def _pointwise(offered: Offered) -> Iterator[Call]:
    name = offered.operation.removesuffix("_backward")
    forward = _POINTWISE[name]
    maps_only = name in ("flatten", "global_avg_pool2d")
    shapes = [(3, 4, 2), (5,), (2, 3, 4, 2)] if offered.single else [(2, 3, 4, 2)]
    if offered.batches == (1,) and not offered.single:
        shapes = [(1, 3, 4, 2)]
    for shape, more in product(shapes, offered.options):
        if maps_only and len(shape) == 1:
            continue
        x = apart(*shape) / 2
        batch = x[np.newaxis] if maps_only and len(shape) == 3 else x
        made = forward(batch, **more)
        grad = numbers(*made.shape)
        (due,) = gradients(
            lambda one, more=more: forward(one, **more), (batch,), grad, linear=maps_only
        )
        if batch is not x:
            due, grad = due[0], grad[0]
        yield Call(f"{shape} {more}", (grad, x), more, (due,))
        yield Call(f"negative gradients {shape} {more}", (-abs(grad), x), more, (-_by(due, grad),))
    if name == "relu" and not offered.wrong:
        x = numbers(2, 2, 3, 2)
        x[0, 0] = 0
        grad = numbers(*x.shape)

        def allowed(got: Any) -> bool:
            got = np.asarray(got, np.float64)
            if got.shape != x.shape:
                return False
            shares = got / grad
            on_edge = bool((shares[0, 0] >= 0).all() and (shares[0, 0] <= 1).all())
            return on_edge and np.array_equal(shares[x != 0], (x > 0)[x != 0])

        if offered.batches != (1,):
            yield Call("at 0", (grad, x), {}, (x,), check=allowed)


def _by(due: Array, grad: Array) -> Array:
    """Return a gradient for gradients that are all positive, of an operation on each element."""
    return due * np.sign(grad) if due.shape == grad.shape else abs(due)


@cache
def _of_nodes(count: int, inputs: int, nodes: int) -> tuple[Array, Array, Array, Any]:
    x, weights = numbers(count, inputs), numbers(inputs, nodes, low=-5)
    grad = numbers(count, nodes, low=-3)
    due = gradients(weighted, (x, weights, np.zeros(nodes)), grad, linear=True)
    return grad, x, weights, due


def _nodes(offered: Offered) -> Iterator[Call]:
    sizes = ((1, 4), (5, 3), (4, 4), (12, 1))
    for count, (inputs, nodes) in product(offered.batches, sizes):
        grad, x, weights, due = _of_nodes(count, inputs, nodes)
        what = f"{x.shape} {weights.shape}"
        yield Call(what, (grad, x, weights), {}, due, _ROUNDING_OF_LINEAR)
        if offered.single and count == 1:
            one = (grad[0], x[0], weights)
            yield Call(f"one, {what}", one, {}, (due[0][0], *due[1:]), _ROUNDING_OF_LINEAR)


def _rows(offered: Offered) -> Iterator[Array]:
    for count, classes in product(offered.batches, (2, 4)):
        yield numbers(count, classes) / 2 + np.arange(count)[:, np.newaxis] / 4
    if offered.single:
        yield numbers(4) / 2


def _of_logits(offered: Offered) -> Iterator[Call]:
    forward = _POINTWISE[offered.operation.removesuffix("_backward")]
    for rows in _rows(offered):
        grad = numbers(*rows.shape) / 2
        (due,) = gradients(forward, (rows,), grad)
        yield Call(f"{rows.shape}", (grad, rows), {}, (due,))
        grad = grad * (np.arange(rows.shape[-1]) == 1)
        (due,) = gradients(forward, (rows,), grad)
        yield Call(f"one gradient of {rows.shape}", (grad, rows), {}, (due,))


def _losses(offered: Offered) -> Iterator[Call]:
    of_logits = offered.operation.startswith("softmax")
    for rows in _rows(offered):
        given = rows if of_logits else np.exp(logarithms(rows))
        classes = rows.shape[-1]
        for label in range(classes):
            single = rows.ndim == 1
            at: Any = label if single else (np.arange(len(rows)) + label) % classes

            def loss(one: Array, at: Any = at) -> Array:
                logs = logarithms(one) if of_logits else np.log(one)
                losses = -np.take_along_axis(np.atleast_2d(logs), np.atleast_1d(at)[:, None], 1)
                return np.asarray(losses.mean() if offered.mean else losses.sum())

            (due,) = gradients(loss, (given,), np.ones(()), step=_STEP if of_logits else 2.0**-17)
            yield Call(f"{given.shape} at {at}", (given, at), {}, (due,), 1e-7)


def _normalisations(offered: Offered) -> Iterator[Call]:
    for count, more in product(offered.batches, offered.options):
        maps = numbers(count, 3, 4, 2)
        given = (maps, numbers(2), np.array([1.5, 4.0]), numbers(2, low=1), numbers(2, high=9))
        grad = numbers(*maps.shape, low=-3)
        due = gradients(lambda *all_, more=more: _normalised(*all_, **more), given, grad)
        yield Call(f"{maps.shape} {more}", (grad, *given), more, due)
        if offered.single and count == 1:
            one = (grad[0], maps[0], *given[1:])
            yield Call(f"one, {maps.shape} {more}", one, more, (due[0][0], *due[1:]))


def loss_of_network(
    image: Array, label: int, filters: Array, weights: Array, biases: Array
) -> Array:
    """Return the loss of the network of the article."""
    x = (image / 255 - 0.5)[np.newaxis, ..., np.newaxis]
    maps = pooled("max", convolved(x, filters[..., np.newaxis], np.zeros(len(filters))), 2)
    logits = weighted(maps.reshape(1, -1), weights, biases)
    return np.asarray(-logarithms(logits)[0, label])


def _steps(_: Offered) -> Iterator[Call]:
    random = np.random.default_rng(7)
    for (rows, columns), label, rate in product(((8, 8), (9, 7)), (0, 2), (0.5, 0.125)):
        image = random.integers(0, 256, (rows, columns)).astype(np.float64)
        inputs = (rows - 2) // 2 * ((columns - 2) // 2) * 2
        parameters = (
            random.normal(size=(2, 3, 3)) / 2,
            random.normal(size=(inputs, 3)) / 4,
            random.normal(size=3),
        )

        def loss(
            filters: Array, weights: Array, biases: Array, image: Array = image, label: int = label
        ) -> Array:
            return loss_of_network(image, label, filters, weights, biases)

        found = gradients(loss, parameters, np.ones(()))
        new = [p - rate * g for p, g in zip(parameters, found, strict=True)]
        due = (loss(*parameters), *new)
        yield Call(f"{rows}x{columns} {label} {rate}", (image, label, *parameters, rate), {}, due)


_CALLS: dict[str, Callable[[Offered], Iterator[Call]]] = {
    "conv2d_backward": _convolutions,
    "conv_transpose2d_backward": _convolutions,
    "max_pool2d_backward": _poolings,
    "min_pool2d_backward": _poolings,
    "avg_pool2d_backward": _poolings,
    "dense_backward": _nodes,
    "relu_backward": _pointwise,
    "leaky_relu_backward": _pointwise,
    "sigmoid_backward": _pointwise,
    "tanh_backward": _pointwise,
    "flatten_backward": _pointwise,
    "global_avg_pool2d_backward": _pointwise,
    "softmax_backward": _of_logits,
    "log_softmax_backward": _of_logits,
    "cross_entropy_backward": _losses,
    "softmax_cross_entropy_backward": _losses,
    "batch_norm_backward": _normalisations,
    "train_step": _steps,
}


def _tuple(got: Any) -> tuple[Any, ...]:
    return tuple(got) if isinstance(got, (tuple, list)) else (got,)


def right(offered: Offered, call: Call) -> bool:
    """Return whether a call is answered rightly, and leaves its arguments as they were."""
    before = [one.copy() if isinstance(one, np.ndarray) else one for one in call.arguments]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            got = _tuple(offered.call(*call.arguments, **call.options))
        except Exception:  # noqa: BLE001 - a legal call that raises is not answered
            return False
    if not all(np.array_equal(*pair) for pair in zip(before, call.arguments, strict=True)):
        return False
    if call.check is not None:
        return call.check(got[0])
    if len(got) > len(call.due) or all(one is None for one in got):
        return False
    pairs = [(one, due) for one, due in zip(got, call.due, strict=False) if one is not None]
    return all(_alike(one, due, call.rounding) for one, due in pairs)


def _alike(got: Any, due: Array, rounding: float) -> bool:
    try:
        array = np.asarray(got, np.float64)
    except (TypeError, ValueError):
        return False
    near = rounding * max(1.0, abs(due).max(initial=0))
    return array.shape == due.shape and bool(np.allclose(array, due, 0, near))


def problems(offered: Offered) -> Iterator[str]:
    """Say in what an operation is not what it claims to be."""
    calls = [*_CALLS[offered.operation](offered)]
    held = [right(offered, call) for call in calls]
    if not offered.wrong:
        for call, good in zip(calls, held, strict=True):
            if not good:
                yield f"{offered.operation}: not right: {call.what}"
    elif all(held):
        yield f"{offered.operation}: right on all {len(calls)} calls, and claimed to be wrong"
    elif offered.sometimes_right and not any(held):
        yield f"{offered.operation}: right on no call, and claimed to be right on some"


# --- files that offer both ---------------------------------------------------------------------

Either = conventions.Offered | Offered


def problems_of(offered: Either) -> Iterator[str]:
    """Say in what an operation, forward or backward, is not what it claims to be."""
    return problems(offered) if isinstance(offered, Offered) else conventions.problems(offered)


def compare(
    folder: Path,
    bindings: Mapping[str, Callable[[Any], Iterator[Either]]],
    need_torch: Container[str] = (),
) -> int:
    """Compare all files of a set, or those that the command line names; return the exit status."""
    found = 0
    for name in sys.argv[1:] or bindings:
        if name in need_torch and find_spec("torch") is None:
            print(f"{name}: left out")
            continue
        for offered in bindings[name](conventions.load(folder / name)):
            for problem in problems_of(offered):
                found += 1
                print(f"{name}: {problem}")
    return int(found > 0)
