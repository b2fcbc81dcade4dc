"""The gradients of convolution by other ways: finite differences in rational numbers, and SciPy."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from cnnspec.declaration.case import integers, reals
from cnnspec.exact.sums import Exact
from cnnspec.operations.conv2d.backward.parameters import shape_of_maps
from cnnspec.operations.registry import OPERATIONS
from cnnspec.reference import conv2d_backward

Array = NDArray[Any]

#: The parameters of a convolution that have a gradient.
PARAMETERS = ("image", "filters", "bias")

LAYERS: dict[str, tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = {
    "gray": ((4, 5), (2, 3, 3), {}),
    "colour": ((4, 3, 2), (2, 3, 3, 2), {}),
    "batch": ((2, 3, 4, 2), (1, 3, 3, 2), {}),
    "stride": ((6, 7), (2, 3, 3), {"stride": 2}),
    "strides": ((6, 7), (1, 3, 3), {"stride": (2, 3)}),
    "same": ((3, 4), (2, 3, 3), {"padding": "same"}),
    "same-with-a-stride": ((5, 6), (1, 3, 3), {"padding": "same", "stride": 2}),
    "border": ((3, 4), (1, 3, 3), {"padding": ((1, 0), (2, 3))}),
    "dilation": ((6, 7), (1, 3, 3), {"dilation": (2, 1)}),
    "groups": ((3, 4, 4), (6, 3, 3, 2), {"groups": 2}),
    "depthwise": ((2, 3, 3, 3), (6, 3, 3, 1), {"groups": 3}),
    "oblong": ((4, 5), (2, 2, 3), {}),
    "all": (
        (2, 5, 6, 4),
        (4, 3, 3, 2),
        {"stride": (2, 1), "padding": ((2, 1), (0, 3)), "dilation": (1, 2), "groups": 2},
    ),
}


#: Numbers with so many bits behind the point: no step of these tests rounds them.
_BITS = 20


def drawn(name: str, *, real: bool) -> dict[str, Any]:
    """Return a call of a gradient, and a bias beside it."""
    image, filters, options = LAYERS[name]

    def draw(part: str, *shape: int) -> Array:
        if not real:
            return integers(f"{name}/{part}", *shape)
        return np.asarray(np.round(reals(f"{name}/{part}", *shape) * 2**_BITS) / 2**_BITS)

    layer = {"image": draw("image", *image), "filters": draw("filters", *filters), **options}
    bias = draw("bias", len(layer["filters"]))
    return {"grad": draw("grad", *shape_of_maps(layer)), "bias": bias, **layer}


def fractions(exact: Exact) -> list[Fraction]:
    return [Fraction(float(h)) + Fraction(float(low)) for h, low in _pairs(exact)]


def _pairs(exact: Exact) -> Any:
    return zip(exact.high.ravel(), exact.low.ravel(), strict=True)


def loss(given: dict[str, Any], grad: Array) -> Fraction:
    """Return a loss whose gradient to the maps is ``grad``."""
    layer = OPERATIONS["conv2d"].exact
    assert layer is not None
    maps = fractions(layer(**given))
    return sum(
        (m * Fraction(float(g)) for m, g in zip(maps, grad.ravel(), strict=True)), Fraction()
    )


@pytest.mark.parametrize("real", [False, True], ids=["whole", "real"])
@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("parameter", PARAMETERS)
def test_finite_differences(parameter: str, name: str, real: bool) -> None:
    """A loss is linear in each parameter, so that its differences are its gradient exactly."""
    given = drawn(name, real=real)
    find = OPERATIONS[f"conv2d_grad_{parameter}"].exact
    assert find is not None
    expected = fractions(find(**{n: value for n, value in given.items() if n != "bias"}))
    grad, step = given.pop("grad"), 0.25
    for place, due in zip(np.ndindex(given[parameter].shape), expected, strict=True):
        above, below = (given[parameter].copy() for _ in range(2))
        above[place] += step
        below[place] -= step
        more, less = (loss({**given, parameter: one}, grad) for one in (above, below))
        assert (more - less) / (2 * Fraction(step)) == due, place


def spread(grad: Array, stride: int) -> Array:
    """Return a map with zeros between its elements."""
    rows, columns = ((n - 1) * stride + 1 for n in grad.shape)
    wide = np.zeros((rows, columns))
    wide[::stride, ::stride] = grad
    return wide


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("margin", [0, 1, 2])
@pytest.mark.parametrize("size", [1, 3, 5])
def test_the_reference_agrees_with_scipy(size: int, margin: int, stride: int) -> None:
    seed = f"scipy-{size}-{margin}-{stride}"
    image, filters = integers(f"{seed}/image", 8, 9, 3), integers(f"{seed}/w", 4, size, size, 3)
    options: dict[str, Any] = {"stride": stride, "padding": margin}
    shape = shape_of_maps({"image": image, "filters": filters, **options})
    grad = integers(f"{seed}/grad", *shape)
    padded = np.pad(image, ((margin, margin), (margin, margin), (0, 0)))
    to_padded, to_filters = np.zeros_like(padded), np.zeros_like(filters)
    for k in range(len(filters)):
        wide = spread(grad[:, :, k], stride)
        for c in range(image.shape[2]):
            full = signal.convolve2d(wide, filters[k, :, :, c], mode="full")
            to_padded[: full.shape[0], : full.shape[1], c] += full
            seen = signal.correlate2d(padded[:, :, c], wide, mode="valid")
            to_filters[k, :, :, c] = seen[:size, :size]
    to_image = to_padded[margin : margin + 8, margin : margin + 9]
    got = conv2d_backward(grad, image, filters, **options)
    for one, due in zip(got, (to_image, to_filters, grad.sum(axis=(0, 1))), strict=True):
        np.testing.assert_array_equal(one, due)
