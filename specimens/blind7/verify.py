# mypy: ignore-errors
"""Compare each file, as it is and with its one mistake mended, with the reference on drawn calls.

``python -m specimens.blind7.verify [NAME ...]`` prints, for each, how many calls it gets wrong. With
its mistake mended it must get none wrong. Calls are drawn as for blind4; what a file does not take,
by its signature or because its options are single numbers, is left out. Files with names and orders
of axes of their own are called through `ADAPTED`. All numbers are given in float64, for most files
answer in that, but for those in `BYTES`.
"""

import inspect
import sys
import types
from functools import partial
from pathlib import Path

import numpy as np

from specimens import drawing

HERE = Path(__file__).parent / "wrong"

#: file -> (operation, the mistake, what mends it)
MENDED = {
    "conv_columns_channels_last": ("conv2d", "patch.transpose(1, 2, 0).ravel()", "patch.ravel()"),
    "conv_batch_reshaped_at_once": (
        "conv2d",
        "out.reshape(n, f, oh, ow)",
        "out.reshape(f, n, oh, ow).swapaxes(0, 1)",
    ),
    "conv_results_not_moved_together": (
        "conv2d",
        "return out[:oh, :ow]",
        "return out[::stride, ::stride]",
    ),
    "conv_same_forgets_dilation": (
        "conv2d",
        "        ph, pw = (fh - 1) // 2, (fw - 1) // 2\n"
        "        x = np.pad(x, ((0, 0), (ph, fh - 1 - ph), (pw, fw - 1 - pw), (0, 0)))\n",
        "        dh, dw = dilation * (fh - 1), dilation * (fw - 1)\n"
        "        ph, pw = dh // 2, dw // 2\n"
        "        x = np.pad(x, ((0, 0), (ph, dh - ph), (pw, dw - pw), (0, 0)))\n",
    ),
    "conv_bytes_clipped": ("conv2d", "if is_picture:", "if False:"),
    "conv_irfft_without_size": (
        "conv2d",
        "np.fft.irfft2(product)",
        "np.fft.irfft2(product, s=(h, w))",
    ),
    "conv_filters_kept_by_id": ("conv2d", "if id(filters) not in _flat:", "if True:"),
    "conv_flat_index_by_height": ("conv2d", "(y * H + x)", "(y * W + x)"),
    "conv_ravel_in_memory_order": ("conv2d", 'order="K"', 'order="C"'),
    "conv_pads_every_axis": (
        "conv2d",
        "np.pad(image, padding)",
        "np.pad(image, ((padding,) * 2,) * 2 + ((0, 0),) * (image.ndim - 2))",
    ),
    "conv_back_flipped_one_way": ("conv2d_backward", "w[:, ::-1].trans", "w[:, ::-1, ::-1].trans"),
    "conv_back_filters_without_margin": (
        "conv2d_backward",
        "r, c = i * stride + a, j * stride + b\n",
        "r, c = i * stride + a - padding, j * stride + b - padding \n",
    ),
    "conv_back_workspace_shared": (
        "conv2d_backward",
        "cols = _workspace[key]",
        "cols = np.empty(key)",
    ),
    "conv_back_columns_by_row_stride": (
        "conv2d_backward",
        "j * sh : j * sh + fw",
        "j * sw : j * sw + fw",
    ),
    "conv_back_filters_up_to_channels": ("conv2d_backward", "range(min(K, C))", "range(K)"),
    "convt_margin_wider_than_filter": (
        "conv_transpose2d",
        "    mh, mw = max(fh - 1 - padding, 0), max(fw - 1 - padding, 0)\n",
        "    mh, mw = fh - 1, fw - 1\n"
        "    ends = [(None, None) if p == 0 else (p, -p) for p in (padding, padding)]\n"
        "    cut = tuple(slice(*end) for end in ends)\n"
        "    if padding:\n"
        "        whole = conv_transpose2d(x, w, bias, stride=stride)\n"
        "        whole = whole[:, cut[0], cut[1]]\n"
        "        return whole[0] if single else whole\n",
    ),
    "convt_output_padding_crosswise": ("conv_transpose2d", "(more_w, more_h)", "(more_h, more_w)"),
    "minpool_of_negated_bytes": (
        "min_pool2d",
        "    return -_max_pool(-maps, size, stride or size)",
        '    if maps.dtype.kind in "iu":\n'
        "        return ~_max_pool(~maps, size, stride or size)\n"
        "    return -_max_pool(-maps, size, stride or size)",
    ),
    "maxpool_square_by_rows": ("max_pool2d", "j * tw + sh", "j * tw + sw"),
    "avgpool_running_halves": (
        "avg_pool2d",
        "(mean + value) / 2\n",
        "mean + value\n            mean = mean / size**2\n",
    ),
    "maxpool_ceil_after_division": (
        "max_pool2d",
        "math.ceil((n - size) // stride)",
        "math.ceil((n - size) / stride)",
    ),
    "avgpool_divides_by_nonzero": (
        "avg_pool2d",
        "np.maximum(np.count_nonzero(part, axis=(-3, -2)), 1)",
        "np.prod([min(o * stride + size, n + padding) - max(o * stride, padding)"
        " for o, n in zip((i, j), maps.shape[-3:-1])])",
    ),
    "maxpool_dilated_window_filled": (
        "max_pool2d",
        "windows[..., ::stride, ::stride, :, :, :]",
        "windows[..., ::stride, ::stride, :, ::dilation, ::dilation]",
    ),
    "maxpool_back_place_without_stride": (
        "max_pool2d_backward",
        "dx[m, k, i + a, j + b]",
        "dx[m, k, r + a, q + b]",
    ),
    "avgpool_back_by_one_side": ("avg_pool2d_backward", "axis=3) / s\n", "axis=3) / s**2\n"),
    "maxpool_back_shared_by_all_maps": (
        "max_pool2d_backward",
        "mask.sum()",
        "mask.sum(axis=(-3, -2), keepdims=True)",
    ),
    "minpool_back_sign_of_negated": (
        "min_pool2d_backward",
        "(-np.asarray(grad, float)",
        "(np.asarray(grad, float)",
    ),
    "dense_square_batch_turned": ("dense", "x.shape[0] == n_in:", "False:"),
    "dense_back_input_in_fortran_order": ("dense_backward", ', order="F"', ""),
    "dense_weights_in_half_precision": (
        "dense",
        "self.W.astype(np.float16)",
        "self.W.astype(np.float64)",
    ),
    "sigmoid_branch_without_minus": ("sigmoid", "np.exp(x[positive])", "np.exp(-x[positive])"),
    "leaky_by_maximum": (
        "leaky_relu",
        "np.maximum(x, slope * x)",
        "np.where(x > 0, x, x.dtype.type(slope) * x)",
    ),
    "tanh_back_square_of_all": ("tanh_backward", "(1 - self.y) ** 2", "(1 - self.y**2)"),
    "relu_back_first_mask_of_shape": (
        "relu_backward",
        "if self.mask is None or self.mask.shape != x.shape:",
        "if True:",
    ),
    "softmax_shift_by_magnitude": ("softmax", "np.abs(z).max", "z.max"),
    "sce_shift_not_added_back": (
        "softmax_cross_entropy",
        "total - rows[np.arange(len(rows)), labels]",
        "total - (rows[np.arange(len(rows)), labels] - top)",
    ),
    "ce_of_the_likeliest": ("cross_entropy", "np.max(p)", "p[label]"),
    "softmax_back_plain_sum": ("softmax_backward", "g - g.sum(", "g - (p * g).sum("),
    "batchnorm_folded_without_factor": (
        "batch_norm",
        "offset - mean\n",
        "offset - mean * factor\n",
    ),
    "batchnorm_power_before_minus_half": ("batch_norm", "** -1 / 2", "** -0.5"),
}

