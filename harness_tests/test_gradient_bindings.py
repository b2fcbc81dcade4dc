"""Gradients are found in every form in which people write them."""

import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("specimens.run", reason="only in a checkout")

from cnnspec.bindings.gradients.calls import runs_of
from cnnspec.bindings.gradients.names import is_gradient_of, of_gradient
from cnnspec.bindings.gradients.sources import returned_names, unpacked_names
from cnnspec.bindings.gradients.statements import without_options
from cnnspec.bindings.probing import due, plain_probes
from cnnspec.declaration.writing import Role
from cnnspec.operations.registry import OPERATIONS
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from cnnspec.subject.sources.loading import load
from harness_tests.test_gradient_specimens import ALL, FILES, offered_by, offered_in
from specimens.run import FOLDER


def functions_of(file: Path) -> set[str]:
    """Return the functions of whose gradients a file is found to offer one at least."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        offers = load(str(file), 60).offers
    gradients = [OPERATIONS[name].gradient for name in offers]
    return {one.function for one in gradients if one is not None}


#: Functions whose gradients are judged.
JUDGED = {one.gradient.function for one in OPERATIONS.values() if one.gradient is not None}


#: What is not found yet, and why: whoever finds it takes it from here.
NOT_FOUND = {
    "nnfs_mlp.py": {"softmax_cross_entropy_backward"},  # it wants the probabilities
    "miniflow.py": {"dense_backward", "sigmoid_backward"},  # nodes that are given nodes
}


@pytest.mark.parametrize("name", ALL)
def test_a_specimen_is_found(name: str) -> None:
    due = {one.operation for one in offered_by(name)} & JUDGED
    assert due - functions_of(ALL[name].file) == NOT_FOUND.get(name, set())


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_a_file_is_found(kind: str, name: str) -> None:
    due = {one.operation for one in offered_in(kind, name)} & JUDGED
    assert due - functions_of(FOLDER / kind / name) == NOT_FOUND.get(name, set())


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("conv_backward_naive", "conv2d"),
        ("backward_conv", "conv2d"),
        ("max_pool_backward", "max_pool2d"),
        ("drelu", "relu"),
        ("relu_prime", "relu"),
        ("d_sigmoid", "sigmoid"),
        ("affine_backward", "dense"),
        ("linear_activation_backward", "dense"),
        ("softmax_grad", "softmax"),
        ("grad_softmax_crossentropy_with_logits", "softmax_cross_entropy"),
    ],
)
def test_a_name_says_whose_gradient_it_is(name: str, operation: str) -> None:
    assert of_gradient(name).get(operation)


@pytest.mark.parametrize("name", ["conv_forward", "relu", "backward", "train", "data", "update"])
def test_other_names_say_nothing(name: str) -> None:
    assert not any(of_gradient(name).values())


WEIGHTS = [Role(names="w weight weights kernel", values=("weights",))]


@pytest.mark.parametrize(
    "place",
    ["layer.dW", "layer.grads['W']", "layer.W['grad']", "layer.weight.grad", "layer.grad_w",
     "layer.dweights", "layer.dL_dW", "layer.weights_gradient"],
)  # fmt: skip
def test_a_place_says_that_it_is_a_gradient(place: str) -> None:
    assert is_gradient_of(place, WEIGHTS)


@pytest.mark.parametrize("place", ["layer.W", "layer.weight.data", "layer.db", "layer.dilation"])
def test_other_places_say_nothing(place: str) -> None:
    assert not is_gradient_of(place, WEIGHTS)


@pytest.mark.parametrize(
    "name", ["zero_grad", "zeroGradParameters", "clear_gradients", "reset_grads"]
)
def test_a_method_that_clears_gradients_says_that_they_add_up(name: str, tmp_path: Path) -> None:
    file = tmp_path / "theirs.py"
    file.write_text(ADDING.replace("clear_them", name), "utf-8")
    binding = load(str(file), 60).offers["dense_grad_weights"].binding
    assert binding is not None
    assert binding.is_fresh


ADDING = """
import numpy as np

class Linear:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
        self.b = np.zeros(n_out)
        self.clear_them()

    def clear_them(self):
        self.gradW, self.gradb = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, x):
        return x @ self.W + self.b

    def backward(self, x, grad):
        self.gradW = self.gradW + x.T @ grad
        self.gradb = self.gradb + grad.sum(axis=0)
        return grad @ self.W.T
"""


def test_gradients_by_autograd_are_named_in_one_line(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    file = tmp_path / "theirs.py"
    file.write_text(MODULE, "utf-8")
    (said,) = [note for note in load(str(file), 60).notes if "autograd" in note]
    assert said.startswith("by autograd, of what is called as said above: dense_grad_x")


MODULE = """
import torch

