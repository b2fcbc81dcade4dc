"""By what a wrong result of a pooling shows its mistake."""

from collections.abc import Iterator

from cnnspec.declaration.symptoms import Arguments, Symptoms
from cnnspec.operations.pooling.window_places import along_axes


def _windows_elsewhere(given: Arguments) -> Iterator[tuple[str, Arguments]]:
    """Return calls whose windows start, or go on, where those of the given call should not."""
    maps, (rows, columns) = given["maps"], along_axes(given)
    if any(one.padding or one.ceil_mode for one in (rows, columns)):
        return  # what is cut away would be padding
    strides, sizes = (rows.stride, columns.stride), (rows.size, columns.size)
    for said, top, left, steps in (
        ("the windows start at row 1 and column 1", 1, 1, strides),
        ("the windows start at row 1", 1, 0, strides),
        ("the windows start at column 1", 0, 1, strides),
        ("the windows are 1 apart, whatever the stride", 0, 0, (1, 1)),
        ("the windows are as far apart as they are large", 0, 0, sizes),
    ):
        part = maps[..., top:, left:, :]
        step = steps[0] if steps[0] == steps[1] else steps
        if part.shape[-3] >= rows.reach and part.shape[-2] >= columns.reach:
            yield said, {**given, "maps": part, "stride": step}


OF_SELECTING = Symptoms(has_maps=True, other_windows=_windows_elsewhere)

OF_MEAN = Symptoms(
    has_maps=True,
    is_sum=True,
    is_bounded_normwise=True,
    transforms="running sums or tables of sums",
    other_windows=_windows_elsewhere,
)
