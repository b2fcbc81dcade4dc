"""How far another implementation's maps are from the reference's, and whether that is rounding."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec.cases.answers import exact
from cnnspec.cases.data import DataError
from cnnspec.declaration.case import Case
from cnnspec.exact import bounds
from cnnspec.exact.sums import Exact
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NonconformanceError, NotTestedError
from cnnspec.operations.registry import OPERATIONS
from cnnspec.texts import counted

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: The operations of a layer, in their order.
LAYER = ("conv2d", "relu", "max_pool2d")

_DOUBLE = np.dtype(np.float64)


@dataclass(frozen=True)
class Difference:
    """Maps of another implementation beside those of the reference.

    Attributes
    ----------
    ours : (H', W', K), or one map of them
    theirs : array
    allowed : float64, the shape of ``ours``
        How far apart roundings alone may bring them.
    dtype : dtype
        The coarsest that theirs went through: to its numbers they are rounded.
    """

    ours: Array
    theirs: Array
    allowed: Floats
    dtype: np.dtype[Any] = _DOUBLE

    def of_map(self, k: int) -> "Difference":
        """Return the difference of one map."""
        ours, theirs, allowed = (a[..., k] for a in (self.ours, self.theirs, self.allowed))
        return Difference(ours, theirs, allowed, self.dtype)

    @property
    def is_comparable(self) -> bool:
        """Whether both have the same shape."""
        return self.ours.shape == self.theirs.shape

    @cached_property
    def values(self) -> Floats:
        """Theirs - ours."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.theirs, np.float64) - self.ours

    @cached_property
    def beyond(self) -> NDArray[np.bool_]:
        """Where they are further apart than roundings bring them; NaN and infinities always are."""
        return ~(np.abs(self.values) <= self.allowed)

    @property
    def largest(self) -> float:
        """The largest absolute difference; what is not finite is left out."""
        return float(np.abs(self.values[np.isfinite(self.values)]).max(initial=0))

    @property
    def kind(self) -> str:
        """What is to be said of it in short."""
        if not self.is_comparable:
            return f"of the shape {self.theirs.shape} instead of {self.ours.shape}"
        if infinite := int((~np.isfinite(self.values)).sum()):
            return f"NaN or infinity in {counted(infinite, 'place')}"
        if not self.largest:
            return "none"
        if self.beyond.any():
            return "more than rounding"
        return f"rounding{'' if self.dtype == _DOUBLE else f' to {self.dtype}'} only"

    def __str__(self) -> str:
        """Return what is to be said of it."""
        if not self.is_comparable:
            return self.kind
        if self.kind == "none":
            return "does not differ"
        if not np.isfinite(self.values).all():
            return f"differs by {self.kind}"
        said = f"differs by at most {self.largest:.3g}: {self.kind}"
        return f"{said} (at most {self.allowed.max():.2g})" if self.beyond.any() else said


def differences(
    judge: Judge, image: Array, banks: Sequence[Array], layers: Sequence[Sequence[Array]]
) -> list[list[Difference]]:
    """Return how the maps of another implementation differ, each layer on its own pooled maps.

    Parameters
    ----------
    judge : Judge
        Of the other implementation.
    image : (H, W) or (H, W, C)
    banks : filters of each layer, (K, f, f) or (K, f, f, C)
    layers : the reference's maps of each layer after conv, ReLU and pooling, (H', W', K)

    Raises
    ------
    DataError
        If the implementation refuses the layers, or returns no maps.
    """
    source = judge.implementation.source
    ours, theirs = image, image
    error = np.zeros(image.shape)
    coarsest = _DOUBLE
    found = []
    for bank, steps in zip(banks, layers, strict=True):
        of_layer = []
        for operation, step in zip(LAYER, steps, strict=True):
            before = bounds.coarsest(theirs.dtype)
            given = {"filters": bank} if operation == "conv2d" else {}
            theirs, dtype = _maps(judge, source, operation, theirs, given)
            if operation == "conv2d":
                error = _after_conv2d(ours, error, bank, dtype, judge.implementation.accuracy)
            elif operation == "max_pool2d":  # a maximum moves no further than its elements
                error = exact.max_pool2d(error).astype(np.float64)
            if operation != "conv2d" and dtype != before:  # what was selected is rounded
                error = error + bounds.precision(dtype).roundoff * (np.abs(step) + error)
            ours, coarsest = step, bounds.coarsest(coarsest, dtype)
            of_layer.append(Difference(ours, theirs, error, coarsest))
        found.append(of_layer)
    return found


def _maps(
    judge: Judge, source: str, operation: str, maps: Array, given: dict[str, Array]
) -> tuple[Array, np.dtype[Any]]:
    """Return what an operation makes of maps, and the dtype to which it may round."""
    case = Case(source, operation, {OPERATIONS[operation].required[0]: maps, **given})
    try:
        result = judge.value(case)
    except (NotTestedError, NonconformanceError) as error:
        raise DataError(f"{source} cannot run the three layers: {error}") from error
    if result.ndim != 3:
        raise DataError(f"{operation} of {source} returns the shape {result.shape}")
    narrowed = judge.capabilities.narrowed(case).arguments.values()
    return result, bounds.coarsest(result.dtype, *(array.dtype for array in narrowed))


def _after_conv2d(
    image: Array, error: Floats, filters: Array, dtype: np.dtype[Any], accuracy: str
) -> Floats:
    """Bound how far apart two convolutions are, one in float64, whose images are ``error`` apart.

    An error of the input is multiplied by the absolute weights. Each of the two rounds by its
    rule, for whatever numbers are within ``error`` of the image.
    """
    maps = _within(image, error, filters) if error.any() else exact.conv2d(image, filters)
    rule = bounds.rule_f if accuracy == "normwise" else bounds.rule_d
    from_input = _sums(error, np.abs(filters)) * bounds.ROUNDING_OF_BOUNDS
    return np.asarray(from_input + rule(maps, dtype) + bounds.rule_d(maps, _DOUBLE))


def _within(image: Array, error: Floats, filters: Array) -> Exact:
    """Return what the rules need to know of the convolution of numbers within ``error``."""
    weights, largest = np.abs(filters), np.abs(image) + error
    magnitude = _sums(largest, weights)
    nothing = np.zeros(magnitude.shape)
    normwise = largest.max() * weights.reshape(len(weights), -1).sum(axis=1).max()
    return Exact(
        high=nothing,
        low=nothing,
        magnitude=magnitude,
        grains=np.full(magnitude.shape, np.inf),  # they may be of any power of two
        terms=int(np.prod(filters.shape[1:])),
        normwise=np.full(magnitude.shape, normwise),
        bias=nothing,
        pixels=image.size,
    )


def _sums(image: Array, filters: Array) -> Floats:
    """Return the convolution of an image with filters, in float64."""
    if image.ndim == 2:
        image, filters = image[..., np.newaxis], filters[..., np.newaxis]
    windows = sliding_window_view(image, filters.shape[1:3], axis=(0, 1))
    return np.tensordot(windows, filters, axes=([2, 3, 4], [3, 1, 2]))