class Linear(torch.nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(n_out, n_in))
        self.bias = torch.nn.Parameter(torch.zeros(n_out))

    def forward(self, x):
        return x @ self.weight.T + self.bias
"""


TOGETHER = """
import numpy as np

class Softmax:
    def forward(self, x):
        powers = np.exp(x - x.max(axis=1, keepdims=True))
        self.p = powers / powers.sum(axis=1, keepdims=True)
        return self.p
{softmax}
class CrossEntropy:
    def forward(self, p, y):
        self.p, self.y = p, y
        return {loss}

    def backward(self):
        return ({sign}(self.p - self.y)) / len(self.y)
"""
RIGHT = "-np.sum(y * np.log(p)) / len(y)"

#: Backward passes of a softmax.
THROUGH = """
    def backward(self, d):
        return d
"""
ITS_OWN = """
    def backward(self, d):
        return self.p * (d - (d * self.p).sum(axis=1, keepdims=True))
"""


@pytest.mark.parametrize(
    ("softmax", "sign", "judged"),
    [
        ("", "", set()),
        (THROUGH, "", set()),
        (ITS_OWN, "", {"cross_entropy_backward", "softmax_backward"}),
        ("", "-", {"cross_entropy_backward"}),
    ],
)
def test_a_softmax_and_its_loss_may_be_right_together(
    tmp_path: Path, softmax: str, sign: str, judged: set[str]
) -> None:
    file = tmp_path / "theirs.py"
    file.write_text(TOGETHER.format(softmax=softmax, sign=sign, loss=RIGHT), "utf-8")
    assert functions_of(file) == judged


@pytest.mark.parametrize(
    ("axis", "judged"), [("axis=1, keepdims=True", set()), ("", {"cross_entropy_backward"})]
)
def test_they_are_right_together_beside_a_wrong_loss(
    tmp_path: Path, axis: str, judged: set[str]
) -> None:
    """Whether one vector is a batch of one to a wrong loss is known from the softmax beside it."""
    source = TOGETHER.format(softmax="", sign="", loss="np.mean(-y * np.log(p))")
    file = tmp_path / "theirs.py"
    file.write_text(source.replace("axis=1, keepdims=True", axis), "utf-8")
    assert functions_of(file) == judged


def test_what_only_lets_through_is_not_judged_where_no_loss_runs_backwards(tmp_path: Path) -> None:
    """A training loop sends in the gradient through both."""
    file = tmp_path / "theirs.py"
    text = TOGETHER.partition("class CrossEntropy")[0].format(softmax=THROUGH)
    file.write_text(text, "utf-8")
    assert functions_of(file) == set()
    assert any("lets through what comes in" in note for note in load(str(file), 60).notes)
    file.write_text(text.replace("return d", "return 2 * d"), "utf-8")
    assert functions_of(file) == {"softmax_backward"}


def calls_of(folder: Path, code: str) -> dict[str, str]:
    """Return how the operations of some code are called."""
    file = folder / "theirs.py"
    file.write_text(f"import copy\n\nimport numpy as np\n{code}", "utf-8")
    offers = load(str(file), 60).offers
    return {name: "; ".join(one.binding.code) for name, one in offers.items() if one.binding}


PAIR = """
class {name}:
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.{keep}
        return x @ w + b

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.{kept}
        return g @ w.T, x.T @ g, g.sum(axis=0)
"""

CONTEXT = """
class Ctx:
    def save_for_backward(self, *things):
        self.saved_tensors = things
"""


@pytest.mark.parametrize(
    ("more", "keep", "kept", "context"),
    [
        (CONTEXT, "save_for_backward(x, w)", "saved_tensors", "Ctx()"),
        ("", "things = x, w", "things", "__import__('types').SimpleNamespace()"),
        (
            CONTEXT.replace("Ctx", "Function"),
            "save_for_backward(x, w)",
            "saved_tensors",
            "LinearFunction.__new__(LinearFunction)",
        ),
    ],
)
def test_a_pair_of_passes_is_handed_the_same_context(
    tmp_path: Path, more: str, keep: str, kept: str, context: str
) -> None:
    base = "(Function)" if "Function" in more else ""
    code = more + PAIR.format(name=f"LinearFunction{base}", keep=keep, kept=kept)
    found = calls_of(tmp_path, code)
    run = "LinearFunction.forward(layer, x, weights, bias)"
    assert found["dense"] == f"{context}; {run}"
    back = f"({run}, LinearFunction.backward(layer, grad))[-1]"
    parts = ("x", "weights", "bias")
    assert {name: found[f"dense_grad_{name}"] for name in parts} == {
        name: f"{context}; ({back})[{place}]" for place, name in enumerate(parts)
    }


FLAGGED = """
def tanh(x, {flag}=False):
    if {flag}:
        return {derivative}
    return np.tanh(x)
