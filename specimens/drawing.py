# mypy: ignore-errors
"""Calls that are drawn for each operation, and what a file with one mistake answers.

The ``verify.py`` of the blind sets compare each file with the reference by them, as it is and with
its mistake mended.
"""

import itertools
import random
import types
import warnings

import numpy as np

from cnnspec import reference

#: operations whose results cancel: what counts is the error beside the size of what comes in
ABSOLUTE = {
    "avg_pool2d",
    "sigmoid_backward",
    "tanh_backward",
    "softmax_cross_entropy_backward",
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


def drawn(name, operation, most, draw=None, is_wanted=lambda _args, _options: True):
    """Yield legal calls that are wanted, at most so many, and the right answers: always the same."""
    R.seed(f"{name}1")
    globals().update(G=np.random.default_rng(len(name) + 1))
    draw = draw or globals()[operation]
    return itertools.islice(_right(operation, draw, is_wanted, 400 * most), most)


def _right(operation, draw, is_wanted, tries):
    for _ in range(tries):
        try:
            args, options = draw()
            if not is_wanted(args, options) or single_zero_times_infinity(operation, args):
                continue
            due = getattr(reference, operation)(*args, **options)
        except (ValueError, TypeError):
            continue
        yield args, options, due


def compared(path, operation, wrong, right, calls, adapted=lambda module: module) -> list[int]:
    """Return how many of the calls that ``calls`` draws a file gets wrong, as it is and mended.

    Code with names and orders of its own is ``adapted``: what comes of its module has the operation.
    """
    text = path.read_text("utf-8")
    if text.count(wrong) != 1:
        raise ValueError(f"{path.stem} has not one place like {wrong!r}")
    found = []
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for source in (text, text.replace(wrong, right)):
            module = adapted(module_of(source))
            missed = 0
            for args, options, due in calls():
                got, is_left = answers(module, operation, args, options)
                is_wrong = isinstance(got, Exception) or difference(
                    got, due, args, operation in ABSOLUTE
                )
                missed += bool(is_wrong) or not is_left
            found.append(missed)
    return found


def report(names, compared) -> None:
    """Print, for each file, how many calls it gets wrong."""
    for name in names:
        as_is, mended = compared(name)
        print(f"{name}: wrong in {as_is} calls, mended in {mended}", flush=True)
