"""Cases of an operation that computes each number by itself: shapes, layouts, runs of calls."""

from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.cases.sequences import in_shapes, long_run, whole_first, widening
from cnnspec.declaration.case import FULL_BLOCKS, TILES, Array, Case, integers, reals
from cnnspec.operations.registry import OPERATIONS

#: Shapes of one to five axes, square and oblong, some lengths 1, some beyond powers of two.
_SHAPES = (
    *((1,), (7,), (67,), (3, 5), (5, 3), (4, 4), (33, 34)),
    *((1, 1, 1), (2, 3, 1), (3, 3, 3), (5, 4, 2), (35, 18, 2), (2, 3, 33), (3, 2, 130)),
    *((262, 2, 1), (2, 263, 1), (2, 3, 4, 5), (1, 2, 3, 1), (2, 2, 2, 2), (20, 3, 2, 2)),
    *((2, 1, 2, 35), (1, 3, 34, 2), (2, 34, 1, 3), (34, 2, 1, 2), (261, 1, 2, 1)),
    *((1, 2, 1, 3, 2), (2, 2, 1, 2, 2)),
)

#: Shapes of one length that is around those of vectors and tiles.
_AROUND = ((0,), (2, 0, 2), (0, 1, 3), (2, 1, 2, 0))

#: Sizes of no whole block, beyond counters of 8, 12, 14 and 16 bits, and the dtypes in them.
_MANY: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...] = (
    *(((size,), ("float64", "float32", "float16")) for size in (4_109, 16_391, 131_075)),
    ((230, 191, 3), ("float64",)),
    ((2, 65_540, 1), ("float64",)),
    ((1, 40_000), ("float64",)),
)

FLOATS = ("float64", "float32", "float16")

#: Whole numbers over the range of each type, its ends included, as far as float64 holds them.
RANGES = {
    "uint8": (0, 255),
    "int8": (-128, 127),
    "uint16": (0, 65535),
    "int16": (-32768, 32767),
    "uint32": (0, 2**32 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**31), 2**31 - 1),
}


def normal_in_float16(x: Array) -> Array:
    """Return numbers none of which is subnormal in float16: those may be taken for 0."""
    return np.where(np.abs(x) < 2.0**-14, 2.0**-14, x)


