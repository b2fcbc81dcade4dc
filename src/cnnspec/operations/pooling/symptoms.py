"""By what a wrong result of a pooling shows its mistake."""

from collections.abc import Iterator

from cnnspec.declaration.symptoms import Arguments, Symptoms


def _windows_elsewhere(given: Arguments) -> Iterator[tuple[str, Arguments]]:
    """Return calls whose windows start, or go on, where those of the given call should not."""
    maps = given["maps"]
    size, stride = given.get("size", 2), given.get("stride") or given.get("size", 2)
    for said, top, left, step in (
        ("the windows start at row 1 and column 1", 1, 1, stride),
        ("the windows start at row 1", 1, 0, stride),
        ("the windows start at column 1", 0, 1, stride),
        ("the windows are 1 apart, whatever the stride", 0, 0, 1),
        ("the windows are as far apart as they are large", 0, 0, size),
    ):
        part = maps[..., top:, left:, :]
        if min(part.shape[-3:-1]) >= size:
            yield said, {**given, "maps": part, "stride": step}


OF_SELECTING = Symptoms(has_maps=True, other_windows=_windows_elsewhere)

OF_MEAN = Symptoms(
    has_maps=True,
    is_sum=True,
    is_bounded_normwise=True,
    transforms="running sums or tables of sums",
    other_windows=_windows_elsewhere,
)
