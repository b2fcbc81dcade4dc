"""The slots of a convolution's formula, and what stands in them."""

from cnnspec.simulation.orders import Axis, Data

FORMULA = (
    "maps[i, j, k] = bias[k] + sum over a, b, c of"
    " image[i * stride + a, j * stride + b, c] * filters[k, a, b, c]"
)

ROWS, COLUMNS = Axis("row", "rows"), Axis("column", "columns")
CHANNELS, IMAGES = Axis("channel", "channels"), Axis("image of the batch", "images")

IMAGE = Data("image", "the image", (IMAGES, ROWS, COLUMNS, CHANNELS), FORMULA, "is")
FILTERS = Data(
    "filters",
    "the filters",
    (Axis("filter", "filters"), ROWS, COLUMNS, CHANNELS),
    "filters are (K, f, f, C): filters[k, a, b, c] belongs to image[i + a, j + b, c]",
)
BIAS = Data(
    "bias", "the biases", (Axis("number", "numbers"),), "add bias[k] to every element of map k"
)
MAPS = Data("maps", "the result", (IMAGES, ROWS, COLUMNS, Axis("map", "maps")), FORMULA, "is")
