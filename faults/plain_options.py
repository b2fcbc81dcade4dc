"""Mistakes in convolutions that know no groups, and no stride for each axis: right with these."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from cnnspec.reference.conv2d import conv2d


def of_plain_options(
    mistaken: Callable[..., Any], otherwise: Callable[..., Any] = conv2d
) -> Callable[..., Any]:
    """Return a convolution that is mistaken without groups and with square strides only."""

    @wraps(mistaken)
    def called(image: Any, filters: Any, *args: Any, **options: Any) -> Any:
        is_square = isinstance(options.get("stride", 1), int | np.integer)
        if options.get("groups", 1) != 1 or not is_square:
            return otherwise(image, filters, *args, **options)
        return mistaken(image, filters, *args, **options)

    return called
