"""Dtypes of arguments, in which other arrays may be kept by mistake."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.simulation.hypothesis import KNOWN, Hypothesis
from cnnspec.simulation.orders import Data
from cnnspec.simulation.quantities import cut, wrapped

Floats = NDArray[np.float64]


def in_dtype_of(data: Data, other: str, name: str) -> Hypothesis:
    """Return that an array is kept in another argument's dtype: its slot knows the ``dtypes``.

    These are of the arguments, by name.
    """
    return Hypothesis(
        data.slot,
        f"{data.name} are kept in the dtype of {name}: fractions and digits that it cannot hold are"
        " lost",
        lambda value, known: _kept(value, known["dtypes"].get(other)),
        data.as_it_is,
        KNOWN,
    )


def _kept(values: Floats, dtype: np.dtype[Any] | None) -> Floats:
    if dtype is None:
        return values
    if dtype.kind in "iu":
        whole, info = cut(values), np.iinfo(dtype)
        fits = (whole >= info.min) & (whole <= info.max)
        return whole if fits.all() else np.where(fits, whole, wrapped(dtype.name)(whole))
    return np.asarray(values.astype(dtype).astype(np.float64))


def dtypes_of(**arguments: Any) -> dict[str, np.dtype[Any]]:
    """Return the dtypes of a call's arguments, of those that are given."""
    return {n: np.asarray(value).dtype for n, value in arguments.items() if value is not None}
