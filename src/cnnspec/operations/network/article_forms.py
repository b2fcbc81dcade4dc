"""The network in the second article: ``forward(image, label)`` through two layer objects."""

from cnnspec.declaration.article_forms import ArticleWhole

FORMS = (
    ArticleWhole(
        function="forward",
        layers={"conv": ("filters",), "softmax": ("weights", "biases")},
        in_words="a network has the objects conv, with filters, and softmax, with weights and"
        " biases",
        recipe="""\
mine.conv.filters = filters
mine.softmax.weights, mine.softmax.biases = weights, biases
result = mine.forward(image, label)""",
    ),
)
