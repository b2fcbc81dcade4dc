"""Small calls on which a specimen is compared with the reference, without the judge.

``python -m specimens.calls [KIND ...]`` makes all of them; the tests of the harness make some.
"""

import contextlib
import importlib.util
import math
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.operations.registry import LAYERS, OPERATIONS, POOLINGS
from cnnspec.reference.network import network
from cnnspec.subject.caller import describe
from specimens import turned
from specimens.run import Specimen, specimens

Array = NDArray[Any]
Arguments = dict[str, Any]

#: What the two of a comparison may differ by: rounding in the coarsest dtype of a call.
ROUNDING = {"float64": 1e-9, "float32": 1e-4, "float16": 2e-2}

#: The kinds in which filters of any size may be computed.
_OF_ANY_SIZE = ("general", "facets")


#: The kind of convolutions with the options that few have.
_WITH_OPTIONS = ("convolved",)

#: Their labels are no numbers of another dtype.
_LOSSES = ("cross_entropy", "softmax_cross_entropy")

#: Bytes wrap around in these, or are computed in float16: that is advised only.
_OF_BYTES_ADVISED = ("sigmoid", "tanh", "log_softmax")


def whole(*shape: int, low: int = -4, high: int = 5) -> Array:
    """Return small whole numbers as float64, the same each time."""
    numbers = np.random.default_rng([*shape, high - low]).integers(low, high, shape)
    return numbers.astype(np.float64)


def record_field(values: Array) -> Array:
    """Return the same numbers as a field of records, 12 bytes apart."""
    records = np.zeros(values.shape, [("value", "f8"), ("count", "i4")])
    records["value"] = values
    field: Array = records["value"]
    return field


def refused(function: Callable[..., Any], *given: Any, **options: Any) -> bool:
    """Return whether a call raises an exception."""
    try:
        function(*given, **options)
    except (Exception, SystemExit):  # noqa: BLE001 - a refusal may be any exception
        return True
    return False


def load(file: Path) -> ModuleType:
    """Import a specimen under its own name, as far as it goes."""
    made = importlib.util.spec_from_file_location(file.stem, file)
    assert made is not None
    assert made.loader is not None
    module = importlib.util.module_from_spec(made)
    sys.modules[file.stem] = module
    if str(file.parent) not in sys.path:  # processes that are spawned import it, too
        sys.path.append(str(file.parent))
    with _quiet(), contextlib.suppress(Exception, SystemExit):
        made.loader.exec_module(module)
    return module


def as_called(specimen: Specimen) -> Any:
    """Import a specimen; one of another convention gets operations that turn arguments by hand."""
    module = load(specimen.file)
    if not specimen.turned:
        return module
    names = {**vars(turned), "m": module, "np": np}
    exec(specimen.turned, names)  # noqa: S102 - code of our own
    return SimpleNamespace(**{name: names[name] for name in LAYERS if name in names})


def _forward(source: Any) -> Callable[[Array, int], list[Any]]:
    """Return a network's (out, loss, acc) with parameters of the same numbers each time."""
    filters, weights = whole(8, 3, 3) / 9, whole(1352, 10) / 256
    biases = whole(10) / 4

    def forward(image: Array, label: int) -> list[Any]:
        if source is reference:
            out = network(image[np.newaxis], filters, weights, biases).probabilities[0]
            return [out, -np.log(out[label]), float(np.argmax(out) == label)]
        if hasattr(source, "network"):  # a program's, which gets its parameters
            return [*source.network(image, label, filters, weights, biases)]
        source.conv.filters = filters
        source.softmax.weights, source.softmax.biases = weights, biases
        return [*source.forward(image, label)]

    return forward


class AnyFilters:
    """The reference, but for filters of any number of rows and columns."""

    def __getattr__(self, name: str) -> Any:
        """Return what the reference has of this name."""
        return getattr(reference, name)

    def conv2d(
        self, image: Array, filters: Array, bias: Array | None = None, *, stride: int = 1
    ) -> Array:
        """Return the maps of one image, a window at a time."""
        if image.ndim == 4:
            return np.stack([self.conv2d(one, filters, bias, stride=stride) for one in image])
        windows = np.lib.stride_tricks.sliding_window_view(image, filters.shape[1:3], axis=(0, 1))
        windows = windows[::stride, ::stride]
        if image.ndim == 3:
            windows = np.moveaxis(windows, 2, -1)
        places = list(range(2, windows.ndim))
        maps: Array = np.tensordot(windows, filters, (places, [axis - 1 for axis in places]))
        return maps if bias is None else maps + bias