class Elements:
    """The cases of one operation, each with the same options."""

    def __init__(self, operation: str, **options: Any) -> None:
        self.operation = operation
        self.data = OPERATIONS[operation].data
        self.options = options

    def case(self, name: str, x: Any, **options: Any) -> Case:
        """Return a case with numbers in float64, or in the dtype that an array of integers has."""
        given = np.asarray(x)
        numbers = given if given.dtype.kind in "iu" and isinstance(x, np.ndarray) else given * 1.0
        named = "".join(f"-{key}-{value:g}" for key, value in options.items())
        arguments = {self.data: numbers, **self.options, **options}
        return Case(f"{self.operation}/{name}{named}", self.operation, arguments)

    # --- sizes -------------------------------------------------------------------------------

    def in_any_shape(self) -> list[Case]:
        """Return whole numbers in many shapes, and single numbers of either sign."""
        shapes = [
            self.case("-".join(map(str, shape)), integers(f"shape-{shape}", *shape))
            for shape in _SHAPES
        ]
        singles = [
            self.case(f"single-{value:+g}-{axes}", np.full((1,) * axes, value))
            for axes in (1, 2, 3, 4)
            for value in (-2.5, 2.5)
        ]
        return [*shapes, *singles]

    def around_tiles(self) -> dict[str, list[Case]]:
        """Return lengths around powers of two, and of full blocks, by the axis that has them."""
        found = {}
        for shape in _AROUND:
            shapes = [tuple(n or size for n in shape) for size in (*TILES, *FULL_BLOCKS)]
            name = "-".join(str(n or "n") for n in shape)
            found[name] = [
                self.case(f"tile-{'-'.join(map(str, one))}", integers(f"tile-{one}", *one))
                for one in shapes
            ]
        return found

    def many(self) -> list[Case]:
        """Return thousands of numbers, and more than a hundred thousand."""
        return [
            self.case(f"many-{'-'.join(map(str, shape))}", integers(f"many-{shape}", *shape)).cast(
                dtype
            )
            for shape, dtypes in _MANY
            for dtype in dtypes
        ]

    # --- dtypes ------------------------------------------------------------------------------

    def in_floats(self, scale: float = 1.0) -> dict[str, list[Case]]:
        """Return whole and real numbers in one to five axes, by the floating dtype."""
        return {
            dtype: [
                self.case(f"all-{word}-{len(shape)}", values).cast(dtype)
                for shape in ((9,), (4, 5), (3, 4, 2), (2, 3, 4, 2), (2, 1, 2, 3, 2))
                for word, values in (
                    ("whole", integers(f"all-{shape}", *shape)),
                    ("real", normal_in_float16(scale * reals(f"all-{shape}", *shape))),
                )
            ]
            for dtype in FLOATS
        }

    def in_integers(self, *dtypes: str) -> dict[str, list[Case]]:
        """Return whole numbers over the ranges of types, by their names; they may be refused."""
        return {
            dtype: [
                self._over_range(dtype, shape) for shape in ((9,), (67, 2), (3, 70), (2, 2, 67))
            ]
            for dtype in dtypes
        }

    def _over_range(self, dtype: str, shape: tuple[int, ...]) -> Case:
        low, high = RANGES[dtype]
        name = f"{dtype}-{'-'.join(map(str, shape))}"
        x = integers(name, *shape, low=low, high=high)
        x.reshape(-1)[:2] = low, high
        return replace(self.case(name, x.astype(dtype)), may_refuse=True)

    # --- one number spoils no other -----------------------------------------------------------

    def spoilt(self) -> dict[str, tuple[Case, Case, Array]]:
        """Return, by name, a case with NaN or an infinity in one place, a clean one, the place."""
        found = {}
        for place in ((0,), (66,), (1, 2), (0, 1, 0), (1, 0, 2, 1)):
            shape = {1: (67,), 2: (3, 4), 3: (4, 5, 2), 4: (2, 3, 4, 2)}[len(place)]
            clean = self.case(f"beside-{len(place)}", integers(f"beside-{shape}", *shape))
            for value in (np.nan, np.inf, -np.inf):
                x = clean.arguments[self.data].copy()
                x[place] = value
                name = "-".join(map(str, (value, *place)))
                case = replace(self.case(f"spoilt-{name}", x), may_refuse=True)
                found[name] = case, clean, x != clean.arguments[self.data]
        return found

    # --- manners -----------------------------------------------------------------------------

    @property
    def hygiene(self) -> list[Case]:
        """Small cases of one to four axes."""
        return [
            self.case("hygiene", integers("hygiene", 4, 5, 2)),
            self.case("hygiene-real", reals("hygiene", 3, 4, 3)),
            self.case("hygiene-flat", integers("flat", 12)),
            self.case("hygiene-matrix", integers("matrix", 4, 5)),
            self.case("hygiene-batch", integers("batch", 2, 3, 4, 2)),
        ]

    @property
    def in_float32_too(self) -> list[Case]:
        """The same, and in float32."""
        return [*self.hygiene, *(case.cast("float32") for case in self.hygiene)]

    @property
    def of_int16(self) -> Case:
        """Whole numbers of 16 bits."""
        x = integers("hygiene-int16", 3, 4, 2, low=-99, high=99)
        return self.case("hygiene-int16", x.astype("int16"))

    @property
    def sequences(self) -> dict[str, list[Case]]:
        """Runs of calls of one shape, and of the same numbers in other shapes."""
        return {
            "in-maps": [
                self.case(f"sequence-{turn}", integers(f"s{turn}", 3, 11, 2)) for turn in range(3)
            ],
            "flat": [
                self.case(f"sequence-flat-{turn}", integers(f"f{turn}", 11)) for turn in range(3)
            ],
            "reshaped": [
                self.case(f"sequence-{rows}-{columns}", integers("run", 42).reshape(rows, columns))
                for rows, columns in ((3, 14), (14, 3), (6, 7))
            ],
        }

    @property
    def states(self) -> dict[str, list[Case]]:
        """Runs of calls in which what is kept of one would answer another wrongly."""
        state = self.case("state", integers("state", 48))
        halves = self.case("state", normal_in_float16(reals("state", 3, 20)))
        of_bytes = {"same-bytes": (3, 17), "same-bytes-of-maps": (3, 5, 2)}
        return {
            "axes": in_shapes(state, self.data, (48,), (3, 16), (3, 8, 2), (1, 3, 8, 2)),
            **{name: self._same_bytes(*shape) for name, shape in of_bytes.items()},
            "integers-first": whole_first(self.case("state", reals("state", 3, 18)), self.data),
            "narrow-first": widening(self.case("state", reals("state", 3, 19))),
            "half-first": widening(halves, "float16", "float32", "float64"),
        }

    def _same_bytes(self, *shape: int) -> list[Case]:
        """Return the same bytes, once without and once with a sign.

        None of them changes its sign when it is doubled: what wraps around is asked elsewhere.
        """
        some = np.array([*range(64), *range(192, 256)], np.uint8)
        unsigned = some[np.arange(np.prod(shape)) * 37 % len(some)].reshape(shape)
        return [
            replace(self.case(f"bytes-{len(shape)}-{array.dtype}", array), may_refuse=True)
            for array in (unsigned, unsigned.view(np.int8))
        ]

    @property
    def firsts(self) -> dict[str, list[Case]]:
        """Those runs that begin with another dtype."""
        return {name: run for name, run in self.states.items() if "first" in name}

    @property
    def twice(self) -> list[Case]:
        """Calls that are made twice, of sizes that occur in no other test."""
        return [
            self.case(f"twice-{'-'.join(map(str, shape))}", integers(f"twice-{shape}", *shape))
            for shape in ((47,), (3, 47), (3, 47, 2), (2, 3, 47, 1))
        ]

    @property
    def long_runs(self) -> dict[str, list[Case]]:
        """Long runs of calls that differ in their numbers alone."""
        runs = {"many": integers("many", 9), "many-maps": integers("many", 2, 3, 2)}
        return {
            name: long_run(self.case(name, x / 4 + 0.125), self.data) for name, x in runs.items()
        }

    @property
    def huge(self) -> list[Case]:
        """Two calls of many thousand numbers."""
        return [self.case(f"huge-{turn}", integers(f"h{turn}", 66, 33, 32)) for turn in range(2)]


