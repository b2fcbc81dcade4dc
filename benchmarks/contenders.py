"""The same work for all: article 2's network on a batch of digits, and single convolutions.

Each contender is built from the parameters of the network and returns two functions, or ``None``
where it has no whole network to offer:

- ``forward(images)``: (N, 28, 28) float32 to probabilities (N, 10);
- ``convolution(image, filters)``: a function of no arguments, prepared with an image (N, H, W, C)
  and filters (K, f, f, C), that returns the maps in the contender's own layout, and a function
  that brings those into the layout (N, H', W', K).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Forward = Callable[[Array], Array]
Prepared = tuple[Callable[[], Any], Callable[[Any], Array]]


class Parameters(NamedTuple):
    """Of the network, float32: filters (8, 3, 3), weights (1352, 10), biases (10,)."""

    filters: Array
    weights: Array
    biases: Array


class Contender(NamedTuple):
    """What is timed."""

    forward: Forward
    convolution: Callable[[Array, Array], Prepared]


def channels_first(array: Array) -> Array:
    """Return (N, C, H, W) of (N, H, W, C)."""
    return np.ascontiguousarray(np.moveaxis(array, -1, 1))


def channels_last(maps: Any) -> Array:
    """Return (N, H, W, C) of (N, C, H, W)."""
    return np.moveaxis(np.asarray(maps), 1, -1)


def weights_channels_first(weights: Array) -> Array:
    """Return the weights (inputs, nodes) for maps that are flattened with their channels first."""
    by_place = weights.reshape(13, 13, 8, -1)
    return np.ascontiguousarray(np.moveaxis(by_place, 2, 0).reshape(weights.shape))


def reference(given: Parameters) -> Contender:
    """Return cnnspec's reference."""
    from cnnspec.reference import conv2d, max_pool2d, softmax
    from cnnspec.reference.dense import dense_of_each

    filters = given.filters[..., np.newaxis]

    def forward(images: Array) -> Array:
        maps = max_pool2d(conv2d(images[..., np.newaxis], filters))
        return softmax(dense_of_each(maps, given.weights, given.biases))

    return Contender(forward, lambda image, weights: (lambda: conv2d(image, weights), np.asarray))


def loops(given: Parameters) -> Contender:
    """Return the loops of article 2: over every window, in Python."""

    def conv(image: Array, filters: Array) -> Array:
        count, size = filters.shape[:2]
        rows, columns = (n - size + 1 for n in image.shape[:2])
        output = np.zeros((rows, columns, count), image.dtype)
        for i in range(rows):
            for j in range(columns):
                region = image[i : i + size, j : j + size]
                output[i, j] = np.sum(region * filters, axis=tuple(range(1, filters.ndim)))
        return output

    def pool(maps: Array) -> Array:
        rows, columns, count = maps.shape[0] // 2, maps.shape[1] // 2, maps.shape[2]
        output = np.zeros((rows, columns, count), maps.dtype)
        for i in range(rows):
            for j in range(columns):
                output[i, j] = np.amax(maps[2 * i : 2 * i + 2, 2 * j : 2 * j + 2], axis=(0, 1))
        return output

    def one(image: Array) -> Array:
        totals = np.dot(pool(conv(image, given.filters)).flatten(), given.weights) + given.biases
        exponentials = np.exp(totals)
        return np.asarray(exponentials / np.sum(exponentials, axis=0))

    def convolution(image: Array, filters: Array) -> Prepared:
        return lambda: np.stack([conv(each, filters) for each in image]), np.asarray

    return Contender(lambda images: np.stack([one(image) for image in images]), convolution)


def scipy_signal(given: Parameters) -> Contender:
    """Return scipy.signal.correlate2d, with NumPy for the rest."""
    from scipy.signal import correlate2d

    def conv(image: Array, filters: Array) -> Array:
        maps = [
            sum(
                correlate2d(image[..., c], each[..., c], mode="valid")
                for c in range(image.shape[-1])
            )
            for each in filters
        ]
        return np.stack(maps, axis=-1)

    def forward(images: Array) -> Array:
        filters = given.filters[..., np.newaxis]
        maps = np.stack([conv(image[..., np.newaxis], filters) for image in images])
        pooled = maps.reshape(len(images), 13, 2, 13, 2, 8).max(axis=(2, 4))
        return _softmax(pooled.reshape(len(images), -1) @ given.weights + given.biases)

    def convolution(image: Array, filters: Array) -> Prepared:
        return lambda: np.stack([conv(each, filters) for each in image]), np.asarray

    return Contender(forward, convolution)


