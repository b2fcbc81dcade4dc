"""Functions that give each answer to the questions about gradients of poolings and of flatten."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnspec import reference

Function = Callable[..., Any]
Answer = tuple[str, str, Function]

POOLS = ("max_pool2d_backward", "min_pool2d_backward", "avg_pool2d_backward")
GLOBAL, FLATTEN = "global_avg_pool2d_backward", "flatten_backward"


class _Foreign:
    """An array of another library."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.values


class _Reusing:
    """Computes into the same memory again and again."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.memory: dict[tuple[int, ...], Any] = {}

    def __call__(self, *arguments: Any) -> Any:
        """Compute."""
        found = self.function(*arguments)
        kept = self.memory.setdefault(found.shape, np.zeros(found.shape))
        kept[...] = found
        return kept


def _given(*shape: int) -> Function:
    return lambda *_arguments, **_options: np.zeros(shape)


def _raising(error: type[BaseException]) -> Function:
    def function(*_arguments: Any, **_options: Any) -> Any:
        raise error("because")

    return function


def _through(right: Function, change: Function) -> Function:
    """Return a gradient whose result is changed."""
    return lambda *arguments, **options: change(right(*arguments, **options))


def _with_gaps(found: Any) -> Any:
    return np.repeat(found, 2, axis=-1)[..., ::2]


def _without_subnormals(found: Any) -> Any:
    return np.where(np.abs(found) < 1e-38, np.zeros_like(found), found)


def _without_the_first(found: Any) -> Any:
    return np.where(np.arange(found.size).reshape(found.shape), found, np.zeros_like(found))


# --- who gets what comes in ------------------------------------------------------------------


def _shared(name: str, shares: Function) -> Function:
    """Return the gradient of windows of 2x2 by the shares that their four numbers get.

    The shares are those of maxima: a minimum is the maximum of the negated numbers.
    """
    sign = -1.0 if name == "min_pool2d_backward" else 1.0

    def function(grad: Any, maps: Any) -> Any:
        found = np.zeros(maps.shape)
        for r, c, k in np.ndindex(grad.shape):
            window = np.s_[2 * r : 2 * r + 2, 2 * c : 2 * c + 2, k]
            numbers = sign * maps[window].ravel()
            found[window] = (grad[r, c, k] * shares(numbers)).reshape(2, 2)
        return found

    return function


def _to_one(choose: Function) -> Function:
    """Return shares of which one place has all."""
    return lambda numbers: np.eye(4)[choose(numbers)]


def _to_last_largest(numbers: Any) -> Any:
    return 3 - np.argmax(numbers[::-1])


def _to_all_largest(numbers: Any) -> Any:
    return 1.0 * (numbers == numbers.max())


def _in_equal_parts(numbers: Any) -> Any:
    largest = _to_all_largest(numbers)
    return largest / largest.sum()


def _by_sign(numbers: Any) -> Any:
    """Return zeros as numbers of which the positive zero is the larger."""
    return np.copysign(1, numbers)


def _by_search(better: Function) -> Function:
    """Return what finds a place by a search from the first number on."""

    def choose(numbers: Any) -> int:
        best = 0
        for place in range(1, 4):
            if better(numbers[place], numbers[best]):
                best = place
        return best

    return choose


def _of_selecting() -> Iterator[Answer]:
    for name in ("max_pool2d_backward", "min_pool2d_backward"):
        right = getattr(reference, name)
        for which in ("ties", "zeros"):
            yield f"{name}-{which}", "the first", right
            yield f"{name}-{which}", "the last", _shared(name, _to_one(_to_last_largest))
            yield f"{name}-{which}", "all, in equal parts", _shared(name, _in_equal_parts)
            yield f"{name}-{which}", "all, each the whole of it", _shared(name, _to_all_largest)
        signed: dict[str, Function] = {
            "the first with the sign that wins": lambda zeros: np.argmax(_by_sign(zeros)),
            "the last with the sign that wins": lambda zeros: _to_last_largest(_by_sign(zeros)),
        }
        for words, choose in signed.items():
            yield f"{name}-zeros", words, _shared(name, _to_one(choose))
        yield f"{name}-nan", "the NaN", right
        yield f"{name}-nan", "no element", _shared(name, _to_all_largest)
        # what loops and functions find that compare with NaN
        of_nan: dict[str, Function] = {
            "the number that wins without it": np.nanargmax,
            "the first element": lambda _numbers: 0,
            "the last element": lambda _numbers: 3,
            "the NaN where it stands first, else the number that wins": _by_search(
                lambda new, best: new > best
            ),
            "the number that wins behind the NaN, or the NaN where it stands last": _by_search(
                lambda new, best: not best >= new
            ),
        }
        for words, choose in of_nan.items():
            yield f"{name}-nan", words, _shared(name, _to_one(choose))


# --- means -----------------------------------------------------------------------------------


def _of_means() -> Iterator[Answer]:
    def everywhere(found: Any) -> Any:
        return np.full_like(found, np.nan)

    def in_one_place(found: Any) -> Any:
        found.flat[np.flatnonzero(np.isnan(found))[1:]] = 1
        return found

    for name in ("avg_pool2d_backward", GLOBAL):
        right = getattr(reference, name)
        yield f"{name}-nan", "those that it takes part in", right
        yield f"{name}-nan", "others too", _through(right, everywhere)
        yield f"{name}-nan", "not all that it takes part in", _through(right, in_one_place)
    mean = reference.avg_pool2d_backward

    def uncounted(grad: Any, maps: Any, size: int = 2, *, padding: int = 0) -> Any:
        return mean(grad, maps, size, padding=padding, count_include_pad=False)

    yield "avg_pool2d_backward-padding", "they count", mean
    yield "avg_pool2d_backward-padding", "they do not", uncounted


# --- memory, nothing, refusals ---------------------------------------------------------------


def _of_all() -> Iterator[Answer]:
    """Yield what is asked of several of them alike."""
    for name in (*POOLS, FLATTEN):
        right = getattr(reference, name)
        yield f"{name}-subnormal", "kept", right
        yield f"{name}-subnormal", "flushed to zero", _through(right, _without_subnormals)
        yield f"{name}-subnormal", "it depends on the position", _through(right, _without_the_first)
    for name in (*POOLS, GLOBAL):
        right = getattr(reference, name)
        orders: dict[str, Function] = {
            "C order": np.ascontiguousarray,
            "Fortran order": np.asfortranarray,
            "neither": _with_gaps,
            "an object of another library": _Foreign,
        }
        for words, change in orders.items():
            for which in ("order", "order-of-fortran"):
                yield f"{name}-{which}", words, _through(right, change)
    for name in (*POOLS, GLOBAL, FLATTEN):
        right = getattr(reference, name)
        yield f"{name}-no-images", "an empty array, as the formulas say", right
        yield f"{name}-no-images", "an empty array of another shape", _given(0)
        yield f"{name}-no-images", "an array with elements", _given(1, 4, 6, 2)
    for name in POOLS:
        clean = "all refused with ValueError, TypeError or IndexError"
        yield f"{name}-refusals", clean, getattr(reference, name)
        unclean = "all refused, some with other exceptions"
        yield f"{name}-refusals", unclean, _raising(ZeroDivisionError)
        yield f"{name}-refusals", "not all refused", _given(4, 6, 2)


def _of_flatten() -> Iterator[Answer]:
    right = reference.flatten_backward
    own = _through(right, np.array)
    yield f"{FLATTEN}-memory", "in memory of its own", own
    shared = "in the memory of its argument"
    yield f"{FLATTEN}-memory", shared, lambda grad, maps: grad.reshape(maps.shape)
    yield f"{FLATTEN}-memory", "in memory that the next call overwrites", _Reusing(right)


ANSWERS: list[Answer] = [*_of_selecting(), *_of_means(), *_of_all(), *_of_flatten()]
