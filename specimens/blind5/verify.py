# mypy: ignore-errors
"""Compare each file, as it is and with its one mistake mended, with the reference on drawn calls.

``python -m specimens.blind5.verify [NAME ...]`` prints, for each, how many calls it gets wrong. With
its mistake mended it must get none wrong. Calls are drawn as for blind4; what a file does not take,
by its signature or because its options are single numbers, is left out.
"""

import inspect
import sys
from functools import partial
from pathlib import Path

import numpy as np

from cnnspec import reference
from specimens import drawing

HERE = Path(__file__).parent / "wrong"

#: file -> (operation, the mistake, what mends it)
MENDED = {
    "conv_round_windows": (
        "conv2d",
        "    out_h = round((height - fh) / stride) + 1\n    out_w = round((width - fw) / stride) + 1\n",
        "    out_h = (height - fh) // stride + 1\n    out_w = (width - fw) // stride + 1\n",
    ),
    "conv_filters_read_as_hwio": (
        "conv2d",
        "np.ascontiguousarray(w).reshape(fh, fw, c, k)",
        "w.transpose(1, 2, 3, 0)",
    ),
    "conv_relu_inside": ("conv2d", 'activation = "relu"', "activation = None"),
    "conv_sums_in_int16": ("conv2d", "np.int16 if exact", "np.int64 if exact"),
    "conv_fft_cropped_at_front": ("conv2d", "full[:, :oh, :ow]", "full[:, fh - 1:, fw - 1:]"),
    "conv_depthwise_multiplier_inner": ("conv2d", "m % groups", "m // per"),
    "conv_size_with_one_padding": (
        "conv2d",
        "    H_out = (H + padding - HH) // stride + 1\n    W_out = (W + padding - WW) // stride + 1\n",
        "    H_out = (H + 2 * padding - HH) // stride + 1\n    W_out = (W + 2 * padding - WW) // stride + 1\n",
    ),
    "conv_last_tile_added_twice": (
        "conv2d",
        "        for a in range(fh):\n",
        "        added[:, :, first:last] = 0\n        for a in range(fh):\n",
    ),
    "conv_same_pads_the_result": (
        "conv2d",
        "if min(x.shape[1] - f, x.shape[2] - g) < 0:",
        "if True:",
    ),
    "conv_back_scatter_without_stride": (
        "conv2d_backward",
        "dx[:, i:i + fh, j:j + fw]",
        "dx[:, r:r + fh, c:c + fw]",
    ),
    "conv_back_bias_mean_of_images": ("conv2d_backward", ".mean(axis=0)", ".sum(axis=0)"),
    "conv_back_cropped_at_front": (
        "conv2d_backward",
        "dP[:, :h, :w]",
        "dP[:, ph:ph + h, pw:pw + w]",
    ),
    "convt_output_padding_in_front": (
        "conv_transpose2d",
        "r, q = i * sh + eh, j * sw + ew",
        "r, q = i * sh, j * sw",
    ),
    "maxpool_reshape_whatever_stride": (
        "max_pool2d",
        "if h % size == 0",
        "if stride == size and h % size == 0",
    ),
    "avgpool_back_divided_by_stride": ("avg_pool2d_backward", "(stride * stride)", "(size * size)"),
    "maxpool_back_divmod_by_rows": (
        "max_pool2d_backward",
        "divmod(int(best), fh)",
        "divmod(int(best), fw)",
    ),
    "dense_back_square_not_transposed": (
        "dense_backward",
        "w if w.shape[0] == g.shape[1] else w.T",
        "w.T",
    ),
    "dense_pixels_scaled": ("dense", "x.max() > 1", "False"),
    "leaky_slope_itself": (
        "leaky_relu",
        "x.dtype.type(slope))",
        "x.dtype.type(slope) * x)",
    ),
    "sigmoid_back_of_output": (
        "sigmoid_backward",
        "    return grad * out * (1 - out)\n",
        "    e = np.exp(-np.abs(out))\n    return grad * (e / np.square(1 + e))\n",
    ),
    "softmax_rounded_to_four": ("softmax", "np.round(p, 4)", "p"),
    "sce_back_over_classes": (
        "softmax_cross_entropy_backward",
        "(p - target) / target.shape[-1]",
        "p - target",
    ),
    "batchnorm_offset_scaled": ("batch_norm", "gamma * (normal + beta)", "gamma * normal + beta"),
    "gap_back_by_rows_squared": (
        "global_avg_pool2d_backward",
        "(h * h)",
        "(h * maps.shape[-2])",
    ),
}

#: files whose options are single numbers, and what their padding may be
NUMBERS = {
    "conv_round_windows",
    "conv_filters_read_as_hwio",
    "conv_relu_inside",
    "conv_sums_in_int16",
    "conv_depthwise_multiplier_inner",
    "conv_size_with_one_padding",
    "conv_last_tile_added_twice",
    "conv_back_scatter_without_stride",
    "maxpool_reshape_whatever_stride",
    "avgpool_back_divided_by_stride",
}
WORDS = {"conv_filters_read_as_hwio", "conv_same_pads_the_result"}


def global_avg_pool2d_backward():
    maps = drawing.maps_of()
    due = reference.global_avg_pool2d(maps)
    return (drawing.array(*due.shape, kind="real"), maps), {}


def is_taken(name, function, args, options):
    """Return whether a file takes a call: by its signature, and by the kinds of its options."""
    if not all(np.isfinite(np.asarray(a, float)).all() for a in args if a is not None):
        return False
    try:
        given = inspect.signature(function).bind(*args, **options).arguments
    except TypeError:
        return False
    padding = given.get("padding", 0)
    is_word = isinstance(padding, str)
    if is_word != (name in WORDS) and "padding" in given:
        return False
    if is_word and padding == "same" and given.get("stride", 1) != 1:
        return False  # other zeros may be due there
    if not is_word and np.ndim(padding) > 1:
        return False
    plain = [given[key] for key in ("stride", "size", "padding", "groups") if key in given]
    return name not in NUMBERS or all(value is None or np.ndim(value) == 0 for value in plain)


def compared(name: str, most: int = 300) -> list[int]:
    """Return how many calls a file gets wrong, and with its mistake mended."""
    operation, *change = MENDED[name]
    path = HERE / f"{name}.py"
    function = getattr(drawing.module_of(path.read_text("utf-8")), operation)
    known = inspect.signature(function).parameters

    def draw():
        """Draw a call, without options that are given their default and that the file has not."""
        args, options = (globals().get(operation) or getattr(drawing, operation))()
        if operation == "conv2d" and all(np.asarray(a).dtype.kind == "i" for a in args[:2]):
            args = (args[0] * 60, args[1] * 60, *args[2:])  # sums beyond 16 bits
        return args, {key: v for key, v in options.items() if key in known or v != 1}

    def calls():
        takes = partial(is_taken, name, function)
        return drawing.drawn(name, operation, most, draw, takes)

    return drawing.compared(path, operation, *change, calls)


if __name__ == "__main__":
    drawing.report(sys.argv[1:] or MENDED, compared)
