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
