"""By what a wrong result of a convolution shows its mistake."""

from collections.abc import Iterator

from cnnspec.declaration.symptoms import Arguments, Shape, Symptoms
from cnnspec.operations.conv2d.geometry import geometry, is_padded


def _sized_by_counts(given: Arguments) -> Iterator[tuple[str, str, str, Shape]]:
    """Return the sizes of maps that are computed from the numbers of filters and channels."""
    if is_padded(given):
        return
    filters, found = given["filters"], geometry(given)
    (rows, columns), (down_step, right_step) = found.lengths, found.strides
    counts = (len(filters), filters.shape[-1] if filters.ndim == 4 else 1)
    for said, (down, right) in (
        ("filters and channels are", counts),
        ("channels and filters are", counts[::-1]),
    ):
        if (down, right) != filters.shape[1:3]:
            yield (
                "sized by counts",
                f"the numbers of {said} taken for the filter's rows and columns",
                "filters are (K, f, f, C): their size is filters.shape[1]",
                ((rows - down) // down_step + 1, (columns - right) // right_step + 1),
            )


SYMPTOMS = Symptoms(
    has_maps=True,
    is_sum=True,
    is_bounded_normwise=True,
    transforms="FFT or Winograd",
    mistaken_shapes=_sized_by_counts,
)


def is_outsized(given: Arguments) -> bool:
    """Return whether the filters are larger than the image, so that they fit if it is padded."""
    found = geometry(given)
    return min(found.lengths) < max(found.reaches)
