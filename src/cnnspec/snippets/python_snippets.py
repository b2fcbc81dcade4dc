"""Snippets: a failing call as a program that needs NumPy and the implementation, nothing else.

Only the parameters of the MNIST network, more than anybody reads, are fetched from cnnspec by name.
"""

import base64
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.bindings.code import calling, turning
from cnnspec.cases.data import DataError
from cnnspec.cases.trained import trained_network
from cnnspec.declaration.article_forms import Offer
from cnnspec.declaration.case import Case
from cnnspec.judge.nonconformance import DIGITS, Complaint, NonconformanceError, telling_digits
from cnnspec.operations.network.exact import Parameters, parameters
from cnnspec.operations.registry import OPERATIONS
from cnnspec.snippets.imports import imported, imports
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.memory_layouts import AXES, lay_out, of_each
from cnnspec.subject.outcomes import OVERWRITING

Array = NDArray[Any]

#: Arrays of up to so many elements are written as numbers, larger ones as compressed bytes.
WRITTEN_OUT = 400

#: Calls with more numbers to write than this, and longer stories than this, get no snippet.
LARGEST = 20_000
MOST_CALLS = 12

_EXPECTED = {
    Complaint.ACCEPTED: "expected: an exception",
    Complaint.UNCLEAN: "expected: a ValueError",
    Complaint.ACCIDENT: "expected: a ValueError that says what is wrong with the arguments",
    Complaint.REFUSED: "expected: a result, no exception",
    Complaint.UNREADABLE: "expected: an array",
    Complaint.LATE: "expected: a result, or an exception, in time",
    Complaint.DIED: "expected: a result, or an exception",
}


def snippet(error: NonconformanceError, capabilities: Capabilities) -> str:
    """Return a program that shows a failure, or "" where it would be too long."""
    past = [case for case, _, _ in error.history]
    cases = [
        *past,
        *error.before,
        *([error.refused] if error.refused else []),
        error.case,
        *error.later,
    ]
    values = [value for case in cases for value in case.arguments.values()]
    written = sum(np.size(value) for value in values if not _named(np.asarray(value)))
    offered = capabilities.implementation.offers.get(error.case.operation)
    if written > LARGEST or len(cases) > MOST_CALLS or offered is None or not error.case.arguments:
        return ""
    lines = ["import numpy as np", *imports(imported(capabilities.implementation)), ""]
    if error.got is not None and error.answer is not None:
        digits = telling_digits(error.got, error.answer.high)
        lines[-1:] = [f"np.set_printoptions(precision={digits})", ""] if digits > DIGITS else [""]
    for case, layout, is_refused in error.history:
        its_offer = capabilities.implementation.offers[case.operation]
        call = _call(case, capabilities, its_offer, {"layout": layout})
        lines += [*(_refused(call) if is_refused else call), ""]
    for case in error.before:
        lines += [*_call(case, capabilities, offered), ""]
    if error.refused:
        lines += [*_refused(_call(error.refused, capabilities, offered)), ""]
    if error.before or error.history:
        lines.append("# and now the call that goes wrong")
    elif error.differs_again:
        lines.append("# made once more, this call was answered in another way")
    call = _call(error.case, capabilities, offered, error.handed_over)
    owner = OPERATIONS[error.case.operation].writing.array
    if error.complaint is Complaint.SHARED:
        lines += [*call, f"{owner}[...] = {OVERWRITING}  # it is the caller's own", ""]
    lines += call
    if error.later:
        calls = [_call(case, capabilities, offered) for case in error.later]
        lines += _kept_during(owner, calls)
    else:
        lines += ['print("got:", result)', *_expectation(error)]
    program = "\n".join([lines[0], *_fetching(lines), *lines[1:]]) + "\n"
    return f"import base64, zlib\n{program}" if "zlib." in program else program


