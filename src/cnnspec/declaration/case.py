"""Cases: one call each, with known inputs and a stable id.

The generators draw from NumPy's legacy generator, whose stream is frozen, so that a case is the
same everywhere.
"""

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Case:
    """One call of an operation.

    Attributes
    ----------
    id : str
        Stable, unique, the same in a checkout and in the installed package.
    operation : str
    arguments : mapping
        By the operation's parameter names; optional ones only where the case is about them.
        Floating arrays are float64 unless ``dtype`` is set.
    dtype : str or None
        The floating dtype that the case is about. With ``None`` an implementation that refuses
        float64 is given the next narrower dtype that it accepts.
    may_refuse : bool
        Whether an exception means that the implementation does not offer such inputs.
    may_take_long : bool
        Whether a call for which time or memory does not suffice tells nothing.
    expected : array or None
        A hand-computed answer.
    known : dict
        Exact answers that were worked out already, for the next implementation.
    """

    id: str
    operation: str
    arguments: Mapping[str, Any]
    dtype: str | None = None
    may_refuse: bool = False
    may_take_long: bool = False
    expected: Array | None = field(default=None, compare=False)
    known: dict[Any, Any] = field(init=False, default_factory=dict, compare=False, repr=False)

    def __str__(self) -> str:
        return self.id

    def cast(self, dtype: str) -> "Case":
        """Return the case with its floating arrays in another dtype, which it then is about."""
        return replace(
            self,
            id=f"{self.id}-{dtype}",
            arguments=cast(self.arguments, np.dtype(dtype)),
            dtype=dtype,
        )


def cast(arguments: Mapping[str, Any], dtype: np.dtype[Any]) -> dict[str, Any]:
    """Return the arguments with floating arrays converted to ``dtype``."""
    return {name: _cast(value, dtype) for name, value in arguments.items()}


def _cast(value: Any, dtype: np.dtype[Any]) -> Any:
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return value
    with np.errstate(over="ignore", under="ignore"):
        return value.astype(dtype)


def with_float32(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """Return each case beside itself in float32, by id."""
    return {case.id: [case, case.cast("float32")] for case in cases}


def with_float32_by_name(named: Sequence[Mapping[str, Case]]) -> dict[str, list[Case]]:
    """Return the cases of each name together, and those in float32."""
    groups = {}
    for name in named[0]:
        cases = [of_a_size[name] for of_a_size in named]
        groups[name] = cases
        groups[f"{name}-float32"] = [case.cast("float32") for case in cases]
    return groups


#: One for all: seeding it again takes a fiftieth of the time that making another takes.
_RANDOM = np.random.RandomState()


def _random(seed: str) -> np.random.RandomState:
    """Return random numbers that depend on the seed alone, until the next call of this."""
    _RANDOM.seed(zlib.crc32(seed.encode()))
    return _RANDOM


def integers(seed: str, *shape: int, low: int = -9, high: int = 9) -> Array:
    """Return whole numbers from low to high as float64."""
    return _random(seed).randint(low, high + 1, shape, dtype=np.int64).astype(np.float64)


def few_integers(seed: str, *shape: int, dtype: str) -> Array:
    """Return whole numbers from -3 to 3 in a dtype, with little memory beside them."""
    return _random(seed).randint(-3, 4, shape, dtype=np.int8).astype(dtype)


def distinct(seed: str, *shape: int) -> Array:
    """Return a random order of distinct whole numbers around 0 as float64."""
    size = int(np.prod(shape))
    return (_random(seed).permutation(size) - size // 2).astype(np.float64).reshape(shape)


#: Sizes around those of tiles and vectors, where loops over blocks go wrong.
TILES = tuple(sorted(size + step for size in (4, 8, 16, 32, 64) for step in (-1, 0, 1)))

#: Sizes that blocks fill exactly, several of them too: of 12, 24, 48 and 96, of 128 and 256.
FULL_BLOCKS = (12, 24, 48, 96, 128, 192, 256, 512)

#: Layouts in memory that code may refuse, and must not misread.
UNUSUAL = (
    "reversed",
    "reversed-first-axis",
    "reversed-last-axis",
    "big-endian",
    "slice",
    "swapped-first-axes",
    "swapped-middle-axes",
    "swapped-last-axes",
    "swapped-outer-axes",
    "record-field",
    "odd-offset",
)


def repeating(case: Case, name: str) -> list[Case]:
    """Return the case with an array that repeats its first numbers along each axis, and all."""
    every = range(np.ndim(case.arguments[name]))
    found = []
    for axes in [*([axis] for axis in every), *([[*every]] if len(every) > 1 else [])]:
        values = case.arguments[name]
        for axis in axes:
            values = values.take([0] * values.shape[axis], axis)
        found.append(_with(case, name, f"repeating-{'-'.join(map(str, axes))}", values))
    return found


def of_windows(case: Case, name: str) -> list[Case]:
    """Return the case with an array of windows of a longer axis, each a step further."""
    found = []
    for axis in range(np.ndim(case.arguments[name]) - 1):
        values = np.moveaxis(case.arguments[name], (axis, axis + 1), (0, 1))
        count, length, *rest = values.shape
        line = values.reshape(count * length, *rest)
        windows = line[np.arange(count)[:, np.newaxis] + np.arange(length)]
        values = np.moveaxis(windows, (0, 1), (axis, axis + 1))
        found.append(_with(case, name, f"windows-{axis}", values))
    return found


def _with(case: Case, name: str, how: str, values: Array) -> Case:
    arguments = {**case.arguments, name: np.array(values, order="C")}
    return replace(case, id=f"{case.id}-{name}-{how}", arguments=arguments)


#: Layouts that show the same memory more than once, and the cases that can be laid out so.
SHARING = {"zero-strides": repeating, "overlapping": of_windows}

#: Kinds of data for precision cases.
SPREADS = ("uniform", "normal", "cancelling", "wide")


def reals(seed: str, *shape: int, spread: str = "normal") -> Array:
    """Return real numbers whose sums round, as float64.

    "uniform" from 0 to 1; "normal" around 0; "cancelling" neighbours of 100 with either sign, so
    that sums are small against their terms; "wide" from 2^-20 to 2^20.
    """
    random = _random(seed)
    if spread == "uniform":
        return random.uniform(size=shape)
    if spread == "normal":
        return random.standard_normal(shape)
    signs = random.choice([-1.0, 1.0], size=shape)
    if spread == "cancelling":
        return signs * (100 + random.uniform(size=shape))
    exponents = random.uniform(-20, 20, size=shape)
    # One after another: np.exp2 has other last digits on other processors.
    powers: Array = np.reshape([math.exp2(one) for one in exponents.ravel().tolist()], shape)
    wide: Array = signs * powers
    return wide


def shaped(values: Array, *shape: int) -> Array:
    """Return values that have a shape as they are, otherwise ones, or the same numbers in it."""
    if values.shape == shape:
        return values
    if values.size == np.prod(shape):
        return values.reshape(shape)
    return np.ones(shape, values.dtype)


def with_room(images: Array, axis: int, size: int) -> Array:
    """Return images of at least so many rows and columns, which begin at an axis."""
    sides = [max(side, size) for side in images.shape[axis : axis + 2]]
    return shaped(images, *images.shape[:axis], *sides, *images.shape[axis + 2 :])
