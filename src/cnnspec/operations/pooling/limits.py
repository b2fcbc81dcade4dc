"""The calls of a pooling that code may not take, and the small call that it takes at least."""

from cnnspec.declaration import images
from cnnspec.declaration.case import Case
from cnnspec.declaration.limits import (
    RESHAPING,
    Arguments,
    Kind,
    differs,
    filled,
    with_option,
    with_options,
)


def plain_calls() -> list[Arguments]:
    """Return small calls that few limits touch."""
    return [{"maps": filled(4, 6, channels)} for channels in (3, 1)]


def _window(given: Arguments) -> tuple[int, int]:
    """Return the size of a call's windows, and their stride."""
    size = given.get("size", 2)
    return size, given.get("stride") or size


def _sizes(given: Arguments) -> tuple[tuple[int, int], int]:
    size, stride = _window(given)
    return (size, size), stride


def _overlap(case: Case, _layout: str) -> bool:
    size, stride = _window(case.arguments)
    return stride < size


def _have_gaps(case: Case, _layout: str) -> bool:
    size, stride = _window(case.arguments)
    return stride > size


LIMITS = (
    images.stride_divides(images.Windows(over="maps", of=_sizes)),
    Kind(
        "no-overlap",
        "windows that do not overlap only",
        _overlap,
        with_options({"size": 2, "stride": 1}, {"size": 3, "stride": 2}),
        by_message=RESHAPING,
    ),
    Kind(
        "no-gaps",
        "no gaps between windows",
        _have_gaps,
        with_options({"size": 1, "stride": 2}, {"size": 2, "stride": 3}),
        by_message=RESHAPING,
    ),
    Kind("size-2", "size 2 only", differs("size", 2), with_option("size", 1, 3)),
    Kind(
        "one-map",
        "one map at a time",
        images.has_several_channels("maps"),
        images.of_channels(("maps",), 2, 3, 4),
    ),
)
