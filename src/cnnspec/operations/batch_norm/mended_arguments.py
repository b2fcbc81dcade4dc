"""The legal normalisation nearest to a bad one."""

from typing import Any

import numpy as np

from cnnspec.declaration.case import shaped


def mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: as many axes, the same dtypes and options."""
    if min(given["maps"].shape) == 0:
        shape = tuple(max(size, 1) for size in given["maps"].shape)
        given["maps"] = np.ones(shape, given["maps"].dtype)
    count = given["maps"].shape[-1]
    for name in ("mean", "variance", "scale", "offset"):
        given[name] = shaped(given[name], count)
    given["variance"] = abs(given["variance"])
    return given
