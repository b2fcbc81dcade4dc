"""A mistake of values refuses whatever the reference refuses: else it is two mistakes."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.faults import FAULTS, Fault
from cnnspec.faults.manners import RIGHT
from cnnspec.subject.guard import quiet

Array = NDArray[Any]
Call = tuple[tuple[Any, ...], dict[str, Any]]

#: Faults whose very point is what they do not refuse.
TAKE_MORE = {
    "conv2d-bias-as-a-column-broadcast",
    "conv2d-channel-mismatch-broadcast",
    "conv2d-even-accepted",
    "conv2d-gray-filters-on-colour",
    "conv2d-long-bias-accepted",
    "conv2d-oblong-accepted",
    "conv2d-short-bias-broadcast",
    "conv2d-stride-0-accepted",
    "conv2d-too-large-empty",
    "conv2d-too-large-filled-with-zeros",
    "conv2d-unknown-padding-accepted",
    "cross_entropy-label-clipped",
    "cross_entropy-label-cut-off",
    "cross_entropy-label-one-too-high",
    "cross_entropy-label-wraps",
    "cross_entropy-negative-label",
    "dense-bias-as-a-column-broadcast",
    "dense-long-bias-cut",
    "dense-longer-input-cut",
    "dense-short-bias-broadcast",
    "dense-single-input-broadcast",
    "max_pool2d-negative-stride-accepted",
    "max_pool2d-stride-0-accepted",
    "max_pool2d-too-large-accepted",
    "max_pool2d-too-large-empty",
    "softmax_layer-single-input-broadcast",
}


def numbers(*shape: int) -> Array:
    """Return some numbers of both signs."""
    return np.arange(np.prod(shape, dtype=int)).reshape(shape) % 5 - 1.5


GRAY, COLOUR, BATCH = numbers(5, 6), numbers(5, 6, 2), numbers(2, 5, 6, 2)
FOR_GRAY, FOR_COLOUR = numbers(3, 3, 3), numbers(3, 3, 3, 2)
THIRDS = np.array([0.2, 0.3, 0.5])

#: Filters that are refused in the article profile only.
OF_THE_ARTICLE: dict[str, Call] = {
    "oblong": ((GRAY, numbers(2, 3, 5)), {}),
    "oblong the other way": ((COLOUR, numbers(2, 5, 3, 2)), {}),
    "even": ((GRAY, numbers(2, 2, 2)), {}),
    "even in colour": ((COLOUR, numbers(2, 4, 4, 2)), {}),
}

CONV2D: dict[str, Call] = {
    "too few channels": ((numbers(5, 6, 1), FOR_COLOUR), {}),
    "too many channels": ((numbers(5, 6, 3), FOR_COLOUR), {}),
    "filters of one channel": ((COLOUR, numbers(3, 3, 3, 1)), {}),
    "too few channels in a batch": ((numbers(2, 5, 6, 1), FOR_COLOUR), {}),
    "gray filters on colour": ((COLOUR, FOR_GRAY), {}),
    "gray filters on a batch": ((BATCH, FOR_GRAY), {}),
    "filters of colour on gray": ((GRAY, FOR_COLOUR), {}),
    "too large": ((numbers(2, 6), FOR_GRAY), {}),
    "too large in colour": ((numbers(6, 2, 2), FOR_COLOUR), {}),
    "much too large": ((numbers(2, 2), numbers(1, 7, 7)), {}),
    "long bias": ((GRAY, FOR_GRAY, numbers(4)), {}),
    "long bias of one filter": ((GRAY, numbers(1, 3, 3), numbers(2)), {}),
    "long bias of one filter in colour": ((COLOUR, numbers(1, 3, 3, 2), numbers(3)), {}),
    "long bias with a stride": ((GRAY, FOR_GRAY, numbers(4)), {"stride": 2}),
    "long bias with a margin": ((GRAY, FOR_GRAY, numbers(4)), {"padding": "same"}),
    "long bias in a batch": ((BATCH, FOR_COLOUR, numbers(4)), {}),
    "short bias": ((GRAY, FOR_GRAY, numbers(2)), {}),
    "bias of one number": ((GRAY, FOR_GRAY, numbers(1)), {}),
    "bias of a column": ((GRAY, FOR_GRAY, numbers(3, 1)), {}),
    "bias of a row": ((COLOUR, FOR_COLOUR, numbers(1, 3)), {}),
    "a number as bias": ((GRAY, FOR_GRAY, np.float64(1)), {}),
    "stride 0": ((GRAY, FOR_GRAY), {"stride": 0}),
    "negative stride": ((COLOUR, FOR_COLOUR), {"stride": -1}),
    "half a stride": ((COLOUR, FOR_COLOUR), {"stride": 1.5}),
    "unknown padding": ((GRAY, FOR_GRAY), {"padding": "full"}),
    "padding in capitals": ((GRAY, FOR_GRAY), {"padding": "SAME"}),
    "no rows": ((numbers(0, 6), FOR_GRAY), {}),
    "no channels": ((numbers(5, 6, 0), numbers(1, 3, 3, 0)), {}),
    "text": ((np.full((4, 4), "a"), FOR_GRAY), {}),
    "five axes": ((numbers(1, 1, 5, 6, 2), FOR_COLOUR), {}),
    "one axis": ((numbers(6), FOR_GRAY), {}),
    "a filter alone": ((GRAY, numbers(3, 3)), {}),
}

POOLING: dict[str, Call] = {
    "stride 0": ((numbers(4, 4, 2), 2, 0), {}),
    "negative stride": ((numbers(4, 4, 2), 2, -1), {}),
    "size 0": ((numbers(4, 4, 2), 0), {}),
    "too large": ((numbers(3, 3, 2), 4), {}),
    "too large for the rows": ((numbers(3, 6, 2), 4), {}),
    "two axes": ((numbers(4, 4), 2), {}),
    "five axes": ((numbers(1, 1, 4, 4, 1),), {}),
    "half a size": ((numbers(4, 4, 2), 1.5), {}),
    "half a stride": ((numbers(4, 4, 2), 2, 1.5), {}),
    "text": ((np.full((4, 4, 1), "a"),), {}),
    "no rows": ((numbers(0, 4, 1),), {}),
}

DENSE: dict[str, Call] = {
    "short input": ((numbers(3), numbers(4, 2), numbers(2)), {}),
    "long input": ((numbers(5), numbers(4, 2), numbers(2)), {}),
    "long map": ((numbers(3, 2), numbers(4, 2), numbers(2)), {}),
    "one input": ((numbers(1), numbers(4, 2), numbers(2)), {}),
    "long bias": ((numbers(4), numbers(4, 2), numbers(3)), {}),
    "bias of one number": ((numbers(4), numbers(4, 2), numbers(1)), {}),
    "bias of a row": ((numbers(4), numbers(4, 2), numbers(1, 2)), {}),
    "bias of a column": ((numbers(4), numbers(4, 2), numbers(2, 1)), {}),
    "weights of one axis": ((numbers(4), numbers(4), numbers(1)), {}),
    "weights of three axes": ((numbers(4), numbers(4, 2, 1), numbers(2)), {}),
    "transposed weights": ((numbers(4), numbers(2, 4), numbers(2)), {}),
}

BAD: dict[str, dict[str, Call]] = {
    "conv2d": CONV2D,
    "relu": {"text": ((np.full((2, 2), "a"),), {})},
    "max_pool2d": POOLING,
    "min_pool2d": POOLING,
    "avg_pool2d": POOLING,
    "dense": DENSE,
    "softmax_layer": DENSE,
    "softmax": {
        "a number": ((np.float64(1),), {}),
        "no logits": ((numbers(0),), {}),
        "rows of no logits": ((numbers(2, 0),), {}),
        "text": ((np.full(3, "a"),), {}),
    },
    "cross_entropy": {
        "label beyond": ((THIRDS, 3), {}),
        "label far beyond": ((THIRDS, 7), {}),
        "negative label": ((THIRDS, -1), {}),
        "very negative label": ((THIRDS, -4), {}),
        "half a label": ((THIRDS, 1.5), {}),
        "two axes": ((THIRDS[np.newaxis], 0), {}),
        "no classes": ((numbers(0), 0), {}),
    },
}


def _bad_calls(fault: Fault) -> Iterator[tuple[str, Call]]:
    yield from BAD.get(fault.operation, {}).items()
    if fault.operation == "conv2d" and fault.profile == "article":
        yield from OF_THE_ARTICLE.items()


def _is_refused(function: Any, call: Call) -> bool:
    args = [arg.copy() if isinstance(arg, np.ndarray) else arg for arg in call[0]]
    try:
        with quiet(), np.errstate(all="ignore"):
            function(*args, **call[1])
    except (Exception, SystemExit):  # noqa: BLE001 - whatever is raised refuses
        return True
    return False


@pytest.mark.parametrize("operation", BAD)
def test_the_reference_refuses_all_of_these(operation: str) -> None:
    calls = {**BAD[operation], **(OF_THE_ARTICLE if operation == "conv2d" else {})}
    taken = [name for name, call in calls.items() if not _is_refused(RIGHT[operation], call)]
    assert not taken


@pytest.mark.parametrize("operation", BAD)
def test_a_mistake_of_values_refuses_what_the_reference_refuses(operation: str) -> None:
    faults = [fault for fault in FAULTS.values() if fault.operation == operation]
    taken = {
        fault.id: [name for name, call in _bad_calls(fault) if not _is_refused(fault.make(), call)]
        for fault in faults
    }
    taking = {identity: names for identity, names in taken.items() if names}
    assert taking.keys() == TAKE_MORE & taken.keys(), taking


def test_what_takes_more_is_among_the_mistakes() -> None:
    assert {fault.id for fault in FAULTS.values() if fault.operation in BAD} >= TAKE_MORE