"""


@pytest.mark.parametrize("flag", ["derivative", "deriv", "prime", "is_derivative"])
@pytest.mark.parametrize(
    ("derivative", "given"), [("1 - np.tanh(x) ** 2", "x"), ("1 - x ** 2", "tanh(x, {flag}=False)")]
)
def test_a_flag_asks_for_the_derivative(
    tmp_path: Path, flag: str, derivative: str, given: str
) -> None:
    found = calls_of(tmp_path, FLAGGED.format(flag=flag, derivative=derivative))
    assert found["tanh"] == f"tanh(x, {flag}=False)"
    assert found["tanh_backward"] == f"grad * tanh({given.format(flag=flag)}, {flag}=True)"


def test_a_wrong_derivative_behind_a_flag_is_found(tmp_path: Path) -> None:
    found = calls_of(tmp_path, FLAGGED.format(flag="deriv", derivative="1 - np.tanh(x)"))
    assert found["tanh_backward"] == "grad * tanh(x, deriv=True)"


TOLD = """
class Dense:
    def __init__(self, n_units, input_shape=None):
        self.n_units, self.input_shape = n_units, input_shape

    def initialize(self, optimizer):
        self.W = np.zeros((self.input_shape[0], self.n_units))
        self.b = np.zeros((1, self.n_units))
        self.W_opt, self.b_opt = copy.copy(optimizer), copy.copy(optimizer)

    def forward_pass(self, X, training=True):
        self.X = X
        return X.dot(self.W) + self.b

    def backward_pass(self, grad):
        W = self.W
        self.W = self.W_opt.update(self.W, self.X.T.dot(grad))
        self.b = self.b_opt.update(self.b, grad.sum(axis=0, keepdims=True))
        return grad.dot(W.T)
"""


def test_a_layer_that_is_told_an_optimizer_shows_its_gradients(tmp_path: Path) -> None:
    found = calls_of(tmp_path, TOLD)
    assert "update=lambda old, gradient: old - gradient" in found["dense_grad_weights"]
    assert found["dense_grad_weights"].endswith(
        "0 - (layer.forward_pass(x, training=False), layer.backward_pass(grad), layer.W)[-1]"
    )


MADE = """
class Affine:
    def __init__(self, W, b):
        self._w, self._b = W, b
        self._dw, self._db = np.zeros_like(W), np.zeros_like(b)

    def forward(self, x):
        self._x = x
        return x @ self._w + self._b

    def backward(self, g):
        self._dw {sign} self._x.T @ g
        self._db = g.sum(axis=0)
        return g @ self._w.T
"""


def test_private_attributes_hold_gradients_and_what_learns_nothing_is_none(tmp_path: Path) -> None:
    found = calls_of(tmp_path, MADE.format(sign="="))
    assert found["dense_grad_weights"].endswith("layer.backward(grad), layer._dw)[-1]")
    none = calls_of(tmp_path, MADE.format(sign="=").replace("_dw", "_p").replace("_db", "_q"))
    assert "dense_grad_x" in none
    assert not {"dense_grad_weights", "dense_grad_bias"} & none.keys()


def test_an_object_in_which_gradients_add_up_unseen_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "theirs.py"
    for sign, is_kept in (("=", False), ("+=", True)):
        file.write_text(f"import numpy as np\n{MADE.format(sign=sign)}", "utf-8")
        offers = load(str(file), 60).offers
        assert offers["dense_grad_weights"].binding.is_kept is is_kept
        assert offers["dense_grad_bias"].binding.is_kept is False
        assert offers["dense_grad_weights"].binding.is_made_anew is not is_kept


ACTIVATION = """
import numpy as np

class ReLU:
    def __call__(self, x):
        return np.where(x >= 0, x, 0)

    def gradient(self, x):
        return np.where(x >= {sign}0, {value}, 0)
"""


@pytest.mark.parametrize(
    ("sign", "value", "verdict"),
    [("", "1", "conforms"), ("-1", "1", "does not conform"), ("", "x", "does not conform")],
)
def test_a_method_that_is_told_where_alone_is_a_derivative(
    tmp_path: Path, sign: str, value: str, verdict: str
) -> None:
    file = tmp_path / "theirs.py"
    file.write_text(ACTIVATION.format(sign=sign, value=value), "utf-8")
    report = check(str(file), facets=["values"], modules=["test_relu_backward", "test_gradients"])
    assert report["operations"]["relu_backward"]["verdict"] == verdict


# --- what the verdict says -------------------------------------------------------------------


def verdict_of(file: Path) -> list[str]:
    """Return the first and the last line that are said of a specimen's numbers."""
    report = check(str(file), facets=["values"], modules=["test_conv2d", "test_pooling_backward"])
    lines = text_report(report).splitlines()
    return [lines[0], lines[-1]]


