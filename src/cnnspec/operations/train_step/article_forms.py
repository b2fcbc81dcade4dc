"""Code that takes one step of training: a function of everything, or one beside layer objects."""

from cnnspec.declaration.article_forms import ArticleStep

#: How the learning rate is called.
RATES = ("learning_rate", "lr", "learn_rate", "rate", "eta", "alpha")

#: The function that is given everything, and the one beside the layers.
PURE, BESIDE_LAYERS = "train_step", "train"

FORMS = (
    ArticleStep(
        function=PURE,
        beside_layers=BESIDE_LAYERS,
        names=(
            ("image", "im", "img", "picture", "x"),
            ("label", "digit", "target", "y"),
            ("filters", "kernels"),
            ("weights", "w"),
            ("biases", "bias", "b"),
            RATES,
        ),
        in_words="train_step(image, label, filters, weights, biases, learning_rate)",
        recipe_of_layers="""\
mine.conv.filters = filters.copy()
mine.softmax.weights, mine.softmax.biases = weights.copy(), biases.copy()
returned = mine.train(image, label, learning_rate)
loss = returned[0] if isinstance(returned, tuple) else returned
result = loss, mine.conv.filters, mine.softmax.weights, mine.softmax.biases""",
        recipe_of_function="""\
result = mine.train_step(
    image, label, filters.copy(), weights.copy(), biases.copy(), {rate}learning_rate
)""",
    ),
)
