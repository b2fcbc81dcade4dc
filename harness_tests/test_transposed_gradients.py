"""The gradients of transposed convolution by other ways: rational differences, and SciPy."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from cnnspec.declaration.case import integers, reals
from cnnspec.exact import bounds
from cnnspec.operations.conv_transpose2d.backward.parameters import shape_of_maps
from cnnspec.operations.registry import OPERATIONS
from cnnspec.reference import conv_transpose2d, conv_transpose2d_backward
from harness_tests.test_conv_gradients import fractions, spread

Array = NDArray[Any]

#: The parameters of a transposed convolution that have a gradient.
PARAMETERS = ("image", "filters", "bias")

LAYERS: dict[str, tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = {
    "plain": ((3, 4, 1), (1, 3, 3, 2), {}),
    "channels": ((2, 3, 3), (3, 2, 2, 2), {}),
    "batch": ((2, 2, 3, 2), (2, 3, 3, 1), {}),
    "stride": ((3, 2, 1), (1, 3, 3, 2), {"stride": 2}),
    "strides": ((2, 3, 1), (1, 3, 3, 1), {"stride": (2, 3)}),
    "border": ((3, 4, 1), (1, 3, 3, 1), {"padding": ((1, 0), (2, 1))}),
    "added": ((2, 3, 1), (1, 3, 3, 1), {"stride": 2, "padding": 1, "output_padding": 1}),
    "room": ((2, 2, 1), (1, 2, 2, 1), {"dilation": 3, "output_padding": 2}),
    "dilation": ((3, 2, 1), (1, 3, 3, 1), {"dilation": (2, 1)}),
    "groups": ((2, 3, 4), (4, 2, 2, 3), {"groups": 2}),
    "depthwise": ((2, 2, 3, 3), (3, 3, 3, 2), {"groups": 3}),
    "oblong": ((3, 2, 1), (1, 2, 3, 2), {}),
    "all": (
        (2, 2, 3, 4),
        (4, 3, 2, 2),
        {"stride": (2, 1), "padding": ((2, 1), (0, 1)), "output_padding": (1, 0),
         "dilation": (1, 2), "groups": 2},
    ),
}  # fmt: skip

#: Numbers with so many bits behind the point: no step of these tests rounds them.
_BITS = 20


def drawn(name: str, *, real: bool) -> dict[str, Any]:
    """Return a call of a gradient, and a bias beside it."""
    image, filters, options = LAYERS[name]

    def draw(part: str, *shape: int) -> Array:
        if not real:
            return integers(f"transposed-{name}/{part}", *shape)
        values = reals(f"transposed-{name}/{part}", *shape)
        return np.asarray(np.round(values * 2**_BITS) / 2**_BITS)

    layer = {"image": draw("image", *image), "filters": draw("filters", *filters), **options}
    shape = shape_of_maps(layer)
    return {"grad": draw("grad", *shape), "bias": draw("bias", shape[-1]), **layer}


def loss(given: dict[str, Any], grad: Array) -> Fraction:
    """Return a loss whose gradient to the maps is ``grad``."""
    layer = OPERATIONS["conv_transpose2d"].exact
    assert layer is not None
    pairs = zip(fractions(layer(**given)), grad.ravel(), strict=True)
    return sum((m * Fraction(float(g)) for m, g in pairs), Fraction())


@pytest.mark.parametrize("real", [False, True], ids=["whole", "real"])
@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("parameter", PARAMETERS)
def test_finite_differences(parameter: str, name: str, real: bool) -> None:
    """A loss is linear in each parameter, so that its differences are its gradient exactly."""
    given = drawn(name, real=real)
    find = OPERATIONS[f"conv_transpose2d_grad_{parameter}"].exact
    assert find is not None
    expected = fractions(find(**{n: value for n, value in given.items() if n != "bias"}))
    grad, step = given.pop("grad"), 0.25
    for place, due in zip(np.ndindex(given[parameter].shape), expected, strict=True):
        above, below = (given[parameter].copy() for _ in range(2))
        above[place] += step
        below[place] -= step
        more, less = (loss({**given, parameter: one}, grad) for one in (above, below))
        assert (more - less) / (2 * Fraction(step)) == due, place


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("margin", [0, 1, 2])
@pytest.mark.parametrize("size", [2, 3, 5])
def test_the_reference_agrees_with_scipy(size: int, margin: int, stride: int) -> None:
    seed = f"transposed-scipy-{size}-{margin}-{stride}"
    image, filters = integers(f"{seed}/image", 4, 5, 3), integers(f"{seed}/w", 3, size, size, 2)
    options: dict[str, Any] = {"stride": stride, "padding": margin}
    grad = integers(f"{seed}/grad", *np.shape(conv_transpose2d(image, filters, **options)))
    padded = np.pad(grad, ((margin, margin), (margin, margin), (0, 0)))
    to_image, to_filters = np.zeros_like(image), np.zeros_like(filters)
    for k, c in np.ndindex(3, 2):
        seen = signal.correlate2d(padded[:, :, c], filters[k, :, :, c], mode="valid")
        to_image[:, :, k] += seen[::stride, ::stride]
        wide = spread(image[:, :, k], stride)
        to_filters[k, :, :, c] = signal.correlate2d(padded[:, :, c], wide, mode="valid")
    got = conv_transpose2d_backward(grad, image, filters, **options)
    for one, due in zip(got, (to_image, to_filters, grad.sum(axis=(0, 1))), strict=True):
        np.testing.assert_array_equal(one, due)


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_the_bound_counts_all_products(parameter: str) -> None:
    """Rule D's n is f g C / groups, N H W and N H' W'."""
    given = drawn("all", real=True)
    given.pop("bias")
    find = OPERATIONS[f"conv_transpose2d_grad_{parameter}"].exact
    assert find is not None
    maps = shape_of_maps(given)
    due = {"image": 3 * 2 * 2, "filters": 2 * 2 * 3, "bias": maps[0] * maps[1] * maps[2]}
    assert find(**given).terms == due[parameter]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("parameter", PARAMETERS)
