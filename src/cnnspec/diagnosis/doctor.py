"""The doctor: tells a broken adapter from a broken implementation, before anything is judged.

A handful of small calls is compared with what each mistake of an adapter would make of them: axes
in another order on the way in or out, filters turned, precision lost, and the ``adapter-*`` faults.
The mistake that explains all results, and as many refusals as any, is told with the line that mends
it; none is told where the right operation explains as much. Shapes are chosen so that arrays whose
axes are mixed up are accepted here and there: with all sizes different, nothing but refusals would
be seen.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import permutations, product
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.faults import FAULTS
from cnnspec.operations.registry import POOLINGS
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.guard import quiet
from cnnspec.subject.outcomes import Rejected, Result

Array = NDArray[Any]
Json = dict[str, Any]
Arguments = Mapping[str, Any]

#: How large the largest error of a result may be, relative to its largest number: of one in
#: float64, of one in float64 that was narrowed, and of one in float32.
_FINE, _NARROW, _SINGLE = 1e-12, 1e-6, 1e-5

NARROWED = (
    "float64 is narrowed to float32, on the way or inside",
    "pass arrays on in their own dtype, and compute in it",
)


@dataclass(frozen=True)
class Reading:
    """One way in which an adapter may understand its calls.

    Attributes
    ----------
    said : tuple of str
        What is wrong with it, mistake by mistake; none for the right one.
    remedies : tuple of str
        What mends each of them.
    result : callable
        Returns the result that it gives for a probe's arguments; raises for refusals.
    fault : str or None
        Its id in the catalogue of faults.
    """

    said: tuple[str, ...]
    remedies: tuple[str, ...]
    result: Callable[..., Array]
    fault: str | None = None

    @property
    def is_the_operation(self) -> bool:
        """Whether no adapter is to blame: a filter turned is the operation's own mistake."""
        return set(self.said) <= _OF_THE_OPERATION

    def with_(self, mistake: tuple[str, ...]) -> "Reading":
        """Return the reading with one more mistake, if there is one."""
        said, remedies = (*self.said, *mistake[:1]), (*self.remedies, *mistake[1:])
        return replace(self, said=said, remedies=remedies)


@dataclass(frozen=True)
class Trial:
    """Calls of one kind, and the readings that they tell apart, the right one first."""

    probes: list[Arguments]
    readings: Callable[[], Iterator[Reading]]

    @property
    def rank(self) -> int:
        """The number of axes of the first argument, which is that of all probes."""
        return int(np.ndim(next(iter(self.probes[0].values()))))


def examine(capabilities: Capabilities) -> list[Json]:
    """Return what is wrong with the adapter: ``operation``, ``explanation``, ``remedy``, ``fault``.

    ``certain`` says whether no other mistake would give the same results. Only what is offered is
    asked: of anything else an implementation may make what it likes.
    """
    return [
        finding
        for operation, trials in _TRIALS.items()
        if capabilities.offers(operation)
        for finding in _examine(capabilities, operation, trials)
    ]


def _examine(capabilities: Capabilities, operation: str, trials: list[Trial]) -> list[Json]:
    """Explain the first trial of which any call is answered."""
    ranks = capabilities.of(operation).ranks
    for trial in trials:
        if trial.rank not in ranks:
            continue
        outcomes = [capabilities.implementation.call(operation, probe) for probe in trial.probes]
        results = [o.value if isinstance(o, Result) and o.values else None for o in outcomes]
        if any(result is not None for result in results):
            refused = [isinstance(outcome, Rejected) for outcome in outcomes]
            return _explain(operation, trial, results, refused)
    return []


#: Mistakes of adapters that the operation itself makes as often: the diagnosis tells of them.
_OF_EITHER = {"adapter-conv2d-filters-reshaped"}


def _explain(
    operation: str, trial: Trial, results: list[Array | None], refused: list[bool]
) -> list[Json]:
    best = _best(list(_all_readings(operation, trial)), trial.probes, results, refused)
    if not best or best[0].is_the_operation or best[0].fault in _OF_EITHER:
        return []
    own = [reading for reading in best if reading.fault is None] or best
    return [
        {
            "operation": operation,
            "fault": best[0].fault,
            "explanation": said,
            "remedy": remedy,
            "certain": len({reading.said for reading in own}) == 1,
        }
        for said, remedy in zip(best[0].said, best[0].remedies, strict=True)
    ]