def _call(
    case: Case,
    capabilities: Capabilities,
    offered: Offer,
    handed_over: Mapping[str, Any] | None = None,
) -> list[str]:
    """Return the lines that set the arguments and make the call."""
    arguments, _ = capabilities.fit(capabilities.narrowed(case))
    how = handed_over or {}
    lines = []
    for name, value in arguments.items():
        again = how.get("in_place") and isinstance(value, np.ndarray)
        lines.append(f"{name}{'[...]' if again else ''} = {literal(value)}")
    if offered.binding:
        lines += turning(offered.binding, arguments)
    lines += laid_out(arguments, how.get("layout", "C"))
    if offered.binding:
        return [*lines, *calling(offered.binding, arguments)]
    if offered.recipe:
        return [*lines, *offered.recipe.format(**_slots(case.operation, arguments)).splitlines()]
    return [*lines, f"result = mine.{case.operation}({_passed(case.operation, arguments)})"]


#: How a view gets the numbers of an array, and takes its place.
_FILLED = ("view[...] = {name}", "{name} = view")

_SHARING = (
    "larger = np.full({name}.size, 77).astype({name}.dtype)",
    "view = np.ndarray({name}.shape, {name}.dtype, larger, strides={strides})",
    *_FILLED,
)

_SWAPPED = "{{name}} = np.array(np.swapaxes({{name}}, {axes}), order='C').swapaxes({axes})"

#: How an array gets into a layout.
_LAID_OUT = {
    "fortran": ("{name} = np.asfortranarray({name})",),
    "read-only": ("{name}.setflags(write=False)",),
    "big-endian": ('{name} = {name}.astype({name}.dtype.newbyteorder(">"))',),
    "channels-first": (
        "{name} = np.moveaxis(np.ascontiguousarray(np.moveaxis({name}, -1, 0)), 0, -1)",
    ),
    "reversed": ("{name} = np.ascontiguousarray({name}[{backwards}])[{backwards}]",),
    "reversed-first-axis": ("{name} = np.ascontiguousarray({name}[::-1])[::-1]",),
    "reversed-last-axis": ("{name} = np.ascontiguousarray({name}[..., ::-1])[..., ::-1]",),
    "slice": (
        "larger = np.full([n + 3 for n in {name}.shape], 77).astype({name}.dtype)",
        "larger[{inside}] = {name}",
        "{name} = larger[{inside}]",
    ),
    "swapped-first-axes": (_SWAPPED.format(axes="0, 1"),),
    "swapped-middle-axes": (_SWAPPED.format(axes="-3, -2"),),
    "swapped-last-axes": (_SWAPPED.format(axes="-2, -1"),),
    "swapped-outer-axes": (_SWAPPED.format(axes="0, -1"),),
    "zero-strides": _SHARING,
    "overlapping": _SHARING,
    "record-field": (
        'records = np.full({name}.nbytes + {name}.size, 77, "u1")',
        'records = records.view([("before", "u1"), ("value", {name}.dtype)])',
        'view = records.reshape({name}.shape)["value"]',
        *_FILLED,
    ),
    "odd-offset": (
        'larger = np.full({name}.nbytes + {name}.itemsize, 77, "u1")',
        "view = np.ndarray({name}.shape, {name}.dtype, larger, offset=1)",
        *_FILLED,
    ),
    "strided": (
        "wide = np.zeros([2 * n for n in {name}.shape], {name}.dtype)",
        "wide[{every_other}] = {name}",
        "{name} = wide[{every_other}]",
    ),
}


def laid_out(arguments: Mapping[str, Any], layout: str) -> list[str]:
    """Return the lines that give the arrays their layout in memory."""
    lines = []
    for name, its_layout in of_each(arguments, layout).items():
        value = arguments[name]
        axes = np.ndim(value)
        if not isinstance(value, np.ndarray) or axes < AXES.get(its_layout, 0):
            continue
        slots = {
            "name": name,
            "backwards": ", ".join(["::-1"] * axes),
            "every_other": ", ".join(["::2"] * axes),
            "inside": ", ".join(["1:-2"] * axes),
            "strides": lay_out(value, its_layout).strides,
        }
        lines += [line.format(**slots) for line in _LAID_OUT.get(its_layout, ())]
    return lines


