"""Mistakes of the network as a whole: what lies between its layers."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import ADVISED, fault
from cnnspec.reference import conv2d, cross_entropy, dense, max_pool2d, relu, softmax

Array = NDArray[Any]


def network(
    image: Array,
    label: int,
    filters: Array,
    weights: Array,
    biases: Array,
    *,
    scale: Callable[[Array], Array] = lambda image: image / 255 - 0.5,
    between: Callable[[Array], Array] = lambda maps: maps,
    flatten: Callable[[Array], Array] = lambda maps: maps,
) -> tuple[Array, float, int]:
    """Run article 2's network, with a step of preprocessing, between layers or before dense."""
    maps = max_pool2d(between(conv2d(scale(image), filters)))
    out = softmax(dense(flatten(maps), weights, biases))
    return out, float(cross_entropy(out, label)), int(np.argmax(out) == label)


@fault(
    "network-over-256",
    "pixels are divided by 256",
    "divide by 255, so that white is 1",
)
def over_256(*given: Any) -> Any:
    return network(*given, scale=lambda image: image / 256 - 0.5)


@fault("network-not-shifted", "pixels range from 0 to 1: the shift is missing", "subtract 0.5")
def not_shifted(*given: Any) -> Any:
    return network(*given, scale=lambda image: image / 255)


@fault(
    "network-from-minus-1",
    "pixels range from -1 to 1",
    "use image / 255 - 0.5, which ranges from -0.5 to 0.5",
)
def from_minus_1(*given: Any) -> Any:
    return network(*given, scale=lambda image: image / 127.5 - 1)


@fault(
    "network-scaled-by-its-maximum",
    "pixels are divided by the largest pixel of the image",
    "divide by 255, whatever the image holds",
)
def scaled_by_its_maximum(*given: Any) -> Any:
    return network(*given, scale=lambda image: image / max(image.max(), 1) - 0.5)


@fault(
    "network-not-scaled",
    "pixels range from 0 to 255",
    "use image / 255 - 0.5",
)
def not_scaled(*given: Any) -> Any:
    return network(*given, scale=lambda image: image)


@fault(
    "network-extra-relu",
    "a ReLU stands between convolution and pooling",
    "article 2's network has none: pool the maps as they are",
)
def extra_relu(*given: Any) -> Any:
    return network(*given, between=relu)


@fault(
    "network-maps-clipped",
    "the maps are clipped to -8 ... 8",
    "pool the maps as they are",
)
def maps_clipped(*given: Any) -> Any:
    return network(*given, between=lambda maps: maps.clip(-8, 8))


@fault(
    "network-flattened-channels-first",
    "the maps are moved to the front before flattening",
    "flatten the pooled maps as they are, channels last",
)
def flattened_channels_first(*given: Any) -> Any:
    return network(*given, flatten=lambda maps: np.moveaxis(maps, -1, 0))


@fault(
    "network-loss-of-the-chosen-class",
    "the loss is that of the most probable class",
    "use the probability of the label",
)
def loss_of_the_chosen_class(*given: Any) -> Any:
    out, _, acc = network(*given)
    return out, -float(np.log(out.max())), acc


@fault(
    "network-loss-clipped",
    "the loss stops at 10, as if no label were less probable than 0.0000454",
    "take the logarithm of the probability itself",
)
def loss_clipped(*given: Any) -> Any:
    out, loss, acc = network(*given)
    return out, min(loss, 10.0), acc


@fault(
    "network-logits-overflow",
    "the largest logit is not subtracted, so that exp overflows to infinity and NaN",
    "subtract the largest logit before the exponential",
)
def logits_overflow(image: Array, label: int, filters: Array, weights: Array, biases: Array) -> Any:
    maps = max_pool2d(conv2d(image / 255 - 0.5, filters))
    with np.errstate(all="ignore"):
        exponentials = np.exp(dense(maps, weights, biases))
        out = exponentials / exponentials.sum()
        return out, float(-np.log(out[label])), int(np.argmax(out) == label)


@fault(
    "network-accuracy-of-the-runner-up",
    "acc is 1 also if the label is only the second most probable class",
    "compare the most probable class with the label: numpy.argmax(out) == label",
)
def accuracy_of_the_runner_up(*given: Any) -> Any:
    out, loss, _ = network(*given)
    return out, loss, int(given[1] in np.argsort(out)[-2:])


@fault(
    "network-ties-go-to-the-last",
    "of equally probable classes the last is chosen",
    "choose the lowest class, as numpy.argmax does",
)
def ties_go_to_the_last(*given: Any) -> Any:
    out, loss, _ = network(*given)
    return out, loss, int(len(out) - 1 - np.argmax(out[::-1]) == given[1])


@fault(
    "network-label-wraps",
    "a label beyond the classes starts again at 0",
    "raise a ValueError unless 0 <= label < 10",
)
def label_wraps(image: Array, label: int, *parameters: Any) -> Any:
    return network(image, label % 10, *parameters)


@fault(
    "network-negative-label",
    "a negative label counts from the end",
    "raise a ValueError unless 0 <= label < 10",
    effect=ADVISED,
)
def negative_label(image: Array, label: int, *parameters: Any) -> Any:
    return network(image, label % 10 if label < 0 else label, *parameters)


@fault(
    "network-inverted",
    "black and white are interchanged: pixels become 0.5 - image / 255",
    "use image / 255 - 0.5",
)
def inverted(*given: Any) -> Any:
    return network(*given, scale=lambda image: 0.5 - image / 255)


