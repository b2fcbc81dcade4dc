"""What code may deliberately not take: the kinds of legal calls, and how each is probed.

A limit is no fault, but it stands in the verdict line. The list is closed. A kind of calls is a
limit if every probe of it is refused while the same call without it is answered, and if the
refusals are said (`cnnspec.subject.refusals`). Three more excuses: other axes or another layout in
memory may stumble on a line that answered calls run too, for nobody has written code for them;
windows that do not divide the sizes may end in NumPy's "cannot reshape"; and gradients of whole
numbers in its "Cannot cast ufunc".

Here are the kinds that all operations on arrays share: of numbers, and of memory. The others stand
in the rooms.
"""

from functools import cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import SHARING, Case
from cnnspec.declaration.limits import Arguments, Covers, Kind, Probe, Probing, filled
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.memory_layouts import lay_out, of_each

Array = NDArray[Any]

FLOATS = ("float64", "float32", "float16")
WHOLE = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64")


def plain_calls(operation: str) -> list[Arguments]:
    """Return small calls that few limits touch; one that is answered is what others differ from."""
    declared = OPERATIONS[operation]
    if declared.plain_calls is not None:
        return declared.plain_calls()
    if len(declared.required) > 1:
        return [call for calls in declared.probes().values() for call in calls]
    return [{declared.data: filled(*shape)} for shape in ((3, 5), (2, 3, 5), (5,))]


# --- numbers ---------------------------------------------------------------------------------


def _of_numbers(operation: str, arguments: Arguments) -> dict[str, Array]:
    """Return the arrays that hold numbers: labels are whole, whatever is computed with."""
    labels = OPERATIONS[operation].labels
    return {
        name: value
        for name, value in arguments.items()
        if isinstance(value, np.ndarray) and name not in labels
    }


def _arrays(case: Case) -> list[Array]:
    return [*_of_numbers(case.operation, case.arguments).values()]


def _floats(case: Case) -> list[Array]:
    return [array for array in _arrays(case) if array.dtype.kind == "f"]


def _with_number(*numbers: float) -> Probing:
    def probes(operation: str, plain: Arguments) -> list[Probe]:
        first = OPERATIONS[operation].data
        made: list[Probe] = []
        for number, place in product(numbers, (0, -1)):
            array = plain[first].copy()
            array.flat[place] = number
            made.append(({**plain, first: array}, "C"))
        return made

    return probes


def _of_dtype(*dtypes: str) -> Covers:
    return lambda case, _layout: any(array.dtype.name in dtypes for array in _arrays(case))


def _as_dtype(*dtypes: str) -> Probing:
    """Return the plain call with its first argument of a dtype, and with all arrays of it."""

    def probes(operation: str, plain: Arguments) -> list[Probe]:
        made: list[Probe] = []
        numbers = _of_numbers(operation, plain)
        for dtype in dtypes:
            cast = {**plain, **{name: value.astype(dtype) for name, value in numbers.items()}}
            first = OPERATIONS[operation].data
            made += [({**plain, first: cast[first]}, "C"), (cast, "C")]
        return made

    return probes


def _is_mixed(case: Case, layout: str) -> bool:
    """Return whether dtypes differ. To NumPy those of another byte order do, too."""
    swapped = of_each(case.arguments, layout)
    dtypes = {
        (value.dtype, swapped[name] == "big-endian")
        for name, value in _of_numbers(case.operation, case.arguments).items()
    }
    return len(dtypes) > 1


def _mixed(operation: str, plain: Arguments) -> list[Probe]:
    """Return the plain call with its first argument, and with the others, of another dtype."""
    first = OPERATIONS[operation].data
    other = "float64" if plain[first].dtype != np.float64 else "float32"
    rest = {
        name: value.astype(other)
        for name, value in _of_numbers(operation, plain).items()
        if name != first
    }
    return [({**plain, first: plain[first].astype(other)}, "C"), ({**plain, **rest}, "C")]


def _is_whole_beside_floats(place: int) -> Covers:
    """Return whether an array holds whole numbers, and another does not."""

    def covers(case: Case, _layout: str) -> bool:
        arrays = _arrays(case)
        kinds = [array.dtype.kind for array in arrays]
        return len(kinds) > place and kinds[place] in "iub" and "f" in kinds

    return covers


def _whole_beside_floats(place: int) -> Probing:
    def probes(operation: str, plain: Arguments) -> list[Probe]:
        name, asked = [*_of_numbers(operation, plain).items()][place]
        return [({**plain, name: asked.astype(dtype)}, "C") for dtype in (*WHOLE, "bool")]

    return probes


#: What the gradient is called that comes in.
_INCOMING = "grad"


def _is_whole_incoming(case: Case, _layout: str) -> bool:
    grad = _of_numbers(case.operation, case.arguments).get(_INCOMING)
    return grad is not None and grad.dtype.kind in "iub"


def _whole_incoming(operation: str, plain: Arguments) -> list[Probe]:
    """Return the plain call with whole numbers coming in, and with whole numbers alone."""
    made: list[Probe] = []
    for dtype in (*WHOLE, "bool") if _INCOMING in plain else ():
        numbers = _of_numbers(operation, plain)
        cast = {**plain, **{name: value.astype(dtype) for name, value in numbers.items()}}
        made += [({**plain, _INCOMING: cast[_INCOMING]}, "C"), (cast, "C")]
    return made


# --- memory ----------------------------------------------------------------------------------


