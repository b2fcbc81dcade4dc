"""What an element of a dense layer's gradients is made of."""

import numpy as np

from cnnspec.declaration.exhibit import IMAGE, ROWS, Array, Exhibit, Place, Window
from cnnspec.declaration.operation import Arguments

_PLANES = {"grad": ROWS, "x": IMAGE, "weights": ROWS}


def _of_x(given: Arguments, place: Place, _expected: Array | None) -> Window:
    nodes = np.shape(given["weights"])[1]
    if np.ndim(given["grad"]) == 1:
        one = int(np.ravel_multi_index(place, np.shape(given["x"]))) if place else 0
        said = f"element {[*place]}: grad times row {one} of the weights"
        return Window({"weights": (one, 0)}, {"weights": (one, 0, 1, nodes)}, said)
    row, one = place
    said = f"element [{row}, {one}]: row {row} of grad times row {one} of the weights"
    boxes = {"grad": (row, 0, 1, nodes), "weights": (one, 0, 1, nodes)}
    return Window({"grad": (row, 0), "weights": (one, 0)}, boxes, said)


def _of_weights(given: Arguments, place: Place, _expected: Array | None) -> Window:
    one, node = place
    if np.ndim(given["grad"]) == 1:
        said = f"element [{one}, {node}]: input {one} of x times element {node} of grad"
        return Window({"grad": (node,)}, {}, said)
    rows = len(given["grad"])
    said = f"element [{one}, {node}]: column {one} of x times column {node} of grad"
    boxes = {"grad": (0, node, rows, 1), "x": (0, one, rows, 1)}
    return Window({"grad": (0, node), "x": (0, one)}, boxes, said)


def _of_bias(given: Arguments, place: Place, _expected: Array | None) -> Window:
    (node,) = place
    if np.ndim(given["grad"]) == 1:
        return Window({"grad": (node,)}, {}, f"element [{node}]: element {node} of grad")
    said = f"element [{node}]: the sum of column {node} of grad"
    return Window({"grad": (0, node)}, {"grad": (0, node, len(given["grad"]), 1)}, said)


TO_X = Exhibit(planes=_PLANES, result=IMAGE, window=_of_x)
TO_WEIGHTS = Exhibit(planes=_PLANES, result=ROWS, window=_of_weights)
TO_BIAS = Exhibit(planes=_PLANES, result=ROWS, window=_of_bias)
