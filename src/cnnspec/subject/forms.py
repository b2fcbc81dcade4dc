"""The forms in which an implementation may come, recognised without an adapter.

Each form is translated into offers: functions that take an operation's parameters by the
operation's own names.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from cnnspec.operations.registry import LAYERS
from cnnspec.subject.boundary import Implementation, Offer, offer
from cnnspec.subject.caller import Unavailable
from cnnspec.subject.layers import (
    Layers,
    arguments_of,
    is_layer,
    is_layer_class,
    run,
    set_to,
    takes_sizes,
    why_not_set,
)
from cnnspec.subject.outcomes import Array, NetworkResult


def recognise(thing: Any, *, name: str, source: str) -> Implementation:
    """Return the implementation that a module or an object is, in the forms that it has."""
    forms = {
        "operations": _operations(thing),
        "article functions": _article_functions(thing),
        "article layers": _article_layers(thing),
        "network": _network(thing),
    }
    offers: dict[str, Offer] = {}
    for found in forms.values():
        for operation, offered in found.items():
            offers.setdefault(operation, offered)
    _compose(offers)
    form = next((form for form, found in forms.items() if found), "operations")
    if forms["network"] and form == "article layers":
        form = "network"
    made = Implementation(name=name, source=source, form=form, offers=offers)
    made.notes += _left_out(thing, offers)
    return made


def _left_out(thing: Any, offers: dict[str, Offer]) -> Iterator[str]:
    """Say what was found that looks like the articles' code and cannot be judged."""
    if "network" not in offers and _function(thing, "forward") is not None:
        yield f"forward is not judged: {_why_no_network(thing)}"
    for name, article in _ARTICLE_LAYERS.items():
        layer: Any = getattr(thing, name, None)
        if is_layer_class(layer) and not article.is_made_like(layer):
            yield (
                f"the class {name} is not judged: the article's is made as"
                f" {name}({', '.join(article.sizes)}), this one as {name}({arguments_of(layer)});"
                f" a function {article.function} beside it would be judged"
            )


def _function(thing: Any, name: str) -> Callable[..., Any] | None:
    """Return the function ``thing.name``; a class or a layer object of that name is not one."""
    found = getattr(thing, name, None)
    return (
        found if callable(found) and not isinstance(found, type) and not is_layer(found) else None
    )


def _operations(thing: Any) -> dict[str, Offer]:
    found = {name: function for name in LAYERS if (function := _function(thing, name))}
    if set(found) == {"relu"} and _article_functions(thing):
        return {}  # article 1's relu, which takes (H, W, K)
    return {name: offer(name, function) for name, function in found.items()}


def _article_functions(thing: Any) -> dict[str, Offer]:
    """``conv(img, filters)``, ``relu(map)`` and ``pooling(map, size=2, stride=2)``."""
    offers = {}
    if conv := _function(thing, "conv"):
        offers["conv2d"] = Offer(
            conv, ranks=frozenset({2, 3}), recipe="result = mine.conv(image, filters)"
        )
    if pooling := _function(thing, "pooling"):

        def max_pool2d(maps: Array, size: int | None = None, stride: int | None = None) -> Any:
            if size is None and stride is None:
                return pooling(maps)
            size = 2 if size is None else size
            return pooling(maps, size, size if stride is None else stride)

        offers["max_pool2d"] = Offer(
            max_pool2d,
            frozenset({"size", "stride"}),
            ranks=frozenset({3}),
            recipe="result = mine.pooling(maps{options})",
        )
    relu = _function(thing, "relu")
    if relu and offers:
        offers["relu"] = Offer(relu, ranks=frozenset({3}))
    return offers


def _article_layers(thing: Any) -> dict[str, Offer]:
    """``Conv3x3(K)``, ``MaxPool2()`` and ``Softmax(n, m)``."""
    offers: dict[str, Offer] = {}
    for name, article in _ARTICLE_LAYERS.items():
        layer: Any = getattr(thing, name, None)
        if is_layer_class(layer) and article.is_made_like(layer):
            offers |= article.translate(Layers(layer))
    return offers


def _conv3x3_offers(layers: Layers) -> dict[str, Offer]:
    def conv2d(image: Array, filters: Array) -> Any:
        if filters.shape[1:] != (3, 3):
            raise Unavailable("Conv3x3 has filters of shape (K, 3, 3) only")
        return run(layers.get(len(filters), filters=filters), image)

    recipe = layers.recipe("""\
layer = mine.Conv3x3(len(filters))
layer.filters = filters
result = layer.run(image)""")
    return {"conv2d": Offer(conv2d, ranks=frozenset({2}), recipe=recipe)}


