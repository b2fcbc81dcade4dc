"""The specimens whose author knew nothing of the diagnosis: each has the one mistake it claims."""

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

pytest.importorskip("specimens.run", reason="only in a checkout")

from cnnspec.experiments.investigation import OBSERVED, Finding, Investigation
from cnnspec.experiments.laboratory import Laboratory
from cnnspec.operations.registry import OPERATIONS
from cnnspec.simulation.hypothesis import Draw
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.guard import quiet
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import by_turns
from specimens.blind4.verify import HERE, MENDED, compared, shows
from specimens.blind5 import verify as blind5
from specimens.blind6 import verify as blind6
from specimens.blind7 import verify as blind7
from specimens.drawing import module_of

LATER = (blind5, blind6, blind7)


def test_all_of_them_are_verified() -> None:
    assert {file.stem for file in HERE.glob("*.py")} == MENDED.keys()
    for kind in LATER:
        assert {file.stem for file in kind.HERE.glob("*.py")} == kind.MENDED.keys()


@pytest.mark.parametrize("name", MENDED)
@by_turns
@pytest.mark.filterwarnings("ignore")
def test_a_file_is_wrong_until_its_mistake_is_mended(name: str) -> None:
    as_is, mended = compared(name, most=200)
    assert as_is > 0
    assert mended == 0


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in LATER for name in kind.MENDED])
@by_turns
@pytest.mark.filterwarnings("ignore")
def test_a_file_of_a_later_set_is_wrong_until_its_mistake_is_mended(
    kind: ModuleType, name: str
) -> None:
    as_is, mended = kind.compared(name, most=200)
    assert as_is > 0
    assert mended == 0


@pytest.mark.parametrize("name", MENDED)
@pytest.mark.filterwarnings("ignore")
def test_the_call_that_a_file_names_shows_its_mistake(name: str) -> None:
    assert shows(name)


#: Calls that are drawn to find wrong ones.
DRAWN = 120

#: What the experiments alone say of some of them, with the operation that is wrong.
NAMED = {
    "blind4/avgpool_back_remainder_like_last": (
        "avg_pool2d_backward",
        "last row and column are repeated",
    ),
    "blind4/conv_back_left_margin_by_top": ("conv2d_grad_image", "the top border is cut off"),
    "blind4/conv_left_margin_wraps": ("conv2d", "on the left of the image an index is negative"),
    "blind4/conv_rest_of_channels_assigned": ("conv2d", "channels are summed in blocks of 4"),
    "blind4/cross_entropy_two_classes_positive_first": (
        "cross_entropy",
        "labels 0 and 1 are exchanged",
    ),
    "blind4/dense_back_weight_decay": ("dense_grad_weights", "0.001 of the weights is added"),
    "blind4/gap_squeezed": ("global_avg_pool2d", "all axes of one index are taken away"),
    "blind4/log_softmax_ties_counted_once": (
        "log_softmax",
        "equal to the largest are counted once",
    ),
    "blind4/maxpool_back_dilation_forgotten": (
        "max_pool2d_backward",
        "the dilation is forgotten",
    ),
    "blind4/maxpool_doubling_goes_too_far": ("max_pool2d", "the next power of two"),
    "blind4/tanh_back_square_inside": ("tanh_backward", "1 - tanh(x^2)"),
    "blind4/tanh_saturates_at_four": ("tanh", "beyond 4 on either side"),
    "blind5/conv_fft_cropped_at_front": ("conv2d", "windows start f - 1 rows and columns too"),
    "blind5/conv_last_tile_added_twice": ("conv2d", "is added twice"),
    "blind5/conv_round_windows": ("conv2d", "is rounded, not rounded down"),
    "blind5/conv_same_pads_the_result": ("conv2d", "the map is padded, not the image"),
    "blind5/leaky_slope_itself": ("leaky_relu", "the slope itself for negative numbers"),
    "blind5/maxpool_back_divmod_by_rows": ("max_pool2d_backward", "its number of rows, not"),
    "blind5/maxpool_reshape_whatever_stride": ("max_pool2d", "cut by a reshape, whatever"),
    "blind6/conv_small_weights_skipped": ("conv2d", "their magnitude is below 0.05"),
    "blind6/conv_strides_from_before_padding": ("conv2d", "the image before it was padded"),
    "blind6/conv_sum_of_images_before": ("conv2d", "the images of the batch are added up"),
    "blind6/dense_back_gradient_of_norm_five": ("dense_grad_x", "it is shortened to 5"),
    "blind6/tanh_back_missing_brackets": ("tanh_backward", "it computes 1 - y^2 * grad"),
    "blind7/batchnorm_power_before_minus_half": ("batch_norm", "divided by twice the variance"),
    "blind7/conv_back_filters_up_to_channels": (
        "conv2d_grad_image",
        "the sum over the filters ends at the number of channels",
    ),
    "blind7/conv_pads_every_axis": ("conv2d", "zeros are put around the channels, too"),
    "blind7/conv_results_not_moved_together": (
        "conv2d",
        "each result is stored where its window starts, at i * stride",
    ),
    "blind7/convt_margin_wider_than_filter": (
        "conv_transpose2d",
        "at most dilation * (f - 1) rows and columns are taken away",
    ),
    "adversarial/avgpool_size_plus_stride": ("avg_pool2d", "divided by size + stride"),
    "adversarial/conv_same_first_ring": ("conv2d", "repeats its edge; farther out"),
    "certain/conv_normalised_filters": ("conv2d", "their sum where it is more than 1"),
}


