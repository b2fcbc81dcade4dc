"""Worked examples: a requirement's smallest telling case, as lines of Python that anybody can run.

The results are not written down anywhere: the lines are run when the example is made.
"""

import builtins
import contextlib
import io
import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.cases.hand_computed import HandComputed, hand_computed
from cnnspec.cases.requirements import requirements
from cnnspec.declaration.case import Case
from cnnspec.declaration.writing import Writing
from cnnspec.faults import Fault
from cnnspec.judge.nonconformance import Complaint, NonconformanceError
from cnnspec.kills.kill_matrix import faults_of
from cnnspec.kills.trials import any_failure, first_failure, length, smallest_case
from cnnspec.operations.registry import LAYERS, NETWORKS, OPERATIONS
from cnnspec.snippets.python_snippets import laid_out
from cnnspec.subject.outcomes import OVERWRITING

Array = NDArray[Any]

#: Arrays of more numbers than this are not written out, nor are results.
WRITTEN = 130
SHOWN = 40

#: Rows of a matrix that is written line by line.
TALL = 8

#: Maps of a result that are shown.
MAPS = 2

#: Columns of a line of code.
WIDTH = 92

#: Letters of a line that imports functions.
_IMPORTED = 60

#: Known mistakes that are tried until one gives an example.
_TRIED = 3

#: Requirements that are looked through for the example of a mistake.
_LOOKED_AT = 8


def _imports() -> list[str]:
    """Return the lines that import what the examples name."""
    functions = ", ".join(sorted({*LAYERS, *NETWORKS} & {*reference.__all__}))
    return [
        "import numpy as np",
        "from cnnspec.cases.answers import exact",
        "from cnnspec.cases.data import cat_gray, cat_rgb, mnist_test_set",
        "from cnnspec.reference import article1, article2",
        *(
            f"from cnnspec.reference import {line.rstrip(',')}"
            for line in textwrap.wrap(functions, _IMPORTED)
        ),
        "from cnnspec.reference.network import network",
        "from cnnspec.cases.trained import trained_network",
    ]


#: How what the examples name is imported, at Python's prompt.
IMPORTS = "\n>>> ".join(_imports())


@cache
def _names() -> dict[str, Any]:
    """Return what the examples may name, beside their own variables."""
    found: dict[str, Any] = {"__builtins__": builtins}
    exec("\n".join(_imports()), found)  # noqa: S102 - our own
    return found


@dataclass(frozen=True)
class Step:
    """A statement and what it prints."""

    code: str
    printed: str

    def __str__(self) -> str:
        first, *rest = self.code.split("\n")
        lines = [f">>> {first}", *(f"... {line}" for line in rest)]
        return "\n".join([*lines, *([self.printed] if self.printed else [])])


@dataclass(frozen=True)
class Example:
    """A case, worked out.

    Attributes
    ----------
    case : str
        Its id.
    steps : tuple of Step
        Empty if it is too large to be written out.
    call : str
        The call in short.
    by_hand : HandComputed or None
        Where it was worked out by hand, the derivation.
    fault, error : Fault and NonconformanceError, or None
        A known mistake that shows on it, and how.
    late : bool
        Whether that mistake shows on no small case by itself.
    """

    case: str
    steps: tuple[Step, ...]
    call: str = ""
    by_hand: HandComputed | None = None
    fault: Fault | None = None
    error: NonconformanceError | None = None
    late: bool = False


# --- which case ------------------------------------------------------------------------------


@cache
def example_of(requirement: str) -> Example | None:
    """Return the example of a requirement: its hand-computed case, or the smallest telling one."""
    if story := requirements()[requirement].example:
        return Example("", tuple(run(story)))
    known = _by_hand(requirement)
    shown = [
        (fault, error)
        for fault in faults_of(requirement)[:_TRIED]
        if (error := first_failure(fault, requirement, known.case if known else None))
    ]
    telling = min(shown, key=_reading, default=(None, None))
    return _example(requirement, known, *telling)


def _reading(found: tuple[Fault, NonconformanceError]) -> tuple[bool, bool, int]:
    """Return how much there is to read; a mere refusal, or no result, tells least.

    Sums in float32 come last: their last digits are not the same on every machine.
    """
    error = found[1]
    tells_little = error.complaint in (Complaint.REFUSED, Complaint.UNREADABLE)
    in_float32 = "float32-inside" in found[0].id
    return (tells_little and not error.handed_over, in_float32, length(error.case))


def _example(
    requirement: str,
    known: HandComputed | None,
    fault: Fault | None,
    error: NonconformanceError | None,
) -> Example | None:
    case = known.case if known else error.case if error else smallest_case(requirement)
    if case is None:
        return None
    return Example(
        case.id,
        tuple(
            run(
                statements(
                    case, error, general="article" not in requirements()[requirement].profiles
                )
            )
        ),
        f"{case.operation}({', '.join(map(_in_short, case.arguments.items()))})",
        known,
        fault,
        error,
    )


