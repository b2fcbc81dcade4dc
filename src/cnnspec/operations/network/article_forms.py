"""The network in the second article: ``forward(image, label)`` through two layer objects."""

from cnnspec.declaration.article_forms import ArticleWhole

_LAYERS = {"conv": ("filters",), "softmax": ("weights", "biases")}

#: Which layer object holds each parameter, and keeps what a step of training makes of it.
HELD = {name: layer for layer, names in _LAYERS.items() for name in names}

FORMS = (
    ArticleWhole(
        function="forward",
        layers=_LAYERS,
        in_words="a network has the objects conv, with filters, and softmax, with weights and"
        " biases",
        recipe="""\
mine.conv.filters = filters
mine.softmax.weights, mine.softmax.biases = weights, biases
result = mine.forward(image, label)""",
    ),
)
