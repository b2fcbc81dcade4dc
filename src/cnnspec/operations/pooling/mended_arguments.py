"""The legal pooling nearest to a bad one."""

from typing import Any

from cnnspec.declaration.case import with_room
from cnnspec.exact.windows import pair_of

#: The least that options may be.
_LEAST = {"size": 1, "stride": 1, "dilation": 1, "padding": 0}


def mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: as many axes, the same dtypes and options."""
    for name, least in _LEAST.items():
        if given.get(name) is not None:
            given[name] = _at_least(given[name], least)
    sizes, dilations = pair_of(given.get("size", 2)), pair_of(given.get("dilation", 1))
    if "padding" in given:
        given["padding"] = _at_most(given["padding"], min(sizes) // 2)
    reaches = (d * (size - 1) + 1 for d, size in zip(dilations, sizes, strict=True))
    maps = given["maps"]
    given["maps"] = with_room(maps, maps.ndim - 3, max(reaches))
    return given


def _at_least(value: Any, least: int) -> Any:
    """Return an option that is a number, or a pair of them."""
    return tuple(max(n, least) for n in value) if isinstance(value, tuple) else max(value, least)


def _at_most(value: Any, most: int) -> Any:
    return tuple(min(n, most) for n in value) if isinstance(value, tuple) else min(value, most)