#: files whose padding is a word
WORDS = {"conv_results_not_moved_together", "conv_same_forgets_dilation"}

#: files whose mistake is one of bytes
BYTES = {"conv_bytes_clipped", "minpool_of_negated_bytes"}

#: files that take pairs: of strides, sizes, paddings
PAIRS = {
    "conv_back_columns_by_row_stride",
    "convt_output_padding_crosswise",
    "maxpool_square_by_rows",
}

#: files that take a single image only
SINGLE = {
    "conv_results_not_moved_together",
    "conv_bytes_clipped",
    "conv_irfft_without_size",
    "conv_flat_index_by_height",
    "conv_ravel_in_memory_order",
    "conv_pads_every_axis",
    "conv_back_filters_without_margin",
}

#: files of which images have channels
COLOUR = {"convt_margin_wider_than_filter", "convt_output_padding_crosswise"}


def _first(image, filters):
    """Return a batch, channels first, and filters."""
    image, filters = np.asarray(image, float), np.asarray(filters, float)
    if filters.ndim == 3:
        image, filters = image[..., None], filters[..., None]
    image = image if image.ndim == 4 else image[None]
    return image.transpose(0, 3, 1, 2), filters.transpose(0, 3, 1, 2)


def _like(maps, single):
    """Return maps, channels last."""
    maps = maps.transpose(0, 2, 3, 1)
    return maps[0] if single else maps


