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
    is_of_rows,
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
def one_node(operator: str, kinds: Kinds, attributes: Attributes, axes_of_y: int) -> bytes:
    """Return a model with inputs a, b, ... of the given dtypes and numbers of axes.

    Its output y is of the dtype of a. The sizes of all axes stay open.
    """
    dtype_of_y = kinds[0][0]
    infos = [
        helper.make_tensor_value_info(
            name, helper.np_dtype_to_tensor_dtype(dtype), [f"{name}{axis}" for axis in range(axes)]
        )
        for name, (dtype, axes) in zip("yabcde", ((dtype_of_y, axes_of_y), *kinds), strict=False)
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

    def _node(
        self, operator: str, *arrays: Any, axes_of_y: int | None = None, **attributes: Any
    ) -> Array:
        inputs = dict(zip("abcde", map(np.asarray, arrays), strict=False))
        kinds = tuple((array.dtype, array.ndim) for array in inputs.values())
        axes = kinds[0][1] if axes_of_y is None else axes_of_y
        return self.run(one_node(operator, kinds, tuple(attributes.items()), axes), inputs)

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

    def conv_transpose2d(
        self,
        image: Any,
        filters: Any,
        bias: Any = None,
        *,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Array:
        """Return the maps (H', W', C) of an image (H, W, K), or of each of a batch."""
        (top, bottom), (left, right) = zeros_on_sides(padding)
        given = [channels_first(as_batch(image)), channels_first(np.asarray(filters))]
        added = [] if bias is None else [bias]
        maps = self._node(
            "ConvTranspose",
            *given,
            *added,
            strides=per_axis(stride),
            pads=(top, left, bottom, right),
            output_padding=per_axis(output_padding),
            dilations=per_axis(dilation),
            group=groups,
        )
        return as_given(channels_last(maps), image)

    def relu(self, x: Any) -> Array:
        """Return x, with 0 for what is below."""
        return self._node("Relu", x)

    def leaky_relu(self, x: Any, slope: float = 0.01) -> Array:
        """Return x, with slope times it for what is below 0; ONNX keeps the slope as a float32."""
        return self._node("LeakyRelu", x, alpha=float(slope))

    def sigmoid(self, x: Any) -> Array:
        """Return 1 / (1 + exp(-x))."""
        return self._node("Sigmoid", x)

    def tanh(self, x: Any) -> Array:
        """Return the hyperbolic tangent."""
        return self._node("Tanh", x)

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

    def batch_norm(
        self,
        maps: Any,
        mean: Any,
        variance: Any,
        scale: Any,
        offset: Any,
        *,
        epsilon: float = 1e-5,
    ) -> Array:
        """Return maps (H, W, K) or (N, H, W, K), normalised by parameters (K,)."""
        given = [scale, offset, mean, variance]
        images = channels_first(as_batch(maps))
        found = self._node("BatchNormalization", images, *given, epsilon=epsilon)
        return as_given(channels_last(found), maps)

    def global_avg_pool2d(self, maps: Any) -> Array:
        """Return the mean of every map (K,), or (N, K) of a batch."""
        means = self._node("GlobalAveragePool", channels_first(as_batch(maps)))
        return as_given(means[:, :, 0, 0], maps)

    def flatten(self, maps: Any) -> Array:
        """Return maps (H, W, K) as a vector, and each image of a batch."""
        return as_given(self._node("Flatten", as_batch(maps), axes_of_y=2, axis=1), maps)

    def dense(self, x: Any, weights: Any, bias: Any) -> Array:
        """Return x, flattened or in rows, times the weights (inputs, nodes), plus the bias."""
        if is_of_rows(x, weights):
            return self._node("Gemm", x, weights, bias)
        row = np.reshape(x, (1, -1))
        return np.asarray(self._node("Gemm", row, weights, bias)[0])

    def softmax(self, logits: Any) -> Array:
        """Return the probabilities along the last axis."""
        return self._node("Softmax", logits, axis=-1)

    def log_softmax(self, logits: Any) -> Array:
        """Return the logarithms of the probabilities along the last axis."""
        return self._node("LogSoftmax", logits, axis=-1)


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
