"""By what a wrong result of a convolution shows its mistake."""

from collections.abc import Iterator

import numpy as np

from cnnspec.declaration.symptoms import Arguments, Shape, Symptoms


def _sized_by_counts(given: Arguments) -> Iterator[tuple[str, str, str, Shape]]:
    """Return the sizes of maps that are computed from the numbers of filters and channels."""
    if given.get("padding") == "same":
        return
    image, filters = given["image"], given["filters"]
    rows, columns = image.shape[:2] if image.ndim == 2 else image.shape[-3:-1]
    counts = (len(filters), filters.shape[-1] if filters.ndim == 4 else 1)
    stride = given.get("stride", 1)
    for said, (down, right) in (
        ("filters and channels are", counts),
        ("channels and filters are", counts[::-1]),
    ):
        if (down, right) != filters.shape[1:3]:
            yield (
                "sized by counts",
                f"the numbers of {said} taken for the filter's rows and columns",
                "filters are (K, f, f, C): their size is filters.shape[1]",
                ((rows - down) // stride + 1, (columns - right) // stride + 1),
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
    image, filters = np.shape(given["image"]), np.shape(given["filters"])
    sides = image if len(image) == 2 else image[-3:-1]
    return min(sides, default=0) < max(filters[1:3], default=0)
