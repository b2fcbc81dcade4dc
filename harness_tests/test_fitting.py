"""Added axes: which arguments get them, and which results lose them again."""

from typing import Any

import numpy as np
import pytest

from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.fitting import fitted

#: Arguments of convolutions, and of a dense layer, of one image without channels and of one row.
GRAY = {"grad": np.ones((3, 2, 1)), "image": np.ones((5, 4)), "filters": np.ones((1, 3, 3))}
ONE_ROW = {"grad": np.ones(2), "x": np.ones(1), "weights": np.ones((1, 2))}


def fit(operation: str, given: dict[str, Any], *ranks: int) -> Any:
    found = fitted(OPERATIONS[operation], dict(given), frozenset(ranks), ())
    assert found is not None
    return found


def test_one_row_is_handed_over_as_a_batch_of_one() -> None:
    for operation in ("dense_grad_x", "dense_grad_weights", "dense_grad_bias"):
        given, _ = fit(operation, ONE_ROW, 2)
        shapes = {name: value.shape for name, value in given.items()}
        assert shapes == {"grad": (1, 2), "x": (1, 1), "weights": (1, 2)}, operation


@pytest.mark.parametrize(
    ("operation", "given", "result", "expected"),
    [
        ("dense_grad_x", ONE_ROW, (1, 1), (1,)),
        ("conv2d_grad_image", GRAY, (1, 5, 4, 1), (5, 4)),
        ("max_pool2d_backward", {"grad": np.ones((2, 2, 1)), "maps": np.ones((4, 4, 1))},
         (1, 4, 4, 1), (4, 4, 1)),
    ],
)  # fmt: skip
def test_a_result_that_has_one_for_each_of_a_batch_loses_that_axis(
    operation: str, given: dict[str, Any], result: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    _, back = fit(operation, given, 2 if "x" in given else 4)
    assert back(np.ones(result)).shape == expected


@pytest.mark.parametrize(
    ("operation", "given", "result"),
    [
        # One input, one filter: the first axis is 1 long, and no batch of one.
        ("dense_grad_weights", ONE_ROW, (1, 2)),
        ("dense_grad_bias", ONE_ROW, (1,)),
        ("conv2d_grad_bias", GRAY, (1,)),
        ("conv_transpose2d_grad_bias", {**GRAY, "image": np.ones((5, 4, 1))}, (1,)),
    ],
)
def test_a_result_for_all_of_a_batch_keeps_its_axes(
    operation: str, given: dict[str, Any], result: tuple[int, ...]
) -> None:
    _, back = fit(operation, given, 2 if "x" in given else 4)
    assert back(np.ones(result)).shape == result


@pytest.mark.parametrize(
    ("operation", "result", "expected"),
    [
        ("conv2d_grad_image", (5, 4, 1), (5, 4)),
        ("conv2d_grad_filters", (1, 3, 3, 1), (1, 3, 3)),
        # The last axis is of filters there.
        ("conv2d_grad_bias", (1,), (1,)),
        ("conv2d", (3, 2, 1), (3, 2, 1)),
    ],
)
def test_a_channel_that_was_added_is_taken_away_where_the_result_has_it(
    operation: str, result: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    names = OPERATIONS[operation].required
    arguments = {name: value for name, value in GRAY.items() if name in names}
    given, back = fit(operation, arguments, 3)
    assert given["image"].shape == (5, 4, 1)
    assert given["filters"].shape == (1, 3, 3, 1)
    assert back(np.ones(result)).shape == expected


def test_channels_that_were_not_added_stay() -> None:
    _, back = fit("conv2d_grad_filters", {**GRAY, "image": np.ones((5, 4, 1))}, 3)
    assert back(np.ones((1, 3, 3, 1))).shape == (1, 3, 3, 1)


def test_the_filters_of_a_batch_of_one_gray_image_lose_their_channel_alone() -> None:
    _, back = fit("conv2d_grad_filters", GRAY, 4)
    assert back(np.ones((1, 3, 3, 1))).shape == (1, 3, 3)
