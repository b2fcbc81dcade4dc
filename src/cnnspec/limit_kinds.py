"""What code may deliberately not take: the kinds of legal calls, and how each is probed.

A limit is no fault, but it stands in the verdict line. The list is closed. A kind of calls is a
limit if every probe of it is refused while the same call without it is answered, and if the
refusals are said (`cnnspec.refusal`). Two more excuses: other axes or another layout in memory may
stumble on a line that answered calls run too, for nobody has written code for them; and windows
that do not divide the sizes may end in NumPy's "cannot reshape".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases import SHARING, Case
from cnnspec.layouts import lay_out, of_each
from cnnspec.operations import OPERATIONS, POOLINGS

Array = NDArray[Any]
Arguments = Mapping[str, Any]

#: A probe: arguments, and how arrays lie in memory.
Probe = tuple[Arguments, str]

FLOATS = ("float64", "float32", "float16")
WHOLE = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64")

#: Operations that take floating arrays, of any number of axes.
_ON_ARRAYS = ("conv2d", "relu", *POOLINGS, "dense", "softmax", "softmax_layer")


@dataclass(frozen=True)
class Kind:
    """A kind of legal calls that code may not take.

    Attributes
    ----------
    name : str
        Its key in reports and in ``CNNSPEC = {"limits": [...]}``.
    words : str
        What the verdict line says.
    operations : tuple of str
    covers : callable
        Returns whether a case, handed over in a layout, is of the kind.
    probes : callable
        Returns small calls of the kind, from the operation and a small call that is not.
    by_line : bool
        Whether a crash is excused on a line that the plain call runs too.
    by_message : str
        A crash with these words is excused.
    """

    name: str
    words: str
    operations: tuple[str, ...]
    covers: Callable[[Case, str], bool]
    probes: Callable[[str, Arguments], list[Probe]]
    by_line: bool = False
    by_message: str = ""


def plain_calls(operation: str) -> list[Arguments]:
    """Return small calls that few limits touch; one that is answered is what others differ from.

    Those of other layers have the shapes that layers have in networks.
    """
    ramp = np.arange(1.0, 200.0)

    def filled(*shape: int) -> Array:
        return np.resize(ramp % 7 - 2, shape)

    if operation == "conv2d":
        shapes = (((5, 7, 3), (4, 3, 3, 3)), ((5, 7, 1), (2, 3, 3, 1)), ((5, 7), (2, 3, 3)))
        calls = [{"image": filled(*image), "filters": filled(*bank)} for image, bank in shapes]
        return [*calls, *({**call, "padding": "same"} for call in calls)]
    if operation in POOLINGS:
        return [{"maps": filled(4, 6, channels)} for channels in (3, 1)]
    if operation in ("dense", "softmax_layer"):
        shared = {"weights": filled(12, 2), "bias": filled(2)}
        return [{"x": filled(*shape), **shared} for shape in ((3, 4), (12,))]
    name = OPERATIONS[operation].required[0]
    return [{name: filled(*shape)} for shape in ((3, 5), (2, 3, 5), (5,))]


# --- sizes and options -----------------------------------------------------------------------


def _first(case: Case) -> Array:
    first: Array = np.asarray(case.arguments[OPERATIONS[case.operation].required[0]])
    return first


def _sides(image: Array) -> tuple[int, ...]:
    return image.shape[:2] if image.ndim < 4 else image.shape[1:3]


def _window(case: Case) -> tuple[tuple[int, ...], int]:
    """Return the sizes of a case's windows and its stride."""
    given = case.arguments
    if case.operation == "conv2d":
        return np.shape(given["filters"])[1:3], given.get("stride", 1)
    size = given.get("size", 2)
    return (size, size), given.get("stride") or size


def _leaves_a_rest(case: Case, _layout: str) -> bool:
    if case.arguments.get("padding", "valid") != "valid":
        return False
    sizes, stride = _window(case)
    return any((n - f) % stride for n, f in zip(_sides(_first(case)), sizes, strict=True))


