"""What adapters make of calls of a log-softmax: other axes."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.adapter_readings import Reading, Trial, numbers, reading

Array = NDArray[Any]


def trials() -> list[Trial]:
    """Return those of rows of logits."""
    probes = [{"logits": np.sin(numbers(*rows))} for rows in ((3, 4), (2, 2))]
    return [Trial([*probes], _readings)]


def _log_softmax(logits: Array, axis: int | None = -1) -> Array:
    below = logits - np.max(logits, axis=axis, keepdims=True)
    found: Array = below - np.log(np.sum(np.exp(below), axis=axis, keepdims=True))
    return found


def _readings() -> Iterator[Reading]:
    yield reading([], _log_softmax)
    for axis, said in {
        0: "the log-softmax runs along the first axis",
        None: "the log-softmax runs over all axes at once",
    }.items():
        yield reading([(said, "take the last axis: axis=-1")], partial(_log_softmax, axis=axis))
