"""What may be done in the slots of a normalisation's gradients instead of what is due."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from cnnspec.operations.batch_norm.hypotheses import hypotheses as of_forward
from cnnspec.simulation import gradients, orders, quantities
from cnnspec.simulation.hypothesis import COMMON, KNOWN, Array, Hypothesis, bound
from cnnspec.simulation.orders import Axis, Data

Known = Mapping[str, Any]

OF_MAPS = "grad_maps = grad * scale / sqrt(variance + epsilon)"
OF_MEAN = "grad_mean = -grad * scale / sqrt(variance + epsilon), summed over each map"
OF_VARIANCE = (
    "grad_variance = -grad * (maps - mean) * scale / (2 * (variance + epsilon)^1.5), summed over"
    " each map"
)
OF_SCALE = "grad_scale = grad * (maps - mean) / sqrt(variance + epsilon), summed over each map"
OF_OFFSET = "grad_offset = grad, summed over each map"

_AXES = (
    Axis("image", "images"),
    Axis("row", "rows"),
    Axis("column", "columns"),
    Axis("map", "maps"),
)
_GRAD = Data("grad", "the incoming gradient", _AXES, "use grad as it came", "is")

#: The slots that these have in common with the layer itself.
_SHARED = (
    *("maps", "mean", "variance", "scale", "parameters", "lying", "statistics"),
    *("epsilon", "deviation", "centred"),
)

#: What shows in none of these gradients: there is no offset, and variances are positive.
_NEVER = (
    r"^parameters: .*offset",
    r"^variance: .*(\(a ReLU\)|\(their absolute values are taken\)|the range from 0 to 255)$",
)

#: What does not show where the maps and their mean are not in the formula.
_OF_DISTANCES = (r"^(maps|mean|centred): ", r"^statistics: .*in the place of the mean ")

#: What does not show where it is the incoming gradient alone that is summed.
_OF_ORDER = (gradients.in_another_order("images|rows|columns"), gradients.ROWS_FOR_COLUMNS)


def _one(
    slot: str, words: str, of: Callable[[Known], Any], remedy: str, rank: int = COMMON
) -> Hypothesis:
    return Hypothesis(slot, words, lambda _value, known: of(known), remedy, rank)


@cache
def of_maps() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the maps."""
    result = Data("result", "the results", _AXES, OF_MAPS)
    return tuple(
        chain(
            quantities.nothing(result),
            _of_training(),
            _of_factors("whole", OF_MAPS, lambda k: k["g"], {"s": "scale", "d": "deviation"}),
            _of_whole(),
            gradients.without(_common(result, OF_MAPS), *_OF_DISTANCES),
            orders.of_axes(result, (1, 2, 3)),
            quantities.normalisations(result, {"of each map": (0, 1, 2)}),
        )
    )


def _of_training() -> Iterator[Hypothesis]:
    remedy = "in inference mean and variance are given numbers: grad * scale / deviation is all"

    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return _one("whole", words, of, remedy, rank)

    for where, axes in (
        ("each map over all images", (0, 1, 2)),
        ("each map of each image", (1, 2)),
    ):
        for name, own in (("as are given", False), ("of its own", True)):
            yield one(
                "it is the gradient of training: it lacks the means of grad and of grad times the"
                f" normalised maps, over {where}, with mean and variance {name}",
                bound(_trained, axes, own, (True, True)),
                COMMON if own else KNOWN,
            )
        yield one(f"the mean of grad is subtracted, over {where}, as in training",
                  bound(_trained, axes, False, (True, False)))  # fmt: skip
        yield one("the part of the variance is subtracted, as in training, over " + where,
                  bound(_trained, axes, False, (False, True)), KNOWN)  # fmt: skip


def _trained(k: Known, axes: tuple[int, ...], own: bool, parts: tuple[bool, bool]) -> Array:
    """Return the gradient where mean and variance are functions of the maps."""
    x = k["x"]
    m = x.mean(axis=axes, keepdims=True) if own else k["m"]
    d = np.sqrt(x.var(axis=axes, keepdims=True) + k["e"]) if own else k["d"]
    normalised, g = (x - m) / d, k["g"]
    found = g
    if parts[0]:
        found = found - g.mean(axis=axes, keepdims=True)
    if parts[1]:
        found = found - normalised * (g * normalised).mean(axis=axes, keepdims=True)
    return np.asarray(found * k["s"] / d)


def _of_whole() -> Iterator[Hypothesis]:
    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return _one("whole", words, of, OF_MAPS, rank)

    yield one("the result is multiplied by the normalised maps: that is part of the gradient to the"
              " scale", lambda k: k["g"] * k["s"] * k["centred"] / k["d"] ** 2)  # fmt: skip
    yield one("the normalised maps stand in the place of the result",
              lambda k: k["centred"] / k["d"] * k["s"])  # fmt: skip
    yield one("grad itself is normalised: the mean is subtracted from it, and the scale multiplied",
              lambda k: (k["g"] - k["m"]) / k["d"] * k["s"])  # fmt: skip
    yield one("the mean is subtracted from the result",
              lambda k: k["g"] * k["s"] / k["d"] - k["m"], KNOWN)  # fmt: skip
    yield one("the incoming gradient comes through as it is", lambda k: k["g"])
    for words, part in (("image", (slice(0, 1),)), ("map", (..., slice(0, 1)))):
        yield Hypothesis(
            "result",
            f"only the first {words} is treated: elsewhere the gradient comes through as it is",
            bound(_part, part), OF_MAPS, COMMON,
        )  # fmt: skip


