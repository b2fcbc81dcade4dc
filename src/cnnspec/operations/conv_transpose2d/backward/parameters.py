"""What a gradient is called with: the layer's options, and a grad of the shape of its maps."""

from collections.abc import Mapping
from typing import Any

# By name, because an implementation may replace them.
from numpy import shape

from cnnspec.declaration.images import BATCH
from cnnspec.declaration.parameters import Arguments
from cnnspec.operations.conv2d.backward import parameters as of_convolutions
from cnnspec.operations.conv_transpose2d.geometry import along, maps_of
from cnnspec.operations.conv_transpose2d.limits import LIMITS as OF_LAYERS
from cnnspec.operations.conv_transpose2d.limits import plain_calls as calls_of_layers
from cnnspec.operations.conv_transpose2d.parameters import OPTIONS as OF_LAYER


def shape_of_maps(given: Arguments) -> tuple[int, ...]:
    """Return the shape of what the layer returns, which is that of grad."""
    image = shape(given["image"])
    rows, columns = along(given)
    return (*image[: len(image) == BATCH], rows.result, columns.result, maps_of(given))


def with_grad(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments with a grad of the right shape, first."""
    return of_convolutions.with_grad(given, shape_of_maps)


OPTIONS = of_convolutions.options_of(OF_LAYER, shape_of_maps)
LIMITS = of_convolutions.limits_of(OF_LAYERS, shape_of_maps)


def plain_calls() -> list[Arguments]:
    """Return small calls that few limits touch."""
    return [with_grad(call) for call in calls_of_layers()]
