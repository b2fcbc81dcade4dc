"""Whether code of any convention computes what it claims to, without the judge.

Every file of ``newcomers`` has, in the ``verify.py`` beside it, a list of what it offers: an
`Offered` for each operation, with a call in the house's convention that turns arguments and
results by hand. `problems` compares it with SciPy and with plain loops.
"""

import contextlib
import importlib
import importlib.util
import io
import json
import math
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import signal

Array = NDArray[Any]


@dataclass(frozen=True)
class Offered:
    """An operation as a file offers it.

    ``call`` takes batches of images and maps (N, H, W, C), filters (K, f, g, C), weights
    (inputs, nodes), rows of logits or probabilities, and labels (N,):

    - conv2d: image, filters, bias, stride, pad -> maps
    - relu: x -> the same shape
    - max_pool2d, min_pool2d, avg_pool2d: maps, size, stride -> maps
    - dense: x (N, inputs), weights, bias -> (N, nodes)
    - softmax: logits -> probabilities
    - cross_entropy, softmax_cross_entropy: probabilities or logits, labels -> losses, or their mean
    """

    operation: str
    call: Callable[..., Any]
    wrong: bool = False
    sometimes_right: bool = False
    strides: tuple[int | None, ...] = (1, 2)
    pads: tuple[int | str, ...] = (0, 1)
    biases: tuple[bool, ...] = (True, False)
    channels: tuple[int, ...] = (1, 3)
    sizes: tuple[int, ...] = (2, 3)
    batches: tuple[int, ...] = (1, 2)
    sides: tuple[int, ...] = (3, 1, 5)
    oblong: bool = True
    mean: bool = False


def load(path: Path) -> Any:
    """Import a file, a package or a notebook as far as it goes; what it prints is dropped."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        if path.is_dir():
            sys.path.insert(0, str(path.parent))
            try:
                return importlib.import_module(path.name)
            finally:
                sys.path.remove(str(path.parent))
        if path.suffix == ".ipynb":
            return _notebook(path)
        made = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
        assert made is not None
        assert made.loader is not None
        module = importlib.util.module_from_spec(made)
        sys.modules[made.name] = module  # dataclasses look there
        made.loader.exec_module(module)
        return module


def _notebook(path: Path) -> ModuleType:
    """Run the code cells of a notebook one after the other, without their magics."""
    module = ModuleType(path.stem)
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            lines = [line for line in cell["source"] if not _magic(line)]
            with contextlib.suppress(Exception):
                exec("".join(lines), vars(module))  # noqa: S102 - our own specimens
    return module


def _magic(line: str) -> bool:
    """Return whether a line of a cell is IPython's, and not Python."""
    return line.lstrip().startswith(("%", "!", "?")) or line.rstrip().endswith("?")


def _numbers(*shape: int, low: int = -4, high: int = 5) -> Array:
    """Return small whole numbers as float64, the same each time."""
    drawn = np.random.default_rng([*shape, high - low]).integers(low, high, shape)
    return drawn.astype(np.float64)


@dataclass(frozen=True)
class Call:
    """One call: what it is, its arguments, what is due, and how far rounding may lead away."""

    what: str
    arguments: tuple[Any, ...]
    due: Array
    relative: float = 1e-12


