"""The legal transposed convolution nearest to a bad one."""

from typing import Any

from cnnspec.declaration.case import shaped
from cnnspec.exact.windows import pair_of
from cnnspec.operations.conv_transpose2d.geometry import Along, along, maps_of


def mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: as many axes, the same dtypes and options."""
    channels = given["image"].shape[-1]
    filters = given["filters"]
    (down, across), count = (*filters.shape[1:3], 1, 1)[:2], filters.shape[-1]
    given["filters"] = shaped(filters, channels, down, across, count)
    if "groups" in given and (given["groups"] < 1 or channels % given["groups"]):
        given["groups"] = 1
    for name in ("stride", "dilation"):
        if name in given and min(pair_of(given[name])) < 1:
            given[name] = 1
    if given.get("bias") is not None:
        given["bias"] = shaped(given["bias"], maps_of(given))
    least = [max(one.stride, one.dilation) for one in _along(given, output_padding=0)]
    added = pair_of(given.get("output_padding", 0))
    if "output_padding" in given and not all(
        0 <= a < most for a, most in zip(added, least, strict=True)
    ):
        given["output_padding"] = 0
    sides = _along(given)
    if "padding" in given and any(min(one.margin) < 0 or one.result < 1 for one in sides):
        given["padding"] = 0
    return given


def _along(given: dict[str, Any], **options: Any) -> tuple[Along, Along]:
    return along({**given, **options})
