"""Worked examples: a requirement's smallest telling case, as lines of Python that anybody can run.

The results are not written down anywhere: the lines are run when the example is made.
"""

import builtins
import contextlib
import io
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.cases.data import cat_gray, cat_rgb, mnist_test_set
from cnnspec.cases.hand_computed import HandComputed, hand_computed
from cnnspec.cases.requirements import requirements
from cnnspec.cases.trained import trained_network
from cnnspec.declaration.case import Case
from cnnspec.exact import arithmetic
from cnnspec.faults import Fault
from cnnspec.judge.nonconformance import Complaint, NonconformanceError
from cnnspec.operations.registry import LAYERS, OPERATIONS
from cnnspec.reference import article1, article2
from cnnspec.reference.network import network
from cnnspec.report.snippets import laid_out
from cnnspec.run.kill_matrix import faults_of
from cnnspec.run.trials import any_failure, first_failure, length, smallest_case
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

#: Known mistakes that are tried until one gives an example.
_TRIED = 3

#: Requirements that are looked through for the example of a mistake.
_LOOKED_AT = 8

#: What the examples may name, beside their own variables.
NAMES = MappingProxyType(
    {
        "np": np,
        **{name: getattr(reference, name) for name in LAYERS},
        "arithmetic": arithmetic,
        "article1": article1,
        "article2": article2,
        "network": network,
        "cat_gray": cat_gray,
        "cat_rgb": cat_rgb,
        "mnist_test_set": mnist_test_set,
        "trained_network": trained_network,
    }
)


#: How they are imported.
IMPORTS = """\
import numpy as np
>>> from cnnspec.exact import arithmetic
>>> from cnnspec.cases.data import cat_gray, cat_rgb, mnist_test_set
>>> from cnnspec.reference import article1, article2
>>> from cnnspec.reference import avg_pool2d, conv2d, cross_entropy, dense, max_pool2d
>>> from cnnspec.reference import min_pool2d, relu, softmax
>>> from cnnspec.reference.network import network
>>> from cnnspec.cases.trained import trained_network"""


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
    if requirement in _STORIES:
        return Example("", tuple(run(_STORIES[requirement])))
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
    found = [known for known in found if known.case.operation != "network"]
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
    if sum(value.size for value in arguments.values()) > WRITTEN or case.operation == "network":
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
    if case.operation == "softmax_layer":
        return f"softmax(dense({', '.join(passed)}))"
    if oracle:
        return f"arithmetic.{case.operation}({', '.join(passed)}).high"
    return f"{case.operation}({', '.join(passed)})"


def _shown(call: str, case: Case) -> list[str]:
    """Return the statements that show the result of a call, map by map."""
    try:
        result = np.asarray(eval(call, {**NAMES, **case.arguments}))  # noqa: S307 - our own code
    except Exception:  # noqa: BLE001 - it is refused, and the example shows how
        return [call]
    if result.ndim == 0:
        return [f"round(float({call}), 12)"]
    if case.operation in ("relu", "softmax") or result.ndim < 3:
        first = ", ".join("0" * (result.ndim - 2))  # without the blank lines of more axes
        return [f"{call}[{first}]" if first and len(result) > 1 else call]
    return _maps_shown(call, result)


def _maps_shown(call: str, result: Array) -> list[str]:
    *images, rows, columns, count = result.shape
    if count == 1 and not images and 0 < rows * columns <= SHOWN:
        return [f"{call}[:, :, 0]"]
    name = "maps" if call.startswith(("conv2d", "arithmetic")) else "pooled"
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
        return f"{_nested(value[..., 0], numbers, before, dtype)}[:, :, np.newaxis]"
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
    is_maps = got.ndim == 3 and error.case.operation != "relu"
    maps = [got[:, :, k] for k in range(min(got.shape[2], MAPS))] if is_maps else [got]
    yield "\n".join(["```", *map(repr, maps), "```\n"])


# --- running them ----------------------------------------------------------------------------


def run(code: Sequence[str]) -> Iterator[Step]:
    """Run statements one after the other, as at Python's prompt, and yield what each prints."""
    known = {**NAMES, "__builtins__": builtins}
    for statement in code:
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
                exec(compile(statement + "\n", "<example>", "single"), known)  # noqa: S102 - our own
        except Exception as error:  # noqa: BLE001 - a refusal is what the example shows
            name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
            printed.write(f"Traceback (most recent call last):\n    ...\n{name}: {error}")
        yield Step(statement, printed.getvalue().rstrip())


# --- examples that are stories: relations between calls, and the networks on real images ------

_DIGIT = "images, labels = mnist_test_set()"
_FORWARD = "out, loss, acc = article2.forward(images[0], labels[0])"

