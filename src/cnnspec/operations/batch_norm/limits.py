"""The calls of a normalisation that code may not take, and small calls that it takes at least."""

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.limits import Arguments, Kind, differs, filled, with_option
from cnnspec.operations.batch_norm.parameters import DEFAULT

_PARAMETERS = ("mean", "variance", "scale", "offset")


def plain_calls() -> list[Arguments]:
    """Return small calls that few limits touch."""
    return [
        {
            "maps": filled(4, 6, count),
            "mean": np.arange(count) / 2,
            "variance": np.arange(1.0, count + 1),
            "scale": np.arange(2.0, count + 2),
            "offset": np.arange(count) - 1.0,
        }
        for count in (3, 1)
    ]


def limits_of(arrays: tuple[str, ...]) -> tuple[Kind, ...]:
    """Return the kinds of calls, by the arrays that hold numbers of maps, the maps among them."""
    return (
        Kind(
            "own-epsilon",
            "an epsilon of its own",
            differs("epsilon", DEFAULT),
            with_option("epsilon", 0.25, 0.5),
        ),
        Kind(
            "one-map",
            "one map at a time",
            images.has_several_channels("maps"),
            images.of_channels(arrays, 2, 3, 4),
        ),
    )


LIMITS = limits_of(("maps", *_PARAMETERS))
