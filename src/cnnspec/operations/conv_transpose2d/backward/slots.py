"""The slots of the gradients' formulas, and what stands in them.

They are read as those of a convolution over the incoming gradient, which sees it as its image; the
image takes the part of that convolution's maps. The slots have the names that they have there.
"""

from cnnspec.simulation.orders import Axis, Data

OF_IMAGE = (
    "grad_image[i, j, k] = sum over a, b and the maps c of the group of"
    " grad[i * stride + a * dilation - top, j * stride + b * dilation - left, c]"
    " * filters[k, a, b, c]"
)
OF_FILTERS = (
    "grad_filters[k, a, b, c] = sum over all pixels i, j of image[i, j, k]"
    " * grad[i * stride + a * dilation - top, j * stride + b * dilation - left, c]"
)
OF_BIAS = "grad_bias[c] = sum of grad[i, j, c] over rows, columns and images"

_ROWS, _COLUMNS = Axis("row", "rows"), Axis("column", "columns")
_CHANNELS, _IMAGES = Axis("channel", "channels"), Axis("image of the batch", "images")
_MAPS, _FILTERS = Axis("map", "maps"), Axis("filter", "filters")

GRAD = Data(
    "image",
    "the incoming gradient",
    (_IMAGES, _ROWS, _COLUMNS, _MAPS),
    "use grad as it came: it has the shape of the maps",
    "is",
)
_BATCH = Axis("image", "images", of="the batch")
IMAGE = Data("grad", "the image", (_BATCH, _ROWS, _COLUMNS, _CHANNELS), OF_FILTERS, "is")
FILTERS = Data("filters", "the filters", (_FILTERS, _ROWS, _COLUMNS, _MAPS), OF_IMAGE)

#: Most filters are square: such a reshape leaves them as they are.
SQUARE = r"exchanged in a reshape: .*\(filters, columns, rows, maps\)$"

RESULT_IMAGE = Data("result", "the results", (_IMAGES, _ROWS, _COLUMNS, _CHANNELS), OF_IMAGE)
RESULT_FILTERS = Data("result", "the results", (_FILTERS, _ROWS, _COLUMNS, _MAPS), OF_FILTERS)
RESULT_BIAS = Data("result", "the results", (_MAPS,), OF_BIAS)