def standard(specimen: Specimen) -> Any:
    """Return what a specimen is compared with."""
    return AnyFilters() if specimen.kind in _OF_ANY_SIZE else reference


def evaluated(expression: str, source: Any) -> Any:
    """Return the value of an expression, in which the operations are those of ``source``."""
    names = {"np": np, "whole": whole, "record_field": record_field, "refused": refused}
    names |= {name: getattr(source, name) for name in LAYERS if hasattr(source, name)}
    if source is reference or hasattr(source, "forward") or hasattr(source, "network"):
        names["forward"] = _forward(source)
    with np.errstate(all="ignore"):
        return eval(expression, names)  # noqa: S307 - an expression of our own


def alike(got: Any, expected: Any, rounding: float = 1e-9) -> bool:
    """Return whether two answers have the same shape and, but for rounding, numbers."""
    if isinstance(expected, (list, tuple)):
        return len(got) == len(expected) and all(
            alike(one, its, rounding) for one, its in zip(got, expected, strict=True)
        )
    numbers = np.asarray(got)
    if numbers.dtype == object:
        numbers = numbers.astype(float)
    if numbers.dtype.kind not in "fiub" or numbers.shape != np.shape(expected):
        return False
    near = rounding * max(1.0, np.abs(np.nan_to_num(expected, posinf=0, neginf=0)).max(initial=0))
    return bool(np.allclose(numbers, expected, rtol=0, atol=near, equal_nan=True))


def shown(expression: str, module: Any, right: Any = reference) -> bool:
    """Return whether a specimen answers an expression as the reference does."""
    try:
        got = evaluated(expression, module)
    except (Exception, SystemExit):  # noqa: BLE001 - a refusal may be any exception
        return False
    return alike(got, evaluated(expression, right))


def legal(operation: str) -> Iterator[Arguments]:
    """Yield legal calls of an operation, in several dtypes; those of bytes have real parameters."""
    for arguments in _shapes(operation):
        first, *others = arguments
        for dtype in ("float64", "float32", "float16", "int64", "uint8"):
            if dtype in ("int64", "uint8") and operation in _LOSSES:
                continue
            if dtype == "uint8" and operation in _OF_BYTES_ADVISED:
                continue
            numbers = arguments[first]
            data = abs(numbers) if dtype == "uint8" else numbers
            rest = {name: arguments[name] for name in others}
            if dtype != "uint8":
                rest = {n: v.astype(dtype) if _is_real(v) else v for n, v in rest.items()}
            yield {first: data.astype(dtype), **rest}


