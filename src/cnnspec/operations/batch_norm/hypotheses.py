"""What may be done in the slots of a normalisation instead of what is due."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain, combinations
from typing import Any

import numpy as np

from cnnspec.simulation import orders, quantities
from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis, bound
from cnnspec.simulation.orders import Axis, Data

Known = Mapping[str, Any]

FORMULA = "(maps - mean) / sqrt(variance + epsilon) * scale + offset, with the numbers of each map"

_AXES = (
    Axis("image", "images"),
    Axis("row", "rows"),
    Axis("column", "columns"),
    Axis("map", "maps"),
)
_MAPS = Data("maps", "the input", _AXES, "every number is normalised in its place", "is")
_RESULT = Data("result", "the results", _AXES, FORMULA)
_OF_MAPS = (Axis("number", "numbers"),)
_PARAMETERS = {
    name: Data(name, f"the {said}", _OF_MAPS, f"take {name}[k] for map k")
    for name, said in {
        "mean": "means",
        "variance": "variances",
        "scale": "scales",
        "offset": "offsets",
    }.items()
}


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """Return what may be done in the slots."""
    return tuple(
        chain(
            quantities.nothing(_RESULT),
            _of_epsilon(),
            _of_deviation(),
            _of_statistics(),
            _of_mean(),
            _of_scale_and_offset(),
            _of_parameters(),
            _of_images(),
            orders.along_axes(_RESULT),
            orders.along_axes(_MAPS),
            *(orders.along_axes(data) for data in _PARAMETERS.values()),
            orders.of_axes(_MAPS, (1, 2, 3)),
            orders.of_axes(_RESULT, (1, 2, 3)),
            _of_numbers(),
        )
    )


def _of_epsilon() -> Iterator[Hypothesis]:
    remedy = "add epsilon to the variance, before the root is taken"

    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("deviation", words, lambda _value, known: of(known), remedy, rank)

    yield one("epsilon is added to the standard deviation, outside of the root",
              lambda k: np.sqrt(k["v"]) + k["e"])  # fmt: skip
    yield one("epsilon is missing: the variance alone is under the root", lambda k: np.sqrt(k["v"]))
    yield one("epsilon is added twice, within the root and outside of it",
              lambda k: np.sqrt(k["v"] + k["e"]) + k["e"])  # fmt: skip
    yield one("epsilon is the least standard deviation, not added to the variance",
              lambda k: np.maximum(np.sqrt(k["v"]), k["e"]))  # fmt: skip
    yield one("epsilon is the least variance, not added to it",
              lambda k: np.sqrt(np.maximum(k["v"], k["e"])))  # fmt: skip
    yield one("epsilon is subtracted from the variance", lambda k: np.sqrt(k["v"] - k["e"]), KNOWN)
    yield one(
        "epsilon is squared before it is added", lambda k: np.sqrt(k["v"] + k["e"] ** 2), KNOWN
    )
    yield one("twice epsilon is added", lambda k: np.sqrt(k["v"] + 2 * k["e"]), KNOWN)
    for number in (1e-5, 1e-3, 1e-8, 1e-7, 1e-6, 1e-4, 1e-12, 2e-5, 1e-2):
        yield Hypothesis(
            "epsilon",
            f"epsilon is {number:g}, whatever is given",
            bound(lambda _v, _k, e: e, number),
            "add the epsilon that is given to the variance, by default 1e-5",
            COMMON,
        )


def _of_deviation() -> Iterator[Hypothesis]:
    remedy = "divide by the square root of variance + epsilon"

    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("deviation", words, lambda _value, known: of(known), remedy, rank)

    yield one(
        "it is divided by the variance: the square root is missing", lambda k: k["v"] + k["e"]
    )
    yield one("it is divided by the square of the variance", lambda k: (k["v"] + k["e"]) ** 2, ODD)
    yield one("nothing is divided by the standard deviation", lambda k: np.ones_like(k["v"]))
    yield one("it is multiplied by the standard deviation, not divided",
              lambda k: 1 / np.sqrt(k["v"] + k["e"]))  # fmt: skip
    yield one("it is multiplied by the variance, not divided by its root",
              lambda k: 1 / (k["v"] + k["e"]), KNOWN)  # fmt: skip
    yield one("it is divided by twice the variance: the power -1 / 2 lacks brackets, which halves"
              " the inverse of variance + epsilon", lambda k: 2 * (k["v"] + k["e"]))  # fmt: skip
    yield one("it is divided by half of the variance: the power 1 / 2 lacks brackets, which"
              " halves variance + epsilon", lambda k: (k["v"] + k["e"]) / 2)  # fmt: skip
    yield one("variance and epsilon are taken to the power of 1 / 2 by brackets that hold epsilon"
              " alone", lambda k: k["v"] + np.sqrt(k["e"]), ODD)  # fmt: skip
    yield one("the square root is taken twice", lambda k: (k["v"] + k["e"]) ** 0.25, KNOWN)
    yield one("the variance is taken for its logarithm", lambda k: np.exp(k["v"] / 2), ODD)
    yield one("the variance is taken for its inverse", lambda k: np.sqrt(1 / k["v"] + k["e"]), ODD)
    for name, of in {
        "n / (n - 1)": lambda n: n / max(n - 1, 1),
        "(n - 1) / n": lambda n: (n - 1) / n,
    }.items():
        yield one(
            f"the variance is corrected once more, by {name}, with n the numbers of a map",
            bound(lambda k, of: np.sqrt(k["v"] * of(k["x"][..., 0].size) + k["e"]), of),
            KNOWN,
        )


_OWN: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("of each map, over all images", (0, 1, 2)),
    ("of each map of each image", (1, 2)),
    ("of all maps of an image together", (1, 2, 3)),
    ("of all maps at each place", (3,)),
    ("of all images at each place", (0,)),
    ("of all numbers", (0, 1, 2, 3)),
)


def _of_statistics() -> Iterator[Hypothesis]:
    remedy = "take the mean and the variance that are given: in inference nothing is measured"

    def one(words: str, of: Callable[[Any, Array], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis(
            "statistics", words, lambda value, known: of(value, known["images"]), remedy, rank
        )

    for where, axes in _OWN:
        own = f"its own statistics, {where}, in the place of"
        yield one(f"it takes {own} the mean and the variance that are given",
                  bound(lambda _v, x, a: (_mean(x, a), _variance(x, a)), axes))  # fmt: skip
        yield one(f"it takes {own} the mean that is given",
                  bound(lambda v, x, axes: (_mean(x, axes), v[1]), axes), KNOWN)  # fmt: skip
        yield one(f"it takes {own} the variance that is given",
                  bound(lambda v, x, axes: (v[0], _variance(x, axes)), axes), KNOWN)  # fmt: skip
    for share in (0.9, 0.1, 0.99, 0.01):
        change = bound(_running, share)
        yield one(
            f"the given statistics are updated before they are used: {share:g} of them and"
            f" {1 - share:g} of the maps' own",
            change,
            KNOWN,
        )


def _mean(x: Array, axes: tuple[int, ...]) -> Array:
    return np.asarray(x.mean(axis=axes, keepdims=True))


def _variance(x: Array, axes: tuple[int, ...]) -> Array:
    return np.asarray(x.var(axis=axes, keepdims=True))


def _running(given: tuple[Array, Array], x: Array, share: float) -> tuple[Array, Array]:
    own = (_mean(x, (0, 1, 2)), _variance(x, (0, 1, 2)))
    mean, variance = (share * a + (1 - share) * b for a, b in zip(given, own, strict=True))
    return mean, variance


def _of_mean() -> Iterator[Hypothesis]:
    remedy = "subtract the mean first, then divide"

    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("centred", words, lambda _value, known: of(known), remedy, rank)

    yield one("the mean is not subtracted", lambda k: k["x"])
    yield one("the mean is added, not subtracted", lambda k: k["x"] + k["m"])
    yield one("the mean is subtracted twice", lambda k: k["x"] - 2 * k["m"], KNOWN)
    yield one(
        "the maps are subtracted from the mean: the sign is turned", lambda k: k["m"] - k["x"]
    )
    yield one("distances from the mean lose their sign", lambda k: np.abs(k["x"] - k["m"]), KNOWN)
    yield one("distances from the mean are squared", lambda k: (k["x"] - k["m"]) ** 2, ODD)
    for words, of in (
        ("the mean is subtracted after the division", lambda k: k["x"] / k["d"] - k["m"]),
        ("the mean alone is divided: x - mean / deviation", lambda k: k["x"] - k["m"] / k["d"]),
    ):
        change = bound(lambda _v, known, of: of(known), of)
        yield Hypothesis("normalised", words, change, remedy, COMMON)
    yield Hypothesis(
        "scaled",
        "brackets are missing: it computes maps - mean / deviation * scale + offset",
        lambda _v, k: k["x"] - k["m"] / k["d"] * k["s"],
        remedy,
        COMMON,
    )


def _of_scale_and_offset() -> Iterator[Hypothesis]:
    remedy = "multiply by the scale, then add the offset"

    def one(words: str, of: Callable[[Known], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis("shifted", words, lambda _value, known: of(known), remedy, rank)

    yield one("the scale is taken as 1: nothing is multiplied by it",
              lambda k: k["normalised"] + k["b"])  # fmt: skip
    yield one("the offset is taken as 0: nothing is added", lambda k: k["scaled"])
    yield one("neither scale nor offset is applied", lambda k: k["normalised"])
    yield one("the offset is added before the scale is applied",
              lambda k: (k["normalised"] + k["b"]) * k["s"])  # fmt: skip
    yield one("the offset is subtracted", lambda k: k["scaled"] - k["b"])
    yield one("the offset is added twice", lambda k: k["scaled"] + 2 * k["b"], KNOWN)
    yield one("the offset is multiplied, not added", lambda k: k["scaled"] * k["b"], KNOWN)
    yield one("the offset is divided by the standard deviation, too",
              lambda k: k["scaled"] + k["b"] / k["d"])  # fmt: skip
    yield one(
        "it is divided by the scale, not multiplied", lambda k: k["normalised"] / k["s"] + k["b"]
    )
    yield one(
        "the scale is added, not multiplied", lambda k: k["normalised"] + k["s"] + k["b"], KNOWN
    )
    yield one("1 is added to the scale", lambda k: k["normalised"] * (1 + k["s"]) + k["b"], KNOWN)
    yield one("the scale multiplies the maps alone, not the mean",
              lambda k: (k["s"] * k["x"] - k["m"]) / k["d"] + k["b"])  # fmt: skip
    yield one("the scale multiplies the mean twice: the folded offset is not x's",
              lambda k: (k["x"] - k["m"] * k["s"]) * k["s"] / k["d"] + k["b"], ODD)  # fmt: skip
    yield one("the folded offset leaves out the factor: offset - mean",
              lambda k: k["x"] * k["s"] / k["d"] + k["b"] - k["m"])  # fmt: skip
    yield one("the folded offset leaves out the scale: offset - mean / deviation",
              lambda k: k["x"] * k["s"] / k["d"] + k["b"] - k["m"] / k["d"])  # fmt: skip
    yield one("the folded offset leaves out the deviation: offset - mean * scale",
              lambda k: k["x"] * k["s"] / k["d"] + k["b"] - k["m"] * k["s"])  # fmt: skip
    yield one("the folded offset has the mean with the wrong sign: offset + mean * factor",
              lambda k: k["x"] * k["s"] / k["d"] + k["b"] + k["m"] * k["s"] / k["d"])  # fmt: skip


def _of_parameters() -> Iterator[Hypothesis]:
    remedy = "take them in the order mean, variance, scale, offset"
    for first, second in combinations(_PARAMETERS, 2):
        yield Hypothesis(
            "parameters",
            f"{first} and {second} are swapped",
            bound(_swapped, first, second),
            remedy,
            COMMON,
        )
    yield Hypothesis(
        "parameters",
        "the parameters are read in the order scale, offset, mean, variance",
        lambda value, _k: {
            "mean": value["scale"],
            "variance": value["offset"],
            "scale": value["mean"],
            "offset": value["variance"],
        },
        remedy,
        COMMON,
    )
    remedy = "the parameters run along the maps, the last axis"
    for axis, words in ((0, "images"), (1, "rows"), (2, "columns")):
        yield Hypothesis(
            "lying",
            f"the parameters run along the {words}, not along the maps, where there are as many",
            bound(_along, axis),
            remedy,
            COMMON,
        )
    for words, of in (
        ("the parameters of the first map serve for all maps",
         lambda one: one[:1].repeat(len(one))),
        ("the parameters of the last map serve for all maps",
         lambda one: one[-1:].repeat(len(one))),
        ("the parameters are in reverse order", lambda one: one[::-1]),
        ("each map has the parameters of the next, the last those of the first",
         lambda one: np.roll(one, -1)),
        ("each map has the parameters of the one before it, the first those of the last",
         lambda one: np.roll(one, 1)),
        ("all parameters are averaged over the maps", lambda one: np.full(len(one), one.mean())),
    ):  # fmt: skip
        change = bound(lambda value, _k, of: {n: of(one) for n, one in value.items()}, of)
        yield Hypothesis("parameters", words, change, "take the k-th of each for map k", COMMON)


def _swapped(value: dict[str, Array], _known: Known, first: str, second: str) -> dict[str, Array]:
    return {**value, first: value[second], second: value[first]}


def _along(value: Array, known: Known, axis: int) -> Array:
    length = known["images"].shape[axis]
    if value.size != length:
        return value
    shape = [1, 1, 1, 1]
    shape[axis] = length
    return value.reshape(shape)


def _of_images() -> Iterator[Hypothesis]:
    remedy = "normalise every image of a batch, and every map of it"

    def one(words: str, of: Callable[[Array, Array], Any], rank: int = COMMON) -> Hypothesis:
        return Hypothesis(
            "result", words, lambda value, known: of(value, known["images"]), remedy, rank
        )

    yield one("it returns the maps as they are", lambda _v, x: x)
    yield one("only the first image is normalised, the others stay as they are",
              lambda v, x: np.concatenate([v[:1], x[1:]]))  # fmt: skip
    yield one("only the first map is normalised, the others stay as they are",
              lambda v, x: np.concatenate([v[..., :1], x[..., 1:]], axis=-1))  # fmt: skip
    yield one("only the first row is normalised, the others stay as they are",
              lambda v, x: np.concatenate([v[:, :1], x[:, 1:]], axis=1), KNOWN)  # fmt: skip
    yield one("the last map stays as it is",
              lambda v, x: np.concatenate([v[..., :-1], x[..., -1:]], axis=-1))  # fmt: skip
    for block in orders.BLOCKS:
        yield one(
            f"maps beyond the last full block of {block} stay as they are",
            bound(_blocks, block),
            KNOWN,
        )


def _blocks(value: Array, images: Array, block: int) -> Array:
    whole = value.shape[-1] // block * block
    return np.concatenate([value[..., :whole], images[..., whole:]], axis=-1)


def _of_numbers() -> Iterator[Hypothesis]:
    for data in (_RESULT, _MAPS, *_PARAMETERS.values()):
        yield from quantities.casts(data)
        yield from quantities.factors(data, {})
    yield from quantities.normalisations(
        _RESULT, {"of each map": (0, 1, 2), "of each map of each image": (1, 2)}
    )
    for name in ("mean", "variance", "scale", "offset"):
        yield from quantities.normalisations(_PARAMETERS[name], {"": (0,)})
