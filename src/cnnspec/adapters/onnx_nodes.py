"""The operations as ONNX models of one node, for the runtimes that read them."""

from abc import ABC, abstractmethod
from functools import cache
from typing import Any

import numpy as np
from onnx import checker, helper

from cnnspec.adapters.axis_orders import (
    Array,
    as_batch,
    as_given,
    channels_first,
    channels_last,
    per_axis,
    real_numbers,
    with_channels,
    zeros_on_sides,
)

OPSET, IR_VERSION = 21, 10

_PADDING = {"valid": "VALID", "same": "SAME_UPPER"}

Kinds = tuple[tuple[np.dtype[Any], int], ...]
Attributes = tuple[tuple[str, Any], ...]


@cache
def one_node(operator: str, kinds: Kinds, attributes: Attributes) -> bytes:
    """Return a model with inputs a, b, ... of the given dtypes and numbers of axes.

    Its output y is of the dtype and the number of axes of a. The sizes of all axes stay open.
    """
    infos = [
        helper.make_tensor_value_info(
            name, helper.np_dtype_to_tensor_dtype(dtype), [f"{name}{axis}" for axis in range(axes)]
        )
        for name, (dtype, axes) in zip("yabc", (kinds[0], *kinds), strict=False)
    ]
    output, *inputs = infos
    node = helper.make_node(operator, [info.name for info in inputs], ["y"], **dict(attributes))
    graph = helper.make_graph([node], operator, inputs, [output])
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
    return bytes(model.SerializeToString())


@cache
def check(model: bytes) -> None:
    """Refuse a model that is not valid ONNX: attributes out of range, mixed dtypes.

    Raises
    ------
    onnx.checker.ValidationError, onnx.shape_inference.InferenceError
        By ONNX's own checker.
    """
    checker.check_model(model, full_check=True)


class OnnxNodes(ABC):
    """The operations on a runtime, which says how it runs a model."""

    @abstractmethod
    def run(self, model: bytes, inputs: dict[str, Array]) -> Array:
        """Return the output of a model."""

    def _node(self, operator: str, *arrays: Any, **attributes: Any) -> Array:
        inputs = dict(zip("abc", map(np.asarray, arrays), strict=False))
        kinds = tuple((array.dtype, array.ndim) for array in inputs.values())
        return self.run(one_node(operator, kinds, tuple(attributes.items())), inputs)

    def conv2d(
        self,
        image: Any,
        filters: Any,
        bias: Any = None,
        *,
        stride: int | tuple[int, int] = 1,
        padding: Any = "valid",
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
    ) -> Array:
        """Return the maps (H', W', K) of an image (H, W) or (H, W, C), or of each of a batch."""
        images = channels_first(as_batch(image))
        given = [images, channels_first(with_channels(filters, image))]
        added = [] if bias is None else [bias]
        how: dict[str, Any] = {"strides": per_axis(stride), "dilations": per_axis(dilation)}
        if isinstance(padding, str):
            how["auto_pad"] = _PADDING.get(padding, padding)
        else:
            (top, bottom), (left, right) = zeros_on_sides(padding)
            how["pads"] = (top, left, bottom, right)
        if groups != 1:
            how["group"] = groups
        return as_given(channels_last(self._node("Conv", *given, *added, **how)), image)

    def relu(self, x: Any) -> Array:
        """Return x, with 0 for what is below."""
        return self._node("Relu", x)

    def max_pool2d(
        self,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
    ) -> Array:
        """Return the largest element of every window, in maps (H, W, K) or (N, H, W, K)."""
        how = _windows(size, stride, padding, ceil_mode, dilation)
        pooled = self._node("MaxPool", channels_first(as_batch(maps)), **how)
        return as_given(channels_last(pooled), maps)

    def min_pool2d(
        self,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
    ) -> Array:
        """Return the smallest element of every window."""
        how = _windows(size, stride, padding, ceil_mode, dilation)
        negative = self._node("Neg", channels_first(as_batch(real_numbers(maps))))
        pooled = self._node("Neg", self._node("MaxPool", negative, **how))
        return as_given(channels_last(pooled), maps)

    def avg_pool2d(
        self,
        maps: Any,
        size: Any = 2,
        stride: Any = None,
        *,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> Array:
        """Return the mean of every window."""
        how = _windows(size, stride, padding, ceil_mode)
        if any(per_axis(padding)):
            how["count_include_pad"] = int(count_include_pad)
        pooled = self._node("AveragePool", channels_first(as_batch(maps)), **how)
        return as_given(channels_last(pooled), maps)

    def dense(self, x: Any, weights: Any, bias: Any) -> Array:
        """Return x, flattened, times the weights (inputs, nodes), plus the bias (nodes,)."""
        row = np.reshape(x, (1, -1))
        return np.asarray(self._node("Gemm", row, weights, bias)[0])

    def softmax(self, logits: Any) -> Array:
        """Return the probabilities along the last axis."""
        return self._node("Softmax", logits, axis=-1)


def _windows(
    size: Any, stride: Any, padding: Any, ceil_mode: bool, dilation: Any = 1
) -> dict[str, Any]:
    """Return the attributes of a pooling, those that are ONNX's defaults only where they differ."""
    strides = per_axis(size if stride is None else stride)
    how: dict[str, Any] = {"kernel_shape": per_axis(size), "strides": strides}
    if any(per_axis(padding)):
        how["pads"] = per_axis(padding) * 2  # above, left, below, right
    if per_axis(dilation) != (1, 1):
        how["dilations"] = per_axis(dilation)
    if ceil_mode:
        how["ceil_mode"] = 1
    return how
