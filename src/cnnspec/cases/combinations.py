"""Cases that combine the options of an operation by covering arrays.

Each group of rows is made into cases when its test runs, and then kept for the next run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.covering_arrays import covering
from cnnspec.declaration.case import Case, integers, reals

Array = NDArray[Any]
Row = dict[str, Any]
Groups = dict[str, list[Row]]

#: Layouts in memory, the usual one more often than the others.
LAYOUTS = ("C", "fortran", "C", "strided", "C", "read-only", "C")

#: Dtypes of the data and of the parameters that go with it, and whether the numbers are real.
NUMBERS = {
    "float64": ("float64", "float64", False),
    "float64-real": ("float64", "float64", True),
    "float32": ("float32", "float32", False),
    "float32-real": ("float32", "float32", True),
    "float16": ("float16", "float16", False),
    "float16-real": ("float16", "float16", True),
    "uint8": ("uint8", "float64", False),
    "int8": ("int8", "float64", False),
    "int64": ("int64", "float64", False),
    "whole-parameters": ("float64", "int64", True),
    "float32-data": ("float32", "float64", True),
    "float32-parameters": ("float64", "float32", True),
}


@dataclass(frozen=True)
class Combined:
    """A case, and how its arguments lie in memory."""

    case: Case
    layout: str


def _grouped(rows: list[Row], *by: str) -> Groups:
    """Return the rows together that agree in the given factors, by those; each row once."""
    found: Groups = {}
    for row in rows:
        name = "-".join(_short(row[factor]) for factor in by)
        if row not in found.setdefault(name, []):
            found[name].append(row)
    return found


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return "-".join(map(str, value.values())) or "plain"
    if isinstance(value, tuple):
        return ".".join(map(str, value))
    return str(value)


def _named(operation: str, row: Row) -> str:
    return f"{operation}/combined-" + "-".join(map(_short, row.values()))


def _side(windows: tuple[int, int], size: int, step: int) -> int:
    """Return a length with so many windows, and so many elements left over if that many can be."""
    count, left = windows
    return size + (count - 1) * step + min(left, step - 1)


def _finished(case: Case, row: Row) -> Combined:
    """Return a case about the dtype of its numbers; a mixture of dtypes may be refused."""
    data, parameters, _ = NUMBERS[row["numbers"]]
    plain = data == parameters and row.get("bias") != "integers"
    about = data if data.startswith("float") else None
    return Combined(replace(case, dtype=about, may_refuse=not plain), row["layout"])


class _Drawing:
    """Draws the numbers of a case in the dtypes of its row."""

    def __init__(self, identity: str, row: Row, terms: int) -> None:
        self.identity = identity
        self.data, self.parameters, self.real = NUMBERS[row["numbers"]]
        self.limit = 4 if terms <= 60 else 2 if terms <= 250 else 1

    def numbers(self, part: str, *shape: int, dtype: str, limit: int | None = None) -> Array:
        """Return whole numbers whose sums float16 holds, or reals whose products round."""
        seed = f"{self.identity}/{part}"
        kind = np.dtype(dtype)
        if self.real and kind.kind == "f":  # of 28 bits: cheap to multiply exactly
            return (np.round(reals(seed, *shape) * 2**26) / 2**26).astype(dtype)
        low, high = -(limit or self.limit), limit or self.limit
        if kind.itemsize == 1:
            low, high = int(np.iinfo(kind).min), int(np.iinfo(kind).max)
        return integers(seed, *shape, low=low, high=high).astype(dtype)

    def bias(self, kind: str, count: int) -> Array:
        """Return a bias of whole numbers, of numbers with fractions, or of integers."""
        limit = 9 if self.real else 99  # a large one would hide how the sum was rounded
        whole = integers(f"{self.identity}/bias", count, low=-limit, high=limit)
        if kind == "integers":
            return whole.astype(np.int64)
        floating = self.parameters if self.parameters.startswith("float") else "float64"
        if kind == "whole":
            return whole.astype(floating)
        if self.real:
            return self.numbers("fractions", count, dtype=floating)
        return (whole / 2).astype(floating)


# --- convolution -------------------------------------------------------------------------------

SAME = {"padding": "same"}

CONV2D: dict[str, tuple[Any, ...]] = {
    "images": (None, 1, None, 2, None, 3, None, 4, None, 5, 2),
    "channels": (None, 1, 2, 3, 4, 5, 7, 8, 9, 16, 1),
    "filters": (1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 1),
    "size": (1, 3, 5, 7, 1, 3, 5, 3, 3, 1, 3),
    "options": (
        {},
        {"stride": 1},
        {"padding": "valid"},
        {"stride": 2},
        {"padding": "valid", "stride": 2},
        {"stride": 3},
        {"stride": 4},
        {"stride": 6},
        SAME,
        SAME,
        {"stride": 1, **SAME},
    ),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float32-real",
        "float16",
        "float16-real",
        "uint8",
        "int8",
        "whole-parameters",
        "float32-data",
        "float32-parameters",
    ),
    # windows along a side, and what is left over: 9 stands for as much as there can be
    "rows": (
        (1, 0),
        (1, 9),
        (2, 1),
        (2, 0),
        (3, 9),
        (1, 1),
        (2, 9),
        (3, 0),
        (1, 0),
        (2, 1),
        (4, 0),
    ),
    "columns": (
        (2, 0),
        (1, 9),
        (1, 0),
        (3, 1),
        (2, 9),
        (1, 1),
        (3, 0),
        (2, 1),
        (4, 9),
        (1, 0),
        (2, 0),
    ),
    "bias": (
        None,
        "whole",
        None,
        "fractions",
        "whole",
        None,
        "fractions",
        "whole",
        None,
        "integers",
        "fractions",
    ),
    "layout": (
        "C",
        "fortran",
        "C",
        "strided",
        "C",
        "read-only",
        "C",
        "first-fortran",
        "C",
        "rest-strided",
        "channels-first",
    ),
}


@cache
def conv2d_groups() -> Groups:
    """Return the rows of convolution, of which any three options meet in every combination."""
    return _grouped(covering(CONV2D, 3), "numbers", "options")


@cache
def conv2d_combined(group: str) -> list[Combined]:
    """Return the convolutions of a group of rows."""
    return [_conv2d(row) for row in conv2d_groups()[group]]


def _conv2d(row: Row) -> Combined:
    identity, size, options = _named("conv2d", row), row["size"], row["options"]
    images = () if row["images"] is None else (row["images"],)
    gray = row["channels"] is None
    channels = () if gray and not images else (row["channels"] or 1,)
    sides = []
    for windows in (row["rows"], row["columns"]):
        if "same" in options.values():  # from less than the filter to more
            count, left = windows
            sides.append(count + min(left, size - 1))
        else:
            sides.append(_side(windows, size, options.get("stride", 1)))
    draw = _Drawing(identity, row, size * size * (row["channels"] or 1))
    arguments: dict[str, Any] = {
        "image": draw.numbers("image", *images, *sides, *channels, dtype=draw.data, limit=None),
        "filters": draw.numbers(
            "filters", row["filters"], size, size, *channels, dtype=draw.parameters
        ),
    }
    if row["bias"]:
        arguments["bias"] = draw.bias(row["bias"], row["filters"])
    return _finished(Case(identity, "conv2d", {**arguments, **options}), row)


# --- pooling -----------------------------------------------------------------------------------

POOLING: dict[str, tuple[Any, ...]] = {
    "images": (None, 1, None, 2, None, 3, 5),
    "maps": (1, 2, 3, 4, 5, 8, 17),
    "size": (1, 2, 3, 4, 5, 6, 2),
    "stride": (None, 1, 2, 3, 4, 5, 7),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float32-real",
        "float16-real",
        "negative",
        "int64",
    ),
    "rows": ((1, 0), (2, 9), (1, 9), (2, 0), (3, 1), (2, 1), (4, 0)),
    "columns": ((2, 0), (1, 9), (3, 0), (1, 0), (2, 9), (5, 1), (2, 1)),
    "layout": LAYOUTS,
}


@cache
def pool_groups() -> Groups:
    """Return the rows of pooling, of which any three options meet in every combination."""
    return _grouped(covering(POOLING, 3), "numbers", "size")


@cache
def pool_combined(operation: str, group: str) -> list[Combined]:
    """Return the poolings of a group of rows."""
    return [_pooling(operation, row) for row in pool_groups()[group]]


def _pooling(operation: str, row: Row) -> Combined:
    identity, size = _named(operation, row), row["size"]
    images = () if row["images"] is None else (row["images"],)
    step = row["stride"] or size
    sides = [_side(row[along], size, step) for along in ("rows", "columns")]
    negative = row["numbers"] == "negative"
    kind = {**row, "numbers": "float64" if negative else row["numbers"]}
    draw = _Drawing(identity, kind, size * size)
    maps = draw.numbers("maps", *images, *sides, row["maps"], dtype=draw.data, limit=40)
    if negative:
        maps = -1 - np.abs(maps)
    arguments = {"maps": maps, "size": size, "stride": row["stride"]}
    return _finished(Case(identity, operation, arguments), kind)


# --- dense -------------------------------------------------------------------------------------

DENSE: dict[str, tuple[Any, ...]] = {
    "x": ((), (3,), (2, 3), (4,), (3, 1, 2), (1,), (2, 2)),
    "last": (1, 2, 3, 4, 5, 8, 17),
    "nodes": (1, 2, 3, 4, 8, 9, 16),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float32-real",
        "float16-real",
        "uint8",
        "whole-parameters",
    ),
    "bias": ("whole", "fractions", "whole", "fractions", "integers", "whole", "fractions"),
    "layout": (*LAYOUTS[:-1], "first-fortran"),
}


@cache
def dense_groups() -> Groups:
    """Return the rows of dense, of which any three options meet in every combination."""
    return _grouped(covering(DENSE, 3), "numbers", "nodes")


@cache
def dense_combined(group: str) -> list[Combined]:
    """Return the dense layers of a group of rows."""
    return [_dense(row) for row in dense_groups()[group]]


def _dense(row: Row) -> Combined:
    identity, shape, nodes = _named("dense", row), (*row["x"], row["last"]), row["nodes"]
    inputs = int(np.prod(shape))
    draw = _Drawing(identity, row, inputs)
    arguments = {
        "x": draw.numbers("x", *shape, dtype=draw.data),
        "weights": draw.numbers("weights", inputs, nodes, dtype=draw.parameters),
        "bias": draw.bias(row["bias"], nodes),
    }
    return _finished(Case(identity, "dense", arguments), row)


# --- softmax -----------------------------------------------------------------------------------

#: Ways in which logits lie: the scale, what is added to all, and what is added from row to row.
SPREADS: dict[str, tuple[float, float, float]] = {
    "near": (1.0, 0.0, 0.0),
    "apart": (20.0, 0.0, 0.0),
    "high": (3.0, 1000.0, 0.0),
    "low": (3.0, -1000.0, 0.0),
    "rows-rising": (2.0, 0.0, 900.0),
    "rows-falling": (2.0, 0.0, -900.0),
    "far-apart": (400.0, 0.0, 0.0),
}

SOFTMAX: dict[str, tuple[Any, ...]] = {
    "rows": ((), (1,), (2,), (3,), (5,), (9,), (2, 3)),
    "nodes": (1, 2, 3, 4, 5, 9, 17),
    "spread": tuple(SPREADS),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float32-real",
        "float16",
        "int64",
        "float64-real",
    ),
    "layout": LAYOUTS,
}


@cache
def softmax_groups() -> Groups:
    """Return the rows of softmax, of which any two options meet in every combination.

    The exact exponentials of 60 digits take their time: any three would take too much of it.
    """
    return _grouped(covering(SOFTMAX, 2), "numbers")


@cache
def softmax_combined(group: str) -> list[Combined]:
    """Return the softmax cases of a group of rows; float16 holds their logits."""
    return [_softmax(row) for row in softmax_groups()[group]]


def _softmax(row: Row) -> Combined:
    identity = _named("softmax", row)
    draw = _Drawing(identity, row, 1)
    scale, shift, rising = SPREADS[row["spread"]]
    shape = (*row["rows"], row["nodes"])
    numbers = draw.numbers("logits", *shape, dtype="float64", limit=4) * scale
    order = np.arange(np.prod(row["rows"], dtype=int)).reshape(*row["rows"], 1)
    logits = (numbers + shift + rising * order).astype(draw.data)
    case = Case(identity, "softmax", {"logits": logits})
    return _finished(case, row)