@pytest.mark.parametrize("name", NAMED)
@by_turns
def test_the_experiments_name_the_mistake(name: str) -> None:
    operation, words = NAMED[name]
    kind, _, file = name.partition("/")
    finding = first_finding(operation, HERE.parents[1] / kind / "wrong" / f"{file}.py")
    assert words in finding.words[0]
    assert finding.grade != OBSERVED


def first_finding(operation: str, file: Path) -> Finding:
    """Return what the experiments alone say of an operation in a file."""
    capabilities = Capabilities(load(str(file)))
    simulator, draw = OPERATIONS[operation].simulator, Draw(99)
    assert simulator is not None
    laboratory = Laboratory(operation, capabilities)
    with quiet():
        asked = [laboratory.ask(simulator.draw(draw)) for _ in range(DRAWN)]
        failing = [("a test", one.arguments) for one in asked if one is not None and one.tells]
        finding, *_ = Investigation(operation, capabilities).run(failing, [])
    return finding


#: What shows in few of the calls that are drawn: calls, and the hypothesis that gives the answers.
PREDICTED: dict[str, tuple[tuple[dict[str, Any], ...], str]] = {
    "maxpool_dilated_window_filled": (
        ({"dilation": 2}, {"size": 3, "dilation": 2, "stride": 1}, {"size": 3, "dilation": 3}),
        "nothing in it is left out",
    ),
    "maxpool_square_by_rows": (
        ({"size": (2, 3)}, {"size": (3, 2), "stride": 1}, {"size": (1, 4), "stride": (2, 1)}),
        "the size of the rows is used along the columns, too, where windows are read",
    ),
}


@pytest.mark.parametrize("name", PREDICTED)
def test_a_hypothesis_predicts_the_answers_of_a_file(name: str) -> None:
    (operation, *_), (calls, words) = blind7.MENDED[name], PREDICTED[name]
    simulator = OPERATIONS[operation].simulator
    assert simulator is not None
    (one,) = (found for found in simulator.hypotheses() if words in found.words)
    text = (blind7.HERE / f"{name}.py").read_text("utf-8")
    function = getattr(module_of(text), operation)  # type: ignore[no-untyped-call]
    maps = Draw(98).reals(2, 8, 9, 3)
    for options in calls:
        due, predicted = (simulator.predict(of, {"maps": maps, **options}) for of in ((), (one,)))
        assert due is not None
        assert predicted is not None
        got = function(maps, **options)
        assert np.array_equal(got, predicted)
        assert not np.array_equal(got, due)