def _grown(array: Array, rows: int, columns: int) -> Array:
    """Return an array with so many rows and columns more."""
    first = 0 if array.ndim < 4 else 1
    for axis, more in ((first, rows), (first + 1, columns)):
        size = array.shape[axis]
        array = np.take(array, np.arange(size + more) % size, axis=axis)
    return array


def _with_a_rest(operation: str, plain: Arguments) -> list[Probe]:
    first = OPERATIONS[operation].required[0]
    stride = {"stride": 2} if operation == "conv2d" else {}
    return [
        ({**plain, **stride, first: _grown(plain[first], rows, columns)}, "C")
        for rows, columns in ((1, 0), (0, 1), (1, 1))
    ]


def _overlap(case: Case, _layout: str) -> bool:
    (size, _), stride = _window(case)
    return stride < size


def _overlapping(_operation: str, plain: Arguments) -> list[Probe]:
    return [({**plain, "size": size, "stride": stride}, "C") for size, stride in ((2, 1), (3, 2))]


def _has_gaps(case: Case, _layout: str) -> bool:
    (size, _), stride = _window(case)
    return stride > size


def _with_gaps(_operation: str, plain: Arguments) -> list[Probe]:
    return [({**plain, "size": size, "stride": stride}, "C") for size, stride in ((1, 2), (2, 3))]


def _option(name: str, *values: Any) -> Callable[[str, Arguments], list[Probe]]:
    return lambda _operation, plain: [({**plain, name: value}, "C") for value in values]


def _differs(name: str, default: Any) -> Callable[[Case, str], bool]:
    return lambda case, _layout: case.arguments.get(name, default) != default


def _with_bias(_operation: str, plain: Arguments) -> list[Probe]:
    bias = np.arange(1.0, len(plain["filters"]) + 1).astype(plain["filters"].dtype)
    return [({**plain, "bias": bias}, "C")]


def _channels(case: Case) -> int:
    image = _first(case)
    return 1 if image.ndim == 2 else image.shape[-1]


def _has_several_channels(case: Case, _layout: str) -> bool:
    return _channels(case) > 1


#: Axes of an image with channels.
_WITH_CHANNELS = 3


def _of_channels(*counts: int) -> Callable[[str, Arguments], list[Probe]]:
    def probes(operation: str, plain: Arguments) -> list[Probe]:
        first = OPERATIONS[operation].required[0]
        made: list[Probe] = []
        if plain[first].ndim < _WITH_CHANNELS:
            return made  # they have no channels; that is a limit of axes
        for count in counts:
            arrays = {
                name: _with_channels(value, count)
                for name, value in plain.items()
                if name in (first, "filters")
            }
            made.append(({**plain, **arrays}, "C"))
        return made

    return probes


def _with_channels(array: Array, count: int) -> Array:
    grey = array[..., :1]
    return np.concatenate([np.roll(grey, channel, axis=0) for channel in range(count)], axis=-1)


# --- numbers ---------------------------------------------------------------------------------


def _arrays(case: Case) -> list[Array]:
    return [value for value in case.arguments.values() if isinstance(value, np.ndarray)]


def _floats(case: Case) -> list[Array]:
    return [array for array in _arrays(case) if array.dtype.kind == "f"]


def _with_number(*numbers: float) -> Callable[[str, Arguments], list[Probe]]:
    def probes(operation: str, plain: Arguments) -> list[Probe]:
        first = OPERATIONS[operation].required[0]
        made: list[Probe] = []
        for number, place in product(numbers, (0, -1)):
            array = plain[first].copy()
            array.flat[place] = number
            made.append(({**plain, first: array}, "C"))
        return made

    return probes


def _of_dtype(*dtypes: str) -> Callable[[Case, str], bool]:
    return lambda case, _layout: any(array.dtype.name in dtypes for array in _arrays(case))


def _as_dtype(*dtypes: str) -> Callable[[str, Arguments], list[Probe]]:
    """Return the plain call with its first argument of a dtype, and with all arrays of it."""

    def probes(operation: str, plain: Arguments) -> list[Probe]:
        made: list[Probe] = []
        for dtype in dtypes:
            cast = {
                name: value.astype(dtype) if isinstance(value, np.ndarray) else value
                for name, value in plain.items()
            }
            first = OPERATIONS[operation].required[0]
            made += [({**plain, first: cast[first]}, "C"), (cast, "C")]
        return made

    return probes


