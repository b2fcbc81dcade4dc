"""Convolution in the articles: ``conv(img, filters)`` and the class ``Conv3x3(K)``."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.article_forms import (
    ArticleFunction,
    ArticleLayer,
    LayerObjects,
    Offer,
    Unavailable,
)


def _conv(conv: Callable[..., Any]) -> Offer:
    return Offer(conv, ranks=frozenset({2, 3}), recipe="result = mine.conv(image, filters)")


def _conv3x3(layers: LayerObjects) -> dict[str, Offer]:
    def conv2d(image: Any, filters: Any) -> Any:
        if filters.shape[1:] != (3, 3):
            raise Unavailable("Conv3x3 has filters of shape (K, 3, 3) only")
        return layers.run(layers.get(len(filters), filters=filters), image)

    recipe = layers.recipe("""\
layer = mine.Conv3x3(len(filters))
layer.filters = filters
result = layer.run(image)""")
    return {"conv2d": Offer(conv2d, ranks=frozenset({2}), recipe=recipe)}


def _written_as_conv(conv2d: Callable[..., Any]) -> Callable[..., Any]:
    def conv(img: Any, filters: Any) -> Any:
        return conv2d(img, filters)

    return conv


def _written_as_conv3x3(functions: Mapping[str, Callable[..., Any]]) -> type:
    class Conv3x3:
        def __init__(self, num_filters: int) -> None:
            self.filters = np.zeros((num_filters, 3, 3))

        def forward(self, image: Any) -> Any:
            return functions["conv2d"](image, self.filters)

    return Conv3x3


FORMS = (
    ArticleFunction(name="conv", offer=_conv, written=_written_as_conv),
    ArticleLayer(
        name="Conv3x3",
        sizes=["filters"],
        parameters=["filters"],
        translate=_conv3x3,
        written=_written_as_conv3x3,
        function="conv2d(image, filters)",
    ),
)