class Gradients(Elements):
    """The cases of the gradient of such an operation: with an incoming number beside each.

    None of whole numbers is 0, where some functions have no derivative.
    """

    def case(self, name: str, x: Any, grad: Any = None, **options: Any) -> Case:
        """Return a case; of an incoming gradient that is not given the numbers are seeded."""
        case = super().case(name, x, **options)
        numbers = case.arguments[self.data]
        drawn = _incoming(case.id, numbers) if grad is None else np.asarray(grad) * 1.0
        return replace(case, arguments={"grad": drawn, **case.arguments, self.data: numbers})

    def in_any_shape(self) -> list[Case]:
        """Return whole numbers in many shapes, none of them 0."""
        return [_off_zero(case, self.data) for case in super().in_any_shape()]

    def spoilt(self) -> dict[str, tuple[Case, Case, Array]]:
        """Return the same, the incoming gradient that of the clean case."""
        return {
            name: (_with_gradient_of(clean, case), clean, where)
            for name, (case, clean, where) in super().spoilt().items()
        }

    def spoilt_gradients(self) -> dict[str, tuple[Case, Case, Array]]:
        """Return, by name, a case with NaN or an infinity coming in, a clean one, and the place.

        The number beside it is 2 in some, and -2 in others.
        """
        found = {}
        for place, shape in (((66,), (67,)), ((1, 0, 1), (3, 4, 2))):
            for number in (2.0, -2.0):
                x = integers(f"beside-{shape}", *shape)
                x[place] = number
                clean = self.case(f"incoming-{len(place)}-{number:g}", x)
                for value in (np.nan, np.inf, -np.inf):
                    grad = clean.arguments["grad"].copy()
                    grad[place] = value
                    case = self.case(f"incoming-{value}-{len(place)}-{number:g}", x, grad)
                    where = grad != clean.arguments["grad"]
                    found[case.id] = replace(case, may_refuse=True), clean, where
        return found

    def whole(self, *dtypes: str) -> list[Case]:
        """Return small whole numbers of types, of either sign where these have one."""
        return [
            replace(
                self.case(f"whole-{dtype}-{len(shape)}", _small(dtype, *shape)), may_refuse=True
            )
            for dtype in dtypes
            for shape in ((9,), (4, 5), (3, 4, 2))
        ]


def _incoming(seed: str, numbers: Array) -> Array:
    """Return an incoming gradient like the numbers: of their shape, whole if they are."""
    shape = numbers.shape
    grad = integers(f"{seed}/grad", *shape)
    if numbers.dtype.kind in "iu":
        low = grad if numbers.dtype.kind == "i" else np.abs(grad)
        return low.astype(numbers.dtype)
    finite = numbers[np.isfinite(numbers)]
    if (finite != np.rint(finite)).any():
        return normal_in_float16(reals(f"{seed}/grad", *shape))
    return np.where(grad == 0, 4.0, grad)


def _with_gradient_of(other: Case, case: Case) -> Case:
    return replace(case, arguments={**case.arguments, "grad": other.arguments["grad"]})


def _off_zero(case: Case, data: str) -> Case:
    x = case.arguments[data]
    return replace(case, arguments={**case.arguments, data: np.where(x == 0, 3.0, x)})


def _small(dtype: str, *shape: int) -> Array:
    x = integers(f"whole-{shape}", *shape)
    x = np.where(x == 0, 3.0, x)
    return (x if dtype.startswith("int") else np.abs(x)).astype(dtype)
