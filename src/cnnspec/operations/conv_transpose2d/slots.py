"""The slots of a transposed convolution's formula, and what stands in them."""

from cnnspec.simulation.orders import Axis, Data

FORMULA = (
    "maps[i * stride + a * dilation - top, j * stride + b * dilation - left, c] ="
    " bias[c] + sum of image[i, j, k] * filters[k, a, b, c % (C / groups)]"
)

ROWS, COLUMNS = Axis("row", "rows"), Axis("column", "columns")
IMAGES = Axis("image of the batch", "images")

_BATCH = Axis("image", "images", of="the batch")

IMAGE = Data("image", "the image", (_BATCH, ROWS, COLUMNS, Axis("channel", "channels")), FORMULA,
             "is")  # fmt: skip
FILTERS = Data(
    "filters",
    "the filters",
    (Axis("filter", "filters"), ROWS, COLUMNS, Axis("map", "maps")),
    "filters are (K, f, f, C / groups): filters[k] belongs to channel k of the image",
)
BIAS = Data(
    "bias", "the biases", (Axis("number", "numbers"),), "add bias[c] to every element of map c"
)
MAPS = Data("maps", "the result", (IMAGES, ROWS, COLUMNS, Axis("map", "maps")), FORMULA, "is")
