"""The trained network of ``fixtures/``, and what it makes of the test set in exact arithmetic."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.data import DataError, fixtures_folder
from cnnspec.operations.network.exact import Parameters

#: Where training/train.py and training/golden.py put them.
PARAMETERS = "mnist_network.npz"
LOGITS = "mnist_logits.npz"
TRACES = "mnist_traces.npz"


@cache
def trained_network() -> Parameters:
    """Return the trained parameters, which float16 holds exactly, as float64.

    Raises
    ------
    DataError
        If the fixture is missing or is not what it should be.
    """
    found = _read(PARAMETERS)
    try:
        return Parameters(**found)
    except TypeError:
        raise DataError(f"{PARAMETERS} holds {sorted(found)} instead of the parameters") from None


@cache
def golden_logits() -> NDArray[np.float32]:
    """Return the exact logits (10000, 10) of the test set, rounded to float32."""
    (found,) = _read(LOGITS).values()
    return found.astype(np.float32)


@cache
def golden_traces() -> dict[int, dict[str, NDArray[np.float64]]]:
    """Return every layer of a few images of the test set, by index, rounded to float64."""
    found: dict[int, dict[str, NDArray[np.float64]]] = {}
    for name, values in _read(TRACES).items():
        index, _, layer = name.partition("_")
        found.setdefault(int(index), {})[layer] = values
    return found


def _read(name: str) -> dict[str, NDArray[np.float64]]:
    file = fixtures_folder() / name
    try:
        with np.load(file, allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except (OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read ({error}); install cnnspec anew") from error
