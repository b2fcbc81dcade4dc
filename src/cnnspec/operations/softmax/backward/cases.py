"""Calls of gradients to logits: an incoming gradient, and logits."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.declaration.case import FULL_BLOCKS, SPREADS, TILES, Case, integers, reals, shaped


def gradient_case(operation: str, name: str, grad: Any, logits: Any) -> Case:
    """Return the call on given numbers, in float64."""
    given = {"grad": np.array(grad, np.float64), "logits": np.array(logits, np.float64)}
    return Case(f"{operation}/{name}", operation, given)


def drawn(operation: str, name: str, *shape: int, scale: float = 1.0, shift: float = 0.0) -> Case:
    """Return a call on whole numbers for an incoming gradient and on real logits."""
    logits = scale * reals(f"{operation}/{name}/logits", *shape) + shift
    return gradient_case(operation, name, integers(f"{operation}/{name}", *shape), logits)


def hygiene(operation: str) -> list[Case]:
    """Return small calls of every kind; the first three differ in numbers only."""
    return [
        *(drawn(operation, f"hygiene-{turn}", 5) for turn in range(3)),
        drawn(operation, "hygiene-rows", 3, 4),
        drawn(operation, "hygiene-cube", 2, 3, 4),
        gradient_case(operation, "hygiene-real", reals("hygiene-grad", 20), reals("hygiene", 20)),
    ]


def mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: an incoming gradient of the shape of the logits."""
    return {**given, "grad": shaped(given["grad"], *given["logits"].shape)}


def shape_of_logits(given: Any) -> tuple[int, ...]:
    """Return the shape that a gradient to logits has."""
    return np.shape(given["logits"])


def probes() -> dict[int, list[dict[str, Any]]]:
    """Return small calls; square ones too, on which sums along the wrong axis do not raise."""
    found: dict[int, list[dict[str, Any]]] = {}
    for shape in ((3,), (2, 3), (3, 3), (2, 2, 3), (3, 3, 3)):
        numbers = np.arange(1.0, np.prod(shape) + 1).reshape(shape)
        found.setdefault(len(shape), []).append({"grad": numbers**2 % 7 - 2, "logits": numbers % 5})
    return found


#: Logits of up to five classes, whose probabilities are near one another or far apart.
LOGITS: dict[str, Any] = {
    "1-2-3": [1, 2, 3],
    "descending": [3, 1, -2, -4],
    "two": [0.5, -0.25],
    "equal": [2, 2, 2],
    "ties": [2, 0, 2, -1, 0],
    "far-apart": [0, 20, -20, 5],
}


def plain(operation: str) -> Iterator[Case]:
    """Yield small calls: of all numbers, and of each number of the incoming gradient alone."""
    for name, logits in LOGITS.items():
        count = len(logits)
        yield gradient_case(operation, name, integers(f"{operation}-{name}", count), logits)
        yield gradient_case(operation, f"{name}-rising", np.arange(count) - 1.5, logits)
        for place in range(count):
            yield gradient_case(
                operation, f"{name}-{place}-alone", -3 * np.eye(count)[place], logits
            )


#: Logits whose exponentials overflow, or are all 0.
LARGE: dict[str, Any] = {
    "1000": [1000, 1001, 1002],
    "710": [710, 0, 0],
    "minus-1000": [-1000, -1001, -999],
    "plus-minus-1000": [1000, 0, -1000],
    "ten-thousand": [10000, 9999, 0],
    "89": [89, 88, 0],
    "minus-110": [-110, -109, -111],
    "one-very-low": [0, 1, -30000],
    "below-745": [0, -708, -746, -1074],
    "rows": [[1000, 1001, 999], [0, 1, 2], [-2000, -2001, -1999]],
}


def large(operation: str) -> Iterator[Case]:
    """Yield calls of logits of any size."""
    for name, logits in LARGE.items():
        grad = np.resize([2.0, -3.0, 5.0, 1.0], np.shape(logits))
        yield gradient_case(operation, f"large-{name}", grad, logits)


