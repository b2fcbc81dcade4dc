"""Whole layers of real networks, with --effort thorough only.

The sizes are those of LeNet-5, AlexNet, VGG-16, ResNet, Inception, MobileNet, Swin and vision
transformers. Which numbers are float32 takes turns from layer to layer.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import cycle
from typing import Any

import pytest

from cnnspec.judge.judge import Judge
from cnnspec.judge.testing import requirement
from cnnspec.judge.whole_layers import NUMBERS, REAL, WHOLE, Layer, computes

Shape = tuple[int, ...]


def convolution(
    name: str,
    image: Shape,
    count: int,
    size: int | tuple[int, int],
    *,
    bias: bool = False,
    **options: Any,
) -> Layer:
    sides = (size, size) if isinstance(size, int) else size
    seen = image[-1] // options.get("groups", 1)
    shapes: dict[str, Shape] = {"image": image, "filters": (count, *sides, seen)}
    return Layer(name, "conv2d", shapes | ({"bias": (count,)} if bias else {}), options)


def pooling(operation: str, name: str, maps: Shape, size: int, stride: int) -> Layer:
    return Layer(name, operation, {"maps": maps}, {"size": size, "stride": stride})


def dense_layer(name: str, x: Shape, inputs: int, nodes: int) -> Layer:
    return Layer(name, "dense", {"x": x, "weights": (inputs, nodes), "bias": (nodes,)})


def each(
    layers: Iterable[Layer], numbers: Iterable[str] = NUMBERS
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test on each of the layers with numbers of each kind."""
    taking_turns = [
        replace(layer, in_float32=kind) for layer, kind in zip(layers, cycle(NUMBERS), strict=False)
    ]
    cases = [(layer, kind) for layer in taking_turns for kind in numbers]
    return pytest.mark.parametrize(
        ("layer", "numbers"), cases, ids=[f"{layer}-{kind}" for layer, kind in cases]
    )


@requirement("WHOLE-01")
@each(
    [
        convolution("lenet-1", (64, 32, 32, 1), 6, 5, bias=True),
        convolution("lenet-2", (64, 14, 14, 6), 16, 5, bias=True),
        convolution("alexnet-1", (227, 227, 3), 96, 11, stride=4, bias=True),
        convolution("vgg-1", (224, 224, 3), 64, 3, padding="same", bias=True),
        convolution("resnet-stem", (230, 230, 3), 64, 7, stride=2),
        convolution("resnet-64", (56, 56, 64), 64, 3, padding="same"),
        convolution("resnet-256", (14, 14, 256), 256, 3, padding="same"),
        convolution("vgg-3", (112, 112, 64), 8, 3, padding="same"),
        convolution("vgg-7", (56, 56, 256), 8, 3, padding="same"),
        convolution("resnet-strided", (57, 57, 64), 128, 3, stride=2),
        convolution("projection", (56, 56, 256), 512, 1, stride=2),
        convolution("bottleneck-in", (56, 56, 256), 64, 1),
        convolution("bottleneck-out", (56, 56, 64), 256, 1, bias=True),
        convolution("bottleneck-last", (7, 7, 2048), 512, 1),
        convolution("mobilenet-1", (112, 112, 32), 64, 1, bias=True),
        convolution("mobilenet-13", (7, 7, 1024), 1024, 1),
        convolution("inception", (28, 28, 32), 96, 5, padding="same", bias=True),
        convolution("small-images", (32, 32, 32, 16), 16, 3, padding="same"),
        convolution("vgg-13", (14, 14, 512), 512, 3, padding="same", bias=True),
        convolution("depthwise-2", (112, 112, 32), 32, 3, padding=1, groups=32),
        convolution("depthwise-3", (112, 112, 64), 64, 3, padding=1, groups=64, stride=2),
        convolution("depthwise-13", (7, 7, 1024), 1024, 3, padding=1, groups=1024, bias=True),
        convolution("resnext", (56, 56, 128), 128, 3, padding=1, groups=32),
        convolution("atrous", (33, 33, 128), 16, 3, padding=12, dilation=12, bias=True),
    ]
)
def test_convolutions(judge: Judge, layer: Layer, numbers: str) -> None:
    computes(judge, layer, numbers)


@requirement("WHOLE-02")
@each(
    [
        convolution("vision-transformer", (224, 224, 3), 384, 16, stride=16, bias=True),
        convolution("swin", (224, 224, 3), 96, 4, stride=4, bias=True),
        convolution("inception-1x7", (17, 17, 128), 128, (1, 7), padding="same"),
        convolution("inception-7x1", (17, 17, 128), 128, (7, 1), padding="same"),
    ]
)
def test_convolutions_under_filters_of_any_size(judge: Judge, layer: Layer, numbers: str) -> None:
    computes(judge, layer, numbers)


@requirement("WHOLE-03")
@each(
    [
        Layer("resnet-batch", "relu", {"x": (2, 112, 112, 64)}),
        Layer("vgg-1", "relu", {"x": (224, 224, 64)}),
        Layer("nodes", "relu", {"x": (4096,)}),
        Layer("mobilenet-13", "relu", {"x": (32, 7, 7, 1024)}),
    ],
    [REAL],
)
def test_relu(judge: Judge, layer: Layer, numbers: str) -> None:
    computes(judge, layer, numbers)


def poolings(operation: str) -> list[Layer]:
    return [
        pooling(operation, "resnet-stem", (112, 112, 64), 3, 2),
        pooling(operation, "vgg-1", (224, 224, 64), 2, 2),
        pooling(operation, "alexnet-batch", (8, 27, 27, 256), 3, 2),
        pooling(operation, "last-maps", (7, 7, 2048), 7, 7),
        pooling(operation, "last-maps-batch", (8, 7, 7, 512), 7, 7),
    ]


@requirement("WHOLE-04")
@each([*poolings("max_pool2d"), *poolings("min_pool2d")], [REAL])
def test_maxima_and_minima(judge: Judge, layer: Layer, numbers: str) -> None:
    computes(judge, layer, numbers)


@requirement("WHOLE-04")
@each([one for one in poolings("avg_pool2d") if one.name != "alexnet-batch"], [WHOLE])
def test_means(judge: Judge, layer: Layer, numbers: str) -> None:
    computes(judge, layer, numbers)


@requirement("WHOLE-05")
@each(
    [
        dense_layer("alexnet-6", (6, 6, 256), 9216, 4096),
        dense_layer("vgg-6", (7, 7, 512), 25088, 128),
        dense_layer("classes", (4096,), 4096, 1000),
    ],
    [WHOLE],
)
def test_dense_layers(judge: Judge, layer: Layer, numbers: str) -> None:
    computes(judge, layer, numbers)


@requirement("WHOLE-05")
@each(
    [
        dense_layer("classes", (4096,), 4096, 1000),
        dense_layer("vgg-6", (7, 7, 512), 25088, 128),
    ],
    [REAL],
)
def test_dense_layers_of_real_numbers(judge: Judge, layer: Layer, numbers: str) -> None:
    computes(judge, layer, numbers)


@requirement("WHOLE-06")
@each(
    [
        Layer("classes", "softmax", {"logits": (256, 1000)}),
        Layer("words", "softmax", {"logits": (32000,)}),
    ],
    [REAL],
)
def test_softmax(judge: Judge, layer: Layer, numbers: str) -> None:
    computes(judge, layer, numbers)
