"""OpenCV: its ``dnn`` module, on ONNX models of one node.

Its convolutions may transform tiles of the image (Winograd), hence normwise. It reads models
without checking them, and many that are not valid end the process. Variants: ``checked``, to which
only what passes ONNX's own checker comes; ``filter2d``, the filter of OpenCV's image processing,
for images (H, W), which transforms large filters.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from cnnspec.adapters.axis_orders import Array, zeros_around
from cnnspec.adapters.onnx_nodes import OnnxNodes, check

CNNSPEC = {"name": f"OpenCV {cv2.__version__}", "profile": "general", "accuracy": "normwise"}

cv2.setNumThreads(1)


@dataclass(frozen=True)
class OpenCV(OnnxNodes):
    """The operations in networks of ``cv2.dnn``."""

    checked: bool = False

    def run(self, model: bytes, inputs: dict[str, Array]) -> Array:
        """Return the output of a model."""
        if self.checked:
            check(model)
        network = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
        for name, array in inputs.items():
            network.setInput(np.ascontiguousarray(array), name)
        return np.asarray(network.forward())


class Filter2D:
    """The convolution of ``cv2.filter2D``, which gives maps of the image's size."""

    def conv2d(self, image: Any, filters: Any, *, padding: str = "valid") -> Array:
        """Return the maps (H', W', K) of an image (H, W); for "valid", those of whole windows."""
        maps = [self._filtered(image, one, padding) for one in filters]
        return np.stack(maps, axis=-1)

    def _filtered(self, image: Any, one: Any, padding: str) -> Array:
        rows, columns = np.shape(image)
        (top, bottom), (left, right) = (zeros_around(size) for size in np.shape(one))
        depth = -1 if np.asarray(image).dtype.kind == "f" else cv2.CV_64F
        border = cv2.BORDER_CONSTANT
        filtered = cv2.filter2D(image, depth, one, anchor=(left, top), borderType=border)
        same = np.asarray(filtered)
        return same if padding == "same" else same[top : rows - bottom, left : columns - right]


adapter = OpenCV()
checked = OpenCV(checked=True)
filter2d = Filter2D()
