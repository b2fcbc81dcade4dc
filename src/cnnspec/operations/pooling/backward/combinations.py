"""Cases that combine the options, sizes and numbers of the gradients of poolings."""

from dataclasses import replace

from cnnspec.declaration.case import distinct
from cnnspec.declaration.combinations import Combinations, Combined, Drawing, Row, Space, named
from cnnspec.operations.pooling import combinations as forward
from cnnspec.operations.pooling.backward.cases import shape_of_grad
from cnnspec.operations.pooling.backward.exact import terms_of
from cnnspec.operations.pooling.window_places import along_axes


def _combined(row: Row, operation: str) -> Combined:
    """Return the forward's row with distinct elements, and what comes in."""
    identity = named(operation, row)
    made = forward.OPTIONS.make(row, operation.removesuffix("_backward"))
    given = dict(made.case.arguments)
    old = given["maps"]
    maps = distinct(f"{identity}/maps", *old.shape)
    if row["numbers"] in ("negative", "positive"):
        maps = (1 + maps - maps.min()) * (-1 if row["numbers"] == "negative" else 1)
    given["maps"] = maps.astype(old.dtype)
    has_sign = row["numbers"] in ("negative", "positive")
    kind = {**row, "numbers": "float64" if has_sign else row["numbers"]}
    draw = Drawing(identity, kind, terms_of(along_axes(given)))
    grad = draw.numbers("grad", *shape_of_grad(given), dtype=draw.data)
    arguments = {"grad": grad, **given}
    case = replace(made.case, id=identity, operation=operation, arguments=arguments)
    return Combined(case, made.layout)


#: The same rows for each gradient, which is what the cases of a group are about.
COMBINATIONS = Combinations(forward.WITH_OPTIONS, 3, ("numbers", "padding"), _combined)


#: Whole numbers tie.
_WIDER = {name: levels for name, levels in forward.WIDER.items() if name != "numbers"}


def space(operation: str) -> Space:
    """Return the space of one of the gradients: that of the pooling."""
    return Space(
        combined=COMBINATIONS,
        about=(operation,),
        wider=_WIDER,
        small=forward.SMALL,
        plain=forward.PLAIN,
    )
