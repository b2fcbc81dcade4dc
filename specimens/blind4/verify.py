# mypy: ignore-errors
"""Compare each file, as it is and with its one mistake mended, with the reference on drawn calls.

``python -m specimens.blind4.verify [NAME ...]`` prints, for each, how many calls it gets wrong. With
its mistake mended it must get none wrong, for there is no second mistake.
"""

import re
import sys
import warnings
from pathlib import Path

import numpy as np

from cnnspec import reference
from specimens import drawing

HERE = Path(__file__).parent / "wrong"

#: file -> (operation, the mistake, what mends it)
MENDED = {
    "conv_rows_decide_dilation": (
        "conv2d",
        "    dh, dw = 1, 1\n    if _two(dilation)[0] > 1:\n        dh, dw = _two(dilation)\n",
        "    dh, dw = _two(dilation)\n",
    ),
    "conv_pads_begin_then_end": (
        "conv2d",
        "top, left, bottom, right = *pair(rows), *pair(columns)",
        "top, bottom, left, right = *pair(rows), *pair(columns)",
    ),
    "conv_bias_counted_in_group": (
        "conv2d",
        "bias[k].astype",
        "bias[group * per_group + k].astype",
    ),
    "conv_rest_of_channels_assigned": (
        "conv2d",
        "maps[..., k] = correlate",
        "maps[..., k] += correlate",
    ),
    "conv_left_margin_wraps": ("conv2d", "q_in = q < wd", "q_in = (q >= 0) & (q < wd)"),
    "convt_output_padding_of_zeros": (
        "conv_transpose2d",
        "    cut = full[:, top:full.shape[1] - bottom, left:full.shape[2] - right]\n    out = np.pad(cut, ((0, 0), (0, oph), (0, opw), (0, 0)))\n",
        "    full = np.pad(full, ((0, 0), (0, oph), (0, opw), (0, 0)))\n    out = full[:, top:full.shape[1] - bottom, left:full.shape[2] - right]\n",
    ),
    "convt_groups_interleaved": ("conv_transpose2d", "y.swapaxes(3, 4).reshape", "y.reshape"),
    "maxpool_window_behind_kept": (
        "max_pool2d",
        "stride > length + padding",
        "stride >= length + padding",
    ),
    "avgpool_bottom_padding_not_counted": (
        "avg_pool2d",
        "return self.start, np.minimum(self.start + self.size, self.pad + self.length)",
        "return self.start, np.minimum(self.start + self.size, 2 * self.pad + self.length)",
    ),
    "minpool_stride_of_rows_only": ("min_pool2d", "stride = fh\n", "stride = fh, fw\n"),
    "maxpool_doubling_goes_too_far": (
        "max_pool2d",
        "shift = held * dilation\n",
        "more = min(held, size - held)\n        shift = more * dilation\n",
    ),
    "avgpool_zero_pixels_not_counted": (
        "avg_pool2d",
        "held = np.maximum(np.count_nonzero(windows, axis=(-2, -1)).astype(work), 1)",
        "held = cut(np.pad(np.ones((1, *hw, 1), work), margins)).sum((-2, -1))",
    ),
    "dense_square_batch_transposed": (
        "dense",
        "x.T if x.shape[0] == inputs else x",
        "x if x.shape[1] == inputs else x.T",
    ),
    "relu_half_of_sum": (
        "relu",
        "return (x + np.abs(x)) / x.dtype.type(2)",
        "return np.maximum(x, x.dtype.type(0))",
    ),
    "leaky_factors_kept_by_shape": (
        "leaky_relu",
        "key = (x.shape, x.dtype.str)",
        "key = (x.shape, x.dtype.str, slope)",
    ),
    "sigmoid_branch_for_whole_array": (
        "sigmoid",
        "if np.any(x < 0) and not np.all(x < 0):",
        "if False:",
    ),
    "tanh_saturates_at_four": ("tanh", "SATURATED = 4.0", "SATURATED = 40.0"),
    "softmax_axis_one": ("softmax", "axis = 0 if z.ndim == 1 else 1", "axis = -1"),
    "log_softmax_ties_counted_once": (
        "log_softmax",
        "others[below == 0] = 0",
        "np.put_along_axis(others, wide.argmax(-1)[..., None], others.max(-1, keepdims=True) - 1, -1)",
    ),
    "cross_entropy_two_classes_positive_first": (
        "cross_entropy",
        "positive, negative = p",
        "negative, positive = p",
    ),
    "sce_square_batch_one_hot": (
        "softmax_cross_entropy",
        "if label.ndim and label.shape[-1] == logits.shape[-1]:",
        "if label.ndim == logits.ndim:",
    ),
    "batchnorm_first_axis_of_square_maps": ("batch_norm", "x.shape[1] == len(m)", "False"),
    "gap_squeezed": ("global_avg_pool2d", "np.squeeze(means)", "np.squeeze(means, (-3, -2))"),
    "flatten_batch_channels_first": (
        "flatten",
        "maps.transpose(0, 3, 1, 2).reshape",
        "maps.reshape",
    ),
    "conv_back_left_margin_by_top": ("conv2d_backward", "top:top + wd", "left:left + wd"),
    "conv_back_filters_of_last_image": (
        "conv2d_backward",
        "d_filters[mine] = ",
        "d_filters[mine] += ",
    ),
    "conv_back_filters_cut_at_front": (
        "conv2d_backward",
        "found[places[0] - reach[0]:, places[1] - reach[1]:]",
        "found[:reach[0], :reach[1]]",
    ),
    "maxpool_back_dilation_forgotten": (
        "max_pool2d_backward",
        "row, column = i * sh - ph + a, j * sw - pw + b",
        "row, column = rows[a], columns[b]",
    ),
    "avgpool_back_remainder_like_last": ("avg_pool2d_backward", 'mode="edge"', 'mode="constant"'),
    "minpool_back_fancy_addition": (
        "min_pool2d_backward",
        "dx[image, i * s[0] + a * d[0], j * s[1] + b * d[1], channel] += g",
        "np.add.at(dx, (image, i * s[0] + a * d[0], j * s[1] + b * d[1], channel), g)",
    ),
    "dense_back_input_in_fortran_order": ("dense_backward", 'order="F"', 'order="C"'),
    "dense_back_weight_decay": ("dense_backward", " + REGULARISATION * w", ""),
    "relu_back_of_relu6": ("relu_backward", "np.logical_and(x > 0, x < 6)", "x > 0"),
    "leaky_back_default_slope": ("leaky_relu_backward", "slope=0.1", "slope=0.01"),
    "sigmoid_back_of_exponentials": ("sigmoid_backward", "np.exp(-x)", "np.exp(-np.abs(x))"),
    "tanh_back_square_inside": ("tanh_backward", "np.tanh(x ** 2)", "np.tanh(x) ** 2"),
    "softmax_back_plain_mean": (
        "softmax_backward",
        "g.mean(axis=-1, keepdims=True)",
        "(p * g).sum(axis=-1, keepdims=True)",
    ),
    "sce_back_all_labels_in_all_rows": (
        "softmax_cross_entropy_backward",
        "p[..., label] -= 1",
        "np.atleast_2d(p)[np.arange(np.atleast_2d(p).shape[0]), label] -= 1",
    ),
    "log_softmax_back_own_gradient_only": (
        "log_softmax_backward",
        "g - p * g",
        "g - p * g.sum(axis=-1, keepdims=True)",
    ),
    "batchnorm_back_as_in_training": (
        "batch_norm_backward",
        "s / deviation * (g - d_offset / count - normal * d_scale / count)",
        "s / deviation * g",
    ),
}


def compared(name: str, most: int = 500) -> list[int]:
    """Return how many calls a file gets wrong, and with its mistake mended."""
    operation, *change = MENDED[name]
    path = HERE / f"{name}.py"
    return drawing.compared(path, operation, *change, lambda: drawing.drawn(name, operation, most))


def shows(name: str) -> bool:
    """Return whether a file's own call, if it names one, shows its mistake."""
    operation, *_ = MENDED[name]
    text = (HERE / f"{name}.py").read_text("utf-8")
    call = re.search(r"^shows: (.*)$", text, re.MULTILINE)
    if not call:
        return True
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got, due = (
            eval(call[1], {"np": np, operation: getattr(source, operation)})
            for source in (drawing.module_of(text), reference)
        )
    return bool(drawing.difference(got, due))


if __name__ == "__main__":
    drawing.report(sys.argv[1:] or MENDED, compared)
