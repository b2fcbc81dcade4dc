"""What may be done with the numbers of a convolution by mistake: roundings, factors."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.slots import BIAS, FILTERS, FORMULA, IMAGE, MAPS
from cnnspec.simulation import dtypes, quantities
from cnnspec.simulation.hypothesis import ODD, Ask, Floats, Hypothesis
from cnnspec.simulation.orders import Data
from cnnspec.simulation.thresholds import measured_threshold

Known = Mapping[str, Any]


_WEIGHTS = Data("filters", "the weights", FILTERS.axes, FILTERS.remedy)
_PIXELS = Data("image", "the pixels", IMAGE.axes, FORMULA)


def measured_thresholds(ask: Ask) -> Iterator[Hypothesis]:
    """Return which weights and which pixels are taken for 0, for they are small."""

    def weights(numbers: Floats) -> Floats | None:
        seen = ask({"image": np.ones((1, 1)), "filters": numbers[:, np.newaxis, np.newaxis]})
        return None if seen is None else seen.ravel()

    def pixels(numbers: Floats) -> Floats | None:
        seen = ask({"image": numbers[np.newaxis], "filters": np.ones((1, 1, 1))})
        return None if seen is None else seen.ravel()

    yield from measured_threshold(_WEIGHTS, weights)
    yield from measured_threshold(_PIXELS, pixels)


def of_numbers() -> Iterator[Hypothesis]:
    """Return what the numbers in the slots are taken for."""

    def side(known: Known) -> float:
        return float(known["kernels"].shape[1])

    named = {
        "the filter's size": side,
        "the number of weights f * f": lambda known: side(known) ** 2,
        "the number of weights f * f * C": lambda known: np.prod(known["kernels"].shape[1:]),
        "the number of channels": lambda known: known["kernels"].shape[-1],
        "the number of filters": lambda known: known["kernels"].shape[0],
    }
    of_maps = {
        **named,
        "stride * stride": lambda known: known["strides"][0] * known["strides"][1],
        "the sum of the filter's weights": lambda known: known["kernels"].sum(axis=(1, 2, 3)),
    }
    weights, pixels = _WEIGHTS, _PIXELS
    yield from quantities.normalisations(
        weights, {"of each filter": (1, 2, 3), "": (0, 1, 2, 3), "of each channel": (1, 2)}
    )
    yield from quantities.normalisations_above_one(weights, {"of each filter": (1, 2, 3)})
    results = Data("maps", "the results", MAPS.axes, FORMULA)
    for many, its in ((pixels, named), (results, of_maps)):
        yield from quantities.casts(many)
        yield from quantities.factors(many, its)
    yield from quantities.of_both("operands", "image and filters")
    yield from quantities.casts(weights)
    yield from quantities.factors(weights, {})
    yield from quantities.casts(BIAS)
    yield from quantities.factors(BIAS, named)
    yield from quantities.normalisations(
        pixels,
        {
            "": (0, 1, 2, 3),
            "of each image": (1, 2, 3),
            "of each channel": (1, 2),
            "of each pixel": (3,),
        },
    )
    yield from quantities.normalisations(
        results,
        {
            "of each map": (1, 2),
            "": (0, 1, 2, 3),
            "of each place": (3,),
            "of each image": (1, 2, 3),
        },
    )
    for many in (pixels, results):
        yield from quantities.small_as_zero(many)
    sums = Data("sums", "the sums before the bias", MAPS.axes, FORMULA)
    for one, other, name in (
        (sums, "image", "the image"),
        (sums, "filters", "the filters"),
        (results, "image", "the image"),
        (results, "filters", "the filters"),
        (pixels, "filters", "the filters"),
        (weights, "image", "the image"),
        (BIAS, "image", "the image"),
        (BIAS, "filters", "the filters"),
    ):
        yield dtypes.in_dtype_of(one, other, name)
    yield Hypothesis(
        "sums",
        "each window is reduced by its mean",
        lambda _value, known: np.tensordot(
            known["patches"] - known["patches"].mean(axis=(3, 4, 5), keepdims=True),
            known["kernels"],
            axes=([3, 4, 5], [1, 2, 3]),
        ),
        FORMULA,
        ODD,
    )