def _best(
    readings: list[Reading],
    probes: list[Arguments],
    results: list[Array | None],
    refused: list[bool],
) -> list[Reading]:
    """Return the readings that explain most with the fewest mistakes.

    If none gives the results in their precision, those that give them in float32's.
    """
    for fits, narrowed in ((_fits, ()), (_fits_narrowed, NARROWED)):
        scored = []
        for reading in readings:
            if narrowed and reading.fault:
                continue  # those that narrow do it twice
            score = _score(reading, probes, results, refused, fits)
            if score == (0, 0) and not narrowed:
                return [reading]  # the right one: the rest need not be tried
            if score is not None:
                scored.append((score, reading))
        if scored:
            lowest = min(score for score, _ in scored)
            return [reading.with_(narrowed) for score, reading in scored if score == lowest]
    return []


def _all_readings(operation: str, trial: Trial) -> Iterator[Reading]:
    yield from trial.readings()
    for fault in FAULTS.values():
        if fault.operation == operation and fault.id.startswith("adapter-"):
            yield Reading((fault.explanation,), (fault.remedy,), fault.make(), fault.id)


def _score(
    reading: Reading,
    probes: list[Arguments],
    results: list[Array | None],
    refused: list[bool],
    fits: Callable[[Reading, Arguments, Array], bool],
) -> tuple[int, int] | None:
    """Return how badly a reading fits: refusals that it does not explain, then its mistakes.

    ``None`` if it gives another result than one that was seen.
    """
    unexplained = 0
    for probe, result, was_refused in zip(probes, results, refused, strict=True):
        if result is not None and not fits(reading, probe, result):
            return None
        unexplained += was_refused and _predicted(reading, probe) is not None
    return unexplained, len(reading.said)


def _predicted(reading: Reading, probe: Arguments) -> Array | None:
    try:
        with quiet():
            return np.asarray(reading.result(**probe))
    except Exception:  # noqa: BLE001 - what does not fit is refused, in whatever way
        return None


def _fits(reading: Reading, probe: Arguments, result: Array) -> bool:
    """Return whether a reading gives a result, as precisely as its dtype is."""
    return _near(_predicted(reading, probe), result, _FINE)


def _fits_narrowed(reading: Reading, probe: Arguments, result: Array) -> bool:
    """Return whether a reading gives a result in float64 that was narrowed to float32 on the way.

    Errors as large as float32's have other causes too: the numbers must be float32's, or those
    that arguments in float32 give.
    """
    if not _near(_predicted(reading, probe), result, _NARROW):
        return False
    narrow = {name: value.astype(np.float32).astype(value.dtype) for name, value in probe.items()}
    is_float32s = np.array_equal(result, result.astype(np.float32))
    return is_float32s or _near(_predicted(reading, narrow), result, _FINE)


def _near(predicted: Array | None, result: Array, within: float) -> bool:
    if predicted is None or predicted.shape != result.shape:
        return False
    error = float(np.max(np.abs(predicted - result), initial=0.0))
    most = within if result.dtype == np.float64 else _SINGLE
    return error <= most * float(np.max(np.abs(predicted), initial=1.0))


# --- layouts -----------------------------------------------------------------------------------

#: Axes by letter: rows, columns and channels of images and maps; filters, rows, columns, channels.
_NAMES = {"H": "H", "W": "W", "C": "C", "K": "K", "r": "f", "c": "f", "1": "1"}


def _in_words(layout: str) -> str:
    return f"({', '.join(_NAMES[letter] for letter in layout)})"


def _moved(array: Array, layout: str, into: str) -> Array:
    """Bring an array whose axes are read as ``layout`` into another order."""
    if len(layout) != array.ndim:
        raise ValueError(layout)
    return array.transpose([layout.index(letter) for letter in into])


def _mending(name: str, comes: str, layout: str) -> str:
    """Return the line that gives an array that comes as ``comes`` the layout that is read."""
    order = tuple(comes.index(letter) for letter in layout)
    return f"{name} = np.transpose({name}, {order})"


