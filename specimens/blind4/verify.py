# mypy: ignore-errors
"""Compare each file, as it is and with its one mistake mended, with the reference on drawn calls.

``python -m specimens.blind4.verify [NAME ...]`` prints, for each, how many calls it gets wrong. With
its mistake mended it must get none wrong, for there is no second mistake.
"""

import random
import re
import sys
import types
import warnings
from pathlib import Path

import numpy as np

from cnnspec import reference

#: operations whose results cancel: what counts is the error beside the size of what comes in
ABSOLUTE = {"avg_pool2d", "sigmoid_backward", "tanh_backward"}
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

R = random.Random(4)
G = np.random.default_rng(4)


def array(*shape, kind=None, low=-9, high=10):
    """Numbers of a drawn kind, dtype and memory order."""
    kind = kind or R.choice(
        ["whole", "whole", "real", "real", "f4", "f2", "i8", "u1", "special", "bool"]
    )
    if kind == "whole":
        a = G.integers(low, high, shape).astype(float)
    elif kind == "i8":
        a = G.integers(low, high, shape)
    elif kind == "u1":
        a = G.integers(0, 256, shape).astype(np.uint8)
    elif kind == "bool":
        a = G.integers(0, 2, shape).astype(bool)
    else:
        a = G.normal(0, 3, shape)
        if kind in ("f4", "f2"):
            a = a.astype(kind)
        elif kind == "special" and a.size:
            for value in (np.nan, np.inf, -np.inf, 0.0):
                if R.random() < 0.5:
                    a.flat[R.randrange(a.size)] = value
    order = R.randrange(4)
    if order == 1:
        a = np.asfortranarray(a)
    elif order == 2 and a.ndim:
        a = a[::-1].copy()[::-1]
    elif R.random() < 0.1:
        a = a.astype(a.dtype.newbyteorder(">"))
        a.setflags(write=False)
    return a


def opt(low, high, pair=0.4):
    return (
        (R.randint(low, high), R.randint(low, high)) if R.random() < pair else R.randint(low, high)
    )


def conv_call():
    f, groups = R.choice([1, 3, 3, 3, 5]), R.choice([1, 1, 1, 2, 3])
    c, k = R.choice([1, 2, 3, 5, 6]), R.choice([1, 2, 3])
    n = R.choice([None, None, 0, 1, 2, 3])
    h, w = R.randint(1, 11), R.randint(1, 11)
    kind = R.choice(["whole", "real", "f4", "f2", "i8", "special"])
    if R.random() < 0.25:
        image, filters = array(h, w, kind=kind), array(k, f, f, kind=kind)
        k_all = k
        groups = 1
    else:
        shape = (h, w, c * groups) if n is None else (n, h, w, c * groups)
        image, filters = array(*shape, kind=kind), array(k * groups, f, f, c, kind=kind)
        k_all = k * groups
    options = {}
    if R.random() < 0.6:
        options["stride"] = opt(1, 3)
    if R.random() < 0.6:
        options["padding"] = R.choice(
            [
                "same",
                "valid",
                opt(0, 2),
                ((R.randint(0, 3), R.randint(0, 3)), (R.randint(0, 3), R.randint(0, 3))),
            ]
        )
    if R.random() < 0.5:
        options["dilation"] = opt(1, 3)
    if groups > 1:
        options["groups"] = groups
    return image, filters, k_all, options


def conv2d():
    image, filters, k, options = conv_call()
    return (
        image,
        filters,
        *([array(k, kind=R.choice(["real", "i8", "f4"]))] if R.random() < 0.5 else []),
    ), options


def conv2d_backward():
    image, filters, k, options = conv_call()
    maps = reference.conv2d(image, filters, **options)
    return (array(*maps.shape, kind=R.choice(["whole", "real", "f4"])), image, filters), options


def conv_transpose2d():
    groups, per, c = R.choice([1, 1, 2, 3]), R.choice([1, 2]), R.choice([1, 2, 3])
    n = R.choice([None, None, 0, 1, 2])
    h, w, f, g = R.randint(1, 4), R.randint(1, 4), R.randint(1, 3), R.randint(1, 3)
    kind = R.choice(["whole", "real", "f4", "f2", "i8", "special"])
    shape = (h, w, groups * per) if n is None else (n, h, w, groups * per)
    args = array(*shape, kind=kind), array(groups * per, f, g, c, kind=kind)
    if R.random() < 0.5:
        args += (array(groups * c, kind="real"),)
    options = {"stride": opt(1, 3), "dilation": opt(1, 3), "groups": groups}
    if R.random() < 0.5:
        options["padding"] = R.choice(
            [opt(0, 2), ((R.randint(0, 2), R.randint(0, 2)), (R.randint(0, 2), R.randint(0, 2)))]
        )
    if R.random() < 0.5:
        options["output_padding"] = opt(0, 2)
    return args, options


