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
from cnnspec.operations.pooling.window_places import along_axes


def plain_calls() -> list[Arguments]:
    """Return small calls that few limits touch."""
    return [{"maps": filled(4, 6, channels)} for channels in (3, 1)]


def _sizes(given: Arguments) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return how much of the maps windows take in, and their strides."""
    along = along_axes(given)
    return tuple(one.reach - 2 * one.padding for one in along), tuple(one.stride for one in along)


def _is_cut(given: Arguments) -> bool:
    """Return whether nothing is left over, because the last windows are cut off."""
    return any(one.ceil_mode for one in along_axes(given))


def _overlap(case: Case, _layout: str) -> bool:
    return any(one.stride < one.size for one in along_axes(case.arguments))


def _have_gaps(case: Case, _layout: str) -> bool:
    return any(one.stride > one.size for one in along_axes(case.arguments))


LIMITS = (
    images.stride_divides(images.Windows(over="maps", of=_sizes, is_padded=_is_cut)),
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
