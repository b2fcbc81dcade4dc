"""The curve of a normalisation: what comes of one number of the first map."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnnspec.simulation.hypothesis import Arguments, Array, Floats, bound
from cnnspec.simulation.measurement import Curve, Read

_PLAIN = {
    "maps": np.zeros((1, 41, 1)),
    "mean": np.array([2.0]),
    "variance": np.array([4.0]),
    "scale": np.array([3.0]),
    "offset": np.array([1.0]),
}


def _calls(points: Floats, like: Arguments, company: int) -> Iterator[tuple[dict[str, Any], Read]]:
    """Lay the points in all maps alike; the second company is in reverse order."""
    shape, dtype = np.shape(like["maps"]), np.asarray(like["maps"]).dtype
    places = int(np.prod(shape[:-1]))
    for start in range(0, len(points), places or len(points)):
        part = points[start : start + places]
        laid = np.resize(part[::-1] if company else part, shape[:-1])
        maps = np.repeat(laid[..., np.newaxis], shape[-1], axis=-1).astype(dtype)
        yield {**like, "maps": maps}, bound(_read, len(part), company)


def _read(got: Array, many: int, company: int) -> Floats:
    first = got[..., 0].ravel()[:many]
    return np.asarray(first[::-1] if company else first, np.float64)


MEASUREMENT = Curve(
    across="maps[i, j, 0]",
    up="batch_norm(maps, ...)[i, j, 0]",
    spans=((-8.0, 8.0), (-400.0, 400.0)),
    plain=_PLAIN,
    calls=_calls,
)