def _read_as(name: str, comes: str, layout: str) -> list[tuple[str, str]]:
    """Return what is said of an array that is read in another layout, and the remedy."""
    if layout == comes:
        return []
    if _in_words(layout) == _in_words(comes):
        said = f"{name}: rows and columns are swapped"
    else:
        said = f"{name}: passed on as {_in_words(comes)}, but read as {_in_words(layout)}"
    return [(said, _mending(name, comes, layout))]


def _returned_as(due: str, layout: str) -> list[tuple[str, str]]:
    if layout == due:
        return []
    if layout == "1" + due:
        return [("result: a batch axis is left on it", "result = result[0]")]
    if layout.startswith("1"):
        return [*_returned_as(due, "1" + due), *_returned_as(due, layout[1:])]
    said = f"result: returned as {_in_words(layout)}, not as {_in_words(due)}"
    return [(said, _mending("result", layout, due))]


def _given_back(result: Array, due: str, layout: str) -> Array:
    if layout.startswith("1"):
        return _moved(result, due, layout[1:])[np.newaxis]
    return _moved(result, due, layout)


def _reading(faults: list[tuple[str, str]], result: Callable[..., Array]) -> Reading:
    return Reading(tuple(said for said, _ in faults), tuple(r for _, r in faults), result)


# --- convolution -------------------------------------------------------------------------------

_TURNS = {
    "": (1, 1),
    "filters: turned by 180 degrees on the way": (-1, -1),
    "filters: their rows are reversed on the way": (-1, 1),
    "filters: their columns are reversed on the way": (1, -1),
}

#: What the diagnosis names as mistakes of the convolution itself, if there is nothing else.
_OF_THE_OPERATION = {*_TURNS, "filters: rows and columns are swapped"}


def _conv2d(
    image: Array,
    filters: Array,
    *,
    image_as: str,
    filters_as: str,
    result_as: str,
    turn: tuple[int, int] = (1, 1),
) -> Array:
    """Convolve arrays whose axes are read in some order."""
    image = _moved(image, image_as, "HWC" if "C" in image_as else "HW")
    filters = _moved(filters, filters_as, "KrcC" if "C" in filters_as else "Krc")
    filters = filters[:, :: turn[0], :: turn[1]]
    if image.shape[2:] != filters.shape[3:]:
        raise ValueError("channels")
    windows = sliding_window_view(image, filters.shape[1:3], axis=(0, 1))
    products = "hwcij,kijc->hwk" if "C" in image_as else "hwij,kij->hwk"
    maps = np.einsum(products, windows, filters)
    return _given_back(maps, "HWK", result_as)


def _conv2d_readings(image: str, filters: str) -> Iterator[Reading]:
    images = ("HWC", "CHW", "WHC", "CWH") if "C" in image else ("HW", "WH")
    orders = ["".join(order) for order in permutations(filters)]
    for image_as, filters_as, result_as, (turned, turn) in product(
        images, orders, ("HWK", "KHW", "1HWK", "1KHW", "WHK"), _TURNS.items()
    ):
        faults = [
            *_read_as("image", image, image_as),
            *_read_as("filters", filters, filters_as),
            *([(turned, "lay the filters over the window as they are")] if turned else []),
            *_returned_as("HWK", result_as),
        ]
        yield _reading(
            faults,
            partial(
                _conv2d,
                image_as=image_as,
                filters_as=filters_as,
                result_as=result_as,
                turn=turn,
            ),
        )


# --- pooling -----------------------------------------------------------------------------------

_EXTREMES: dict[str, Callable[..., Any]] = {
    "max_pool2d": np.max,
    "min_pool2d": np.min,
    "avg_pool2d": np.mean,
}


def _pool(operation: str, maps: Array, *, maps_as: str, result_as: str) -> Array:
    maps = _moved(maps, maps_as, "HWK")
    rows, columns = maps.shape[0] // 2, maps.shape[1] // 2
    if not rows or not columns:
        raise ValueError(maps.shape)
    blocks = maps[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, -1)
    pooled = _EXTREMES[operation](blocks, axis=(1, 3))
    return _given_back(pooled, "HWK", result_as)