def _by_hand(requirement: str) -> HandComputed | None:
    """Return the hand-computed case that shows a requirement first of all, or among others."""
    found = [known for known in hand_computed() if requirement in known.requirements]
    found = [known for known in found if _writing(known.case).call]
    return next((known for known in found if known.requirements[0] == requirement), None) or next(
        iter(found), None
    )


@cache
def example_of_fault(fault: Fault, catching: tuple[str, ...]) -> Example | None:
    """Return the shortest example on which a fault shows, of the requirements that catch it."""
    found = [
        (fault, error, requirement)
        for requirement in catching[:_LOOKED_AT]
        if (error := first_failure(fault, requirement))
    ]
    if found:
        fault, error, requirement = min(found, key=lambda one: _reading(one[:2]))
        return _example(requirement, None, fault, error)
    for requirement in catching:
        if last := any_failure(fault, requirement):
            example = _example(requirement, None, fault, last)
            return replace(example, late=True) if example else None
    return None


# --- the lines of code -----------------------------------------------------------------------


def statements(
    case: Case, error: NonconformanceError | None = None, *, general: bool = False
) -> list[str]:
    """Return the statements that show a case; none if it is too large.

    ``error`` is how a mistake failed on it: what went wrong then is looked at. In the ``general``
    profile it is the exact oracle that is called, since the reference keeps the article's rules.
    """
    arguments = {name: value for name, value in case.arguments.items() if _named(value)}
    if sum(value.size for value in arguments.values()) > WRITTEN or not _writing(case).call:
        return []
    lines = [f"{name} = {_literal(value, name)}" for name, value in arguments.items()]
    call = _call(case, oracle=general)
    manners = _manners(case, call, error) if error else []
    return [*lines, *(manners or _shown(call, case))]


def _manners(case: Case, call: str, error: NonconformanceError) -> list[str]:
    """Return the statements that look at what else a call does than to return the right numbers."""
    if layout := error.handed_over.get("layout", "C").replace("C", ""):
        moved = laid_out(case.arguments, layout)
        return [f"before = {call}", *moved, f"np.allclose({call}, before, rtol=1e-12)"]
    if error.complaint is Complaint.CHANGED:
        name = error.detail.split(", ")[0]
        return [f"before = {name}.copy()", f"result = {call}", _same(name, "before")]
    if error.complaint is Complaint.OVERWRITTEN:
        first = OPERATIONS[case.operation].required[0]
        later = call.replace(f"({first}", f"(2 * {first}", 1)
        saved = "kept = np.array(result)"
        return [f"result = {call}", saved, f"later = {later}", _same("result", "kept")]
    if error.complaint is Complaint.SHARED:
        spoilt = f"result[...] = {OVERWRITING}"
        return [f"result = {call}", "kept = np.array(result)", spoilt, _same(call, "kept")]
    if error.complaint is Complaint.UNSTEADY:
        return [f"first = {call}", f"again = {call}", _same("again", "first")]
    return []


def _same(one: str, other: str) -> str:
    return f"np.array_equal({one}, {other})"


def _writing(case: Case) -> Writing:
    return OPERATIONS[case.operation].writing