def _lies(*layouts: str) -> Covers:
    """Return whether arguments lie so, or some of them (`memory_layouts.of_each`)."""
    return lambda case, layout: any(
        one in layouts for one in of_each(case.arguments, layout).values()
    )


def _laid_out(*layouts: str) -> Probing:
    return lambda _operation, plain: [(plain, layout) for layout in layouts]


def _sharing(layout: str) -> Probing:
    """Return the plain call with other numbers, of which memory can hold several once."""

    def probes(operation: str, plain: Arguments) -> list[Probe]:
        first = OPERATIONS[operation].data
        return [
            (made.arguments, f"{first}:{layout}")
            for made in SHARING[layout](Case("probe", operation, plain), first)
        ]

    return probes


def _scattered(operation: str, plain: Arguments) -> list[Probe]:
    first = plain[OPERATIONS[operation].data]
    laid_out = {layout: lay_out(first, layout) for layout in _SCATTERED}
    return [(plain, layout) for layout, made in laid_out.items() if not made.flags.c_contiguous]


#: Layouts that are not C-contiguous and run forwards in steps of whole elements.
_SCATTERED = (
    *("fortran", "strided", "channels-first", "slice"),
    *("swapped-first-axes", "swapped-middle-axes", "swapped-last-axes", "swapped-outer-axes"),
)

_REVERSED = ("reversed", "reversed-first-axis", "reversed-last-axis")

#: The kinds of limits that all operations on arrays may have.
_OF_ARRAYS = (
    Kind(
        "finite",
        "finite numbers only",
        lambda case, _layout: not all(np.isfinite(array).all() for array in _floats(case)),
        _with_number(np.nan, np.inf, -np.inf),
    ),
    Kind(
        "no-nan",
        "no NaN",
        lambda case, _layout: any(np.isnan(array).any() for array in _floats(case)),
        _with_number(np.nan),
    ),
    Kind(
        "no-infinities",
        "no infinities",
        lambda case, _layout: any(np.isinf(array).any() for array in _floats(case)),
        _with_number(np.inf, -np.inf),
    ),
    Kind("floats", "no whole numbers", _of_dtype(*WHOLE), _as_dtype(*WHOLE)),
    *(
        Kind(f"no-{dtype}", f"no {dtype}", _of_dtype(dtype), _as_dtype(dtype))
        for dtype in (*WHOLE, "bool")
    ),
    Kind("same-dtypes", "arrays of one dtype only", _is_mixed, _mixed),
    Kind(
        "contiguous",
        "C-contiguous arrays only",
        _lies(*_SCATTERED),
        _scattered,
        by_line=True,
    ),
    Kind(
        "forwards",
        "no reversed arrays",
        _lies(*_REVERSED),
        _laid_out(*_REVERSED),
        by_line=True,
    ),
    *(
        Kind(name, words, _lies(layout), _sharing(layout), by_line=True)
        for name, words, layout in (
            ("no-zero-strides", "no zero strides", "zero-strides"),
            ("no-overlaps", "no elements that share memory", "overlapping"),
        )
    ),
    *(
        Kind(name, words, _lies(layout), _laid_out(layout), by_line=True)
        for name, words, layout in (
            ("no-record-fields", "no fields of records", "record-field"),
            ("aligned", "aligned arrays only", "odd-offset"),
            ("writeable", "no read-only arrays", "read-only"),
            ("native", "no arrays of the other byte order", "big-endian"),
        )
    ),
)

#: How NumPy says so.
_CASTING = "Cannot cast ufunc"

#: The most arrays that one takes.
_MOST_ARRAYS = 6

#: What only gradients may have. People write ``dx = np.zeros_like(x)``, and add to it: NumPy
#: refuses to add fractions to whole numbers, of which nobody takes gradients. It rounds nothing.
_OF_GRADIENTS = (
    *(
        Kind(
            "whole-beside-floats",
            "no whole numbers beside floating ones",
            _is_whole_beside_floats(place),
            _whole_beside_floats(place),
            by_message=_CASTING,
        )
        for place in range(_MOST_ARRAYS)
    ),
    Kind(
        "whole-incoming",
        "no whole numbers as incoming gradients",
        _is_whole_incoming,
        _whole_incoming,
        by_message=_CASTING,
    ),
)

#: Those which are about numbers and memory: whatever is accepted once is so in every call.
_PROBED = tuple(
    kind for kind in _OF_ARRAYS if kind.by_line or kind.name in ("floats", "no-bool", "same-dtypes")
)

#: The names of all kinds.
NAMES = tuple(
    dict.fromkeys(
        kind.name
        for kinds in (*(one.limits for one in OPERATIONS.values()), _OF_ARRAYS, _OF_GRADIENTS)
        for kind in kinds
    )
)


@cache
def kinds_of(operation: str) -> tuple[Kind, ...]:
    """Return the kinds of limits that an operation may have, its own first."""
    declared = OPERATIONS[operation]
    of_arrays = _OF_ARRAYS if declared.is_limited_by_arrays else ()
    return declared.limits + of_arrays + (_OF_GRADIENTS if declared.gradient else ())


def is_probed(case: Case, layout: str) -> bool:
    """Return whether it was probed if calls of a case's dtypes, and its layout, are taken."""
    is_limited = OPERATIONS[case.operation].is_limited_by_arrays
    return is_limited and any(kind.covers(case, layout) for kind in _PROBED)


#: The limits that the probes of ranks and floating dtypes find (`cnnspec.subject.capabilities`).
AXES, DTYPE = "axes", "no-{}"