def _softmax(logits: Array) -> Array:
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def torch(given: Parameters) -> Contender:
    """Return PyTorch, eager, on one thread."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    filters = torch.from_numpy(given.filters[:, np.newaxis])
    weights = torch.from_numpy(weights_channels_first(given.weights).T.copy())
    biases = torch.from_numpy(given.biases)

    def forward(images: Array) -> Array:
        with torch.inference_mode():
            maps = functional.conv2d(torch.from_numpy(images[:, np.newaxis]), filters)
            flat = functional.max_pool2d(maps, 2).flatten(1)
            return functional.softmax(functional.linear(flat, weights, biases), dim=1).numpy()

    def convolution(image: Array, filters: Array) -> Prepared:
        x, w = (torch.from_numpy(channels_first(a)) for a in (image, filters))

        def run() -> Any:
            with torch.inference_mode():
                return functional.conv2d(x, w)

        return run, channels_last

    return Contender(forward, convolution)


def _models(given: Parameters) -> tuple[Any, Callable[[Array, Array], Any]]:
    """Return the network as an ONNX model, and a function that makes one of a convolution."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    def model(
        nodes: list[Any], constants: dict[str, Array], image: list[Any], result: list[Any]
    ) -> Any:
        graph = helper.make_graph(
            nodes,
            "work",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, image)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, result)],
            [numpy_helper.from_array(value, name) for name, value in constants.items()],
        )
        opset = helper.make_opsetid("", 17)
        made = helper.make_model(graph, opset_imports=[opset], ir_version=9)
        onnx.checker.check_model(made)
        return made

    node = helper.make_node
    network = model(
        [
            node("Conv", ["x", "filters"], ["maps"]),
            node("MaxPool", ["maps"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
            node("Flatten", ["pooled"], ["flat"]),
            node("Gemm", ["flat", "weights", "biases"], ["logits"]),
            node("Softmax", ["logits"], ["y"], axis=1),
        ],
        {
            "filters": given.filters[:, np.newaxis],
            "weights": weights_channels_first(given.weights),
            "biases": given.biases,
        },
        ["N", 1, 28, 28],
        ["N", 10],
    )

    def single(image: Array, filters: Array) -> Any:
        return model(
            [node("Conv", ["x", "filters"], ["y"])],
            {"filters": channels_first(filters)},
            list(channels_first(image).shape),
            ["N", "K", "rows", "columns"],
        )

    return network, single


def onnx_reference(given: Parameters) -> Contender:
    """Return ONNX's reference evaluator."""
    from onnx.reference import ReferenceEvaluator

    network, single = _models(given)
    whole = ReferenceEvaluator(network)

    def convolution(image: Array, filters: Array) -> Prepared:
        evaluator, x = ReferenceEvaluator(single(image, filters)), channels_first(image)
        return lambda: evaluator.run(None, {"x": x})[0], channels_last

    return Contender(
        lambda images: np.asarray(whole.run(None, {"x": images[:, np.newaxis]})[0]), convolution
    )


def onnxruntime(given: Parameters) -> Contender:
    """Return ONNX Runtime on one thread."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    network, single = _models(given)

    def session(model: Any) -> Any:
        providers = ["CPUExecutionProvider"]
        return InferenceSession(model.SerializeToString(), options, providers=providers)

    whole = session(network)

    def convolution(image: Array, filters: Array) -> Prepared:
        one, x = session(single(image, filters)), channels_first(image)
        return lambda: one.run(None, {"x": x})[0], channels_last

    return Contender(
        lambda images: np.asarray(whole.run(None, {"x": images[:, np.newaxis]})[0]), convolution
    )


def jax(given: Parameters) -> Contender:
    """Return JAX, compiled."""
    import jax
    from jax import lax, numpy

    layout = ("NHWC", "OHWI", "NHWC")
    filters = numpy.asarray(given.filters[..., np.newaxis])

    def conv(image: Any, weights: Any) -> Any:
        return lax.conv_general_dilated(image, weights, (1, 1), "VALID", dimension_numbers=layout)

    @jax.jit
    def network(images: Any) -> Any:
        maps = conv(images[..., None], filters)
        tops = lax.reduce_window(maps, -numpy.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        return jax.nn.softmax(tops.reshape(len(images), -1) @ given.weights + given.biases)

    def convolution(image: Array, weights: Array) -> Prepared:
        x, w, compiled = numpy.asarray(image), numpy.asarray(weights), jax.jit(conv)
        return lambda: compiled(x, w).block_until_ready(), np.asarray

    return Contender(lambda images: np.asarray(network(images)), convolution)


#: By name, with the number of images that are timed: the slow ones' times are scaled up.
CONTENDERS: dict[str, tuple[Callable[[Parameters], Contender], int]] = {
    "reference": (reference, 10_000),
    "plain loops": (loops, 100),
    "scipy.signal": (scipy_signal, 1000),
    "onnx.reference": (onnx_reference, 100),
    "torch": (torch, 10_000),
    "onnxruntime": (onnxruntime, 10_000),
    "jax": (jax, 10_000),
}