def pool_call(average, kinds=("whole", "real", "f4", "f2", "i8", "special", "bool")):
    n = R.choice([None, None, 0, 1, 2])
    shape = (R.randint(1, 9), R.randint(1, 9), R.randint(1, 3))
    maps = array(*(shape if n is None else (n, *shape)), kind=R.choice(kinds))
    args = [maps]
    if R.random() < 0.9:
        args.append(opt(1, 4))
        if R.random() < 0.6:
            args.append(opt(1, 4))
    options = {}
    if R.random() < 0.4:
        options["padding"] = opt(0, 2)
    if not average and R.random() < 0.4:
        options["dilation"] = opt(1, 3)
    if R.random() < 0.4:
        options["ceil_mode"] = True
    if average and R.random() < 0.4:
        options["count_include_pad"] = R.random() < 0.3
    return args, options


def distinct(args):
    """The maps without ties and special values."""
    shape = args[0].shape
    args[0] = (G.permutation(int(np.prod(shape))).reshape(shape) - 20.0).astype(
        R.choice(["f8", "f4"])
    )
    return args


def pool_backward(name, average):
    args, options = pool_call(average, kinds=("whole", "whole", "special", "f4"))
    if R.random() < 0.5:
        distinct(args)
    pooled = getattr(reference, name)(*args, **options)
    return (array(*pooled.shape, kind=R.choice(["whole", "real", "f4"])), *args), options


def max_pool2d():
    return pool_call(False)


min_pool2d = max_pool2d


def avg_pool2d():
    return pool_call(True)


def max_pool2d_backward():
    return pool_backward("max_pool2d", False)


def min_pool2d_backward():
    return pool_backward("min_pool2d", False)


def avg_pool2d_backward():
    return pool_backward("avg_pool2d", True)


def dense():
    shape = R.choice(
        [(4,), (2, 2), (1, 4), (2, 1, 2), (3, 4), (4, 4), (5, 4), (2, 3, 2), (1, 1), (2, 2), (3, 3)]
    )
    rows = len(shape) == 2 and R.random() < 0.7
    inputs, nodes = shape[-1] if rows else int(np.prod(shape)), R.randint(1, 4)
    return (array(*shape), array(inputs, nodes), array(nodes)), {}


def dense_backward():
    (x, weights, bias), _ = dense()
    out = reference.dense(x, weights, bias)
    return (array(*out.shape), x, weights), {}


def any_shape():
    return R.choice([(), (1,), (5,), (3, 4), (2, 3, 2), (0,), (2, 1, 2, 3)])


def wide_values(shape):
    a = array(*shape)
    if a.dtype.kind == "f" and R.random() < 0.5:
        a = (a * R.choice([5, 50, 300])).astype(a.dtype)
    return a


def relu():
    x = wide_values(any_shape())
    if R.random() < 0.2:
        x = np.array([60000.0, -60000.0, 3.0], np.float16)
    return (x,), {}


sigmoid = relu


def tanh():
    return (wide_values(any_shape()),), {}


def leaky_relu():
    return (array(*any_shape()), *R.choice([(), (0.25,), (0.5,), (2.0,), (0.0,)])), {}


def with_grad(maker):
    def call():
        (x, *rest), options = maker()
        return (array(*np.shape(x), kind=R.choice(["whole", "real", "f4"])), x, *rest), options

    return call


relu_backward, sigmoid_backward, tanh_backward = with_grad(tanh), with_grad(relu), with_grad(tanh)
leaky_relu_backward = with_grad(leaky_relu)


def softmax():
    shape = R.choice([(1,), (5,), (3, 4), (3, 3), (2, 3, 2), (2, 2, 2, 2), (0, 3), (1, 4)])
    return (wide_values(shape),), {}


log_softmax = softmax
softmax_backward = log_softmax_backward = with_grad(softmax)


def cross_entropy():
    n = R.choice([1, 2, 2, 3, 7])
    p = G.dirichlet(np.ones(n)).astype(R.choice(["f8", "f4", "f2"]))
    if R.random() < 0.3:
        p = np.eye(n)[R.randrange(n)].astype(R.choice(["f8", "i8"]))
    return (p, R.choice([int, np.int64, np.uint8])(R.randrange(n))), {}


def softmax_cross_entropy():
    shape = R.choice([(1,), (5,), (3, 4), (3, 3), (4, 4), (4, 3), (0, 3), (1, 4), (1, 1), (6, 2)])
    z = wide_values(shape)
    labels = G.integers(0, shape[-1], shape[:-1]).astype(R.choice(["i8", "i4", "u1"]))
    return (z, labels if labels.ndim else int(labels)), {}


softmax_cross_entropy_backward = softmax_cross_entropy


def maps_of(kinds=None):
    shape = R.choice(
        [
            (3, 4, 2),
            (1, 1, 1),
            (2, 2, 3),
            (1, 3, 4, 2),
            (2, 3, 4, 3),
            (3, 2, 3, 2),
            (0, 2, 2, 2),
            (2, 2, 3, 2),
            (2, 3, 3, 1),
            (1, 1, 1, 1),
        ]
    )
    return array(*shape, kind=kinds and R.choice(kinds))


