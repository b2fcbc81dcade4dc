"""The legal dense layer nearest to a bad one."""

from typing import Any

from cnnspec.declaration.case import shaped


def mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: as many axes, the same dtypes."""
    nodes = given["weights"].shape[-1]
    given["weights"] = shaped(given["weights"], given["x"].size, nodes)
    given["bias"] = shaped(given["bias"], nodes)
    return given
