"""The gradients of a convolution with slots."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnspec.operations.conv2d.backward.bias_hypotheses import of_bias
from cnnspec.operations.conv2d.backward.exact import with_all_axes
from cnnspec.operations.conv2d.backward.filter_hypotheses import of_filters
from cnnspec.operations.conv2d.backward.image_hypotheses import of_image
from cnnspec.operations.conv2d.backward.layer import added_up, own_channels, patches, read
from cnnspec.operations.conv2d.backward.parameters import shape_of_maps
from cnnspec.operations.conv2d.backward.slots import OF_BIAS, OF_FILTERS, OF_IMAGE
from cnnspec.operations.conv2d.simulator import SIMULATOR as OF_LAYER
from cnnspec.simulation import gradients, quantities
from cnnspec.simulation.hypothesis import (
    Arguments,
    Array,
    Ask,
    Draw,
    Floats,
    Hypothesis,
    Simulator,
    Slots,
)


def compute_to_image(
    at: Slots,
    grad: Array,
    image: Array,
    filters: Array,
    stride: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    groups: int = 1,
) -> Array:
    """Compute the gradient to the image in float64."""
    given = {"grad": grad, "image": image, "filters": filters}
    layer = read(at, given, stride, padding, dilation, groups)
    layer = layer._replace(kernels=at("weights", layer.kernels, layer=layer))
    grads, kernels = at("operands", (layer.grads, layer.kernels))
    layer = layer._replace(grads=grads, kernels=kernels)
    whole = at("whole", at("sums", added_up)(layer), layer=layer)
    (top, _), (left, _) = ((max(a, 0), max(b, 0)) for a, b in layer.margins)
    height, width = layer.lengths
    cut = whole[:, top : top + height, left : left + width]
    cut = at("cut", cut, whole=whole, layer=layer)
    found = np.asarray(at("result", cut, layer=layer))
    if np.ndim(image) == 4 or found.ndim != 4:
        return found
    return found[0] if np.ndim(image) == 3 or found.shape[3] > 1 else found[0, ..., 0]


def compute_to_filters(
    at: Slots,
    grad: Array,
    image: Array,
    filters: Array,
    stride: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    groups: int = 1,
) -> Array:
    """Compute the gradient to the filters in float64."""
    given = {"grad": grad, "image": image, "filters": filters}
    layer = read(at, given, stride, padding, dilation, groups)
    padded = at("padded", layer.padded, images=layer.images, margins=layer.margins)
    seen = at("patches", patches(layer, padded), layer=layer)
    grads, seen = at("operands", (layer.windows, seen))
    known = {"layer": layer._replace(grads=grads), "seen": seen}
    parts = np.einsum("nijk,nijabc->nkabc", grads, seen, optimize=True)
    parts = own_channels(at("products", parts, **known), layer.taken)
    parts = at("parts", parts, **known)
    found = np.asarray(at("result", np.sum(parts, axis=0), parts=parts, **known))
    return found[..., 0] if np.ndim(filters) == 3 and found.shape[-1:] == (1,) else found


def compute_to_bias(
    at: Slots,
    grad: Array,
    image: Array,
    filters: Array,
    stride: Any = 1,  # noqa: ARG001 - as called
    padding: Any = "valid",  # noqa: ARG001
    dilation: Any = 1,  # noqa: ARG001
    groups: int = 1,  # noqa: ARG001
) -> Array:
    """Compute the gradient to the bias in float64."""
    given = {"grad": grad, "image": image, "filters": filters}
    arrays = with_all_axes({n: np.asarray(v, np.float64) for n, v in given.items()})
    grads, images, kernels = arrays
    known = {"images": images, "kernels": kernels, "is_single": np.ndim(image) < 4}
    grads = at("grad", grads, **known)
    parts = at("parts", grads.sum(axis=(1, 2)), grads=grads, **known)
    return np.asarray(at("result", np.sum(parts, axis=0), grads=grads, parts=parts, **known))


# --- of all ----------------------------------------------------------------------------------


def _measured(remedy: str) -> Callable[..., Iterator[Hypothesis]]:
    def measured(given: Arguments, got: Floats, due: Floats, _ask: Ask) -> Iterator[Hypothesis]:
        yield from quantities.measured_line("result", "the results", got, due, remedy)
        yield from gradients.measured_length("result", given["grad"], got, due, remedy)

    return measured


def draw(draw: Draw) -> dict[str, Any]:
    """Return a call: that of a layer, with a grad of the shape of its maps."""
    layer = {n: value for n, value in OF_LAYER.draw(draw).items() if n != "bias"}
    grad = draw.reals(*shape_of_maps(layer))
    if draw.pick(True, *[False] * 4):
        grad = np.rint(grad * 3)
    return {"grad": grad.astype(layer["filters"].dtype), **layer}


def _simulator(
    compute: Callable[..., Array], hypotheses: Callable[[], tuple[Hypothesis, ...]], remedy: str
) -> Simulator:
    return Simulator(
        compute=compute,
        hypotheses=hypotheses,
        measured=_measured(remedy),
        sizes=OF_LAYER.sizes,
        draw=draw,
    )


TO_IMAGE = _simulator(compute_to_image, of_image, OF_IMAGE)
TO_FILTERS = _simulator(compute_to_filters, of_filters, OF_FILTERS)
TO_BIAS = _simulator(compute_to_bias, of_bias, OF_BIAS)
