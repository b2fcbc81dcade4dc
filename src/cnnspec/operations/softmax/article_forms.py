"""Softmax in the second article: the class ``Softmax(n, m)``, which has a dense layer before it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.article_forms import (
    ArticleLayer,
    LayerCall,
    LayerObjects,
    Offer,
    Unavailable,
)


def _softmax(layers: LayerObjects) -> dict[str, Offer]:
    def softmax_layer(x: Any, weights: Any, bias: Any) -> Any:
        return layers.run(layers.get(*weights.shape, weights=weights, biases=bias), x)

    def softmax(logits: Any) -> Any:
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


def _written(functions: Mapping[str, Callable[..., Any]]) -> type:
    class Softmax:
        def __init__(self, inputs: int, nodes: int) -> None:
            self.weights = np.zeros((inputs, nodes))
            self.biases = np.zeros(nodes)

        def forward(self, data: Any) -> Any:
            return functions["softmax_layer"](data, self.weights, self.biases)

    return Softmax


#: The logits are biases of a layer whose input is zeros; its weights, ones on the diagonal, send
#: the gradient to the logits back as it is.
_BY_BIASES = LayerCall(
    made="Softmax(len(logits), len(logits))",
    setup=(
        "layer.weights = __import__('numpy').eye(len(logits), dtype=(1.0 * logits).dtype)",
        "layer.biases = logits.reshape(len(logits))",
    ),
    call="layer.forward(__import__('numpy').zeros(len(logits), (1.0 * logits).dtype))",
)

FORMS = (
    ArticleLayer(
        name="Softmax",
        sizes=["inputs", "nodes"],
        parameters=["weights", "biases"],
        translate=_softmax,
        written=_written,
        function="softmax(logits)",
        part_of={"softmax": _BY_BIASES},
    ),
)