def test_the_verdict_names_a_gradient_that_is_missing_beside_others() -> None:
    _, verdict = verdict_of(FOLDER / "gradients" / "right" / "first_layer_none.py")
    assert "; no gradient of conv2d to image; " in verdict


def test_what_names_something_that_is_not_there_is_called_as_its_forward_is() -> None:
    """And fails by that name, not by maps without the axis of images, which it never took."""
    first, _ = verdict_of(FOLDER / "gradients" / "wrong" / "pool_cannot_run.py")
    assert first.startswith("max_pool2d_backward: ")
    assert "NameError: name 'out_h' is not defined" in first


# --- styles of public code -------------------------------------------------------------------


def is_right(file: Path, text: str, name: str) -> bool:
    """Return whether code answers all small calls of an operation that it takes rightly."""
    file.write_text(text, "utf-8")
    function = load(str(file), 60).offers[name].function
    assert function is not None
    answers = []
    for given in plain_probes(name):
        with suppress(Exception):
            answers.append(np.allclose(function(*given.values()), due(name, given)[0]))
    return bool(answers) and all(answers)


SHARED = """
import numpy as np


class Linear:
    def __init__(self, in_dim, out_dim):
        self.W = np.ones((in_dim, out_dim))
        self.b = np.zeros((1, out_dim))
        self.params = {"W": self.W, "b": self.b}
        self.grads = {}

    def forward(self, X):
        self.X = X
        return X @ self.params["W"] + self.params["b"]

    def backward(self, grad):
        self.grads["W"] = self.X.T @ grad
        self.grads["b"] = grad.sum(axis=0, keepdims=True)
        return grad @ self.params["W"].T
"""


def test_an_array_that_stands_in_two_places_is_set_in_both(tmp_path: Path) -> None:
    for name in ("dense", "dense_grad_x", "dense_grad_weights"):
        assert is_right(tmp_path / "theirs.py", SHARED, name)


PLACES = """
import numpy as np
from scipy.signal import correlate2d


class Conv:
    def __init__(self, input_shape, kernel_size, depth):
        c, h, w = input_shape
        self.kernels = np.ones((depth, c, kernel_size, kernel_size))
        self.biases = np.ones((depth, h - kernel_size + 1, w - kernel_size + 1))

    def forward(self, input):
        self.input = input
        maps = [sum(map(correlate2d, input, of, ["valid"] * len(of))) for of in self.kernels]
        return np.array(maps) + self.biases

    def backward(self, output_gradient, learning_rate):
        self.biases -= learning_rate * {gradient}
"""


@pytest.mark.parametrize(
    ("gradient", "right"),
    [
        ("output_gradient", True),
        ("output_gradient[:, ::-1]", False),
        ("2 * output_gradient", False),
    ],
)
def test_a_bias_for_each_place_gets_what_comes_in_there(
    tmp_path: Path, gradient: str, right: bool
) -> None:
    text = PLACES.format(gradient=gradient)
    assert is_right(tmp_path / "theirs.py", text, "conv2d_grad_bias") is right


MASKS = """
import numpy as np


def maxpool_forward(x, pool=2):
    h, w = x.shape[1] // pool * pool, x.shape[2] // pool * pool
    cut = x[:, :h, :w].reshape(len(x), h // pool, pool, w // pool, pool, -1)
    out = cut.max(axis=(2, 4))
    mask = np.zeros(x.shape)
    mask[:, :h, :w] = (cut == out[:, :, None, :, None]).reshape(len(x), h, w, -1)
    return out, mask


def maxpool_backward(dout, mask, pool=2):
    dx = np.zeros(mask.shape)
    spread = dout.repeat(pool, axis=1).repeat(pool, axis=2)
    dx[:, :spread.shape[1], :spread.shape[2]] = spread
    return dx * {factor}
"""


@pytest.mark.parametrize(("factor", "right"), [("mask", True), ("(1 - mask)", False)])
def test_what_is_returned_beside_a_result_is_handed_back_by_its_name(
    tmp_path: Path, factor: str, right: bool
) -> None:
    text = MASKS.format(factor=factor)
    assert is_right(tmp_path / "theirs.py", text, "max_pool2d_backward") is right


