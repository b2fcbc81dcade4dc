"""Convolution in the articles: ``conv(img, filters)`` and the class ``Conv3x3(K)``."""

from collections.abc import Callable
from typing import Any

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


FORMS = (
    ArticleFunction(name="conv", offer=_conv),
    ArticleLayer(
        name="Conv3x3",
        sizes=["filters"],
        parameters=["filters"],
        translate=_conv3x3,
        function="conv2d(image, filters)",
    ),
)
