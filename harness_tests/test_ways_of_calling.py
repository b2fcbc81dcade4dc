"""In which ways code is called: what its arguments may mean, and what they cannot say."""

from pathlib import Path

import numpy as np
import pytest

from cnnspec.bindings.names import operations_of
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.outcomes import NotOffered, Result
from harness_tests.test_bindings import agrees, loaded, numbers

# --- losses ------------------------------------------------------------------------------------

LOSS = """
    class SoftmaxWithLoss:
        def forward(self, x, t):
            powers = np.exp(x - x.max(axis=1, keepdims=True))
            self.y, self.t = powers / powers.sum(axis=1, keepdims=True), t
            return -np.log(self.y[np.arange(len(t)), t]).mean()

        def backward(self, dout=1):
            if self.t.size == self.y.size:
                return (self.y - self.t) / len(self.t)
            d = self.y.copy()
            d[np.arange(len(self.t)), self.t] -= 1
            return d / len(self.t)
"""


def test_the_label_of_a_single_class_may_be_taken_for_a_row(tmp_path: Path) -> None:
    judged = loaded(tmp_path, LOSS)
    for rows, classes, kind in ((4, 1, NotOffered), (4, 3, Result)):
        given = {"logits": numbers(rows, classes), "label": np.zeros(rows, int)}
        assert isinstance(judged.call("softmax_cross_entropy_backward", given), kind)
    assert len(judged.recent) == 1  # what cannot be expressed stands in no snippet


ORDERS = {
    "two labels": ("def cross_entropy(t, y)", "-np.sum(t * np.log(y))"),
    "predicted first": ("def cross_entropy(y, t)", "-np.sum(t * np.log(y))"),
    "two distributions": ("def cross_entropy(p, q)", "-np.sum(p * np.log(q))"),
    "two letters": ("def loss(a, b)", "-np.sum(a * np.log(b))"),
    "letters that say nothing": ("def cross_entropy_loss(u, v)", "-np.sum(u * np.log(v))"),
    "said": ("def cross_entropy(y_true, y_pred)", "-np.sum(y_true * np.log(y_pred))"),
}


@pytest.mark.parametrize("order", ORDERS)
def test_the_arguments_of_a_loss_come_in_either_order(tmp_path: Path, order: str) -> None:
    head, result = ORDERS[order]
    judged = loaded(tmp_path, f"{head}:\n    return {result}\n")
    agrees(judged, "cross_entropy", probabilities=np.array([0.5, 0.25, 0.25]), label=1)


def test_an_order_that_is_said_is_kept(tmp_path: Path) -> None:
    code = "def cross_entropy(y_pred, y):\n    return -np.sum(y_pred * np.log(y + 1e-9))\n"
    judged = loaded(tmp_path, code)
    given = {"probabilities": np.array([0.5, 0.25, 0.25]), "label": 1}
    outcome = judged.call("cross_entropy", given)
    assert isinstance(outcome, Result)
    assert not np.isclose(outcome.value, np.log(4))


@pytest.mark.parametrize("method", ["loss", "calculate"])
def test_a_loss_may_be_computed_by_a_method_of_its_name(tmp_path: Path, method: str) -> None:
    code = f"""
    class SoftmaxCrossEntropyLoss:
        def {method}(self, logits, targets):
            moved = logits - logits.max(axis=1, keepdims=True)
            picked = moved[np.arange(len(targets)), targets]
            return (np.log(np.exp(moved).sum(axis=1)) - picked).mean()

        def grad(self, logits, targets):
            powers = np.exp(logits - logits.max(axis=1, keepdims=True))
            found = powers / powers.sum(axis=1, keepdims=True)
            found[np.arange(len(targets)), targets] -= 1
            return found / len(targets)
    """
    judged = loaded(tmp_path, code)
    agrees(judged, "softmax_cross_entropy", logits=numbers(4), label=2)
    given = {"logits": numbers(3, 4), "label": np.array([0, 2, 1])}
    assert isinstance(judged.call("softmax_cross_entropy_backward", given), Result)


# --- shapes ------------------------------------------------------------------------------------

SHAPED = """
    class Dense:
        def __init__(self, shape):
            self.W, self.b = np.zeros(shape), np.zeros(shape[{nodes}])

        def forward(self, x):
            return x @ self.W{turned} + self.b

    class Conv2D:
        def __init__(self, filter_shape):
            self.W, self.b = np.zeros(filter_shape), np.zeros(filter_shape[{count}])

        def forward(self, x):
            axes = {axes}
            sides = [self.W.shape[axis] for axis in axes]
            windows = np.lib.stride_tricks.sliding_window_view(x, sides, axis=(1, 2))
            return np.einsum("nhwcij,{order}->nhwk", windows, self.W) + self.b
"""