def test_names_that_are_unpacked_say_what_is_kept() -> None:
    assert unpacked_names(unpacking, "cache") == ["x", "w", "b"]
    assert unpacked_names(unpacking, "other") == []
    assert returned_names(unpacking) == ["x", "mask"]
    assert returned_names(len) == []


def unpacking(grad: object, cache: tuple[object, object, object]) -> tuple[object, object]:
    (x, w, b) = cache
    mask = (w, b, grad)
    return x, mask


def test_a_result_that_a_backward_pass_is_given_has_the_options_that_it_knows() -> None:
    call = "conv(image, filters, stride=stride, padding=pad)"
    assert without_options(call, {"stride"}) == "conv(image, filters, padding=pad)"
    assert without_options("image", {"image"}) == "image"


TOLD_X = """
import numpy as np


class Softmax:
    def forward(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        return self.y

    def backward(self, x):
        return self.y * (x - (x * self.y).sum(axis=1, keepdims=True))
"""


def test_what_comes_in_may_be_called_x(tmp_path: Path) -> None:
    assert is_right(tmp_path / "theirs.py", TOLD_X, "softmax_backward")


def told_a_shape(dout: object, x: object, w_shape: object) -> None:
    """Stand for a backward pass that is told the shape of filters."""


def test_a_shape_is_that_of_what_its_name_says() -> None:
    runs = runs_of("conv2d_grad_image", told_a_shape, "back", is_method=False, kept="", rate="1.0")
    assert "filters.shape" in {one.chosen["w_shape"] for one in runs}


UNJUDGED = """
import numpy as np


def relu_forward(x):
    return np.maximum(x, 0)


def backprop_relu(dout, x):
    raise ValueError("never")
"""


def test_a_gradient_by_its_name_that_no_call_shows_is_named(tmp_path: Path) -> None:
    file = tmp_path / "theirs.py"
    file.write_text(UNJUDGED, "utf-8")
    notes = load(str(file), 60).notes
    assert any(one.startswith("backprop_relu is not judged: no small call") for one in notes)


TENSORS = """
import numpy as np


class Tensor:
    def __init__(self, data, requires_grad=False):
        self.data, self.requires_grad, self.grad = np.asarray(data, float), requires_grad, None
        self.back = lambda: None

    def relu(self):
        out = Tensor(np.maximum(self.data, 0), self.requires_grad)

        def back():
            if self.requires_grad:
                self.grad = (self.data > 0) * out.grad

        out.back = back
        return out

    def backward(self, grad):
        self.grad = grad
        self.back()
"""


def test_methods_of_tensors_are_operations(tmp_path: Path) -> None:
    for name in ("relu", "relu_backward"):
        assert is_right(tmp_path / "theirs.py", TENSORS, name)


DERIVATIVE = """
import numpy as np


def relu(x):
    return np.maximum(0, x)


def relu_d(x):
    return (x > 0).astype(float)
"""


def test_a_derivative_is_no_other_function_of_its_operation(tmp_path: Path) -> None:
    file = tmp_path / "theirs.py"
    file.write_text(DERIVATIVE, "utf-8")
    made = load(str(file), 60)
    assert "relu_backward" in made.offers
    assert made.others == []


LOSS_OF_ONE_HOT_LABELS = """
import numpy as np


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        x = x - x.max(axis=-1, keepdims=True)
        logs = x - np.log(np.exp(x).sum(axis=-1, keepdims=True))
        self.y = np.exp(logs)
        n = len(x) if x.ndim == 2 else 1
        label = t.argmax(axis=-1) if np.shape(t) == x.shape else t
        return -logs.reshape(n, -1)[np.arange(n), label].sum() / n

    def backward(self):
        {backward}
"""


@pytest.mark.parametrize(
    ("backward", "is_of_one_hot"),
    [
        ("return (self.y - self.t) / len(self.t)", True),
        # it takes labels, and wrongly: that its other branch is right does not matter
        (
            "t = self.t if self.t.ndim == 2 else np.eye(self.y.shape[-1])[self.t - 1]\n"
            "        return (self.y - t) / len(t)",
            False,
        ),
    ],
)
def test_a_loss_that_takes_labels_may_go_back_from_one_hot_rows_alone(
    tmp_path: Path, backward: str, *, is_of_one_hot: bool
) -> None:
    file = tmp_path / "theirs.py"
    file.write_text(LOSS_OF_ONE_HOT_LABELS.format(backward=backward), "utf-8")
    found = load(str(file)).offers["softmax_cross_entropy_backward"].binding
    assert found is not None
    assert ("one_hot" in found.call) == is_of_one_hot
