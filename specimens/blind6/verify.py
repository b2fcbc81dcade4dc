# mypy: ignore-errors
"""Compare each file, as it is and with its one mistake mended, with the reference on drawn calls.

``python -m specimens.blind6.verify [NAME ...]`` prints, for each, how many calls it gets wrong. With
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
    "conv_dilated_extent_whole": (
        "conv2d",
        "reach_h, reach_w = dilation * fh, dilation * fw",
        "reach_h, reach_w = dilation * (fh - 1) + 1, dilation * (fw - 1) + 1",
    ),
    "conv_margins_read_crosswise": ("conv2d", "return (a, c), (b, d)", "return (a, b), (c, d)"),
    "conv_bias_each_channel": (
        "conv2d",
        "        result += one + b\n    return result\n",
        "        result += one\n    return result + b\n",
    ),
    "conv_groups_share_first_bias": ("conv2d", "b[:per]", "b[g * per : (g + 1) * per]"),
    "conv_same_rolls_round": (
        "conv2d",
        "moved = np.roll(x, (top - a, left - b), axis=(1, 2))",
        "moved = np.pad(x, ((0, 0), (fh, fh), (fw, fw), (0, 0)))"
        "[:, fh - top + a :, fw - left + b :][:, :h, :width]",
    ),
    "conv_columns_step_by_one": ("conv2d", "sh * stride, sw, sh", "sh * stride, sw * stride, sh"),
    "conv_map_of_image_dtype": ("conv2d", "dtype=kind", "dtype=own"),
    "conv_indices_kept_without_stride": (
        "conv2d",
        "key = (h, w, fh, fw)",
        "key = (h, w, fh, fw, stride)",
    ),
    "conv_sum_of_images_before": (
        "conv2d",
        "    for m, one in enumerate(batch):\n",
        "    for m, one in enumerate(batch):\n        acc[...] = 0\n",
    ),
    "conv_small_weights_skipped": ("conv2d", "abs(value) < EPS", "value == 0"),
    "conv_strides_from_before_padding": (
        "conv2d",
        "    n, h, width, c = x.shape\n",
        "    n, h, width, c = x.shape\n    bn, bh, bw, bc = x.strides\n",
    ),
    "conv_back_filters_stride_for_dilation": (
        "conv2d_backward",
        "            rows = i * dilation + stride * np.arange(fh)\n"
        "            cols = j * dilation + stride * np.arange(fw)\n",
        "            rows = i * stride + dilation * np.arange(fh)\n"
        "            cols = j * stride + dilation * np.arange(fw)\n",
    ),
    "conv_back_image_as_far_as_windows": (
        "conv2d_backward",
        "    h = (oh - 1) * stride + fh\n    v = (ow - 1) * stride + fw\n",
        "    h, v = height, width\n",
    ),
    "conv_back_filters_of_last_image": ("conv2d_backward", "dw = (d.T", "dw = dw + (d.T"),
    "conv_back_bias_of_last_column": (
        "conv2d_backward",
        "            db += gs[m, i, j]\n",
        "                db += gs[m, i, j]\n",
    ),
    "conv_back_groups_into_first": (
        "conv2d_backward",
        "dx[ij][..., :depth]",
        "dx[ij][..., lo:hi]",
    ),
    "convt_stride_zeros_between": (
        "conv_transpose2d",
        "step = stride if stride == 1 else stride + 1",
        "step = stride",
    ),
    "convt_bias_with_every_pixel": (
        "conv_transpose2d",
        "            stamp += off\n",
        "            out[:] += off if i == j == 0 else 0\n",
    ),
    "convt_groups_interleaved": (
        "conv_transpose2d",
        "out.reshape(*out.shape[:3], groups * c)",
        "out.swapaxes(3, 4).reshape(*out.shape[:3], groups * c)",
    ),
    "maxpool_stride_two_when_none": ("max_pool2d", "stride or 2", "stride or size"),
    "minpool_begins_at_255": ("min_pool2d", "255, maps.dtype", "np.inf, maps.dtype"),
    "maxpool_ceil_windows_in_padding": (
        "max_pool2d",
        "    out = np.empty(",
        "    out_h -= (out_h - 1) * stride >= h + padding\n"
        "    out_w -= (out_w - 1) * stride >= w + padding\n"
        "    out = np.empty(",
    ),
    "avgpool_integral_image_in_float32": ("avg_pool2d", "np.float32", "np.longdouble"),
    "maxpool_back_one_for_all_maps": (
        "max_pool2d_backward",
        "[np.unravel_index(window.argmax(), window.shape)]",
        "[(*divmod(int(window[..., k].argmax()), size), k) for k in range(window.shape[-1])]",
    ),
    "avgpool_back_overlap_written_over": ("avg_pool2d_backward", ":] = share", ":] += share"),
    "dense_unrolled_by_four": (
        "dense",
        "    out = (total",
        "    for i in range(i, inputs):\n        total += rows[:, i, None] * w[i]\n    out = (total",
    ),
    "dense_back_through_updated_weights": (
        "dense_backward",
        "stepped = w - RATE * d_weights",
        "stepped = w",
    ),
    "dense_back_gradient_of_norm_five": ("dense_backward", "if norm > 5:", "if False:"),
    "relu_back_guided": ("relu_backward", "(x > 0) & (g > 0)", "x > 0"),
    "leaky_back_slope_of_x": (
        "leaky_relu_backward",
        "own(slope) * x)",
        "own(slope) * grad)",
    ),
    "sigmoid_exponent_of_tanh": ("sigmoid", "-2 * np.abs", "-np.abs"),
    "tanh_rational": (
        "tanh",
        "out = y * (27 + square) / (27 + 9 * square)",
        "out = np.tanh(x.astype(y.dtype))",
    ),
    "tanh_back_missing_brackets": ("tanh_backward", "(1 - y * y * g)", "((1 - y * y) * g)"),
    "softmax_largest_of_all_rows": ("softmax", "wide.max()", "wide.max(axis=-1, keepdims=True)"),
    "sce_smoothed_labels": (
        "softmax_cross_entropy",
        "    target = 0.9 * target + 0.1 / classes\n    losses = -(target * logs).sum(axis=-1)\n",
        "    losses = -np.where(target > 0, logs, 0).sum(axis=-1)\n",
    ),
    "sce_back_every_label_in_every_row": (
        "softmax_cross_entropy_backward",
        "p[:, labels]",
        "p[np.arange(len(p)), labels]",
    ),
    "ce_of_every_class_alone": ("cross_entropy", "if k != label:", "if False:"),
    "batchnorm_unbiased_variance": ("batch_norm", "if n > 1:", "if False:"),
    "batchnorm_back_of_training": (
        "batch_norm_backward",
        "d_normal * inverse + d_variance * 2 * (x - m) / n + d_mean / n",
        "d_normal * inverse",
    ),
    "gap_back_whole_division": ("global_avg_pool2d_backward", ") // (", ") / ("),
}

#: files whose padding is a word
WORDS = {
    "conv_bias_each_channel",
    "conv_same_rolls_round",
    "conv_columns_step_by_one",
}
#: files that take padding of each side
SIDES = {"conv_margins_read_crosswise"}


def conv2d():
    """Draw a call as drawing does, of small weights, too."""
    args, options = drawing.conv2d()
    image, filters, *bias = args
    if drawing.R.random() < 0.2:
        filters = np.asarray(filters, float) / 100
    return (image, filters, *bias), options


def global_avg_pool2d_backward():
    maps = drawing.maps_of()
    due = reference.global_avg_pool2d(maps)
    return (drawing.array(*due.shape, kind="real"), maps), {}


def min_pool2d():
    """Draw a call, of large numbers, too."""
    (maps, *rest), options = drawing.min_pool2d()
    return (maps * maps.dtype.type(90) if maps.dtype.kind == "f" else maps, *rest), options


def softmax():
    """Draw logits, of rows far apart, too."""
    (logits,), options = drawing.softmax()
    if logits.ndim > 1 and len(logits) > 1 and drawing.R.random() < 0.5:
        logits = np.array(logits, float)
        logits[0] += 2000
    return (logits,), options


def is_taken(name, function, args, options):
    """Return whether a file takes a call: by its signature, and by the kinds of its options."""
    if not all(np.isfinite(np.asarray(a, float)).all() for a in args if a is not None):
        return False
    try:
        given = inspect.signature(function).bind(*args, **options).arguments
    except TypeError:
        return False
    padding = given.get("padding", "valid" if name in WORDS else 0)
    if isinstance(padding, str) != (name in WORDS):
        return False
    if padding == "same" and given.get("stride", 1) != 1:
        return False  # other zeros may be due there
    if name in SIDES:
        return True
    plain = [
        given[key] for key in ("stride", "size", "padding", "dilation", "groups") if key in given
    ]
    return all(value is None or np.ndim(value) == 0 for value in plain)


def compared(name: str, most: int = 300) -> list[int]:
    """Return how many calls a file gets wrong, and with its mistake mended."""
    operation, *change = MENDED[name]
    path = HERE / f"{name}.py"
    function = getattr(drawing.module_of(path.read_text("utf-8")), operation)
    known = inspect.signature(function).parameters

    def draw():
        """Draw a call, without options that are given their default and that the file has not."""
        args, options = (globals().get(operation) or getattr(drawing, operation))()
        if name in WORDS and "padding" not in options:
            options = {**options, "padding": "valid"}
        return args, {key: v for key, v in options.items() if key in known or v != 1}

    def calls():
        takes = partial(is_taken, name, function)
        return drawing.drawn(name, operation, most, draw, takes)

    return drawing.compared(path, operation, *change, calls)


if __name__ == "__main__":
    drawing.report(sys.argv[1:] or MENDED, compared)