def _is_mixed(case: Case, layout: str) -> bool:
    """Return whether dtypes differ. To NumPy those of another byte order do, too."""
    swapped = of_each(case.arguments, layout)
    dtypes = {
        (value.dtype, swapped[name] == "big-endian")
        for name, value in case.arguments.items()
        if isinstance(value, np.ndarray)
    }
    return len(dtypes) > 1


def _mixed(operation: str, plain: Arguments) -> list[Probe]:
    """Return the plain call with its first argument, and with the others, of another dtype."""
    first = OPERATIONS[operation].required[0]
    other = "float64" if plain[first].dtype != np.float64 else "float32"
    rest = {
        name: value.astype(other)
        for name, value in plain.items()
        if name != first and isinstance(value, np.ndarray)
    }
    return [({**plain, first: plain[first].astype(other)}, "C"), ({**plain, **rest}, "C")]


# --- memory ----------------------------------------------------------------------------------


def _lies(*layouts: str) -> Callable[[Case, str], bool]:
    """Return whether arguments lie so, or some of them (`cnnspec.layouts.of_each`)."""
    return lambda case, layout: any(
        one in layouts for one in of_each(case.arguments, layout).values()
    )


def _laid_out(*layouts: str) -> Callable[[str, Arguments], list[Probe]]:
    return lambda _operation, plain: [(plain, layout) for layout in layouts]


def _sharing(layout: str) -> Callable[[str, Arguments], list[Probe]]:
    """Return the plain call with other numbers, of which memory can hold several once."""

    def probes(operation: str, plain: Arguments) -> list[Probe]:
        first = OPERATIONS[operation].required[0]
        return [
            (made.arguments, f"{first}:{layout}")
            for made in SHARING[layout](Case("probe", operation, plain), first)
        ]

    return probes


def _scattered(operation: str, plain: Arguments) -> list[Probe]:
    first = plain[OPERATIONS[operation].required[0]]
    laid_out = {layout: lay_out(first, layout) for layout in _SCATTERED}
    return [(plain, layout) for layout, made in laid_out.items() if not made.flags.c_contiguous]


#: Layouts that are not C-contiguous and run forwards in steps of whole elements.
_SCATTERED = (
    *("fortran", "strided", "channels-first", "slice"),
    *("swapped-first-axes", "swapped-middle-axes", "swapped-last-axes", "swapped-outer-axes"),
)

_REVERSED = ("reversed", "reversed-first-axis", "reversed-last-axis")

_FILTERED = ("conv2d", "dense", "softmax_layer")