def convolved(image: Array, filters: Array, bias: Array | None, stride: int, pad: int) -> Array:
    """Return the maps of a batch by SciPy."""
    image = np.pad(image, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    maps = [
        [signal.correlate(one, by, "valid", "direct")[:, :, 0] for by in filters] for one in image
    ]
    turned = np.moveaxis(np.array(maps), 1, -1)[:, ::stride, ::stride]
    return turned if bias is None else turned + bias


def pooled(maps: Array, size: int, stride: int, of: Callable[[list[Any]], Any]) -> Array:
    """Return the pooled maps of a batch by plain loops."""
    count, height, width, channels = maps.shape
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    out = np.zeros((count, rows, columns, channels))
    for n, i, j, k in np.ndindex(*out.shape):
        places = product(range(size), repeat=2)
        out[n, i, j, k] = of([maps[n, i * stride + a, j * stride + b, k] for a, b in places])
    return out


def shares(logits: Sequence[float]) -> list[float]:
    """Return the softmax of one row by sums without rounding."""
    powers = [math.exp(one - max(logits)) for one in logits]
    return [power / math.fsum(powers) for power in powers]


def loss_of(logits: Sequence[float], label: int) -> float:
    """Return the cross-entropy of one row of logits, of any size."""
    most = max(logits)
    return most - logits[label] + math.log(math.fsum(math.exp(one - most) for one in logits))


def _convolutions(offered: Offered) -> Iterator[Call]:
    sizes = [(side, side) for side in offered.sides]
    sizes += [(2, 3), (2, 2)] if offered.oblong else []
    kinds = product(offered.channels, sizes, offered.strides, offered.pads, offered.biases)
    for place, (channels, (f, g), stride, pad, biased) in enumerate(kinds):
        count = offered.batches[place % 3 % len(offered.batches)]
        if pad == "same" and (f != g or f % 2 == 0 or stride != 1):
            continue
        image, filters = _numbers(count, 8, 7, channels), _numbers(4, f, g, channels)
        bias = _numbers(4, low=1) if biased else None
        amount = (f - 1) // 2 if pad == "same" else int(pad)
        assert stride is not None
        arguments = (image, filters, bias, stride, pad)
        due = convolved(image, filters, bias, stride, amount)
        yield Call(f"{arguments[0].shape} {filters.shape} {arguments[2:]}", arguments, due)
        single = (image.astype("f4"), filters.astype("f4"), *arguments[2:])
        if bias is not None:
            single = (*single[:2], bias.astype("f4"), *single[3:])
        yield Call(f"float32 {image.shape} {filters.shape}", single, due, 1e-5)
        picture = image.astype("u1") * 9
        due = convolved(picture.astype("f8"), filters / 8, bias, stride, amount)
        yield Call(
            f"bytes {image.shape} {filters.shape} {arguments[2:]}",
            (picture, filters / 8, *arguments[2:]),
            due,
        )


def _rectified(_: Offered) -> Iterator[Call]:
    for shape in ((2, 5, 4, 3), (1, 1, 1, 1)):
        x = _numbers(*shape)
        x.flat[0] = -0.5
        due = np.array([max(one, 0.0) for one in x.flat]).reshape(shape)
        yield Call(f"{shape}", (x,), due, 0)
        yield Call(f"float32 {shape}", (x.astype("f4"),), due, 0)
    edge = np.array([-np.inf, np.inf, 1e300, -1e300]).reshape(1, 2, 2, 1)
    yield Call("infinities", (edge,), np.array([0, np.inf, 1e300, 0]).reshape(1, 2, 2, 1), 0)


_POOLED: dict[str, Callable[[list[Any]], Any]] = {
    "max_pool2d": max,
    "min_pool2d": min,
    "avg_pool2d": lambda values: math.fsum(values) / len(values),
}


def _poolings(offered: Offered) -> Iterator[Call]:
    of = _POOLED[offered.operation]
    shapes = ((6, 4), (5, 8), (7, 7))
    for count, (height, width), size, given in product(
        offered.batches, shapes, offered.sizes, offered.strides
    ):
        stride = size if given is None else given
        for low in (-9, 1):
            maps = _numbers(count, height, width, 3, low=low, high=low + 8)
            due = pooled(maps, size, stride, of)
            what = f"{maps.shape} of {size} by {stride} from {low}"
            yield Call(what, (maps, size, stride), due)
            yield Call(f"float32 {what}", (maps.astype("f4"), size, stride), due, 1e-6)


def _nodes(offered: Offered) -> Iterator[Call]:
    for count, inputs, nodes in product(offered.batches, (1, 5, 12), (1, 4)):
        x, weights, bias = _numbers(count, inputs), _numbers(inputs, nodes), _numbers(nodes)
        due = np.array(
            [
                [math.fsum([*(row * column), b]) for column, b in zip(weights.T, bias, strict=True)]
                for row in x
            ]
        )
        yield Call(f"{x.shape} {weights.shape}", (x, weights, bias), due)
        half = (x.astype("f4"), weights.astype("f4"), bias.astype("f4"))
        yield Call(f"float32 {x.shape} {weights.shape}", half, due, 1e-5)


def _logits(offered: Offered) -> Iterator[tuple[str, Array]]:
    for count, classes in product(offered.batches, (2, 5)):
        rows = _numbers(count, classes) / 2 + np.arange(count)[:, np.newaxis]
        yield f"{rows.shape}", rows
    for count in offered.batches:
        yield f"large {count}", np.array([[1000, 1001, 999.5], [-1000, -1002, -1001]])[:count]
        yield f"apart {count}", np.array([[710, 0, 0], [0, 3, -710.0]])[:count]
        # One maximum for all rows is right for rows that are alike, not for these.
        yield f"unlike {count}", np.array([[1000, 1001, 1002], [1, 0, 2.0]])[:count]


def _probabilities(offered: Offered) -> Iterator[Call]:
    for what, rows in _logits(offered):
        yield Call(what, (rows,), np.array([shares(row) for row in rows]))
    absent = np.array([[-np.inf, 0.5, 1], [2, -np.inf, 0]])[: max(offered.batches)]
    yield Call("absent", (absent,), np.array([shares(row) for row in absent]))


def _losses(offered: Offered) -> Iterator[Call]:
    rows = [[0.125, 0.625, 0.25], [1e-5, 1 - 1.5e-5, 5e-6], [0.0, 0.25, 0.75], [0.5, 0.5, 0.0]]
    for count in offered.batches:
        for start in range(len(rows) - count + 1):
            some = np.array(rows[start : start + count])
            for label in range(3):
                labels = (np.arange(count) + label) % 3
                picked = some[np.arange(count), labels]
                if all(picked):
                    due = np.array([-math.log(one) for one in picked])
                    yield Call(f"rows from {start} at {labels}", (some, labels), due)


def _logit_losses(offered: Offered) -> Iterator[Call]:
    for what, rows in _logits(offered):
        for label in range(rows.shape[1]):
            labels = (np.arange(len(rows)) + label) % rows.shape[1]
            due = [loss_of(row, at) for row, at in zip(rows, labels, strict=True)]
            yield Call(f"{what} at {labels}", (rows, labels), np.array(due))


_CALLS: dict[str, Callable[[Offered], Iterator[Call]]] = {
    "conv2d": _convolutions,
    "relu": _rectified,
    **dict.fromkeys(_POOLED, _poolings),
    "dense": _nodes,
    "softmax": _probabilities,
    "cross_entropy": _losses,
    "softmax_cross_entropy": _logit_losses,
}


def right(offered: Offered, call: Call) -> bool:
    """Return whether a call is answered rightly, and leaves its arguments as they were."""
    before = [one.copy() if isinstance(one, np.ndarray) else one for one in call.arguments]
    due = np.mean(call.due, keepdims=True) if offered.mean else call.due
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            got = np.asarray(offered.call(*call.arguments), np.float64)
        except Exception:  # noqa: BLE001 - a legal call that raises is not answered
            return False
    got = got.reshape(1) if offered.mean and got.size == 1 else got
    if got.shape != due.shape or not np.allclose(got, due, call.relative, 1e-12):
        return False
    return all(np.array_equal(*pair) for pair in zip(before, call.arguments, strict=True))


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


def report(folder: Path, bindings: Mapping[str, Callable[[Any], Iterator[Offered]]]) -> int:
    """Print what a folder's files are, and return 1 if one is not what it claims to be."""
    found = 0
    for name, offers in bindings.items():
        said = [one for offered in offers(load(folder / name)) for one in problems(offered)]
        print(f"{name}: {'; '.join(said) or 'as it claims'}")
        found += len(said)
    return int(found > 0)
