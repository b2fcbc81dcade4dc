"""Small calls of the gradients of poolings: the forward's, with what comes in for each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cnnspec.declaration.case import shaped
from cnnspec.declaration.limits import Probe, Probing, filled
from cnnspec.declaration.operation import Probes, ramp
from cnnspec.declaration.parameters import Arguments, Option
from cnnspec.declaration.parameters import Kind as OptionKind
from cnnspec.operations.pooling.backward.cases import shape_of_grad
from cnnspec.operations.pooling.limits import LIMITS as OF_FORWARD
from cnnspec.operations.pooling.limits import plain_calls as of_forward
from cnnspec.operations.pooling.mended_arguments import mend as mend_forward


def with_grad(given: Arguments) -> dict[str, Any]:
    """Return a call with an incoming gradient of the shape that its windows make."""
    return {"grad": filled(*shape_of_grad(given)), **_others(given)}


def _others(given: Arguments) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != "grad"}


def probes() -> Probes:
    """Return small legal calls."""
    sizes = ((4, 4), (4, 6), (6, 4))
    of_maps = [ramp(*size, 2) for size in sizes] + [ramp(4, 4, 1)]
    of_batches = [ramp(2, *size, 2) for size in sizes] + [ramp(1, 4, 4, 1)]
    return {3: [with_grad({"maps": one}) for one in of_maps],
            4: [with_grad({"maps": one}) for one in of_batches]}  # fmt: skip


def plain_calls() -> list[Arguments]:
    """Return small calls that few limits touch."""
    return [with_grad(given) for given in of_forward()]


def mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: legal maps and options, and a gradient of the shape they make."""
    mended = mend_forward(_others(given))
    return {"grad": shaped(given["grad"], *shape_of_grad(mended)), **mended}


def _refitted(probing: Probing) -> Probing:
    def fitting(operation: str, plain: Arguments) -> list[Probe]:
        return [(with_grad(given), layout) for given, layout in probing(operation, plain)]

    return fitting


LIMITS = tuple(replace(one, probes=_refitted(one.probes)) for one in OF_FORWARD)


def _fitting(kind: OptionKind) -> OptionKind:
    """Return a kind of values whose probes change what comes in, too."""

    def of(given: Arguments) -> Sequence[Arguments]:
        changes = kind.probes(given)
        fitted = (with_grad({**given, **change})["grad"] for change in changes)
        dtype = given["grad"].dtype
        return [
            {**change, "grad": grad.astype(dtype)}
            for change, grad in zip(changes, fitted, strict=True)
        ]

    return replace(kind, probes=of)


def options_of(forward: Mapping[str, Option]) -> dict[str, Option]:
    """Return the options of a pooling for its gradient."""
    return {
        name: replace(option, kinds=tuple(map(_fitting, option.kinds)))
        for name, option in forward.items()
    }
