"""The options of a transposed convolution."""

from typing import Any

# By name, because an implementation may replace them.
from numpy import asarray, ones, resize, shape, zeros

from cnnspec.declaration.parameters import (
    NESTED,
    NUMBER,
    PAIR,
    Arguments,
    Kind,
    Option,
    kind,
)
from cnnspec.operations.conv_transpose2d.geometry import maps_of


def _no_bias(given: Arguments) -> Any:
    filters = asarray(given["filters"])
    return zeros(maps_of({"filters": filters, "groups": given.get("groups") or 1}), filters.dtype)


def _spread(kind_: str, in_words: str, *pairs: tuple[Any, Any]) -> Kind:
    """Return a kind of output paddings, each with a stride that allows it."""
    return Kind(
        name=kind_,
        in_words=in_words,
        probes=lambda _given: [
            {"stride": stride, "output_padding": value} for stride, value in pairs
        ],
    )


def _grouped(given: Arguments) -> list[Arguments]:
    """Return calls with several channels and maps in a group, and with one channel in each."""
    image, (_, down, across, _) = given["image"], shape(given["filters"])
    return [
        {
            "image": resize(image, (*shape(image)[:-1], 4)),
            "filters": resize(given["filters"], (4, down, across, count)),
            "groups": groups,
        }
        for groups, count in ((2, 3), (4, 1), (4, 2))
    ]


def _number(plain: int, *kinds: Kind) -> Option:
    """Return an option that may be left out, and whose plain values are numbers."""
    return Option(
        values=(plain,),
        plain=plain,
        default=lambda _given: plain,
        default_code=str(plain),
        kinds=kinds,
        plain_kind=NUMBER,
        may_be_absent=True,
    )


OPTIONS = {
    "bias": Option(
        values=(None, lambda given: ones(maps_of(given))),
        default=_no_bias,
        default_code="np.zeros(filters.shape[-1], filters.dtype)",
        is_array=True,
    ),
    "stride": _number(
        1,
        kind("stride", NUMBER, "a stride", 2, 3),
        kind("stride", PAIR, "a stride for each axis", (2, 1), (1, 2), (2, 3)),
    ),
    "padding": _number(
        0,
        kind("padding", NUMBER, "padding by a number", 1),
        kind("padding", PAIR, "padding for each axis", (1, 0), (0, 1)),
        kind("padding", NESTED, "padding for each side", ((1, 0), (0, 1)), ((0, 1), (1, 1))),
    ),
    "output_padding": _number(
        0,
        _spread(NUMBER, "output padding", (2, 1), (3, 1), (3, 2)),
        _spread(PAIR, "output padding for each axis", (3, (1, 2)), (2, (1, 0)), (3, (0, 2))),
    ),
    "dilation": _number(
        1,
        kind("dilation", NUMBER, "a dilation", 2, 3),
        kind("dilation", PAIR, "a dilation for each axis", (2, 1), (1, 2), (3, 2)),
    ),
    "groups": _number(1, Kind(name=NUMBER, in_words="groups", probes=_grouped)),
}
