"""Mistakes behind the conventions in which people write: the mistaken operation, with axes turned.

A dialect is a text of ``dialects/``: a module as somebody writes it, whose functions and classes
call ``house``, the operations in this suite's own order, one of them mistaken. Its ``CNNSPEC`` says
in which orders of axes it is written.
"""

import importlib.resources
import importlib.util
from collections.abc import Callable, Mapping
from functools import cache, partial
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from cnnspec.bindings.search import Found
from cnnspec.bindings.spellings import spelling_of
from cnnspec.bindings.wishes import Wishes, wishes
from cnnspec.cases.requirements import THOROUGH
from cnnspec.declaration.writing import COLUMNS, EXAMPLES
from cnnspec.faults import FAULTS, Fault
from cnnspec.faults.manners import RIGHT
from cnnspec.subject.boundary import TIME_LIMIT, Implementation
from cnnspec.subject.sources.finding import Sought, apply, find_here
from cnnspec.subject.sources.recognition import recognise

_FOLDER = importlib.resources.files("cnnspec.kills").joinpath("dialects")
_SUFFIX = ".txt"

#: All dialects, by their names.
DIALECTS = tuple(
    sorted(f.name.removesuffix(_SUFFIX) for f in _FOLDER.iterdir() if f.name.endswith(_SUFFIX))
)

#: What a dialect needs that is not installed everywhere.
_NEEDS = {"torch_modules": "torch"}


def is_possible(dialect: str) -> bool:
    """Return whether the packages are installed that a dialect imports."""
    return dialect not in _NEEDS or importlib.util.find_spec(_NEEDS[dialect]) is not None


# --- what dialects call -----------------------------------------------------------------------


def _first(maps: Any) -> Any:
    """Return maps with their channels first."""
    return np.moveaxis(maps, -1, -3) if np.ndim(maps) > 2 else maps


def _last(image: Any) -> Any:
    """Return an image with its channels last."""
    return np.moveaxis(image, -3, -1) if np.ndim(image) > 2 else image


def _padded(
    conv2d: Callable[..., Any], image: Any, filters: Any, bias: Any, stride: Any, pad: int
) -> Any:
    """Return the maps of an image with so many zeros around it."""
    _, rows, columns = np.shape(filters)[:3]
    function = conv2d if bias is None else partial(conv2d, bias=bias)
    if pad and stride == 1 and rows == columns == 2 * pad + 1:
        return function(image, filters, stride=stride, padding="same")
    around = {"padding": pad} if pad else {}
    return function(image, filters, stride=stride, **around)


def _row_by_row(dense: Callable[..., Any], x: Any, *parameters: Any) -> Any:
    """Return what a function of one vector makes of each row, or of a vector."""
    return np.stack([dense(row, *parameters) for row in x]) if x.ndim > 1 else dense(x, *parameters)


# --- what is written -------------------------------------------------------------------------


@cache
def _code(dialect: str) -> Any:
    text = _FOLDER.joinpath(f"{dialect}{_SUFFIX}").read_text("utf-8")
    return compile(text, f"<{dialect}>", "exec")


def written(dialect: str, mistaken: Mapping[str, Callable[..., Any]] | None = None) -> ModuleType:
    """Return a module in a dialect, in which some operations are mistaken, and all else right."""
    module = ModuleType(dialect)
    house = SimpleNamespace(**{**RIGHT, **(mistaken or {})})
    vars(module).update(
        np=np,
        house=house,
        first=_first,
        last=_last,
        row_by_row=_row_by_row,
        padded_conv2d=partial(_padded, house.conv2d),
    )
    exec(_code(dialect), vars(module))  # noqa: S102 - our own text
    return module


@cache
def convention(dialect: str) -> Wishes:
    """Return the orders of axes in which a dialect says it is written."""
    return wishes(written(dialect).CNNSPEC)


@cache
def called(dialect: str) -> dict[str, str]:
    """Return what in a dialect is which operation, as found where all is right and declared."""
    whole = _sought(written(dialect), convention(dialect))
    apply(whole, find_here(whole, TIME_LIMIT))
    return {
        operation: offer.binding.named.partition("(")[0] if offer.binding else operation
        for operation, offer in whole.implementation.offers.items()
        if spelling_of(operation).names
    }


def alone(
    dialect: str, operation: str, function: Callable[..., Any], declared: Wishes | None = None
) -> Sought:
    """Return a file with one operation, by a function.

    Where every column is an example, all others are beside it: without them that is not seen.
    """
    module = written(dialect, {operation: function})
    codes = called(dialect)
    if convention(dialect).orders.get(EXAMPLES.name) != COLUMNS:
        for code in {*codes.values()} - {codes[operation]}:
            delattr(module, code)
    return _sought(module, declared or Wishes())


def _sought(module: ModuleType, declared: Wishes) -> Sought:
    name = module.__name__
    implementation = recognise(module, name=name, source=name)
    return Sought(module, module, "", implementation, declared)


@cache
def how_called(dialect: str, operation: str) -> Found:
    """Return how an operation that is right is called in a dialect, in its declared orders."""
    return find_here(alone(dialect, operation, RIGHT[operation], convention(dialect)), TIME_LIMIT)


def judged(
    dialect: str,
    operation: str,
    make: Callable[[], Callable[..., Any]],
    found: Found | None = None,
) -> Implementation:
    """Return one operation of a dialect, called as was found, or else in its own convention.

    ``make`` returns a function that has seen no call yet.
    """
    file = alone(dialect, operation, make())
    apply(file, found or how_called(dialect, operation))
    made = file.implementation
    made.offers = {name: offer for name, offer in made.offers.items() if name == operation}
    made.renew = partial(judged, dialect, operation, make, found)
    return made


def judged_right(dialect: str, operation: str) -> Implementation:
    """Return one operation of a dialect that is right."""
    return judged(dialect, operation, lambda: RIGHT[operation])


def expressed(dialect: str) -> list[Fault]:
    """Return the faults that can be written in a dialect, but for those of whole layers."""
    return [
        fault
        for fault in FAULTS.values()
        if fault.operation in called(dialect) and fault.effort != THOROUGH
    ]