KINDS = (
    Kind(
        "stride-divides",
        "sizes that the stride divides only",
        ("conv2d", *POOLINGS),
        _leaves_a_rest,
        _with_a_rest,
        by_message="cannot reshape",
    ),
    Kind(
        "no-overlap",
        "windows that do not overlap only",
        POOLINGS,
        _overlap,
        _overlapping,
        by_message="cannot reshape",
    ),
    Kind(
        "no-gaps",
        "no gaps between windows",
        POOLINGS,
        _has_gaps,
        _with_gaps,
        by_message="cannot reshape",
    ),
    Kind("stride-1", "stride 1 only", ("conv2d",), _differs("stride", 1), _option("stride", 2, 3)),
    Kind(
        "valid-only",
        'padding "valid" only',
        ("conv2d",),
        _differs("padding", "valid"),
        _option("padding", "same"),
    ),
    Kind(
        "same-only",
        'padding "same" only',
        ("conv2d",),
        lambda case, _layout: case.arguments.get("padding", "valid") == "valid",
        lambda _operation, plain: [({n: v for n, v in plain.items() if n != "padding"}, "C")],
    ),
    Kind("size-2", "size 2 only", POOLINGS, _differs("size", 2), _option("size", 1, 3)),
    Kind(
        "no-bias",
        "no bias",
        ("conv2d",),
        lambda case, _layout: case.arguments.get("bias") is not None,
        _with_bias,
    ),
    Kind(
        "gray-only",
        "gray images only",
        ("conv2d",),
        _has_several_channels,
        _of_channels(2, 3, 4),
    ),
    Kind(
        "one-map",
        "one map at a time",
        POOLINGS,
        _has_several_channels,
        _of_channels(2, 3, 4),
    ),
    Kind(
        "colour-only",
        "colour images only",
        ("conv2d",),
        lambda case, _layout: _channels(case) == 1,
        _of_channels(1),
    ),
    Kind(
        "finite",
        "finite numbers only",
        _ON_ARRAYS,
        lambda case, _layout: not all(np.isfinite(array).all() for array in _floats(case)),
        _with_number(np.nan, np.inf, -np.inf),
    ),
    Kind(
        "no-nan",
        "no NaN",
        _ON_ARRAYS,
        lambda case, _layout: any(np.isnan(array).any() for array in _floats(case)),
        _with_number(np.nan),
    ),
    Kind(
        "no-infinities",
        "no infinities",
        _ON_ARRAYS,
        lambda case, _layout: any(np.isinf(array).any() for array in _floats(case)),
        _with_number(np.inf, -np.inf),
    ),
    Kind("floats", "no whole numbers", _ON_ARRAYS, _of_dtype(*WHOLE), _as_dtype(*WHOLE)),
    *(
        Kind(f"no-{dtype}", f"no {dtype}", _ON_ARRAYS, _of_dtype(dtype), _as_dtype(dtype))
        for dtype in (*WHOLE, "bool")
    ),
    Kind("same-dtypes", "arrays of one dtype only", _FILTERED, _is_mixed, _mixed),
    Kind(
        "contiguous",
        "C-contiguous arrays only",
        _ON_ARRAYS,
        _lies(*_SCATTERED),
        _scattered,
        by_line=True,
    ),
    Kind(
        "forwards",
        "no reversed arrays",
        _ON_ARRAYS,
        _lies(*_REVERSED),
        _laid_out(*_REVERSED),
        by_line=True,
    ),
    *(
        Kind(name, words, _ON_ARRAYS, _lies(layout), _sharing(layout), by_line=True)
        for name, words, layout in (
            ("no-zero-strides", "no zero strides", "zero-strides"),
            ("no-overlaps", "no elements that share memory", "overlapping"),
        )
    ),
    *(
        Kind(name, words, _ON_ARRAYS, _lies(layout), _laid_out(layout), by_line=True)
        for name, words, layout in (
            ("no-record-fields", "no fields of records", "record-field"),
            ("aligned", "aligned arrays only", "odd-offset"),
            ("writeable", "no read-only arrays", "read-only"),
            ("native", "no arrays of the other byte order", "big-endian"),
        )
    ),
)

#: The kinds that are about numbers and memory: whatever is accepted once is so in every call.
_PROBED = tuple(
    kind for kind in KINDS if kind.by_line or kind.name in ("floats", "no-bool", "same-dtypes")
)


def is_probed(case: Case, layout: str) -> bool:
    """Return whether it was probed if calls of a case's dtypes, and its layout, are taken."""
    return any(case.operation in kind.operations and kind.covers(case, layout) for kind in _PROBED)


#: The limits that the probes of ranks and floating dtypes find (`cnnspec.capabilities`).
AXES, DTYPE = "axes", "no-{}"


def words_of_ranks(operation: str, ranks: frozenset[int]) -> str:
    """Return in words that an operation takes only so many axes of its first argument."""
    if operation in ("conv2d", *POOLINGS):
        if ranks == {4}:
            return "batches only"
        if ranks == {2}:
            return "single gray images only"
        if 4 not in ranks:
            return "one image at a time"
        return "no gray images of two axes" if 3 in ranks else "gray images only"
    highest = max(ranks)
    if ranks == set(range(1, highest + 1)):
        return "vectors only" if highest == 1 else f"up to {_NUMBERS[highest]} axes"
    named = " or ".join(str(rank) for rank in sorted(ranks))
    return f"{named} axes only"


_NUMBERS = ("no", "one", "two", "three", "four", "five")