def global_avg_pool2d():
    return (maps_of(),), {}


flatten = global_avg_pool2d


def batch_norm():
    x = maps_of()
    k = x.shape[-1]
    kind = R.choice(["real", "f4", "whole"])
    variance = np.abs(array(k, kind=kind)) + (0 if R.random() < 0.1 else 1)
    options = {"epsilon": R.choice([1e-3, 0.5])} if R.random() < 0.3 else {}
    return (
        x,
        array(k, kind=kind),
        variance.astype(np.result_type(variance)),
        array(k, kind=kind),
        array(k, kind=kind),
    ), options


def batch_norm_backward():
    (x, mean, variance, scale, _), options = batch_norm()
    return (
        array(*x.shape, kind=R.choice(["whole", "real", "f4"])),
        x,
        mean,
        variance,
        scale,
    ), options


def single_zero_times_infinity(operation, args):
    """BLAS gives 0 or NaN for a sum of the one product 0 * inf, as it likes: nothing is to be learnt from it."""
    if operation not in ("conv2d", "dense"):
        return False
    x, weights = (np.asarray(a) for a in args[:2])
    terms = len(weights) if operation == "dense" else weights[0].size
    return terms == 1 and not (
        np.isfinite(x.astype(float)).all() and np.isfinite(weights.astype(float)).all()
    )


def module_of(text):
    module = types.ModuleType("specimen")
    exec(compile(text, "specimen", "exec"), module.__dict__)
    return module


def difference(got, due, args=(), absolute=False):
    """Say how they differ. With absolute the unit is that of the coarsest argument, times the first's largest number."""
    if isinstance(due, tuple):
        if not isinstance(got, tuple) or len(got) != len(due):
            return "number of results"
        found = [(i, difference(g, d, args, absolute)) for i, (g, d) in enumerate(zip(got, due))]
        found = [f"{what} of result {i}" for i, what in found if what]
        return ", ".join(found)
    got, due = np.asarray(got), np.asarray(due)
    if got.shape != due.shape:
        return "shape"
    if got.dtype.newbyteorder("=") != due.dtype.newbyteorder("="):
        return f"dtype {got.dtype} for {due.dtype}"
    units = [np.finfo(due.dtype).eps]
    judged = [due]
    if absolute:
        units += [np.finfo(a.dtype).eps for a in map(np.asarray, args) if a.dtype.kind == "f"]
        judged += [np.asarray(args[0]).astype(float)]
    unit = max(units)
    top = max(np.max(np.abs(a[np.isfinite(a)]), initial=0) for a in judged)
    close = np.isclose(
        got.astype(float),
        due.astype(float),
        rtol=20 * unit,
        atol=40 * unit * float(top) + 1e-300,
        equal_nan=True,
    )
    return "" if close.all() else "values"


def answers(module, operation, args, options):
    """Return an answer, or what was raised, and whether the arguments are as they were."""
    before = [np.array(a) for a in args]
    try:
        got = getattr(module, operation)(*args, **options)
    except Exception as error:  # noqa: BLE001 - a mistake may raise anything
        got = error
    same = (
        np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f")
        for a, b in zip(before, args)
    )
    return got, all(same)


def drawn(name, most):
    """Yield legal calls of a file's operation, and the right answers."""
    operation, *_ = MENDED[name]
    R.seed(f"{name}1")
    globals().update(G=np.random.default_rng(len(name) + 1))
    made = 0
    for _ in range(40 * most):
        try:
            args, options = globals()[operation]()
            due = getattr(reference, operation)(*args, **options)
        except (ValueError, TypeError):
            continue
        if made < most and not single_zero_times_infinity(operation, args):
            made += 1
            yield args, options, due


def compared(name: str, most: int = 500) -> list[int]:
    """Return how many calls a file gets wrong, and with its mistake mended."""
    operation, wrong, right = MENDED[name]
    text = (HERE / f"{name}.py").read_text("utf-8")
    if text.count(wrong) != 1:
        raise ValueError(f"{name} has not one place like {wrong!r}")
    found = []
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for module in (module_of(text), module_of(text.replace(wrong, right))):
            missed = 0
            for args, options, due in drawn(name, most):
                got, is_left = answers(module, operation, args, options)
                is_wrong = isinstance(got, Exception) or difference(
                    got, due, args, operation in ABSOLUTE
                )
                missed += bool(is_wrong) or not is_left
            found.append(missed)
    return found


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
            for source in (module_of(text), reference)
        )
    return bool(difference(got, due))


if __name__ == "__main__":
    for name in sys.argv[1:] or list(MENDED):
        as_is, mended = compared(name)
        print(f"{name}: wrong in {as_is} calls, mended in {mended}")
