"""Maximum pooling in the articles: ``pooling(map, size=2, stride=2)``, and ``MaxPool2()``."""

from collections.abc import Callable, Mapping
from typing import Any

from cnnspec.declaration.article_forms import (
    ArticleFunction,
    ArticleLayer,
    LayerObjects,
    Offer,
    Unavailable,
)

_OPTIONS = frozenset({"size", "stride"})


def _pooling(pooling: Callable[..., Any]) -> Offer:
    def max_pool2d(maps: Any, size: int | None = None, stride: int | None = None) -> Any:
        if size is None and stride is None:
            return pooling(maps)
        size = 2 if size is None else size
        return pooling(maps, size, size if stride is None else stride)

    recipe = "result = mine.pooling(maps{options})"
    return Offer(max_pool2d, _OPTIONS, ranks=frozenset({3}), recipe=recipe)


def _max_pool2(layers: LayerObjects) -> dict[str, Offer]:
    def max_pool2d(maps: Any, size: int = 2, stride: int | None = None) -> Any:
        if size != 2 or stride not in (None, 2):
            raise Unavailable("MaxPool2 has windows of 2 with stride 2 only")
        return layers.run(layers.get(), maps)

    recipe = layers.recipe("result = mine.MaxPool2().run(maps)")
    return {"max_pool2d": Offer(max_pool2d, _OPTIONS, ranks=frozenset({3}), recipe=recipe)}


def _written_as_pooling(max_pool2d: Callable[..., Any]) -> Callable[..., Any]:
    def pooling(maps: Any, size: int = 2, stride: int = 2) -> Any:
        return max_pool2d(maps, size, stride)

    return pooling


def _written_as_max_pool2(functions: Mapping[str, Callable[..., Any]]) -> type:
    class MaxPool2:
        def forward(self, maps: Any) -> Any:
            return functions["max_pool2d"](maps)

    return MaxPool2


MAXIMUM = (
    ArticleFunction(name="pooling", offer=_pooling, written=_written_as_pooling),
    ArticleLayer(
        name="MaxPool2",
        sizes=[],
        parameters=[],
        translate=_max_pool2,
        written=_written_as_max_pool2,
        function="max_pool2d(maps)",
    ),
)
