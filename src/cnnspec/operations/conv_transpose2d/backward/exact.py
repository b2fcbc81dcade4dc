"""The exact gradients of a transposed convolution, with filters of any shape."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact.sums import Exact
from cnnspec.exact.windows import bordered
from cnnspec.operations.conv2d.backward.exact import grad_bias as sum_of_maps
from cnnspec.operations.conv2d.backward.exact import grad_filters as gradient_of_weights
from cnnspec.operations.conv2d.exact import conv2d
from cnnspec.operations.conv_transpose2d.geometry import along

Array = NDArray[Any]

#: What a convolution of grad has of the options.
_SHARED = ("stride", "dilation", "groups")


def grad_image(**given: Any) -> Exact:
    """Return the exact gradient to the image: a convolution of grad with the same filters.

    An element is the sum of f g C / groups products, some of them with zeros around grad.
    """
    return conv2d(seen_by_filters(given), given["filters"], **_options(given))


def grad_filters(**given: Any) -> Exact:
    """Return the exact gradient to the filters, of N H W products: image and grad change parts."""
    return gradient_of_weights(
        grad=given["image"],
        image=seen_by_filters(given),
        filters=given["filters"],
        **_options(given),
    )


def grad_bias(**given: Any) -> Exact:
    """Return the exact gradient to the bias, of N H' W' elements of grad."""
    return sum_of_maps(**given)


def seen_by_filters(given: dict[str, Any]) -> Array:
    """Return grad with zeros where edges were taken away, as far as the filters were laid."""
    rows, columns = along(given)
    wide = bordered(np.asarray(given["grad"]), (rows.margin, columns.margin))
    return wide[..., : rows.whole, : columns.whole, :]


def _options(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in _SHARED if name in given}