def of_rows(operation: str) -> Iterator[Case]:
    """Yield calls of several rows: square ones, cubes, equal ones, and rows far apart."""
    for shape in ((3, 4), (4, 3), (3, 3), (1, 4), (4, 1), (2, 3, 4), (3, 3, 3), (3, 4, 3), (35, 3)):
        yield drawn(operation, f"rows-{'x'.join(map(str, shape))}", *shape)
    for size in TILES[1::2]:
        yield drawn(operation, f"two-rows-of-{size}", 2, size)
        yield drawn(operation, f"{size}-rows", size, 3)
    apart = integers(f"{operation}-apart", 5, 3) + 700 * np.arange(-2, 3)[:, np.newaxis]
    grad = integers(f"{operation}-grad-apart", 5, 3)
    yield gradient_case(operation, "rows-far-apart", grad, apart)
    yield gradient_case(operation, "equal-logits", grad, np.repeat(apart[2:3], 5, axis=0))
    one_row = np.where(np.arange(5)[:, np.newaxis] == 3, grad, 0)
    yield gradient_case(operation, "one-row-comes-in", one_row, apart / 700)


def of_sizes(operation: str) -> Iterator[Case]:
    """Yield rows of as many classes as blocks hold, and nearly so."""
    yield gradient_case(operation, "single", [3], [2.5])
    yield gradient_case(operation, "single-large", [-2], [1000])
    for classes in (*TILES, *FULL_BLOCKS, 131, 517):
        yield drawn(operation, f"of-{classes}", classes)
    last = np.arange(300) == 257
    yield gradient_case(operation, "of-300-one-alone", 5.0 * last, reals("of-300", 300))


def of_spreads(operation: str) -> Iterator[Case]:
    """Yield real numbers of several spreads, in rows of a few classes and of many."""
    for spread in SPREADS:
        for classes in (4, 37, 160):
            name = f"real-{spread}-{classes}"
            grad = reals(f"{operation}-{name}", classes, spread=spread)
            scale = 2.0**-18 if spread == "wide" else 0.05 if spread == "cancelling" else 2.0
            logits = scale * reals(f"{operation}-{name}-logits", classes, spread=spread)
            yield gradient_case(operation, name, grad, logits)


#: Logits, some of which are absent.
MASKED: dict[str, Any] = {
    "first": [-np.inf, 1, 2, 0.5],
    "last": [1, 2, 0.5, -np.inf],
    "two": [-np.inf, 1, -np.inf, 2],
    "all-others": [-np.inf, 3, -np.inf],
    "in-rows": [[1, -np.inf, 2], [0, 1, -np.inf]],
}


def masked(operation: str) -> Iterator[Case]:
    """Yield calls with logits of minus infinity, at which numbers come in and do not."""
    for name, logits in MASKED.items():
        grad = np.resize([2.0, -3.0, 5.0, 1.0], np.shape(logits))
        yield gradient_case(operation, f"masked-{name}", grad, logits)
        there = np.where(np.isfinite(logits), grad, 0)
        yield gradient_case(operation, f"masked-{name}-nothing-there", there, logits)


#: What may stand in a row of an argument, and spoil it.
_SPOILING = (
    ("grad", [np.nan]),
    ("grad", [1.0, np.inf, 2.0, 3.0]),
    ("logits", [np.nan]),
    ("logits", [1.0, 2.0, np.nan, 4.0]),
    ("logits", [np.inf]),
    ("logits", [-np.inf]),
)


def spoilt(operation: str) -> dict[str, tuple[Case, Case, Any]]:
    """Return calls of which one row is spoilt, each beside a clean one, and where they differ."""
    found = {}
    for name, worst in _SPOILING:
        clean = drawn(operation, f"clean-{name}", 3, 4)
        changed = clean.arguments[name].copy()
        changed[1] = worst
        given = {**clean.arguments, name: changed}
        case = replace(clean, id=f"{operation}/{name}-{worst}", arguments=given, may_refuse=True)
        where = np.broadcast_to(np.arange(3)[:, np.newaxis] == 1, (3, 4))
        found[case.id] = (case, clean, where)
    return found
