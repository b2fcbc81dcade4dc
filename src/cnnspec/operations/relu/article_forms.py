"""ReLU in the first article: ``relu(map)`` of maps (H, W, K) only."""

from collections.abc import Callable
from typing import Any

from cnnspec.declaration.article_forms import ArticleFunction, Offer


def _relu(relu: Callable[..., Any]) -> Offer:
    return Offer(relu, ranks=frozenset({3}))


def _written(relu: Callable[..., Any]) -> Callable[..., Any]:
    return relu


FORMS = (ArticleFunction(name="relu", offer=_relu, written=_written, beside_others=True),)
