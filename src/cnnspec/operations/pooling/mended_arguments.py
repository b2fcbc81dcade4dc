"""The legal pooling nearest to a bad one."""

from typing import Any

from cnnspec.declaration.case import with_room


def mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: as many axes, the same dtypes and options."""
    maps, size = given["maps"], max(given.get("size", 2), 1)
    given["maps"] = with_room(maps, maps.ndim - 3, size)
    if "size" in given:
        given["size"] = size
    if given.get("stride") is not None:
        given["stride"] = max(given["stride"], 1)
    return given