#: Weights and filters in the orders in which their shapes are given.
SHAPES = {
    "own": {"nodes": 1, "turned": "", "count": 0, "axes": (1, 2), "order": "kijc"},
    "first": {"nodes": 0, "turned": ".T", "count": 0, "axes": (2, 3), "order": "kcij"},
    "last": {"nodes": 1, "turned": "", "count": 3, "axes": (0, 1), "order": "ijck"},
}


@pytest.mark.parametrize("shapes", SHAPES)
def test_layers_are_made_of_the_shapes_of_their_parameters(tmp_path: Path, shapes: str) -> None:
    judged = loaded(tmp_path, SHAPED.format(**SHAPES[shapes]))
    assert not [note for note in judged.notes if "is made with the shape" in note]
    agrees(judged, "dense", x=numbers(4), weights=numbers(4, 3), bias=numbers(3))
    agrees(judged, "conv2d", image=numbers(2, 5, 6, 2), filters=numbers(4, 3, 3, 2))


FIXED = """
    class Conv3x3:
        def __init__(self, in_channels, out_channels):
            self.weights = np.zeros((out_channels, in_channels, 3, 3))
            self.bias = np.zeros((out_channels, 1, 1))

        def forward(self, x):
            height, width = x.shape[2] - 2, x.shape[3] - 2
            return sum(
                np.einsum("nchw,kc->nkhw", x[:, :, i:i + height, j:j + width], {taps})
                for i in range(3) for j in range(3)
            ) + self.bias
"""


@pytest.mark.parametrize("taps", ["self.weights[:, :, i, j]", "self.weights[:, :, j, i]"])
def test_a_layer_of_one_size_of_filters_is_given_no_other(tmp_path: Path, taps: str) -> None:
    judged = loaded(tmp_path, FIXED.format(taps=taps))
    is_right = taps.endswith("i, j]")
    for side, kind in ((3, Result), (5, NotOffered if is_right else Result)):
        given = {"image": numbers(2, 7, 6, 2), "filters": numbers(4, side, side, 2)}
        assert isinstance(judged.call("conv2d", given), kind)


# --- gray batches --------------------------------------------------------------------------------

GRAY = """
    def conv2d(X, W, b):
        windows = np.lib.stride_tricks.sliding_window_view(X, W.shape[1:], axis=(1, 2))
        return np.tensordot(windows, W, axes=([3, 4], [1, 2])) + b
"""


def test_gray_batches_may_have_no_axis_of_channels(tmp_path: Path) -> None:
    judged = loaded(tmp_path, GRAY)
    agrees(judged, "conv2d", image=numbers(2, 5, 6, 1), filters=numbers(4, 3, 3, 1))
    agrees(judged, "conv2d", image=numbers(5, 6, 1), filters=numbers(4, 3, 3, 1))
    agrees(judged, "conv2d", image=numbers(5, 6), filters=numbers(4, 3, 3))
    given = {"image": numbers(2, 5, 6, 2), "filters": numbers(4, 3, 3, 2)}
    assert isinstance(judged.call("conv2d", given), NotOffered)


def test_a_mistake_in_gray_batches_is_judged(tmp_path: Path) -> None:
    judged = loaded(tmp_path, GRAY.replace("windows, W", "windows, W[:, ::-1]"))
    given = {"image": numbers(2, 5, 6, 1), "filters": numbers(4, 3, 3, 1)}
    assert isinstance(judged.call("conv2d", given), Result)


# --- defaults of one's own -----------------------------------------------------------------------


LEAKY = """
    def leaky_relu(x, alpha={forward}):
        return np.where(x > 0, x, alpha * x)

    def leaky_relu_backward(dout, x, {name}={backward}):
        return np.where(x > 0, dout, {name} * dout)
"""


def said_of_defaults(judged: Implementation) -> list[str]:
    return [note for note in judged.notes if "is given, its own" in note]


def test_a_default_of_ones_own_is_said(tmp_path: Path) -> None:
    judged = loaded(tmp_path, LEAKY.format(forward=0.2, backward=0.2, name="alpha"))
    due = ": where no alpha is given, its own is 0.2, not the usual 0.01; it is always given"
    assert said_of_defaults(judged) == [f"leaky_relu{due}", f"leaky_relu_backward{due}"]
    usual = loaded(tmp_path, LEAKY.format(forward=0.01, backward=0.01, name="alpha"))
    assert not said_of_defaults(usual)