def _part(value: Array, known: Known, where: Any) -> Array:
    result = np.array(known["g"])
    result[where] = value[where]
    return result


def _of_factors(
    slot: str,
    remedy: str,
    of: Callable[[Known], Array],
    names: Mapping[str, str],
) -> Iterator[Hypothesis]:
    """Return what may be done with the factors ``s / d``, beside what else is multiplied."""

    def one(words: str, change: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return _one(slot, words, change, remedy, rank)

    yield one("the scale is taken as 1: nothing is multiplied by it", lambda k: of(k) / k["d"])
    yield one("it is divided by the scale, not multiplied",
              lambda k: of(k) / k["s"] / k["d"])  # fmt: skip
    yield one("the scale is multiplied twice", lambda k: of(k) * k["s"] ** 2 / k["d"])
    yield one("the scale loses its sign", lambda k: of(k) * np.abs(k["s"]) / k["d"], KNOWN)
    if "d" in names:
        yield one("neither the scale nor the deviation is used", of)


def _summed(
    remedy: str,
    to: str,
    own: Iterator[Hypothesis],
    apart: Callable[[Known], Any],
    never: tuple[str, ...],
) -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to a parameter, without some of it."""
    data = Data("result", "the results", (Axis("map", "maps"),), remedy)

    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return _one("result", words, of, remedy, rank)

    sums = (
        one("it is averaged over images, rows and columns, not summed",
            lambda k: k["parts"].mean(axis=(0, 1, 2))),
        one("it is summed over images only: there is one for each place",
            lambda k: k["parts"].sum(axis=0)),
        one("it is summed over rows and columns only: there is one for each image",
            lambda k: k["parts"].sum(axis=(1, 2))),
        one("it is not summed: there is one for each number", lambda k: k["parts"]),
        one("it is summed over the maps, too, and each map gets the sum of all",
            lambda k: np.full(k["parts"].shape[-1], k["parts"].sum())),
        one("it is summed over the maps, too: there is one number", lambda k: k["parts"].sum()),
        one("the axes that are summed over are kept",
            lambda k: k["parts"].sum(axis=(0, 1, 2), keepdims=True)),
        one("it is averaged over rows and columns, and summed over images",
            lambda k: k["parts"].mean(axis=(1, 2)).sum(axis=0)),
        one("only the first row counts", lambda k: k["parts"][:, 0].sum(axis=(0, 1)), KNOWN),
        one("only the first column counts",
            lambda k: k["parts"][:, :, 0].sum(axis=(0, 1)), KNOWN),
        one("the last row is left out", lambda k: k["parts"][:, :-1].sum(axis=(0, 1, 2)), KNOWN),
        one("the last column is left out",
            lambda k: k["parts"][:, :, :-1].sum(axis=(0, 1, 2)), KNOWN),
        one("grad and the rest are summed apart, and the sums multiplied", apart, KNOWN),
    )  # fmt: skip
    return tuple(
        chain(
            quantities.nothing(data),
            gradients.over_examples("of images", f"the gradient to the {to}", "images"),
            own,
            sums,
            gradients.without(_common(data, remedy), *never),
            quantities.normalisations(data, {"": (0,)}),
        )
    )


def _common(result: Data, remedy: str) -> Iterator[Hypothesis]:
    yield from gradients.incoming("grad")
    yield from gradients.without((one for one in of_forward() if one.slot in _SHARED), *_NEVER)
    yield from orders.along_axes(_GRAD)
    yield from orders.of_axes(_GRAD, (1, 2, 3))
    yield from orders.along_axes(result)
    yield from quantities.casts(_GRAD)
    yield from quantities.casts(result)
    yield from quantities.factors(result, {})
    for words, of in (
        ("is divided by the number of all numbers of a map",
         lambda k: k["x"][..., 0].size),
        ("is divided by rows times columns", lambda k: k["x"][0, ..., 0].size),
        ("is divided by the number of images", lambda k: len(k["x"])),
    ):  # fmt: skip
        yield Hypothesis(
            "result", f"the result {words}",
            bound(lambda value, known, of: value / of(known), of), remedy, COMMON,
        )  # fmt: skip


@cache
def of_mean() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the means."""

    def own() -> Iterator[Hypothesis]:
        yield _one("parts", "the sign is lost: the mean is subtracted in the layer",
                   lambda k: k["g"] * k["s"] / k["d"], OF_MEAN)  # fmt: skip
        yield _one("parts", "it is multiplied by the normalised maps",
                   lambda k: -k["g"] * k["s"] * k["centred"] / k["d"] ** 2, OF_MEAN)  # fmt: skip
        yield from _of_factors("parts", OF_MEAN, lambda k: -k["g"], {"d": "deviation"})

    return _summed(OF_MEAN, "means", own(), lambda k: -k["g"].sum(axis=(0, 1, 2)),
                   (*_OF_DISTANCES, *_OF_ORDER))  # fmt: skip


@cache
def of_variance() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the variances."""

    def part(power: float, factor: float = -0.5) -> Callable[[Known], Array]:
        return lambda k: np.asarray(factor * k["g"] * k["centred"] * k["s"] / k["d"] ** power)

    def own() -> Iterator[Hypothesis]:
        yield _one("parts", "the sign is lost: it computes + 1/2, where - 1/2 is due",
                   part(3, 0.5), OF_VARIANCE)  # fmt: skip
        yield _one("parts", "the factor 1/2 is missing", part(3, -1.0), OF_VARIANCE)
        yield _one("parts", "the factor -1/2 is missing", part(3, 1.0), OF_VARIANCE)
        yield _one("parts", "the power is -1/2, not -3/2: it is divided by the deviation alone",
                   part(1), OF_VARIANCE)  # fmt: skip
        yield _one("parts", "the power is -1, not -3/2", part(2), OF_VARIANCE)
        yield _one("parts", "the power is -3, not -3/2: the root is missing", part(6), OF_VARIANCE)
        yield _one("parts", "the power is -2, not -3/2", part(4), OF_VARIANCE)
        yield _one("parts", "it is the gradient to the deviation, not to the variance",
                   part(2, -1.0), OF_VARIANCE)  # fmt: skip
        yield _one("parts", "the maps are not multiplied: x - mean is missing",
                   lambda k: -0.5 * k["g"] * k["s"] / k["d"] ** 3, OF_VARIANCE)  # fmt: skip
        yield from _of_factors(
            "parts", OF_VARIANCE, lambda k: -0.5 * k["g"] * k["centred"] / k["d"] ** 2, {}
        )

    def apart(k: Known) -> Array:
        sums = k["g"].sum(axis=(0, 1, 2)) * k["centred"].sum(axis=(0, 1, 2))
        return np.asarray(-0.5 * sums * (k["s"] / k["d"] ** 3).ravel())

    return _summed(OF_VARIANCE, "variances", own(), apart, ())


@cache
def of_scale() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the scales."""

    def own() -> Iterator[Hypothesis]:
        yield _one("parts", "the maps stand in the place of the normalised ones",
                   lambda k: k["g"] * k["x"], OF_SCALE)  # fmt: skip
        yield _one("parts", "the maps are centred, and not divided by the deviation",
                   lambda k: k["g"] * k["centred"], OF_SCALE)  # fmt: skip
        yield _one("parts", "the scale is multiplied, too: the layer's result, without the offset,"
                   " stands in the place of the normalised maps",
                   lambda k: k["g"] * k["centred"] / k["d"] * k["s"], OF_SCALE)  # fmt: skip
        yield _one("parts", "the normalised maps are missing: it is the gradient to the offset",
                   lambda k: k["g"], OF_SCALE)  # fmt: skip
        yield _one("parts", "it is divided by the scale",
                   lambda k: k["g"] * k["centred"] / k["d"] / k["s"], OF_SCALE)  # fmt: skip
        yield _one("parts", "it is divided by the deviation twice",
                   lambda k: k["g"] * k["centred"] / k["d"] ** 2, OF_SCALE)  # fmt: skip

    def apart(k: Known) -> Array:
        normalised = k["centred"] / k["d"]
        return np.asarray(k["g"].sum(axis=(0, 1, 2)) * normalised.sum(axis=(0, 1, 2)))

    return _summed(OF_SCALE, "scales", own(), apart, ("^scale: ",))


@cache
def of_offset() -> tuple[Hypothesis, ...]:
    """Return what may be done by mistake in the gradient to the offsets."""

    def own() -> Iterator[Hypothesis]:
        yield _one("parts", "it is multiplied by the scale", lambda k: k["g"] * k["s"], OF_OFFSET)
        yield _one("parts", "it is multiplied by the normalised maps: that is the gradient to the"
                   " scale", lambda k: k["g"] * k["centred"] / k["d"], OF_OFFSET)  # fmt: skip
        yield _one("parts", "it is divided by the deviation", lambda k: k["g"] / k["d"], OF_OFFSET)
        yield _one("parts", "it is multiplied by the scale and divided by the deviation: that is"
                   " the gradient to the maps, summed", lambda k: k["g"] * k["s"] / k["d"],
                   OF_OFFSET)  # fmt: skip

    never = rf"^({'|'.join(_SHARED)}): "
    return _summed(OF_OFFSET, "offsets", own(), lambda k: k["g"][0].sum(axis=(0, 1)),
                   (never, *_OF_ORDER))  # fmt: skip
