"""Conditions: under which calls a mistake shows, found by contrast of those that have it or not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from cnnspec.declaration.parameters import Option
from cnnspec.simulation.hypothesis import bound

Arguments = Mapping[str, Any]
Sizes = Callable[[Arguments], dict[str, int]]


@dataclass(frozen=True)
class Condition:
    """What holds for some calls: ``words`` follow "only"."""

    words: str
    holds: Callable[[Arguments], bool] = field(compare=False, repr=False)


class Conditions:
    """The conditions that calls of one operation can be told apart by."""

    def __init__(self, sizes: Sizes, options: Mapping[str, Option], data: str) -> None:
        self._sizes_of = sizes
        self._known: dict[int, tuple[Arguments, dict[str, int]]] = {}
        self._options = options
        self._data = data

    def _sizes(self, given: Arguments) -> dict[str, int]:
        """Return the sizes of a call, worked out once."""
        if id(given) not in self._known:
            self._known[id(given)] = given, self._sizes_of(given)
        return self._known[id(given)][1]

    def between(self, those: Sequence[Arguments], others: Sequence[Arguments]) -> list[Condition]:
        """Return the conditions that hold for all of those and for none of the others."""
        return [
            condition
            for condition in self._all([*those, *others])
            if all(map(condition.holds, those)) and not any(map(condition.holds, others))
        ]

    def of_all(self, those: Sequence[Arguments], others: Sequence[Arguments]) -> list[Condition]:
        """Return the conditions that hold for all of those, and may tell them from others."""
        return [one for one in self._all([*those, *others]) if all(map(one.holds, those))]

    def _all(self, calls: Sequence[Arguments]) -> Iterator[Condition]:
        """Yield the conditions that may divide calls, the commonest first."""
        yield from self._of_options(calls)
        yield from self._of_axes(calls)
        yield from self._of_dtypes(calls)
        yield from self._of_numpy_numbers(calls)
        yield from self._of_counts(calls)
        yield from self._of_relations(calls)
        yield from self._of_numbers()

    def _of_options(self, calls: Sequence[Arguments]) -> Iterator[Condition]:
        for name, option in self._options.items():
            article = "an" if name[0] in "aeiou" else "a"
            if option.is_array:
                yield Condition(
                    f"with {article} {name}", bound(lambda g, n: g.get(n) is not None, name)
                )
                yield Condition(
                    f"without {article} {name}", bound(lambda g, n: g.get(n) is None, name)
                )
                continue
            yield Condition(f"with {article} {name}", bound(lambda g, n: n in g, name))
            yield Condition(f"without {article} {name}", bound(lambda g, n: n not in g, name))
            for kind in option.kinds if len(option.kinds) > 1 else ():
                yield Condition(
                    f"with {kind.in_words}",
                    bound(lambda g, n, k: n in g and k.holds(g[n]), name, kind),
                )
            values = sorted({repr(g[name]): g[name] for g in calls if name in g}.items())
            for said, value in values:
                yield Condition(
                    f"with {name} {said}",
                    bound(lambda g, n, v, p: _is(g.get(n, p), v), name, value, option.plain),
                )
            if isinstance(option.plain, int) and not isinstance(option.plain, bool):
                yield Condition(
                    f"with {article} {name} above {option.plain}",
                    bound(lambda g, n, p: _is_above(g.get(n) or p, p), name, option.plain),
                )

    def _of_axes(self, calls: Sequence[Arguments]) -> Iterator[Condition]:
        data = self._data
        for rank in sorted({np.ndim(g[data]) for g in calls}):
            axes = f"{rank} ax{'i' if rank == 1 else 'e'}s"
            yield Condition(
                f"with {data} of {axes}", bound(lambda g, r: np.ndim(g[data]) == r, rank)
            )
            yield Condition(
                f"with {data} of more than {axes}", bound(lambda g, r: np.ndim(g[data]) > r, rank)
            )

    def _of_dtypes(self, calls: Sequence[Arguments]) -> Iterator[Condition]:
        arrays = sorted({n for g in calls for n, v in g.items() if isinstance(v, np.ndarray)})
        for name in arrays:
            for dtype in sorted({g[name].dtype.name for g in calls if _is_array(g.get(name))}):
                yield Condition(
                    f"with {name} in {dtype}",
                    bound(
                        lambda g, n, d: _is_array(g.get(n)) and g[n].dtype.name == d, name, dtype
                    ),
                )
            yield Condition(
                f"with integers or Booleans in {name}",
                bound(lambda g, n: _is_array(g.get(n)) and g[n].dtype.kind in "iub", name),
            )
            yield Condition(
                f"with {name} in another dtype than float64",
                bound(lambda g, n: _is_array(g.get(n)) and g[n].dtype != np.float64, name),
            )

    def _of_numpy_numbers(self, calls: Sequence[Arguments]) -> Iterator[Condition]:
        """Yield that an argument is one of NumPy's numbers, where it is in some calls."""
        for name in sorted({n for g in calls for n, v in g.items() if _is_numpy_number(v)}):
            yield Condition(
                f"with a {name} that was taken from an array",
                bound(lambda g, n: _is_numpy_number(g.get(n)), name),
            )

    def _of_counts(self, calls: Sequence[Arguments]) -> Iterator[Condition]:
        every = [self._sizes(g) for g in calls]
        for name in every[0]:
            counts = sorted({sizes[name] for sizes in every if name in sizes})

            def of(words: str, test: Callable[[int], bool], name: str = name) -> Condition:
                return Condition(words, lambda g: test(self._sizes(g).get(name, -1)))

            yield of(f"{_if(name)} more than 1", lambda n: n > 1)
            yield of(f"{_if(name)} 1", lambda n: n == 1)
            yield of(f"{_if(name)} odd", lambda n: n % 2 == 1)
            yield of(f"{_if(name)} even", lambda n: n % 2 == 0)
            for count in counts:
                yield of(f"{_if(name)} {count}", bound(lambda n, c: n == c, count))
            for low, high in pairwise(counts):
                at_least, at_most = f"{high} or more", f"{low} or less"
                if high == low + 1:
                    at_least, at_most = f"more than {low}", f"less than {high}"
                yield of(f"{_if(name)} {at_least}", bound(lambda n, t: n > t, low))
                yield of(f"{_if(name)} {at_most}", bound(lambda n, t: n < t, high))
            for block in (3, 4, 8):
                for rest in range(1, block):
                    yield of(
                        f"{_if(name)} {rest} more than a multiple of {block}",
                        bound(lambda n, b, r: n % b == r, block, rest),
                    )
            for block in (3, 4, 8, 16, 32):
                yield of(
                    f"{_if(name)} a multiple of {block}", bound(lambda n, b: n % b == 0, block)
                )
                yield of(
                    f"{_if(name)} no multiple of {block}", bound(lambda n, b: n % b != 0, block)
                )
            for count in counts:
                yield of(f"{_if(name)} not {count}", bound(lambda n, c: n != c, count))

    def _of_relations(self, calls: Sequence[Arguments]) -> Iterator[Condition]:
        for one, other in combinations(self._sizes(calls[0]), 2):
            for words, test in _RELATIONS:
                yield Condition(
                    words.format(one=_count(one), other=_count(other)),
                    bound(
                        lambda g, a, b, t: t(self._sizes(g)[a], self._sizes(g)[b]), one, other, test
                    ),
                )

    def _of_numbers(self) -> Iterator[Condition]:
        data = self._data

        def of(words: str, test: Callable[[Any], Any]) -> Condition:
            return Condition(
                f"with {words} in {data}",
                lambda g: bool(test(np.asarray(g[data], np.float64))),
            )

        yield of("negative numbers", lambda values: (values < 0).any())
        yield of("no negative numbers", lambda values: not (values < 0).any())
        yield of("zeros", lambda values: (values == 0).any())
        yield of("whole numbers only", lambda values: (values % 1 == 0).all())
        yield of("numbers that are not whole", lambda values: (values % 1).any())
        yield of("numbers above 1", lambda values: (values > 1).any())


def _is(value: Any, other: Any) -> bool:
    """Return whether two values of an option are equal: one of NumPy's is no pair."""
    return isinstance(value, tuple | list) == isinstance(other, tuple | list) and value == other


def _is_above(value: Any, least: int) -> bool:
    """Return whether an option is more than a number, along some axis where it has one for each."""
    if isinstance(value, tuple | list):
        return any(_is_above(one, least) for one in value)
    return bool(value > least)


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray)


def _is_numpy_number(value: Any) -> bool:
    """Return whether a number is NumPy's, of its scalar types or an array without axes."""
    return isinstance(value, np.generic | np.ndarray) and np.ndim(value) == 0


def _count(name: str) -> str:
    return name if name.startswith("the ") else f"the number of {name}"


def _if(name: str) -> str:
    return f"if {_count(name)} is"


_RELATIONS: tuple[tuple[str, Callable[[int, int], bool]], ...] = (
    ("if {one} equals {other}", lambda a, b: a == b),
    ("if {one} differs from {other}", lambda a, b: a != b),
    ("if {one} is more than {other}", lambda a, b: a > b),
    ("if {one} is less than {other}", lambda a, b: a < b),
)
