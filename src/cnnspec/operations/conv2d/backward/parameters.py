"""What a gradient is called with: the layer's options, and a grad of the shape of its maps."""

from collections.abc import Mapping
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


def shape_of_maps(given: Arguments) -> tuple[int, ...]:
    """Return the shape of what the layer returns, which is that of grad."""
    batch = shape(given["image"])[:1] if ndim(given["image"]) == BATCH else ()
    return (*batch, *geometry(given).counts, len(given["filters"]))


def with_grad(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments with a grad of the right shape, first: the one given, over and over."""
    before = given.get("grad", _FEW)
    fitted = resize(before, shape_of_maps(given)).astype(getattr(before, "dtype", float))
    return {"grad": fitted, **{name: v for name, v in given.items() if name != "grad"}}


#: Numbers of a grad for calls of which nobody has one.
_FEW = (1.0, -2.0, 3.0, 2.0, -1.0, 4.0, -3.0)


def _refitted(kind: KindOfValue) -> KindOfValue:
    """Return a kind of an option whose probes bring the grad along that goes with them."""

    def probes(given: Arguments) -> list[Arguments]:
        changes = [{**change} for change in kind.probes(given)]
        return [{**c, "grad": with_grad({**given, **c})["grad"]} for c in changes]

    return replace(kind, probes=probes)


def _of_gradients(option: Option) -> Option:
    """Return an option of the layer, of its gradients.

    Of the values that are tried beside whatever grad there is, only the plain one fits.
    """
    kinds = tuple(map(_refitted, option.kinds))
    return replace(option, values=(option.plain,), kinds=kinds, fixed=())


OPTIONS = {name: _of_gradients(one) for name, one in OF_LAYER.items() if name != _BIAS}


def _of_limits(kind: Kind) -> Kind:
    """Return a kind of limits of the layer, whose probes bring the grad that goes with them."""

    def probes(operation: str, plain: Arguments) -> list[Probe]:
        return [(with_grad(given), layout) for given, layout in kind.probes(operation, plain)]

    return replace(kind, probes=probes)


LIMITS = tuple(_of_limits(kind) for kind in OF_LAYERS if kind.name not in ("no-bias", "same-only"))


def plain_calls() -> list[Arguments]:
    """Return small calls that few limits touch."""
    return [with_grad(call) for call in calls_of_layers()]
