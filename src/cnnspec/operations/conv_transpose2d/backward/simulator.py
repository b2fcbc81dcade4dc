"""The gradients of a transposed convolution with slots."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cnnspec.exact.windows import pair_of
from cnnspec.operations.conv2d.backward.layer import patches, read
from cnnspec.operations.conv2d.backward.simulator import compute_to_filters as of_a_convolution
from cnnspec.operations.conv_transpose2d.backward.bias_hypotheses import of_bias
from cnnspec.operations.conv_transpose2d.backward.filter_hypotheses import of_filters
from cnnspec.operations.conv_transpose2d.backward.image_hypotheses import of_image
from cnnspec.operations.conv_transpose2d.backward.parameters import shape_of_maps
from cnnspec.operations.conv_transpose2d.backward.slots import OF_BIAS, OF_FILTERS, OF_IMAGE
from cnnspec.operations.conv_transpose2d.simulator import SIMULATOR as OF_LAYER
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
    padding: Any = 0,
    output_padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Array:
    """Compute the gradient to the image in float64."""
    given = {"grad": image, "image": grad, "filters": filters}
    layer = read(at, given, stride, padding, dilation, groups)
    layer = layer._replace(kernels=at("weights", layer.kernels, layer=layer))
    known = {"layer": layer, "added": pair_of(output_padding)}
    padded = at("padded", layer.padded, images=layer.images, margins=layer.margins)
    seen = at("patches", patches(layer, padded), padded=padded, **known)
    seen, wide = at("operands", (seen, layer.wide))
    sums = np.einsum("nijabc,kabc->nijk", seen, wide, optimize=True)
    sums = at("sums", sums, seen=seen, wide=wide, **known)
    found = np.asarray(at("result", sums, seen=seen, wide=wide, padded=padded, **known))
    return found if np.ndim(image) == 4 or found.ndim != 4 else found[0]


def compute_to_filters(
    at: Slots,
    grad: Array,
    image: Array,
    filters: Array,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,  # noqa: ARG001 - it says only how large grad is
    dilation: Any = 1,
    groups: int = 1,
) -> Array:
    """Compute the gradient to the filters in float64: that of a convolution over grad."""
    return of_a_convolution(at, image, grad, filters, stride, padding, dilation, groups)


def compute_to_bias(
    at: Slots,
    grad: Array,
    image: Array,  # noqa: ARG001 - as called
    filters: Array,
    stride: Any = 1,  # noqa: ARG001
    padding: Any = 0,  # noqa: ARG001
    output_padding: Any = 0,
    dilation: Any = 1,  # noqa: ARG001
    groups: int = 1,
) -> Array:
    """Compute the gradient to the bias in float64."""
    grads = np.asarray(grad, np.float64)
    is_single = grads.ndim == 3
    grads = grads[np.newaxis] if is_single else grads
    known = {
        "is_single": is_single,
        "added": pair_of(output_padding),
        "groups": groups,
        "images": grads,
        "kernels": np.asarray(filters),
    }
    grads = at("grad", grads, **known)
    parts = at("parts", grads.sum(axis=(1, 2)), grads=grads, **known)
    return np.asarray(at("result", np.sum(parts, axis=0), grads=grads, parts=parts, **known))


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