def _conv_layer(m):
    def conv2d(image, filters, bias=None, *, stride=1, padding=0):
        x, w = _first(image, filters)
        layer = m.Conv2D(*w.shape[1::-1], w.shape[2], stride, padding)
        layer.weight = w
        if bias is not None:
            layer.bias = np.asarray(bias, float)
        return _like(layer.forward(x), np.ndim(image) < 4)

    return conv2d


def _conv_function(m):
    def conv2d(image, filters, bias=None, *, stride=1, padding=0):
        x, w = _first(image, filters)
        b = np.zeros(len(w)) if bias is None else np.asarray(bias, float)
        return _like(m.conv_forward(x, w, b, stride, padding), np.ndim(image) < 4)

    return conv2d


def _conv_again(m):
    def conv2d(image, filters, bias=None, *, stride=1):
        buffer = np.ones_like(filters)
        m.conv2d(image, buffer)
        buffer[...] = filters
        return m.conv2d(image, buffer, bias, stride=stride)

    return conv2d


def _conv_pair(m):
    def conv2d_backward(grad, image, filters, *, stride=1, padding=0):
        x, w = _first(image, filters)
        options = {"stride": stride, "pad": padding}
        out, cache = m.conv_forward(x, w, np.zeros(len(w)), options)
        m.conv_forward(x + 1, w, np.zeros(len(w)), options)
        g = np.asarray(grad, float).reshape(*_like(out, False).shape).transpose(0, 3, 1, 2)
        dx, dw, db = m.conv_backward(g, cache)
        d_image, d_filters = _like(dx, False), _like(dw, False)
        return d_image.reshape(np.shape(image)), d_filters.reshape(np.shape(filters)), db

    return conv2d_backward


def _pooling(name):
    def adapted(m):
        def backward(grad, maps, size=2, stride=None):
            if name == "AveragePooling" and stride not in (None, size):
                raise ValueError
            layer = getattr(m, name)(size, **({"stride": stride} if name == "MaxPool2d" else {}))
            x = np.asarray(maps, float)
            x = (x if x.ndim == 4 else x[None]).transpose(0, 3, 1, 2)
            out = layer.forward(x)
            g = np.asarray(grad, float)
            g = (g if g.ndim == 4 else g[None]).transpose(0, 3, 1, 2)
            return _like(layer.backward(g.reshape(out.shape)), np.ndim(maps) < 4)

        return backward

    return adapted


def _linear(m):
    def dense(x, weights, bias):
        layer = m.Linear(*np.shape(weights))
        layer.W, layer.b = np.asarray(weights, float), np.asarray(bias, float)
        x = np.asarray(x, float)
        return layer.forward(x if x.ndim == 2 and x.shape[1] == len(weights) else x.reshape(-1))

    return dense


def _activation(name):
    def adapted(m):
        layers = []

        def backward(grad, x):
            layers[:] = layers or [getattr(m, name)()]
            layers[0].forward(np.asarray(x, float))
            return layers[0].backward(np.asarray(grad, float))

        return backward

    return adapted


#: file -> what makes the operation, as the suite calls it, of the file's module
ADAPTED = {
    "conv_columns_channels_last": _conv_layer,
    "conv_batch_reshaped_at_once": _conv_function,
    "conv_filters_kept_by_id": _conv_again,
    "conv_back_workspace_shared": _conv_pair,
    "maxpool_back_place_without_stride": _pooling("MaxPool2d"),
    "avgpool_back_by_one_side": _pooling("AveragePooling"),
    "dense_weights_in_half_precision": _linear,
    "tanh_back_square_of_all": _activation("Tanh"),
    "relu_back_first_mask_of_shape": _activation("ReLU"),
}