def _pool_readings(operation: str) -> Iterator[Reading]:
    for maps_as, result_as in product(
        ("HWK", "KHW", "WHK", "KWH", "HKW"), ("HWK", "KHW", "1HWK", "1KHW", "WHK", "HKW")
    ):
        faults = [*_read_as("maps", "HWK", maps_as), *_returned_as("HWK", result_as)]
        yield _reading(faults, partial(_pool, operation, maps_as=maps_as, result_as=result_as))


# --- dense and softmax -------------------------------------------------------------------------


def _dense(
    x: Array,
    weights: Array,
    bias: Array,
    *,
    order: tuple[int, ...] = (0, 1, 2),
    turned: bool = False,
    row: bool = False,
) -> Array:
    nodes = x.transpose(order).ravel() @ (weights.T if turned else weights) + bias
    return nodes[np.newaxis] if row else nodes


_ORDERS = {
    (2, 0, 1): "x: flattened as (C, H, W), not as (H, W, C)",
    (1, 0, 2): "x: flattened as (W, H, C), not as (H, W, C)",
    (2, 1, 0): "x: flattened as (C, W, H), not as (H, W, C)",
}


def _dense_readings() -> Iterator[Reading]:
    turned = (
        "weights: passed on as (inputs, nodes), but read as (nodes, inputs)",
        "weights = weights.T",
    )
    row = ("result: a batch axis is left on it", "result = result[0]")
    for order, is_turned, is_row in product([(0, 1, 2), *_ORDERS], (False, True), (False, True)):
        faults = [
            *(
                [(_ORDERS[order], "x = x.reshape(-1), in the order in which it comes")]
                if order in _ORDERS
                else []
            ),
            *([turned] if is_turned else []),
            *([row] if is_row else []),
        ]
        how: dict[str, Any] = {"order": order, "turned": is_turned, "row": is_row}
        yield _reading(faults, partial(_dense, **how))


def _softmax(logits: Array, axis: int | None = -1) -> Array:
    powers = np.exp(logits - np.max(logits, axis=axis, keepdims=True))
    total: Array = powers / np.sum(powers, axis=axis, keepdims=True)
    return total


def _softmax_readings() -> Iterator[Reading]:
    yield _reading([], _softmax)
    for axis, said in {
        0: "the softmax runs along the first axis",
        None: "the softmax runs over all axes at once",
    }.items():
        yield _reading([(said, "take the last axis: axis=-1")], partial(_softmax, axis=axis))


# --- probes ------------------------------------------------------------------------------------


def _numbers(*shape: int) -> Array:
    """Return distinct numbers that float32 cannot hold, in no order."""
    size = int(np.prod(shape))
    return ((np.arange(size) * 37 + 11) % 101 + 1 / (np.arange(size) + 3)).reshape(shape)


def _conv2d_probes(*shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> list[Arguments]:
    return [{"image": _numbers(*image), "filters": _numbers(*bank) - 50} for image, bank in shapes]


#: The trials of each operation; the next is made only if no call of the one before is answered.
_TRIALS: dict[str, list[Trial]] = {
    "conv2d": [
        Trial(
            _conv2d_probes(
                ((5, 6, 2), (4, 3, 3, 2)),
                ((5, 5, 3), (3, 3, 3, 3)),
                ((3, 5, 3), (2, 3, 3, 3)),
                ((3, 3, 3), (3, 3, 3, 3)),
            ),
            partial(_conv2d_readings, "HWC", "KrcC"),
        ),
        Trial(
            _conv2d_probes(((5, 6), (4, 3, 3)), ((5, 5), (3, 3, 3)), ((4, 5), (3, 3, 3))),
            partial(_conv2d_readings, "HW", "Krc"),
        ),
    ],
    **{
        name: [
            Trial(
                [{"maps": _numbers(*shape)} for shape in ((4, 6, 3), (6, 4, 2), (4, 4, 4))],
                partial(_pool_readings, name),
            )
        ]
        for name in POOLINGS
    },
    "dense": [
        Trial(
            [
                {"x": _numbers(*x), "weights": _numbers(12, nodes) - 50, "bias": _numbers(nodes)}
                for x, nodes in (((2, 3, 2), 4), ((2, 3, 2), 12), ((3, 2, 2), 12))
            ],
            _dense_readings,
        )
    ],
    "softmax": [
        Trial([{"logits": np.sin(_numbers(*rows))} for rows in ((3, 4), (2, 2))], _softmax_readings)
    ],
}