def _max_pool2_offers(layers: Layers) -> dict[str, Offer]:
    def max_pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Any:
        if size != 2 or stride not in (None, 2):
            raise Unavailable("MaxPool2 has windows of 2 with stride 2 only")
        return run(layers.get(), maps)

    options = frozenset({"size", "stride"})
    recipe = layers.recipe("result = mine.MaxPool2().run(maps)")
    return {"max_pool2d": Offer(max_pool2d, options, ranks=frozenset({3}), recipe=recipe)}


def _softmax_offers(layers: Layers) -> dict[str, Offer]:
    def softmax_layer(x: Array, weights: Array, bias: Array) -> Any:
        return run(layers.get(*weights.shape, weights=weights, biases=bias), x)

    def softmax(logits: Array) -> Any:
        """Pass the logits in as biases of a layer whose input is nothing."""
        if logits.dtype.kind != "f":
            raise Unavailable("Softmax has biases of real numbers")
        nothing = np.zeros(1, dtype=logits.dtype)
        return softmax_layer(nothing, np.zeros((1, len(logits)), logits.dtype), logits)

    through_biases = layers.recipe("""\
layer = mine.Softmax(1, len(logits))
layer.weights, layer.biases = np.zeros((1, len(logits)), logits.dtype), logits
result = layer.run(np.zeros(1, logits.dtype))""")
    whole = layers.recipe("""\
layer = mine.Softmax(*weights.shape)
layer.weights, layer.biases = weights, bias
result = layer.run(x)""")
    return {
        "softmax": Offer(softmax, ranks=frozenset({1}), recipe=through_biases),
        "softmax_layer": Offer(softmax_layer, recipe=whole),
    }


@dataclass(frozen=True)
class _ArticleLayer:
    """A class of the second article: how it is made, what the suite sets, and what it offers.

    ``function`` is what would be judged in its place.
    """

    sizes: Sequence[str]
    parameters: Sequence[str]
    translate: Callable[[Layers], dict[str, Offer]]
    function: str

    def is_made_like(self, layer: type) -> bool:
        """Return whether a class is made as the article's is, and not another of the same name."""
        return takes_sizes(layer, range(1, len(self.sizes) + 1), self.parameters)


_ARTICLE_LAYERS = {
    "Conv3x3": _ArticleLayer(["filters"], ["filters"], _conv3x3_offers, "conv2d(image, filters)"),
    "MaxPool2": _ArticleLayer([], [], _max_pool2_offers, "max_pool2d(maps)"),
    "Softmax": _ArticleLayer(
        ["inputs", "nodes"], ["weights", "biases"], _softmax_offers, "softmax(logits)"
    ),
}


def _network(thing: Any) -> dict[str, Offer]:
    """``forward(image, label)`` beside the objects ``conv`` and ``softmax`` with parameters."""
    forward = _function(thing, "forward")
    if forward is None or _why_no_network(thing):
        return {}

    def network(image: Array, label: int, filters: Array, weights: Array, biases: Array) -> Any:
        with (
            set_to(thing.conv, filters=filters),
            set_to(thing.softmax, weights=weights, biases=biases),
        ):
            returned = forward(image, label)
        if isinstance(returned, tuple | list) and len(returned) == 3:
            return NetworkResult(returned)
        return returned

    recipe = """\
mine.conv.filters = filters
mine.softmax.weights, mine.softmax.biases = weights, biases
result = mine.forward(image, label)"""
    return {"network": Offer(network, recipe=recipe)}


def _why_no_network(thing: Any) -> str:
    """Return why a ``forward`` cannot be given parameters, "" if it can."""
    conv, softmax = (getattr(thing, name, None) for name in ("conv", "softmax"))
    layers = {"conv": is_layer(conv), "softmax": is_layer(softmax)}
    if missing := [name for name, found in layers.items() if not found]:
        return (
            "beside it a network has the objects conv, with filters, and softmax, with weights and"
            f" biases; there is no such {' and no such '.join(missing)}"
        )
    return why_not_set(conv, "filters") or why_not_set(softmax, "weights", "biases")


def _compose(offers: dict[str, Offer]) -> None:
    """Offer a softmax layer where dense and softmax are offered apart."""
    if "softmax_layer" in offers or not {"dense", "softmax"} <= offers.keys():
        return
    dense, softmax = offers["dense"].function, offers["softmax"].function
    if dense is not None and softmax is not None:
        offers["softmax_layer"] = Offer(
            partial(_dense_then_softmax, dense, softmax),
            recipe="result = mine.softmax(mine.dense(x, weights, bias))",
        )


def _dense_then_softmax(
    dense: Callable[..., Any], softmax: Callable[..., Any], x: Array, weights: Array, bias: Array
) -> Any:
    logits = dense(x, weights, bias)
    plain = np.asarray(logits.detach() if hasattr(logits, "detach") else logits)
    try:
        return softmax(plain)
    except Exception:  # a softmax of rows only gets one row
        if plain.ndim != 1:
            raise
        return softmax(plain[np.newaxis])[0]
