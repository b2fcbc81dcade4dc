"""The slots of a pooling's formula, and what stands in them."""

from cnnspec.simulation.orders import Axis, Data

_AXES = (
    Axis("image", "images"),
    Axis("row", "rows"),
    Axis("column", "columns"),
    Axis("map", "maps"),
)

REMEDY = "every map is pooled by itself: one number for each window of each map"

MAPS = Data("maps", "the input", _AXES, REMEDY, "is")
POOLED = Data("pooled", "the result", _AXES, REMEDY, "is")
RESULTS = Data("pooled", "the results", _AXES, REMEDY)
ELEMENTS = Data("maps", "the elements", _AXES, REMEDY)