_STORIES: dict[str, Sequence[str]] = {
    "CONV-11": (
        "image, other = np.arange(20.0).reshape(4, 5), np.arange(20.0)[::-1].reshape(4, 5) % 7",
        "filters = np.arange(1.0, 10.0).reshape(1, 3, 3)",
        "conv2d(image - 2 * other, filters)[:, :, 0]",
        "(conv2d(image, filters) - 2 * conv2d(other, filters))[:, :, 0]",
        "turned = conv2d(np.rot90(other), np.rot90(filters, axes=(1, 2)))",
        "np.array_equal(turned, np.rot90(conv2d(other, filters)))",
    ),
    "RELU-06": (
        "x = np.array([-2, 3, 0, -0.5], float)",
        "relu(2 * x), 2 * relu(x)",
        "relu(relu(x))",
        "relu(x) - relu(-x)",
    ),
    "POOL-10": (
        "maps = np.array([[-2, 1], [3, -4]], float)[:, :, np.newaxis]",
        "max_pool2d(maps**3 + 5)[:, :, 0], max_pool2d(maps)[:, :, 0] ** 3 + 5",
        "min_pool2d(maps)[:, :, 0], -max_pool2d(-maps)[:, :, 0]",
        "avg_pool2d(maps - 2 * maps**2)[:, :, 0]",
        "(avg_pool2d(maps) - 2 * avg_pool2d(maps**2))[:, :, 0]",
    ),
    "DENSE-07": (
        "x, y = np.array([1, 2], float), np.array([5, -1], float)",
        "weights = np.array([[1, 2, 3], [4, 5, 6]], float)",
        "dense(x - 3 * y, weights, np.zeros(3))",
        "dense(x, weights, np.zeros(3)) - 3 * dense(y, weights, np.zeros(3))",
    ),
    "SOFTMAX-03": (
        "logits = np.array([1, 2, 3], float)",
        "softmax(logits)",
        "softmax(logits - 1000)",
    ),
    "NET-01": (
        "image = np.array([[0, 50, 0, 29], [0, 80, 31, 2], [33, 90, 0, 75], [0, 9, 0, 95]])",
        "maps = conv2d(image, np.array([[[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]]))",
        "pooled = max_pool2d(relu(maps))",
        "pooled[:, :, 0]",
        "probabilities = softmax(dense(pooled, [[1.0, 0.0]], [-29, np.log(3)]))",
        "probabilities",
        "round(float(cross_entropy(probabilities, 1)), 6)",
    ),
    "NET-02": (
        _DIGIT,
        "maps = article2.conv.forward(images[0] / 255 - 0.5)",
        "pooled = article2.pool.forward(maps)",
        "maps.shape, pooled.shape, article2.softmax.forward(pooled).shape",
    ),
    "NET-03": ("[layer.pool.shape for layer in article1.three_layers(cat_gray())]",),
    "NET-04": ("[layer.pool.shape for layer in article1.three_layers(cat_rgb())]",),
    "NET-05": (
        _DIGIT,
        "maps = article2.pool.forward(article2.conv.forward(images[0] / 255 - 0.5))",
        "logits = dense(maps, article2.softmax.weights, article2.softmax.biases)",
        "np.allclose(softmax(logits), article2.forward(images[0], labels[0])[0])",
    ),
    "NET-06": (
        _DIGIT,
        _FORWARD,
        "out.shape, round(float(out.sum()), 12), round(loss, 4), acc",
        "round(float(-np.log(out[labels[0]])), 4)",
    ),
    "NET-07": (
        "out, _, _ = article2.forward(np.full((28, 28), 255), 0)",
        "white = np.full((28, 28), 0.5)",
        "maps = article2.pool.forward(article2.conv.forward(white))",
        "np.allclose(out, article2.softmax.forward(maps))",
    ),
    "NET-08": (
        _DIGIT,
        "[article2.forward(images[0], label)[2] for label in range(10)]",
        "int(np.argmax(article2.forward(images[0], 0)[0]))",
    ),
    "NET-09": (
        _DIGIT,
        "before = images[0].copy()",
        _FORWARD,
        "np.array_equal(images[0], before)",
        "np.array_equal(article2.forward(images[0], labels[0])[0], out)",
    ),
    "NET-10": (_DIGIT, "article2.forward(images[0], 10)"),
    "NET-11": (_DIGIT, "article2.forward(images[0], -1)"),
    "NET-12": (
        _DIGIT,
        "trained = trained_network()",
        "found = network(images[:5], trained.filters, trained.weights, trained.biases)",
        "found.probabilities.argmax(axis=1), labels[:5]",
    ),
    "NET-13": (
        _DIGIT,
        "trained = trained_network()",
        "found = network(images[:1], trained.filters, trained.weights, trained.biases)",
        "round(float(cross_entropy(found.probabilities[0], int(labels[0]))), 6)",
    ),
    "WHOLE-01": (
        "maps = conv2d(np.ones((230, 230, 3)), np.ones((64, 7, 7, 3)), stride=2)",
        "maps.shape, bool((maps == 7 * 7 * 3).all())",
    ),
    "WHOLE-02": (
        "patches = arithmetic.conv2d(np.ones((224, 224, 3)), np.ones((96, 4, 4, 3)), stride=4)",
        "patches.high.shape, bool((patches.high == 4 * 4 * 3).all())",
    ),
    "WHOLE-03": (
        "signs = np.resize([-2.0, 3.0], (224, 224, 64))",
        "result = relu(signs)",
        "result.shape, result.sum() == 3 * result.size / 2",
    ),
    "WHOLE-04": (
        "maps = np.arange(112 * 112 * 64.0).reshape(112, 112, 64)",
        "pooled = max_pool2d(maps, 3, 2)",
        "pooled.shape, np.array_equal(pooled, maps[2::2, 2::2])",
    ),
    "WHOLE-05": (
        "logits = dense(np.ones(4096), np.ones((4096, 1000)), np.arange(1000.0))",
        "logits.shape, np.array_equal(logits, 4096 + np.arange(1000))",
    ),
    "WHOLE-06": (
        "probabilities = softmax(np.zeros((256, 1000)))",
        "probabilities.shape, np.allclose(probabilities, 1 / 1000, rtol=1e-12)",
    ),
}