def _named(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0


def _call(case: Case, *, oracle: bool = False) -> str:
    """Return the call: arrays by their names, numbers as they are."""
    required = OPERATIONS[case.operation].required
    given = {
        name: name if _named(value) else _literal(value, name)
        for name, value in case.arguments.items()
    }
    passed = [given[name] for name in required]
    passed += [f"{name}={given[name]}" for name in given if name not in required]
    if oracle and OPERATIONS[case.operation].exact:
        return f"exact.{case.operation}({', '.join(passed)}).high"
    return _writing(case).call.format(name=case.operation, passed=", ".join(passed))


def _shown(call: str, case: Case) -> list[str]:
    """Return the statements that show the result of a call, map by map."""
    try:
        result = np.asarray(eval(call, {**_names(), **case.arguments}))  # noqa: S307 - our own code
    except Exception:  # noqa: BLE001 - it is refused, and the example shows how
        return [call]
    if result.ndim == 0:
        return [f"round(float({call}), 12)"]
    if not _writing(case).maps or result.ndim < 3:
        return [f"{call}{_one_of_each(result.shape)}"]
    return _maps_shown(call, result, _writing(case).maps)


def _one_of_each(shape: tuple[int, ...]) -> str:
    """Return the index of a matrix of an array, of which more would print blank lines."""
    if math.prod(shape[:-2]) == 1:
        return ""
    return f"[{', '.join('0' * (len(shape) - 2))}]" if shape[0] > 1 else "[0, :, :, 0]"


def _maps_shown(call: str, result: Array, name: str) -> list[str]:
    *images, rows, columns, count = result.shape
    if count == 1 and not images and 0 < rows * columns <= SHOWN:
        return [f"{call}[:, :, 0]"]
    lines = [f"{name} = {call}", f"{name}.shape"]
    if rows * columns > SHOWN:
        return [*lines, f"{name}[..., 0].ravel()[:6]"]
    if images:
        return [*lines, *(f"{name}[{n}, :, :, 0]" for n in range(min(len(result), MAPS)))]
    return [*lines, *(f"{name}[:, :, {k}]" for k in range(min(count, MAPS)))]


def _literal(value: Any, name: str) -> str:
    """Return an argument as code; ``name`` is what it will be assigned to."""
    if not isinstance(value, np.ndarray):
        return f'"{value}"' if isinstance(value, str) else repr(value)
    dtype = "float" if value.dtype == np.float64 else f"np.{value.dtype.name}"
    if value.ndim == 0:
        return f"np.array({value}, {dtype})"
    if value.size == 0:
        return f"np.empty({value.shape}, {dtype})"
    numbers = [_number(x) for x in value.ravel().tolist()]
    if value.size > 4 and len(set(numbers)) == 1:
        return f"np.full({value.shape}, {numbers[0]}, {dtype})"
    nested = _nested(value, numbers, f"{name} = np.array(", dtype)
    if nested and max(map(len, nested.split("\n"))) + len(name) < WIDTH:
        return nested
    text = textwrap.wrap(", ".join(numbers), WIDTH - 4)
    shape = f".reshape{value.shape}" if value.ndim > 1 else ""
    return "\n    ".join(["np.array([", *text]) + f"\n], {dtype}){shape}"


def _nested(value: Array, numbers: Sequence[str], before: str, dtype: str) -> str:
    """Return vectors, matrices and filters (K, f, f) line by line, columns aligned.

    Maps (H, W, 1) are matrices with another axis; "" for what has more axes.
    """
    if value.ndim == 3 and value.shape[-1] == 1 < value.shape[1]:
        matrix = _nested(value[..., 0], numbers, before, dtype)
        return matrix and f"{matrix}[:, :, np.newaxis]"
    if value.ndim > 3 or (value.ndim > 1 and len(value) > TALL):
        return ""
    width = max(map(len, numbers)) if value.ndim > 1 else 0
    padded = iter([number.rjust(width) for number in numbers])
    rows = value.reshape(-1, value.shape[-1])
    lines = ["[" + ", ".join(next(padded) for _ in row) + "]" for row in rows]
    if value.ndim == 3:
        each = value.shape[1]
        groups = [lines[start : start + each] for start in range(0, len(lines), each)]
        lines = ["[" + ", ".join(group) + "]" for group in groups]
    if value.ndim == 1:
        return f"np.array({lines[0]}, {dtype})"
    return "np.array([" + f",\n{' ' * (len(before) + 1)}".join(lines) + f"], {dtype})"


def _number(number: Any) -> str:
    """Return a number as code: whole floats without a point, the special ones by NumPy's names."""
    if isinstance(number, float) and np.isfinite(number) and number.is_integer():
        if abs(number) < 2**53 and (number or not np.signbit(number)):
            return str(int(number))
        return repr(number)
    return {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}.get(repr(number), repr(number))


def _in_short(argument: tuple[str, Any]) -> str:
    name, value = argument
    if isinstance(value, np.ndarray):
        return f"{name}: {value.dtype}{list(value.shape)}"
    return f"{name}={value!r}"


def printed(error: NonconformanceError) -> Iterator[str]:
    """Return the array that a mistake returned, if there is one and it is small, as a block."""
    got = error.got
    if got is None or not 0 < got.size <= SHOWN or error.complaint is Complaint.CHANGED:
        return
    is_maps = got.ndim == 3 and _writing(error.case).maps
    maps = [got[:, :, k] for k in range(min(got.shape[2], MAPS))] if is_maps else [got]
    yield "\n".join(["```", *map(repr, maps), "```\n"])


# --- running them ----------------------------------------------------------------------------


def run(code: Sequence[str]) -> Iterator[Step]:
    """Run statements one after the other, as at Python's prompt, and yield what each prints."""
    known = {**_names()}
    for statement in code:
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
                exec(compile(statement + "\n", "<example>", "single"), known)  # noqa: S102 - our own
        except Exception as error:  # noqa: BLE001 - a refusal is what the example shows
            name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
            printed.write(f"Traceback (most recent call last):\n    ...\n{name}: {error}")
        yield Step(statement, printed.getvalue().rstrip())
