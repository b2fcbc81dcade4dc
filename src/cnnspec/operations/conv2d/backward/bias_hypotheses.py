"""What may be done by mistake in the gradient to the bias."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.backward.layer_hypotheses import of_grad
from cnnspec.operations.conv2d.backward.slots import OF_BIAS, RESULT_BIAS
from cnnspec.simulation import gradients, orders, quantities
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis

Known = Mapping[str, Any]


@cache
def of_bias() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the bias."""
    return tuple(
        chain(
            quantities.nothing(RESULT_BIAS),
            gradients.over_examples("parts", "the gradient to the bias", "images"),
            of_sums(),
            gradients.without(
                of_grad(),
                gradients.in_another_order("images|rows|columns"),
                gradients.ROWS_FOR_COLUMNS,
                gradients.MAPS_FOR_OTHERS,
            ),
            orders.along_axes(RESULT_BIAS),
            quantities.casts(RESULT_BIAS),
            quantities.factors(RESULT_BIAS, _SIZES),
            quantities.normalisations(RESULT_BIAS, {"": (0,)}),
        )
    )


_SIZES: dict[str, Callable[[Any], float]] = {
    "the number of windows of all images": lambda known: np.prod(known["grads"].shape[:3]),
    "the number of windows": lambda known: np.prod(known["grads"].shape[1:3]),
    "the number of filters": lambda known: known["grads"].shape[3],
    "the number of rows of grad": lambda known: known["grads"].shape[1],
    "the number of columns of grad": lambda known: known["grads"].shape[2],
    "the number of pixels": lambda known: np.prod(known["images"].shape[1:3]),
}


def of_sums() -> Iterator[Hypothesis]:
    """Return over what it may be summed otherwise."""

    def one(words: str, of: Callable[[Array, Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis(
            "result", words, lambda _v, known: of(known["grads"], known), OF_BIAS, rank
        )

    yield one("it is not summed over rows and columns: one for each place of the maps is returned",
              lambda g, _k: g.sum(axis=0))  # fmt: skip
    yield one("it is not summed at all: grad itself is returned",
              lambda g, k: g[0] if k["is_single"] else g)  # fmt: skip
    yield one("it is not summed over the images: one for each is returned",
              lambda g, _k: g.sum(axis=(1, 2)))  # fmt: skip
    yield one("it is summed over the maps, not over rows and columns",
              lambda g, k: g[0].sum(axis=2) if k["is_single"] else g.sum(axis=3))  # fmt: skip
    yield one("it is summed over the columns only: one for each row is returned",
              lambda g, _k: g.sum(axis=(0, 2)))  # fmt: skip
    yield one("it is summed over the rows only: one for each column is returned",
              lambda g, _k: g.sum(axis=(0, 1)))  # fmt: skip
    yield one("it is summed over the maps, not over the columns: one for each column is returned",
              lambda g, _k: g.sum(axis=(0, 1, 3)))  # fmt: skip
    yield one("it is summed as if the maps came first: over the last two axes",
              lambda g, k: g[0].sum(axis=(1, 2)) if k["is_single"] else g.sum(axis=(0, 2, 3)),
              COMMON)  # fmt: skip
    yield one("the axes that are summed over are kept: the result is (K, 1)",
              lambda g, _k: g.sum(axis=(0, 1, 2))[:, np.newaxis])  # fmt: skip
    yield one("the axes that are summed over are kept: the result is (1, K)",
              lambda g, _k: g.sum(axis=(0, 1, 2))[np.newaxis])  # fmt: skip
    yield one("the axes that are summed over are kept, all of them",
              lambda g, k: g[0].sum(axis=(0, 1), keepdims=True) if k["is_single"]
              else g.sum(axis=(0, 1, 2), keepdims=True))  # fmt: skip
    yield one("the sum of all of grad is given to each filter",
              lambda g, _k: np.full(g.shape[3], g.sum()))  # fmt: skip
    yield one("the sum of all of grad is returned: a single number", lambda g, _k: g.sum())
    yield one("the mean of all of grad is given to each filter",
              lambda g, _k: np.full(g.shape[3], g.mean()), KNOWN)  # fmt: skip
    yield one("only the last row of grad counts: the sum starts again for each",
              lambda g, _k: g[:, -1].sum(axis=(0, 1)), KNOWN)  # fmt: skip
    yield one("only the last element of each map counts: it is stored, not added",
              lambda g, _k: g[:, -1, -1].sum(axis=0), KNOWN)  # fmt: skip
    yield one("only the last element of the last image's map counts: it is stored, not added",
              lambda g, _k: g[-1, -1, -1], KNOWN)  # fmt: skip
    yield one("only the diagonal of each map counts",
              lambda g, _k: np.trace(g, axis1=1, axis2=2).sum(axis=0), ODD)  # fmt: skip
    yield one("it is summed over as many rows and columns as there are rows",
              lambda g, _k: g[:, : min(g.shape[1:3]), : min(g.shape[1:3])].sum(axis=(0, 1, 2)),
              KNOWN)  # fmt: skip
    yield one("grad is multiplied by the sum of its filter's weights",
              lambda g, k: g.sum(axis=(0, 1, 2)) * k["kernels"].sum(axis=(1, 2, 3)),
              ODD)  # fmt: skip
    yield one("grad is multiplied by the sum of the image",
              lambda g, k: np.einsum("nijk,n->k", g, k["images"].sum(axis=(1, 2, 3))),
              ODD)  # fmt: skip