@fault(
    "network-bytes-wrap",
    "128 is subtracted from the bytes themselves, so that dark pixels wrap around to bright ones",
    "convert the image to float64 first: image / 255 - 0.5",
)
def bytes_wrap(*given: Any) -> Any:
    def scale(image: Array) -> Array:
        return np.asarray((image - image.dtype.type(128)) / 255)

    return network(*given, scale=scale)


@fault(
    "network-standardised",
    "the mean of the image is subtracted, and its standard deviation divided by",
    "use image / 255 - 0.5, whatever the image holds",
)
def standardised(*given: Any) -> Any:
    return network(*given, scale=lambda image: (image - image.mean()) / max(image.std(), 1e-9))


@fault(
    "network-scaled-above-1-only",
    "an image whose pixels are all 0 or 1 is taken for scaled and not divided by 255",
    "divide by 255, whatever the image holds",
)
def scaled_above_1_only(*given: Any) -> Any:
    return network(*given, scale=lambda image: image / (255 if image.max() > 1 else 1) - 0.5)


@fault(
    "network-floats-taken-for-scaled",
    "an image of floating-point numbers is not divided by 255",
    "divide by 255, whatever dtype the pixels have",
    seen="skimage.img_as_float",
)
def floats_taken_for_scaled(*given: Any) -> Any:
    return network(
        *given, scale=lambda image: image / (1 if image.dtype.kind == "f" else 255) - 0.5
    )


@fault(
    "network-image-transposed",
    "rows and columns of the image are interchanged",
    "pass the image on as it is: image[row, column]",
)
def image_transposed(image: Array, *rest: Any) -> Any:
    return network(image.T, *rest)


@fault(
    "network-whole-division",
    "pixels are divided by 255 in whole numbers: all but white become 0",
    "use image / 255 - 0.5, not image // 255",
)
def whole_division(*given: Any) -> Any:
    return network(*given, scale=lambda image: image // 255 - 0.5)


@fault(
    "network-black-and-white",
    "pixels are black or white: those above 127 become 0.5, the others -0.5",
    "use image / 255 - 0.5, which keeps the grays",
)
def black_and_white(*given: Any) -> Any:
    return network(*given, scale=lambda image: (image > 127) - 0.5)


@fault(
    "network-pixels-in-float16",
    "the pixels pass through float16",
    "keep the pixels in float64, or in the dtype of the parameters",
)
def pixels_in_float16(*given: Any) -> Any:
    def scale(image: Array) -> Array:
        return np.asarray((image / 255 - 0.5).astype(np.float16).astype(np.float64))

    return network(*given, scale=scale)


@fault(
    "network-image-mirrored",
    "the columns of the image run from right to left",
    "pass the image on as it is: image[row, column]",
)
def image_mirrored(image: Array, *rest: Any) -> Any:
    return network(image[:, ::-1], *rest)


@fault(
    "network-image-upside-down",
    "the rows of the image run upwards",
    "pass the image on as it is: image[row, column]",
)
def image_upside_down(image: Array, *rest: Any) -> Any:
    return network(image[::-1], *rest)


@fault(
    "network-last-row-black",
    "the last row of the image is taken for black",
    "let loops over the image run to the last row",
)
def last_row_black(image: Array, *rest: Any) -> Any:
    cut = np.array(image)
    cut[-1] = 0
    return network(cut, *rest)


@fault(
    "network-accuracy-always-1",
    "acc is 1 for every label",
    "acc is 1 if numpy.argmax(out) == label",
)
def accuracy_always_1(*given: Any) -> Any:
    out, loss, _ = network(*given)
    return out, loss, 1


@fault(
    "network-accuracy-of-the-probable",
    "acc is 1 if the label is more probable than 0.5",
    "compare the most probable class with the label: numpy.argmax(out) == label",
)
def accuracy_of_the_probable(*given: Any) -> Any:
    out, loss, _ = network(*given)
    return out, loss, int(out[given[1]] > 0.5)


@fault(
    "network-accuracy-negated",
    "acc is 1 if the most probable class is not the label",
    "acc is 1 if numpy.argmax(out) == label, else 0",
)
def accuracy_negated(*given: Any) -> Any:
    out, loss, acc = network(*given)
    return out, loss, 1 - acc


@fault(
    "network-accuracy-of-the-least",
    "the least probable class is compared with the label",
    "use numpy.argmax, not numpy.argmin",
)
def accuracy_of_the_least(*given: Any) -> Any:
    out, loss, _ = network(*given)
    return out, loss, int(np.argmin(out) == given[1])


@fault(
    "network-returns-in-another-order",
    "forward returns (out, acc, loss): accuracy before loss",
    "return out, loss, acc",
)
def returns_in_another_order(*given: Any) -> Any:
    out, loss, acc = network(*given)
    return out, acc, loss


@fault(
    "network-wide-integers-taken-for-scaled",
    "an image of int64, as NumPy makes of whole numbers, is not divided by 255",
    "divide by 255, whatever dtype the pixels have",
    seen="layers that tell bytes from numbers by the dtype",
)
def wide_integers_taken_for_scaled(*given: Any) -> Any:
    return network(*given, scale=lambda image: image / (1 if image.dtype == "int64" else 255) - 0.5)


@fault(
    "network-loss-of-one-class",
    "the loss is that of class 3 for every label",
    "use the probability of the label",
)
def loss_of_one_class(*given: Any) -> Any:
    out, _, acc = network(*given)
    return out, -float(np.log(out[3])), acc


@fault(
    "network-accuracy-always-0",
    "acc is 0 for every label",
    "acc is 1 if numpy.argmax(out) == label",
)
def accuracy_always_0(*given: Any) -> Any:
    out, loss, _ = network(*given)
    return out, loss, 0
