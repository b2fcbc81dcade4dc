"""The options of poolings: which are found to be offered, and the divisor where none is said."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.declaration.case import Case
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NonconformanceError
from cnnspec.subject.capabilities import Capabilities
from harness_tests.helpers import implementation

Maps = np.ndarray[Any, Any]
MAPS = np.arange(84.0).reshape(6, 7, 2) % 11 - 5


def case(operation: str = "max_pool2d", **options: Any) -> Case:
    return Case("one", operation, {"maps": MAPS, **options})


def everything(maps: Any, size: Any = 2, stride: Any = None, **options: Any) -> Maps:
    return reference.max_pool2d(maps, size, stride, **options)


def plain(maps: Any, size: int = 2, stride: int | None = None) -> Maps:
    """Take numbers only: a pair is no integer."""
    return reference.max_pool2d(maps, int(size), None if stride is None else int(stride))


def words(maps: Any, size: int = 2, stride: int | None = None, padding: Any = "valid") -> Maps:
    """Take all but one word for the other."""
    margin = size // 2 if padding == "same" else 0
    return reference.max_pool2d(maps, size, stride, padding=margin)


def square_padding(maps: Any, size: int = 2, stride: int | None = None, padding: int = 0) -> Maps:
    if not isinstance(padding, int):
        raise TypeError("one number for all sides")
    return reference.max_pool2d(maps, size, stride, padding=padding)


def padding_ignored(maps: Any, size: int = 2, stride: int | None = None, padding: int = 0) -> Maps:
    return reference.max_pool2d(maps, size, stride)


def not_cut(maps: Any, size: int = 2, stride: int | None = None, ceil_mode: bool = False) -> Maps:
    if ceil_mode:
        raise NotImplementedError("ceil_mode")
    return reference.max_pool2d(maps, size, stride)


def swallowed(maps: Any, size: int = 2, stride: int | None = None, **_options: Any) -> Maps:
    return reference.max_pool2d(maps, size, stride)


NUMBER, PAIR, CUT, DILATED = (
    {"padding": 1},
    {"padding": (1, 0)},
    {"ceil_mode": True},
    {"dilation": 2},
)
OBLONG, STRIDES = {"size": (2, 3)}, {"stride": (2, 1)}


@pytest.mark.parametrize(
    ("pool", "offered", "absent"),
    [
        (everything, (NUMBER, PAIR, CUT, DILATED, OBLONG, STRIDES), ()),
        (plain, (), (NUMBER, PAIR, CUT, DILATED, OBLONG, STRIDES)),
        (words, (), (NUMBER, PAIR, CUT, DILATED)),
        (square_padding, (NUMBER,), (PAIR,)),
        (padding_ignored, (NUMBER, PAIR), ()),  # and fails
        (not_cut, (), (CUT,)),
        (swallowed, (), (NUMBER, CUT, DILATED)),
    ],
)
def test_what_is_offered(
    pool: Callable[..., Maps], offered: tuple[Any, ...], absent: tuple[Any, ...]
) -> None:
    capabilities = Capabilities(implementation(max_pool2d=pool))
    assert not capabilities.lacks(case(size=3, stride=2))
    for options in (*offered, *absent):
        lacking = capabilities.lacks(case(**options))
        assert bool(lacking) == (options in absent), (options, lacking)


# --- a divisor that is not said ------------------------------------------------------------------


def mean(counts: Callable[[int | None], bool]) -> Callable[..., Maps]:
    """Return a mean without the keyword, whose padding counts or not by the stride."""

    def avg_pool2d(maps: Any, size: int = 2, stride: int | None = None, padding: int = 0) -> Maps:
        given = counts(stride)
        return reference.avg_pool2d(maps, size, stride, padding=padding, count_include_pad=given)

    return avg_pool2d


PADDED = [case("avg_pool2d", size=3, stride=stride, padding=1) for stride in (1, 2, 3)]
WAYS = [{"count_include_pad": True}, {"count_include_pad": False}]


def judge(avg_pool2d: Callable[..., Maps]) -> Judge:
    made = implementation(avg_pool2d=avg_pool2d)
    return Judge(made, Capabilities(made), "article")


@pytest.mark.parametrize("counts", [True, False])
def test_either_divisor_is_right(counts: bool) -> None:
    judge(mean(lambda _stride: counts)).correct_in_one_way(PADDED, WAYS)


def test_both_divisors_by_turns_are_wrong() -> None:
    with pytest.raises(NonconformanceError):
        judge(mean(lambda stride: stride == 1)).correct_in_one_way(PADDED, WAYS)


def test_another_divisor_is_wrong() -> None:
    right = mean(lambda _stride: True)
    with pytest.raises(NonconformanceError):
        judge(lambda maps, size=2, stride=None, padding=0: 2 * right(maps, size, stride, padding)
              ).correct_in_one_way(PADDED, WAYS)  # fmt: skip