@pytest.mark.parametrize("name", ["alpha", "slope"])
def test_a_gradient_has_the_default_of_its_forward_pass(tmp_path: Path, name: str) -> None:
    judged = loaded(tmp_path, LEAKY.format(forward=0.01, backward=0.1, name=name))
    outcome = judged.call("leaky_relu_backward", {"grad": np.ones(2), "x": np.array([1.0, -1.0])})
    assert isinstance(outcome, Result)
    np.testing.assert_array_equal(outcome.value, [1, 0.1])


@pytest.mark.parametrize(("step", "shape"), [(1, (5, 5, 2)), (2, (3, 3, 2)), (None, (3, 3, 2))])
def test_the_own_form_is_asked_for_its_own_steps(
    tmp_path: Path, step: int | None, shape: tuple[int, ...]
) -> None:
    code = f"""
    def max_pool2d(maps, size=2, stride={step}):
        stride = stride or size
        windows = np.lib.stride_tricks.sliding_window_view(maps, (size, size), axis=(0, 1))
        return windows[::stride, ::stride].max(axis=(-2, -1))
    """
    outcome = loaded(tmp_path, code).call("max_pool2d", {"maps": numbers(6, 6, 2)})
    assert isinstance(outcome, Result)
    assert outcome.value.shape == shape


@pytest.mark.parametrize("default", [2, "'same'", "(2, 2)"])
def test_defaults_of_several_kinds_are_compared(tmp_path: Path, default: str) -> None:
    code = f"""
    class MaxPool:
        def __init__(self, size=3, stride=None, mode={default}):
            self.size = size

        def forward(self, maps):
            size = self.size
            rows, columns = maps.shape[0] // size, maps.shape[1] // size
            cut = maps[:rows * size, :columns * size]
            return cut.reshape(rows, size, columns, size, -1).max(axis=(1, 3))
    """
    judged = loaded(tmp_path, code)
    (said,) = said_of_defaults(judged)
    assert said.startswith("max_pool2d: where no size is given, its own is 3, not the usual 2")


# --- other languages -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("faltung", "conv2d"),
        ("Faltungsschicht", "conv2d"),
        ("convolucion_2d", "conv2d"),
        ("convoluer", "conv2d"),
        ("voll_verbunden", "dense"),
        ("vollVerbunden", "dense"),
        ("capa_densa", "dense"),
        ("couche_linéaire", "dense"),
        ("agrupacion_maxima", "max_pool2d"),
        ("maximum_bündeln", "max_pool2d"),
        ("entropia_cruzada", "cross_entropy"),
    ],
)
def test_names_may_be_of_other_languages(name: str, operation: str) -> None:
    assert operation in operations_of(name)


@pytest.mark.parametrize("name", ["faltung_rückwärts", "ableitung_relu", "capa_atras"])
def test_names_of_other_things_in_other_languages(name: str) -> None:
    assert not any(operations_of(name).values())


def test_arguments_may_be_of_other_languages(tmp_path: Path) -> None:
    code = """
    def max_pooling(karten, groesse=2):
        h, b = karten.shape[0] // groesse, karten.shape[1] // groesse
        karten = karten[:h * groesse, :b * groesse]
        return karten.reshape(h, groesse, b, groesse, -1).max(axis=(1, 3))
    """
    judged = loaded(tmp_path, code)
    agrees(judged, "max_pool2d", maps=numbers(7, 8, 2), size=3)


# --- parameters in tuples ------------------------------------------------------------------------


def test_parameters_may_come_in_a_tuple(tmp_path: Path) -> None:
    code = """
    def dense(params, x):
        W, b = params
        return x @ W + b

    def conv(params, x, stride=1):
        W, b = params
        windows = np.lib.stride_tricks.sliding_window_view(x, W.shape[1:3], axis=(1, 2))
        return np.einsum("nhwcij,kijc->nhwk", windows[:, ::stride, ::stride], W) + b
    """
    judged = loaded(tmp_path, code)
    agrees(judged, "dense", x=numbers(4), weights=numbers(4, 3), bias=numbers(3))
    agrees(judged, "conv2d", image=numbers(2, 5, 6, 2), filters=numbers(4, 3, 3, 2), stride=2)


def test_a_layer_that_sends_nothing_back_has_no_gradient(tmp_path: Path) -> None:
    code = """
    class Module:
        def backward(self, input, gradOutput):
            return None

    class MaxPool2d(Module):
        def __init__(self, kernel_size):
            self.size = kernel_size

        def forward(self, input):
            rows, columns = input.shape[0] // self.size, input.shape[1] // self.size
            cut = input[:rows * self.size, :columns * self.size]
            return cut.reshape(rows, self.size, columns, self.size).max(axis=(1, 3))
    """
    assert "max_pool2d_backward" not in loaded(tmp_path, code).offers