def test_sums_one_by_one_stay_within_the_bound(parameter: str, dtype: str) -> None:
    """Every partial sum rounded to the dtype, in order: as much as may be lost in the worst way."""
    kind = np.dtype(dtype)
    shares = []
    for turn in range(20):
        grad = reals(f"bound-{turn}/grad", 6, 7, 4).astype(kind)
        image, filters = reals(f"bound-{turn}/x", 4, 5, 3), reals(f"bound-{turn}/w", 3, 3, 3, 4)
        given = {"grad": grad, "image": image.astype(kind), "filters": filters.astype(kind)}
        find = OPERATIONS[f"conv_transpose2d_grad_{parameter}"].exact
        assert find is not None
        exact = find(**given)
        got = np.asarray(_one_by_one(given)[PARAMETERS.index(parameter)], float)
        allowed = bounds.rule_d(exact, kind)
        shares.append(np.max(np.abs(got - exact.high - exact.low) / allowed))
    assert 0.01 < max(shares) < 1


def _one_by_one(given: dict[str, Any]) -> tuple[Array, Array, Array]:
    grad, image, filters = given["grad"], given["image"], given["filters"]
    to_image, to_filters = np.zeros_like(image), np.zeros_like(filters)
    to_bias = np.zeros(grad.shape[-1], grad.dtype)
    for i, j in np.ndindex(*image.shape[:2]):
        for a, b, c in np.ndindex(*filters.shape[1:]):
            g = grad[i + a, j + b, c]
            to_image[i, j] += g * filters[:, a, b, c]
            to_filters[:, a, b, c] += g * image[i, j]
    for i, j in np.ndindex(*grad.shape[:2]):
        to_bias += grad[i, j]
    return to_image, to_filters, to_bias