#: Mistakes of the kinds that the sets have shown, elsewhere: the operation, the code, the words.
ALSO = {
    "brackets of a whole layer": (
        "batch_norm",
        "def batch_norm(maps, mean, variance, scale, offset, *, epsilon=1e-5):\n"
        "    x = np.asarray(maps, float)\n"
        "    return x - mean / np.sqrt(variance + epsilon) * scale + offset\n",
        "brackets are missing: it computes maps - mean / deviation",
    ),
    "a root without brackets": (
        "batch_norm",
        "def batch_norm(maps, mean, variance, scale, offset, *, epsilon=1e-5):\n"
        "    x = np.asarray(maps, float)\n"
        "    return (x - mean) / (variance + epsilon) ** 1 / 2 * scale + offset\n",
        "divided by twice the variance",
    ),
    "the end of another index": (
        "conv2d",
        "def conv2d(image, filters, bias=None):\n"
        "    image, filters = (np.asarray(a, float) for a in (image, filters))\n"
        "    if image.shape[2:] != filters.shape[3:]:\n"
        "        raise ValueError\n"
        "    if image.ndim == 2:\n"
        "        image, filters = image[..., None], filters[..., None]\n"
        "    k, f = filters.shape[:2]\n"
        "    h, w, c = image.shape\n"
        "    out = np.zeros((h - f + 1, w - f + 1, k)) + (0 if bias is None else bias)\n"
        "    for a, b in np.ndindex(f, f):\n"
        "        for n in range(min(k, c)):\n"
        "            part = image[a : a + h - f + 1, b : b + w - f + 1, n, None]\n"
        "            out += part * filters[:, a, b, n]\n"
        "    return out\n",
        "the sum over the channels ends at the number of filters",
    ),
    "the images of a batch between the maps": (
        "conv2d",
        "def conv2d(image, filters, bias=None):\n"
        "    x, w = (np.asarray(a, float) for a in (image, filters))\n"
        "    if x.ndim < 4 or x.shape[3] != w.shape[3]:\n"
        "        raise ValueError('batches only')\n"
        "    f = w.shape[1]\n"
        "    view = np.lib.stride_tricks.sliding_window_view(x, (f, f), axis=(1, 2))\n"
        "    made = np.einsum('nijcab,kabc->kijn', view, w)\n"
        "    k, h, width, n = made.shape\n"
        "    out = made.reshape(n, k, h, width).transpose(0, 2, 3, 1)\n"
        "    return out if bias is None else out + bias\n",
        "computed as (maps, rows, columns, images), and only reshaped",
    ),
    "results where windows start": (
        "max_pool2d",
        "def max_pool2d(maps, size=2, stride=None):\n"
        "    maps, step = np.asarray(maps, float), stride or size\n"
        "    h, w = maps.shape[-3] - size + 1, maps.shape[-2] - size + 1\n"
        "    out = np.zeros((*maps.shape[:-3], h, w, maps.shape[-1]))\n"
        "    for i in range(0, h, step):\n"
        "        for j in range(0, w, step):\n"
        "            window = maps[..., i : i + size, j : j + size, :]\n"
        "            out[..., i, j, :] = window.max(axis=(-3, -2))\n"
        "    return out[..., : (h - 1) // step + 1, : (w - 1) // step + 1, :]\n",
        "each result is stored where its window starts, at i * stride",
    ),
    "the place in a map without a stride": (
        "max_pool2d_backward",
        "def max_pool2d_backward(grad, maps, size=2, stride=None):\n"
        "    dx, step = np.zeros(np.shape(maps)), stride or size\n"
        "    for i, j, k in np.ndindex(*grad.shape[-3:]):\n"
        "        for m in np.ndindex(*grad.shape[:-3]):\n"
        "            top, left = i * step, j * step\n"
        "            window = maps[m][top : top + size, left : left + size, k]\n"
        "            a, b = np.unravel_index(window.argmax(), window.shape)\n"
        "            dx[(*m, a, b, k)] += grad[(*m, i, j, k)]\n"
        "    return dx\n",
        "where the window starts is forgotten",
    ),
    "brackets of exponentials": (
        "tanh",
        "def tanh(x):\n    a, b = np.exp(x), np.exp(np.negative(x))\n    return a - b / (a + b)\n",
        "brackets are missing: it computes exp(x) - exp(-x) / ",
    ),
    "brackets of the sigmoid's slope": (
        "sigmoid_backward",
        "def sigmoid_backward(grad, x):\n"
        "    y = 1 / (1 + np.exp(-np.asarray(x, float)))\n"
        "    return grad * y * 1 - y\n",
        "brackets are missing: it computes grad * y - y",
    ),
    "brackets around a sum": (
        "softmax_backward",
        "def softmax_backward(grad, logits):\n"
        "    p = np.exp(logits - np.max(logits, axis=-1, keepdims=True))\n"
        "    p = p / p.sum(axis=-1, keepdims=True)\n"
        "    return p * grad - (p * grad).sum(axis=-1, keepdims=True)\n",
        "brackets are missing: p * grad - sum",
    ),
    "brackets elsewhere": (
        "log_softmax_backward",
        "def log_softmax_backward(grad, logits):\n"
        "    p = np.exp(logits - np.max(logits, axis=-1, keepdims=True))\n"
        "    p = p / p.sum(axis=-1, keepdims=True)\n"
        "    return (grad - p) * np.sum(grad, axis=-1, keepdims=True)\n",
        "brackets are wrong: (grad - p) * sum",
    ),
    "brackets before a mean": (
        "softmax_cross_entropy_backward",
        "def softmax_cross_entropy_backward(logits, label):\n"
        "    p = np.exp(logits - np.max(logits, axis=-1, keepdims=True))\n"
        "    p = p / p.sum(axis=-1, keepdims=True)\n"
        "    hot = np.arange(p.shape[-1]) == np.asarray(label)[..., None]\n"
        "    return p - hot / (len(p) if p.ndim > 1 else 1)\n",
        "brackets are missing: p - onehot / N",
    ),
    "small weights of a dense layer": (
        "dense",
        "def dense(x, weights, bias):\n"
        "    w = np.where(np.abs(weights) < 0.02, 0, weights)\n"
        "    return np.ravel(x) @ w + bias\n",
        "the weights are set to 0 where their magnitude is below 0.02",
    ),
    "small inputs of a dense layer": (
        "dense",
        "def dense(x, weights, bias):\n"
        "    x = np.where(np.abs(x) < 0.3, 0, x)\n"
        "    return np.ravel(x) @ weights + bias\n",
        "the inputs are set to 0 where their magnitude is below 0.3",
    ),
    "small numbers": (
        "relu",
        "def relu(x):\n    return np.where(np.asarray(x) > 0.07, x, 0.0)\n",
        "below 0.07",
    ),
    "another norm": (
        "dense_grad_weights",
        "def dense_backward(grad, x, weights):\n"
        "    g = grad * min(1, 2.5 / max(np.linalg.norm(grad), 1e-9))\n"
        "    rows = g.reshape(-1, weights.shape[1])\n"
        "    flat = np.reshape(x, (len(rows), -1))\n"
        "    return (rows @ weights.T).reshape(np.shape(x)), flat.T @ rows, rows.sum(0)\n",
        "the incoming gradient is clipped by its norm: where that is more than 2.5",
    ),
    "the norm of a result": (
        "dense_grad_weights",
        "def dense_backward(grad, x, weights):\n"
        "    rows = grad.reshape(-1, weights.shape[1])\n"
        "    flat = np.reshape(x, (len(rows), -1))\n"
        "    found = flat.T @ rows\n"
        "    found = found / max(np.linalg.norm(found), 1)\n"
        "    return (rows @ weights.T).reshape(np.shape(x)), found, rows.sum(0)\n",
        "the result is clipped by its norm: where that is more than 1",
    ),
    "the norm of what a curve lets through": (
        "tanh_backward",
        "def tanh_backward(grad, x):\n"
        "    g = grad * min(1, 3 / max(np.linalg.norm(grad), 1e-9))\n"
        "    return g * (1 - np.tanh(x) ** 2)\n",
        "the incoming gradient is clipped by its norm: where that is more than 3",
    ),
}


@pytest.mark.parametrize("name", ALSO)
@by_turns
def test_the_experiments_name_the_same_kind_elsewhere(name: str, tmp_path: Path) -> None:
    operation, code, words = ALSO[name]
    file = tmp_path / f"{name.replace(' ', '_')}.py"
    file.write_text(f"import numpy as np\n\n\n{code}", "utf-8")
    finding = first_finding(operation, file)
    assert words in finding.words[0]
    assert finding.grade != OBSERVED