def leaky_relu():
    """Draw a call, of slopes above 1 more often."""
    (x, *rest), options = drawing.leaky_relu()
    return (x, *(rest or [drawing.R.choice([0.5, 1.5])])), options


def softmax():
    """Draw logits, of which all are far below 0, too."""
    (logits,), options = drawing.softmax()
    if drawing.R.random() < 0.3:
        logits = np.asarray(logits, float) - 2000
    return (logits,), options


def in_float64(name, place, argument):
    """Return an argument in float64, or in bytes; labels, sizes and options as they are."""
    if name in BYTES and place == 0 and drawing.R.random() < 0.5:
        return drawing.G.integers(0, 256, np.shape(argument), np.uint8)
    is_array = isinstance(argument, (np.ndarray, np.floating))
    is_label = MENDED[name][0].startswith("softmax_cross_entropy") and place
    if not is_array or is_label:
        return argument
    own = np.zeros_like(argument, float)  # in its order in memory
    own[...] = argument
    return own


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
    operation = MENDED[name][0]
    first = next(iter(given.values()))
    image = given.get("image", given.get("maps"))
    if image is not None:
        if name in SINGLE and np.ndim(image) == 4:
            return False
        if name in COLOUR and np.ndim(given["filters"]) == 3:
            return False
        if 0 in np.shape(image) or 0 in np.shape(first):
            return False
    if name in ADAPTED and operation.startswith("avg_pool2d"):
        size = given.get("size", 2)
        if given.get("stride") not in (None, size):
            return False
    if operation == "dense" and np.shape(first)[0] == 1:
        return False  # a row may be one vector
    if name == "dense_back_input_in_fortran_order" and np.ndim(first) == 1:
        return True
    if name in PAIRS:
        return all(np.ndim(given.get(key, 1)) < 2 for key in ("stride", "size", "padding"))
    plain = [
        given[key] for key in ("stride", "size", "padding", "dilation", "groups") if key in given
    ]
    return all(value is None or np.ndim(value) == 0 for value in plain)


def told_in_bytes(operation, adapted):
    """Return code of which the operation answers in float64, as the reference of bytes does."""
    inner = getattr(adapted, operation)

    def called(*args, **options):
        return np.asarray(inner(*args, **options), float)

    called.__signature__ = inspect.signature(inner)
    return types.SimpleNamespace(**{operation: called})


def compared(name: str, most: int = 300) -> list[int]:
    """Return how many calls a file gets wrong, and with its mistake mended."""
    operation, *change = MENDED[name]
    path = HERE / f"{name}.py"

    def adapted(module):
        if name in BYTES:
            return told_in_bytes(operation, module)
        if name not in ADAPTED:
            return module
        return types.SimpleNamespace(**{operation: ADAPTED[name](module)})

    function = getattr(adapted(drawing.module_of(path.read_text("utf-8"))), operation)
    known = inspect.signature(function).parameters

    def draw():
        """Draw a call, without options that are given their default and that the file has not."""
        args, options = (globals().get(operation) or getattr(drawing, operation))()
        args = [in_float64(name, place, one) for place, one in enumerate(args)]
        if name == "maxpool_back_shared_by_all_maps":  # its ties share, and those of drawing do not
            args[1] = drawing.distinct([args[1]])[0].astype(float)
        if name in WORDS and "padding" not in options:
            options = {**options, "padding": "valid"}
        if "padding" not in known and options.get("padding") in (0, "valid"):
            options = {key: v for key, v in options.items() if key != "padding"}
        options = {
            key: v for key, v in options.items() if key in known or (v != 1 and key != "ceil_mode")
        }
        if "output_padding" not in known and not options.get("output_padding", 1):
            del options["output_padding"]
        return args, options

    def calls():
        return drawing.drawn(name, operation, most, draw, partial(is_taken, name, function))

    return drawing.compared(path, operation, *change, calls, adapted)


if __name__ == "__main__":
    drawing.report(sys.argv[1:] or MENDED, compared)