def _refused(call: list[str]) -> list[str]:
    """Return a call that may raise an exception, which is caught."""
    return [
        "# a call that is, or should be, refused",
        "try:",
        *(f"    {line}" for line in call),
        "except BaseException as error:",
        '    print("refused:", repr(error))',
    ]


def _kept_during(owner: str, calls: list[list[str]]) -> list[str]:
    """Return the lines that keep a result while the operation is called again."""
    return [
        f"kept = {owner}",
        'print("the result:", np.array(kept))',
        "for _ in range(12):",
        *(f"    {line}" for call in calls for line in call),
        'print("got, by now:", np.array(kept))',
        "# expected: the same numbers as before",
    ]


def _slots(operation: str, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return what recipes may name: all arguments as they are passed, and those that follow."""
    given = [name for name in OPERATIONS[operation].optional if name in arguments]
    return {
        "options": "".join(f", {name}" for name in given),
        "all": _passed(operation, arguments),
        "keywords": ", ".join(f"{name}={name}" for name in arguments),
    }


def _passed(operation: str, arguments: Mapping[str, Any]) -> str:
    required = OPERATIONS[operation].required
    optional = [f"{name}={name}" for name in arguments if name not in required]
    return ", ".join([*required, *optional])


def _expectation(error: NonconformanceError) -> list[str]:
    if error.complaint is Complaint.CHANGED:
        names = error.detail.split(", ")
        return [
            *(f'print("{name} by now:", {name})' for name in names),
            f"# expected: the {' and the '.join(names)} as set above",
        ]
    if error.complaint in _EXPECTED:
        return [f"# {_EXPECTED[error.complaint]}"]
    if error.answer is None or error.complaint is Complaint.RELATION:
        return [f"# {error.first_line}"]
    expected = error.answer.high
    if error.got is not None:
        expected = error.answer.for_result(error.got.dtype).high
    return [
        f"expected = {literal(expected)}",
        'print("expected:", expected)',
    ]


#: The functions that return the network's parameters, and where they are imported from.
_FETCHED = {
    "parameters": "cnnspec.operations.network.exact",
    "trained_network": "cnnspec.cases.trained",
}

#: The seeds of the parameters that requirements use.
_SEEDS = range(3)


@cache
def _networks() -> dict[str, Parameters]:
    """Return the parameters that need not be written out, by the code that fetches them."""
    found = {f"parameters({seed})": parameters(seed) for seed in _SEEDS}
    with suppress(DataError):  # an installation without them has failures of its own to show
        found["trained_network()"] = trained_network()
    return found


def _named(value: Array) -> str:
    """Return the code that fetches an array, "" if it is none of the network's parameters."""
    for code, network in _networks().items():
        for name, own in network.by_name().items():
            if own.shape != value.shape or value.dtype.kind != "f":
                continue
            if own.astype(value.dtype).tobytes() == value.tobytes():
                dtype = value.dtype.name
                owned = "copy()" if dtype == "float64" else f"astype({dtype!r})"
                return f"{code}.{name}.{owned}"
    return ""


def _fetching(lines: list[str]) -> list[str]:
    """Return the imports of what is fetched in these lines."""
    return [
        f"from {module} import {name}"
        for name, module in _FETCHED.items()
        if any(f"= {name}(" in line for line in lines)
    ]


def literal(value: Any) -> str:
    """Return an argument as Python code that gives the same array again."""
    if not isinstance(value, np.ndarray):
        return repr(value)
    if fetched := _named(value):
        return fetched
    dtype = value.dtype.name
    if value.size > WRITTEN_OUT:
        packed = base64.b85encode(zlib.compress(np.ascontiguousarray(value).tobytes(), 9))
        unpacked = f"zlib.decompress(base64.b85decode({packed!r}))"
        return f"np.frombuffer({unpacked}, {dtype!r}).reshape({value.shape}).copy()"
    if 0 in value.shape:
        return f"np.empty({value.shape}, {dtype!r})"
    text = repr(value.tolist()).replace("nan", "np.nan").replace("inf", "np.inf")
    if value.dtype.kind == "f":
        text = text.replace(".0,", ",").replace(".0]", "]")
    return f"np.array({text}, {dtype!r})"
