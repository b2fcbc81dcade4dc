"""What a gradient is called with: the layer's options, and a grad of the shape of its maps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

# By name, because an implementation may replace them.
from numpy import ndim, resize, shape

from cnnspec.declaration.images import BATCH
from cnnspec.declaration.limits import Kind, Probe
from cnnspec.declaration.parameters import Arguments, Option
from cnnspec.declaration.parameters import Kind as KindOfValue
from cnnspec.operations.conv2d.geometry import geometry
from cnnspec.operations.conv2d.limits import LIMITS as OF_LAYERS
from cnnspec.operations.conv2d.limits import plain_calls as calls_of_layers
from cnnspec.operations.conv2d.parameters import OPTIONS as OF_LAYER

#: Of the layer, what a gradient does not depend on.
_BIAS = "bias"

#: Returns the shape of what a layer returns, from the arguments of a call.
OfMaps = Callable[[Arguments], tuple[int, ...]]


def shape_of_maps(given: Arguments) -> tuple[int, ...]:
    """Return the shape of what the layer returns, which is that of grad."""
    batch = shape(given["image"])[:1] if ndim(given["image"]) == BATCH else ()
    return (*batch, *geometry(given).counts, len(given["filters"]))


def with_grad(given: Mapping[str, Any], of_maps: OfMaps = shape_of_maps) -> dict[str, Any]:
    """Return the arguments with a grad of the right shape, first: the one given, over and over."""
    before = given.get("grad", _FEW)
    fitted = resize(before, of_maps(given)).astype(getattr(before, "dtype", float))
    return {"grad": fitted, **{name: v for name, v in given.items() if name != "grad"}}


#: Numbers of a grad for calls of which nobody has one.
_FEW = (1.0, -2.0, 3.0, 2.0, -1.0, 4.0, -3.0)


def options_of(layer: Mapping[str, Option], of_maps: OfMaps = shape_of_maps) -> dict[str, Option]:
    """Return the options of a layer, of its gradients: none depends on the bias.

    Of the values that are tried beside whatever grad there is, only the plain one fits.
    """
    return {
        name: replace(
            one,
            values=(one.plain,),
            kinds=tuple(_refitted(kind, of_maps) for kind in one.kinds),
            fixed=(),
        )
        for name, one in layer.items()
        if name != _BIAS
    }


def _refitted(kind: KindOfValue, of_maps: OfMaps) -> KindOfValue:
    """Return a kind of an option whose probes bring the grad along that goes with them."""

    def probes(given: Arguments) -> list[Arguments]:
        changes = [{**change} for change in kind.probes(given)]
        return [{**c, "grad": with_grad({**given, **c}, of_maps)["grad"]} for c in changes]

    return replace(kind, probes=probes)


OPTIONS = options_of(OF_LAYER)


def limits_of(layer: Sequence[Kind], of_maps: OfMaps = shape_of_maps) -> tuple[Kind, ...]:
    """Return the kinds of limits of a layer that its gradients have, too."""
    return tuple(
        _of_limits(kind, of_maps) for kind in layer if kind.name not in ("no-bias", "same-only")
    )


def _of_limits(kind: Kind, of_maps: OfMaps) -> Kind:
    """Return a kind of limits of the layer, whose probes bring the grad that goes with them."""

    def probes(operation: str, plain: Arguments) -> list[Probe]:
        found = kind.probes(operation, plain)
        return [(with_grad(given, of_maps), layout) for given, layout in found]

    return replace(kind, probes=probes)


LIMITS = limits_of(OF_LAYERS)


def plain_calls() -> list[Arguments]:
    """Return small calls that few limits touch."""
    return [with_grad(call) for call in calls_of_layers()]
