"""The slots of the gradients' formulas, and what stands in them."""

from cnnspec.simulation.orders import Axis, Data

OF_IMAGE = (
    "grad_image[i * stride + a * dilation - top, j * stride + b * dilation - left, c] +="
    " grad[i, j, k] * filters[k, a, b, c], for all i, j, k, a, b and c"
)
OF_FILTERS = (
    "grad_filters[k, a, b, c] = sum over all windows i, j of"
    " grad[i, j, k] * image[i * stride + a * dilation - top, j * stride + b * dilation - left, c]"
)
OF_BIAS = "grad_bias[k] = sum of grad[i, j, k] over all windows i, j of all images"

_ROWS, _COLUMNS = Axis("row", "rows"), Axis("column", "columns")
_CHANNELS, _IMAGES = Axis("channel", "channels"), Axis("image of the batch", "images")
_MAPS, _FILTERS = Axis("map", "maps"), Axis("filter", "filters")

GRAD = Data(
    "grad",
    "the incoming gradient",
    (_IMAGES, _ROWS, _COLUMNS, _MAPS),
    "use grad as it came: element (i, j, k) belongs to window i, j and filter k",
    "is",
)
FILTERS = Data("filters", "the filters", (_FILTERS, _ROWS, _COLUMNS, _CHANNELS), OF_IMAGE)
_BATCH = Axis("image", "images", of="the batch")
IMAGE = Data("image", "the image", (_BATCH, _ROWS, _COLUMNS, _CHANNELS), OF_FILTERS, "is")

RESULT_IMAGE = Data("result", "the results", (_IMAGES, _ROWS, _COLUMNS, _CHANNELS), OF_IMAGE)
RESULT_FILTERS = Data("result", "the results", (_FILTERS, _ROWS, _COLUMNS, _CHANNELS), OF_FILTERS)
RESULT_BIAS = Data("result", "the results", (_MAPS,), OF_BIAS)