def _is_real(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0 and value.dtype.kind == "f"


def _shapes(operation: str) -> Iterator[Arguments]:
    """Yield the calls of an operation in float64."""
    if operation in POOLINGS:
        yield from _poolings()
        yield from _poolings_with_options(is_mean=operation.startswith("avg"))
    else:
        yield from _SHAPES[operation]()


def _poolings_with_options(*, is_mean: bool) -> Iterator[Arguments]:
    """Yield poolings with options that many do not have, or not all kinds of."""
    given: list[Arguments] = [
        {"size": 3, "stride": 2, "padding": 1},
        {"size": 2, "padding": 1},
        {"size": 3, "stride": 2, "padding": (1, 0)},
        {"size": 2, "ceil_mode": True},
        {"size": 3, "stride": 2, "padding": 1, "ceil_mode": True},
        {"size": 4, "stride": 3, "padding": 2, "ceil_mode": True},
        {"size": (2, 3)},
        {"size": 2, "stride": (1, 2)},
    ]
    if is_mean:
        padded = [one for one in given if "padding" in one]
        given = [one for one in given if "padding" not in one]
        given += [{**one, "count_include_pad": flag} for one in padded for flag in (True, False)]
    else:
        given += [{"size": 2, "dilation": 2}, {"size": 2, "stride": 1, "dilation": (1, 2)}]
    for shape, options in product(((5, 6, 2), (7, 4, 3), (2, 6, 5, 2)), given):
        yield {"maps": whole(*shape), **options}
        yield {"maps": whole(*shape, low=-2000, high=-1000), **options}
        yield {"maps": whole(*shape, low=1, high=9), **options}


def _poolings() -> Iterator[Arguments]:
    shapes = ((4, 4, 1), (5, 6, 2), (7, 4, 3), (2, 6, 5, 2), (1, 4, 4, 1))
    for shape, size in product(shapes, (1, 2, 3)):
        yield {"maps": whole(*shape), "size": size}
        for stride in (1, 2, 3):
            yield {"maps": whole(*shape), "size": size, "stride": stride}


def _maps() -> Iterator[Arguments]:
    """Yield maps of one image and of batches, without options."""
    shapes = ((4, 4, 1), (5, 6, 2), (7, 4, 3), (3, 3, 3), (2, 6, 5, 2), (1, 4, 4, 1), (3, 2, 3, 4))
    return ({"maps": whole(*shape)} for shape in shapes)


def _normalisations() -> Iterator[Arguments]:
    for given in _maps():
        count = given["maps"].shape[-1]
        parameters = {
            "mean": whole(count),
            "variance": np.arange(count) + 0.5,
            "scale": whole(count, low=1),
            "offset": whole(count, high=9),
        }
        yield {**given, **parameters}
        yield {**given, **parameters, "epsilon": 0.5}


def _rectified() -> Iterator[Arguments]:
    return ({"x": whole(*axes)} for axes in ((5,), (3, 4), (3, 2, 4), (2, 3, 4, 2)))


def _leaky() -> Iterator[Arguments]:
    for given in _rectified():
        yield from (given, {**given, "slope": 0.25}, {**given, "slope": 1.0})


def _squashed() -> Iterator[Arguments]:
    for given in _rectified():
        yield from (given, {"x": 30 * given["x"]}, {"x": 300 * given["x"]})


def _layers() -> Iterator[Arguments]:
    for axes, nodes in product(((6,), (2, 3), (3, 1, 2), (1,), (40,)), (1, 2, 5)):
        inputs = math.prod(axes)
        yield {"x": whole(*axes), "weights": whole(inputs, nodes), "bias": whole(nodes)}


def _logits() -> Iterator[Arguments]:
    for axes, scale in product(((1,), (5,), (3, 3), (3, 5), (2, 2, 4)), (1, 100)):
        yield {"logits": whole(*axes) * scale}


def _losses() -> Iterator[Arguments]:
    probabilities = np.array([0.125, 0.25, 0.5, 0.125])
    return ({"probabilities": probabilities, "label": label} for label in (0, 1, 3))


def _losses_of_logits() -> Iterator[Arguments]:
    for axes, scale in product(((1,), (5,), (3, 3), (2, 5)), (1, 100)):
        rows = np.arange(*axes[:-1]) if len(axes) > 1 else 0
        yield {"logits": whole(*axes) * scale, "label": rows}
        yield {"logits": whole(*axes) * scale, "label": rows * 0 + axes[-1] - 1}


def _convolutions() -> Iterator[Arguments]:
    sizes = ((5, 7), (8, 5), (3, 3), (6, 6))
    for size, f, channels, count in product(sizes, (1, 3), (0, 1, 2, 3), (1, 2, 4)):
        depth = (channels,) if channels else ()
        for batch in ((), (2,)) if channels else ((),):
            plain = {"image": whole(*batch, *size, *depth), "filters": whole(count, f, f, *depth)}
            yield plain
            yield {**plain, "stride": 2}
            yield {**plain, "padding": "same"}
            yield {**plain, "bias": whole(count)}
            yield {**plain, "bias": whole(count), "stride": 3}


def _transposed_convolutions() -> Iterator[Arguments]:
    options: tuple[Arguments, ...] = (
        {},
        {"stride": 2},
        {"stride": 3, "output_padding": 1},
        {"padding": 1},
        {"stride": 2, "padding": 1, "output_padding": 1},
        {"dilation": 2},
        {"stride": 2, "dilation": 3, "padding": 1},
        {"groups": 2},
        {"stride": 2, "padding": 1, "groups": 2},
    )
    for size, f, count, given in product(((3, 4), (4, 2), (3, 3)), (2, 3), (1, 3), options):
        for channels, batch in ((2, ()), (4, ()), (2, (2,))):
            plain = {
                "image": whole(*batch, *size, channels),
                "filters": whole(channels, f, f, count),
            }
            yield {**plain, **given}
            yield {**plain, **given, "bias": whole(count * given.get("groups", 1))}


_SHAPES: dict[str, Callable[[], Iterator[Arguments]]] = {
    "conv2d": _convolutions,
    "conv_transpose2d": _transposed_convolutions,
    "relu": _rectified,
    "leaky_relu": _leaky,
    "sigmoid": _squashed,
    "tanh": _squashed,
    "batch_norm": _normalisations,
    "global_avg_pool2d": _maps,
    "flatten": _maps,
    "dense": _layers,
    "softmax": _logits,
    "log_softmax": _logits,
    "cross_entropy": _losses,
    "softmax_cross_entropy": _losses_of_logits,
}


def _of_options() -> Iterator[Arguments]:
    """Yield convolutions with the options that few have; who does not know one refuses it."""
    for batch in ((), (2,)):
        plain = {"image": whole(*batch, 9, 8, 4), "filters": whole(4, 3, 3, 4)}
        for option in (
            {"stride": (2, 1)},
            {"stride": (1, 3), "bias": whole(4)},
            {"dilation": 2},
            {"dilation": (1, 2), "stride": 2},
            {"dilation": (2, 3), "padding": "same"},
        ):
            yield {**plain, **option}
        for groups, count in ((2, 4), (2, 6), (4, 4), (4, 8)):
            yield {**plain, "filters": whole(count, 3, 3, 4 // groups), "groups": groups}


def _of_borders(specimen: Specimen) -> Iterator[Arguments]:
    """Yield convolutions with padding by numbers, which right ones may take for "valid"."""
    for padding in () if specimen.right else (1, (1, 2), ((1, 0), (2, 3))):
        yield {"image": whole(5, 6), "filters": whole(2, 3, 3), "padding": padding}


def illegal(operation: str) -> Iterator[Arguments]:
    """Yield calls that must be refused in the profile of the article."""
    yield from _ILLEGAL[operation]() if operation in _ILLEGAL else ()


def _bad_convolutions() -> Iterator[Arguments]:
    for image, filters in (
        ((5, 5, 2), (2, 3, 3, 3)),
        ((2, 5, 5, 1), (2, 3, 3, 3)),
        ((5, 5, 3), (2, 3, 3)),
        ((5, 6), (2, 3, 5)),
        ((5, 6), (2, 2, 2)),
    ):
        yield {"image": whole(*image), "filters": whole(*filters)}
    for depth in ((), (1,)):
        plain = {"image": whole(5, 5, *depth), "filters": whole(2, 3, 3, *depth)}
        yield {**plain, "bias": whole(3)}
        yield {**plain, "stride": 0}


def _bad_transposed() -> Iterator[Arguments]:
    plain = {"image": whole(3, 4, 2), "filters": whole(2, 3, 3, 2)}
    yield {**plain, "image": whole(3, 4, 3)}
    yield {**plain, "bias": whole(3)}
    yield {**plain, "stride": 0}


def _bad_normalisations() -> Iterator[Arguments]:
    plain = next(_normalisations())
    for name in ("mean", "variance", "scale", "offset"):
        yield {**plain, name: np.arange(1.0, 8)}


def _bad_poolings() -> Iterator[Arguments]:
    yield {"maps": whole(4, 4, 2), "size": 2, "stride": 0}


def _bad_layers() -> Iterator[Arguments]:
    yield {"x": whole(5), "weights": whole(6, 2), "bias": whole(2)}
    yield {"x": whole(6), "weights": whole(6, 2), "bias": whole(3)}


def _bad_losses() -> Iterator[Arguments]:
    yield {"probabilities": np.array([0.25, 0.25, 0.5]), "label": 3}


def _bad_losses_of_logits() -> Iterator[Arguments]:
    yield {"logits": whole(3), "label": 3}


_ILLEGAL: dict[str, Callable[[], Iterator[Arguments]]] = {
    "conv2d": _bad_convolutions,
    "conv_transpose2d": _bad_transposed,
    "batch_norm": _bad_normalisations,
    **dict.fromkeys(POOLINGS, _bad_poolings),
    "dense": _bad_layers,
    "cross_entropy": _bad_losses,
    "softmax_cross_entropy": _bad_losses_of_logits,
}


def call(module: Any, operation: str, arguments: Arguments) -> Any:
    """Call an operation of a specimen: what is required by position, the rest by name."""
    required, function = OPERATIONS[operation].required, getattr(module, operation)
    options = {name: value for name, value in arguments.items() if name not in required}
    with _quiet(), np.errstate(all="ignore"):
        try:
            return function(*(arguments[name] for name in required), **options)
        except TypeError as error:
            if "positional" not in str(error):
                raise
            return function(**arguments)


#: What those that have a limit do, whatever they are asked.
_ALWAYS: dict[str, Arguments] = {
    "same only": {"padding": "same"},
    "own epsilon": {"epsilon": 1e-3},
}


def problems(specimen: Specimen, most: int = 10_000) -> Iterator[str]:
    """Yield in what a specimen is not what it claims to be, by so many calls of an operation."""
    if specimen.apart or specimen.missing:
        return
    module, right = as_called(specimen), standard(specimen)
    with _quiet():
        yield from (
            f"{'differs from' if specimen.right else 'is like'} the reference: {expression}"
            for expression in specimen.shows
            if shown(expression, module, right) is not specimen.right
        )
    offered = [name for name in LAYERS if callable(getattr(module, name, None))]
    always = dict(one for limit in specimen.limits for one in _ALWAYS.get(limit, {}).items())
    offered = [name for name in LAYERS if _is_own(getattr(module, name, None))]
    calls = [(name, one) for name in offered for one in _some(list(legal(name)), most)]
    if specimen.kind in _WITH_OPTIONS and "conv2d" in offered:
        calls += [("conv2d", one) for one in (*_of_options(), *_of_borders(specimen))]
    seen = [_alike_or_refused(module, right, name, one, always) for name, one in calls]
    unlike = [one for one, answer in zip(calls, seen, strict=True) if answer is False]
    if specimen.right and unlike:
        name, first = unlike[0]
        yield f"differs from the reference: {name}({describe(first)})"
    if not specimen.right and not unlike and not specimen.shows:
        yield "nothing shows that it is wrong"
    if specimen.right and specimen.exit < 3 and offered and not any(seen):
        yield "it answers no call"
    if specimen.right and specimen.exit == 0 and specimen.kind not in _OF_ANY_SIZE:
        for name in offered:
            for one in illegal(name):
                if not refused(call, module, name, one):
                    yield f"does not refuse {name}({describe(one)})"


def _is_own(function: Any) -> bool:
    """Return whether something is an operation, and not a library's that has its name."""
    library = (getattr(function, "__module__", "") or "").partition(".")[0]
    return callable(function) and library != "scipy"


def _some(calls: list[Arguments], most: int) -> list[Arguments]:
    """Return at most so many of the calls, the same each time."""
    chosen = np.random.default_rng(0).permutation(len(calls))[:most]
    return [calls[index] for index in sorted(chosen)]


def _alike_or_refused(
    module: Any, right: Any, operation: str, arguments: Arguments, always: Arguments
) -> bool | None:
    """Return whether a call is answered as by the reference; ``None`` if either refuses it."""
    try:
        expected = getattr(right, operation)(**{**arguments, **always})
        got = call(module, operation, arguments)
    except (Exception, SystemExit):  # noqa: BLE001 - a refusal may be any exception
        return None
    due = [expected]
    if operation == "softmax_cross_entropy" and np.ndim(expected) > np.ndim(got):
        due = [np.mean(expected), np.sum(expected)]  # of a batch: as right as all its losses
    if operation == "flatten" and np.ndim(got) == 1:
        due = [np.ravel(expected)]  # of a batch: that makes one vector of everything
    rounding = max(ROUNDING.get(np.asarray(value).dtype.name, 1e-9) for value in arguments.values())
    return any(alike(got, one, rounding) for one in due)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
    ):
        yield


def main() -> int:
    """Make all calls on the specimens of some kinds, or of all."""
    warnings.simplefilter("ignore")
    found = [(one.name, said) for one in specimens(sys.argv[1:]) for said in problems(one)]
    for name, said in found:
        print(f"{name}: {said}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
