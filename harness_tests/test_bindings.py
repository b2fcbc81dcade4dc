"""Code that has no form of this suite: how it is found, called and read."""

import sys
import textwrap
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.bindings.binding import Binding, Bound
from cnnspec.bindings.names import operations_of
from cnnspec.bindings.tensors import TENSORS, made_by
from cnnspec.bindings.wishes import WishError, Wishes, declared_call, wishes
from cnnspec.commands.project import Project, ProjectError, project
from cnnspec.declaration.writing import IMAGES
from cnnspec.document.starters import StartError
from cnnspec.document.wrappers import write_wrapper
from cnnspec.operations.conv2d.spelling import FILTERS
from cnnspec.operations.dense.spelling import WEIGHTS
from cnnspec.page.page import page
from cnnspec.report.junit import junit_xml
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.outcomes import NotOffered, Rejected, Result
from cnnspec.subject.sources.importing import LoadError
from cnnspec.subject.sources.loading import load


def loaded(folder: Path, code: str, declared: Wishes | None = None) -> Implementation:
    """Return the implementation that a file is."""
    file = folder / "theirs.py"
    file.write_text(f"import numpy as np\n{textwrap.dedent(code)}", "utf-8")
    return load(str(file), wishes=declared)


def numbers(*shape: int) -> Any:
    """Return whole numbers, no two near ones equal."""
    return (np.arange(1.0, np.prod(shape) + 1) ** 2 % 17 - 8).reshape(shape)


def agrees(judged: Implementation, operation: str, **given: Any) -> None:
    """Assert that a call is answered as by the reference."""
    outcome = judged.call(operation, given)
    assert isinstance(outcome, Result), outcome
    due = getattr(reference, operation)(**given)
    np.testing.assert_allclose(outcome.value, due, rtol=1e-12)


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("Conv2D", "conv2d"),
        ("conv_forward_naive", "conv2d"),
        ("convolve2d", "conv2d"),
        ("ConvTranspose2d", "conv_transpose2d"),
        ("Conv2DTranspose", "conv_transpose2d"),
        ("deconv2d", "conv_transpose2d"),
        ("transposed_convolution", "conv_transpose2d"),
        ("MaxPooling2D", "max_pool2d"),
        ("ReLU", "relu"),
        ("Layer_Dense", "dense"),
        ("FullyConnected", "dense"),
        ("Activation_Softmax", "softmax"),
        ("Loss_CategoricalCrossentropy", "cross_entropy"),
        ("softmax_loss", "softmax_cross_entropy"),
        ("LeakyReLU", "leaky_relu"),
        ("leaky_relu_forward", "leaky_relu"),
        ("Activation_Sigmoid", "sigmoid"),
        ("logistic", "sigmoid"),
        ("TanhLayer", "tanh"),
        ("convolve_greyscale", "conv2d"),
    ],
)
def test_names_say_which_operation_is_meant(name: str, operation: str) -> None:
    assert operations_of(name).get(operation)


@pytest.mark.parametrize(
    "name",
    [
        *("conv_backward", "relu_prime", "sigmoid_prime", "conv_output_size", "deconv_backward"),
        *("max_pool_1d", "Conv1d", "avgpool1d"),
    ],
)
def test_names_of_other_things_say_so(name: str) -> None:
    assert not operations_of(name)


def test_a_name_with_unknown_words_leaves_it_to_answers() -> None:
    assert operations_of("UnfoldConv") == {"conv2d": False}


# --- functions -------------------------------------------------------------------------------

NCHW = """
    def conv2d(x, w, b=None, stride=1, padding=0):
        x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
        n, c, h, wd = x.shape
        k, _, f, g = w.shape
        out = np.zeros((n, k, (h - f) // stride + 1, (wd - g) // stride + 1))
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                part = x[:, :, i*stride:i*stride+f, j*stride:j*stride+g]
                out[:, :, i, j] = np.tensordot(part, w, ([1, 2, 3], [1, 2, 3]))
        return out if b is None else out + b.reshape(1, -1, 1, 1)
"""


def test_channels_first_are_found_with_their_options(tmp_path: Path) -> None:
    judged = loaded(tmp_path, NCHW)
    assert judged.form == "bindings"
    binding = judged.bindings["conv2d"]
    assert (binding.reading["layout"], binding.reading["filters"]) == ("NCHW", "OIHW")
    assert judged.offers["conv2d"].keywords == {"bias", "stride", "padding"}
    images, filters = numbers(2, 8, 7, 3), numbers(4, 3, 3, 3)
    agrees(judged, "conv2d", image=images, filters=filters, bias=numbers(4), stride=2)
    agrees(judged, "conv2d", image=images, filters=filters, padding="same")


def test_wrong_code_has_a_layout_too(tmp_path: Path) -> None:
    wrong = NCHW.replace("part, w, (", "part, w[:, :, ::-1, ::-1], (")
    binding = loaded(tmp_path, wrong).bindings["conv2d"]
    assert (binding.reading["layout"], binding.reading["filters"]) == ("NCHW", "OIHW")


def test_what_conforms_in_the_own_form_keeps_it(tmp_path: Path) -> None:
    code = """
    from cnnspec import reference

    def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
        return reference.conv2d(image, filters, bias, stride=stride, padding=padding)
    """
    judged = loaded(tmp_path, code)
    assert (judged.form, judged.bindings) == ("operations", {})


def test_what_is_wrong_in_the_own_form_keeps_it_on_a_tie(tmp_path: Path) -> None:
    code = """
    from cnnspec import reference

    def conv2d(image, filters):
        return -reference.conv2d(image, filters)
    """
    assert loaded(tmp_path, code).bindings == {}


def test_weights_that_are_square_by_accident_change_no_order(tmp_path: Path) -> None:
    """Transposed they are right in this code, and all others are refused."""
    code = """
    def dense(x, weights, bias):
        inputs, nodes = weights.shape
        if x.size != inputs:
            raise ValueError(f"{x.size} inputs for weights of {weights.shape}")
        return weights.reshape(nodes, inputs) @ x.ravel() + bias
    """
    assert loaded(tmp_path, code).bindings == {}
    turned = code.replace("inputs, nodes = weights", "nodes, inputs = weights")
    (binding,) = loaded(tmp_path, f"{turned}\n").bindings.values()
    assert binding.reading["weights"] == "(nodes, inputs)"


def test_one_filter_at_a_time_is_stacked(tmp_path: Path) -> None:
    code = """
    def convolve(image, kernel):
        h, w = kernel.shape
        rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
        return np.array([[np.sum(image[i:i+h, j:j+w] * kernel) for j in range(columns)]
                         for i in range(rows)])
    """
    judged = loaded(tmp_path, code)
    assert judged.bindings["conv2d"].call == "convolve(image, filter)"
    agrees(judged, "conv2d", image=numbers(5, 6), filters=numbers(4, 3, 3))


def test_the_first_of_a_tuple_is_the_result(tmp_path: Path) -> None:
    judged = loaded(tmp_path, "def relu(Z):\n    return np.maximum(0, Z), Z\n")
    assert judged.bindings["relu"].taken == "first"
    agrees(judged, "relu", x=numbers(3, 4))


def test_a_dictionary_has_the_keys_that_are_read(tmp_path: Path) -> None:
    code = """
    def pool_forward(A_prev, hparameters, mode="max"):
        f, s = hparameters["f"], hparameters["stride"]
        m, h, w, c = A_prev.shape
        A = np.zeros((m, (h - f) // s + 1, (w - f) // s + 1, c))
        for i in range(A.shape[1]):
            for j in range(A.shape[2]):
                part = A_prev[:, i*s:i*s+f, j*s:j*s+f]
                A[:, i, j] = part.max((1, 2)) if mode == "max" else part.mean((1, 2))
        return A, (A_prev, hparameters)
    """
    judged = loaded(tmp_path, code)
    assert {*judged.bindings} == {"max_pool2d", "avg_pool2d"}  # and no pooling of minima
    for operation in judged.bindings:
        agrees(judged, operation, maps=numbers(2, 7, 7, 3), size=3, stride=2)


def test_examples_in_columns_are_found(tmp_path: Path) -> None:
    code = """
    def softmax(Z):
        e = np.exp(Z - Z.max(axis=0, keepdims=True))
        return e / e.sum(axis=0, keepdims=True)

    def linear_forward(A, W, b):
        return W @ A + b
    """
    judged = loaded(tmp_path, code)
    assert judged.bindings["softmax"].reading["examples"] == "columns"
    assert judged.bindings["dense"].reading["weights"] == "(nodes, inputs)"
    agrees(judged, "softmax", logits=numbers(3, 4))
    agrees(judged, "dense", x=numbers(4), weights=numbers(4, 3), bias=numbers(3))


def test_softmax_along_the_first_axis_alone_is_wrong(tmp_path: Path) -> None:
    code = "def softmax(z):\n    e = np.exp(z - z.max(axis=0))\n    return e / e.sum(axis=0)\n"
    assert loaded(tmp_path, code).bindings == {}
    judged = loaded(tmp_path, code, Wishes(orders={"examples": "columns"}))
    assert judged.bindings["softmax"].reading["examples"] == "columns"


COLUMNS = """
def softmax(Z):
    A = np.exp(Z - np.max(Z, axis=0))
    return A / np.sum(A, axis=0)

{forward}
"""


@pytest.mark.parametrize(
    "forward",
    [
        """
def forward_prop(W1, b1, W2, b2, X):
    Z1 = W1.dot(X) + b1
    A1 = np.maximum(Z1, 0)
    Z2 = W2.dot(A1) + b2
    return Z1, A1, Z2, softmax(Z2)
""",
        """
def predict(X, w_1, w_2, w_3, b_1, b_2, b_3):
    a = np.tanh(w_1 @ X + b_1)
    return softmax(w_3 @ np.tanh(w_2 @ a + b_2) + b_3)
""",
        """
def forward_propagation(X, parameters):
    A1 = 1 / (1 + np.exp(-(parameters["W1"] @ X + parameters["b1"])))
    A2 = softmax(parameters["W2"] @ A1 + parameters["b2"])
    return A2, {"A1": A1, "A2": A2}
""",
    ],
)
def test_several_layers_in_one_function_tell_columns(tmp_path: Path, forward: str) -> None:
    judged = loaded(tmp_path, COLUMNS.format(forward=forward))
    assert judged.bindings["softmax"].reading["examples"] == "columns"


@pytest.mark.parametrize(
    "forward",
    [
        """
def forward_prop(W1, b1, W2, b2, X):
    A1 = np.maximum(X @ W1 + b1, 0)
    return softmax(A1 @ W2 + b2)
""",
        """
def forward_prop(W1, b1, W2, b2, X):
    A1 = np.maximum(X @ W1.T + b1, 0)
    return softmax(A1 @ W2.T + b2)
""",
        """
def update(W1, b1, W2, b2, X):
    return W1 - X, b1 - X
""",
    ],
)
def test_several_layers_by_rows_do_not(tmp_path: Path, forward: str) -> None:
    assert loaded(tmp_path, COLUMNS.format(forward=forward)).bindings == {}


def test_softmax_of_one_vector_is_not_judged_on_more_axes(tmp_path: Path) -> None:
    code = "def softmax(z):\n    e = np.exp(z - z.max())\n    return e / e.sum()\n"
    judged = loaded(tmp_path, code)
    assert judged.offers["softmax"].ranks == frozenset({1})
    assert "softmax is of one vector: of more axes it is not judged" in judged.notes


def test_softmax_over_all_axes_is_wrong_beside_code_that_takes_batches(tmp_path: Path) -> None:
    code = "def softmax(z):\n    e = np.exp(z - z.max())\n    return e / e.sum()\n"
    judged = loaded(tmp_path, textwrap.dedent(NCHW) + code)
    assert judged.offers["softmax"].ranks is None


FLATTEN = """
def flatten(feature_map):
    return [value for row in feature_map for value in row]
"""
EACH = """
def average_pooling(feature_map, size=2, stride=2):
    rows = range(0, len(feature_map) - size + 1, stride)
    columns = range(0, len(feature_map[0]) - size + 1, stride)
    found = [[[float(feature_map[i + a][j + b]) for a in range(size) for b in range(size)]
              for j in columns] for i in rows]
    return [[sum(window) / len(window) for window in row] for row in found]
"""


def test_one_map_is_flattened_beside_what_is_called_for_each(tmp_path: Path) -> None:
    judged = loaded(tmp_path, FLATTEN + EACH)
    agrees(judged, "flatten", maps=numbers(4, 6, 1))
    outcome = judged.call("flatten", {"maps": numbers(4, 6, 2)})
    assert isinstance(outcome, NotOffered)


def test_one_map_by_itself_is_not_what_flattening_means(tmp_path: Path) -> None:
    judged = loaded(tmp_path, FLATTEN)
    outcome = judged.call("flatten", {"maps": numbers(4, 6, 2)})
    assert isinstance(outcome, Result)
    assert outcome.value.shape == (24, 2)
    assert not [note for note in judged.notes if "is not judged" in note]  # it is, as it stands


POOL = """
def {name}({maps}, size=2, stride=None):
    stride = stride or size
    (h, w), (sh, sw) = [(v, v) if isinstance(v, int) else tuple(v) for v in (size, stride)]
    windows = np.lib.stride_tricks.sliding_window_view({maps}, (h, w), axis=(1, 2))
    return windows[:, ::sh, ::sw].max(axis=(-2, -1))
"""


@pytest.mark.parametrize(
    ("name", "maps", "outcome"),
    [("max_pool", "x", NotOffered), ("max_pool2d", "maps", Rejected)],
)
def test_numpy_integers_are_asked_of_the_own_form_only(
    tmp_path: Path, name: str, maps: str, outcome: type
) -> None:
    judged = loaded(tmp_path, POOL.format(name=name, maps=maps))
    given = {"maps": numbers(2, 6, 7, 3), "stride": 2}
    agrees(judged, "max_pool2d", **given)
    assert isinstance(judged.call("max_pool2d", {**given, "stride": np.int64(2)}), outcome)
    assert isinstance(judged.call("max_pool2d", {**given, "stride": (1, np.int64(2))}), Result) is (
        outcome is Rejected
    )


def test_a_loss_right_on_logits_is_that_of_logits(tmp_path: Path) -> None:
    code = """
    def cross_entropy({}, target):
        z = {} - {}.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -np.mean(log_p[np.arange(len(target)), target])
    """
    judged = loaded(tmp_path, code.replace("{}", "scores"))
    assert {*judged.bindings} == {"softmax_cross_entropy"}
    judged = loaded(tmp_path, code.replace("{}", "probs"))
    assert {*judged.offers} == {"cross_entropy"}  # and fails


def test_one_loss_of_rows_comes_back_from_a_process_of_its_own(tmp_path: Path) -> None:
    """Of one row handed over as a batch the loss is a number of NumPy's, not an array."""
    code = """
    def softmax_loss(scores, targets):
        if scores.ndim != 2:
            raise ValueError("scores must be (N, C)")
        lowered = scores - scores.max(axis=1, keepdims=True)
        return np.log(np.exp(lowered).sum(axis=1)) - lowered[np.arange(len(targets)), targets]
    """
    judged = loaded(tmp_path, code)
    assert judged.bindings["softmax_cross_entropy"].reading["examples"] == "rows"
    outcome = judged.call("softmax_cross_entropy", {"logits": numbers(4), "label": 2})
    assert isinstance(outcome, Result)
    assert type(outcome.value) is np.ndarray
    report = check(str(tmp_path / "theirs.py"), isolated=True, select="LOGITS-01")
    assert report["operations"]["softmax_cross_entropy"]["failed"] == 0


def test_unnamed_code_is_found_by_its_answers_only_if_they_are_right(tmp_path: Path) -> None:
    code = "def squash(v):\n    e = np.exp(v - v.max())\n    return e / e.sum()\n"
    assert {*loaded(tmp_path, code).bindings} == {"softmax"}
    assert not loaded(tmp_path, code.replace("e.sum()", "np.max(e)")).offers


def test_nothing_found_says_what_to_declare(tmp_path: Path) -> None:
    judged = loaded(tmp_path, "def sweep(pic, stencil):\n    return 0\n")
    said = "\n".join(judged.notes)
    assert "there are sweep(pic, stencil)" in said
    assert 'CNNSPEC = {"calls": {\n    "conv2d": "sweep(image, filters)",\n}}' in said
    assert f"cnnspec init --for {tmp_path / 'theirs.py'}" in said


def test_no_call_is_suggested_of_what_says_too_little(tmp_path: Path) -> None:
    code = "def sgd_update(trainables, rate):\n    return 0\n\n\ndef graph_sort(x):\n    return 0\n"
    said = "\n".join(loaded(tmp_path, code).notes)
    assert "there are sgd_update(trainables, rate), graph_sort(x)" in said
    assert "CNNSPEC" not in said


def test_what_is_imported_is_not_the_files_own(tmp_path: Path) -> None:
    assert not loaded(tmp_path, "from scipy.special import softmax as the_softmax\n").offers


# --- layers ----------------------------------------------------------------------------------


def test_layers_get_their_parameters_where_they_keep_them(tmp_path: Path) -> None:
    code = """
    class Dense:
        def __init__(self, n_in, n_out):
            self.params = {"W1": np.zeros((n_out, n_in)), "b1": np.zeros((1, n_out))}

        def forward(self, x):
            return x @ self.params["W1"].T + self.params["b1"]
    """
    judged = loaded(tmp_path, code)
    assert (
        "layer.params['b1'] = bias.reshape(layer.params['b1'].shape)"
        in judged.bindings["dense"].setup
    )
    agrees(judged, "dense", x=numbers(4), weights=numbers(4, 3), bias=numbers(3))


def test_parameters_that_the_first_call_makes_are_found(tmp_path: Path) -> None:
    code = """
    class Dense:
        def __init__(self, units):
            self.units, self.W = units, None

        def forward(self, x):
            if self.W is None:
                self.W, self.b = np.zeros((x.shape[1], self.units)), np.zeros(self.units)
            return x @ self.W + self.b
    """
    judged = loaded(tmp_path, code)
    for nodes in (3, 2):
        agrees(judged, "dense", x=numbers(4), weights=numbers(4, nodes), bias=numbers(nodes))


def test_results_that_are_left_in_an_attribute_are_found(tmp_path: Path) -> None:
    code = """
    class Activation_ReLU:
        def forward(self, inputs):
            self.inputs = inputs
            self.output = np.maximum(0, inputs)
    """
    judged = loaded(tmp_path, code)
    assert judged.bindings["relu"].call == "(layer.forward(x), layer.output)[-1]"
    agrees(judged, "relu", x=numbers(3, 4))


def test_layers_are_built_and_given_weights(tmp_path: Path) -> None:
    code = """
    class Dense:
        def __init__(self, units, use_bias=True):
            self.units = units
        def build(self, input_shape):
            self.kernel, self.bias = np.zeros((input_shape[-1], self.units)), np.zeros(self.units)
        def set_weights(self, weights):
            self.kernel, self.bias = weights
        def call(self, inputs):
            return inputs @ self.kernel + self.bias
    """
    agrees(loaded(tmp_path, code), "dense", x=numbers(4), weights=numbers(4, 3), bias=numbers(3))


def test_a_class_or_an_object_can_be_named(tmp_path: Path) -> None:
    code = """
    class Rectifier:
        def forward(self, x):
            return np.maximum(x, 0)
    class Net:
        features = [Rectifier()]
    net = Net()
    """
    loaded(tmp_path, code)
    for named in ("Rectifier", "net.features[0]"):
        judged = load(f"{tmp_path / 'theirs.py'}:{named}")
        assert {*judged.bindings} == {"relu"}
        agrees(judged, "relu", x=numbers(5))
    with pytest.raises(LoadError, match="there is no"):
        load(f"{tmp_path / 'theirs.py'}:net.features[1]")


# --- declared calls and orders ---------------------------------------------------------------


def test_declared_calls_are_made_as_they_stand(tmp_path: Path) -> None:
    code = """
    CNNSPEC = {"calls": {"conv2d": "sweep(image, filter, hop=stride)"}}

    def sweep(pic, stencil, hop):
        h, w = stencil.shape
        return [[np.sum(pic[i:i+h, j:j+w] * stencil) for j in range(0, pic.shape[1] - w + 1, hop)]
                for i in range(0, pic.shape[0] - h + 1, hop)]
    """
    judged = loaded(tmp_path, code)
    assert judged.offers["conv2d"].keywords == {"stride"}
    agrees(judged, "conv2d", image=numbers(7, 6), filters=numbers(2, 3, 3), stride=2)


def test_what_is_said_at_the_command_line_is_stronger(tmp_path: Path) -> None:
    code = """
    CNNSPEC = {"calls": {"relu": "wrong(x)"}}
    def wrong(x): return x
    def right(x): return np.maximum(x, 0)
    """
    judged = loaded(tmp_path, code, Wishes({"relu": "right(x)"}))
    agrees(judged, "relu", x=numbers(5))


def test_a_declared_order_is_never_reinterpreted(tmp_path: Path) -> None:
    judged = loaded(tmp_path, NCHW, Wishes(orders={"layout": "NHWC"}))
    found = judged.bindings.get("conv2d")
    assert found is None or found.reading["layout"] == "NHWC"
    assert "conv2d is right with layout NCHW; NHWC is declared" in judged.notes
    assert not any("declared" in note for note in loaded(tmp_path, NCHW).notes)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"calls": {"conv3d": "f(image)"}}, "there is no operation 'conv3d'"),
        ({"calls": {"relu": "f(x"}}, "no Python expression"),
        ({"calls": {"conv2d": "f(image)"}}, "names no filters; it may name image, filters, bias"),
        ({"layout": "CHWN"}, "layout must be one of NHWC, NCHW"),
    ],
)
def test_declarations_that_mean_nothing_are_refused(declared: Any, said: str) -> None:
    with pytest.raises(WishError, match=said):
        wishes(declared)


def test_a_call_at_the_command_line_has_an_operation() -> None:
    assert declared_call("relu = f(x)") == ("relu", "f(x)")
    with pytest.raises(WishError, match="OPERATION=EXPRESSION"):
        declared_call("f(x)")


# --- orders of axes --------------------------------------------------------------------------


@pytest.mark.parametrize("axes", [3, 4])
def test_maps_come_back_as_they_went(axes: int) -> None:
    array = numbers(*range(2, 2 + axes))
    order = IMAGES["NCHW"]
    there = eval(order.there(axes).format("array"))  # noqa: S307
    assert there.shape[-3] == array.shape[-1]
    back = eval(order.back(axes, axes).format("there"))  # noqa: S307
    np.testing.assert_array_equal(back, array)


def test_filters_and_weights_have_the_orders_that_are_said() -> None:
    names = {"np": np, "array": numbers(2, 3, 3, 4)}
    shapes = {
        one.name: eval(one.there(4).format("array"), names).shape  # noqa: S307
        for one in FILTERS.choices
    }
    assert shapes == {"OHWI": (2, 3, 3, 4), "OIHW": (2, 4, 3, 3), "HWIO": (3, 3, 4, 2)}
    assert [one.name for one in WEIGHTS.choices] == ["(inputs, nodes)", "(nodes, inputs)"]


def test_a_padding_that_a_number_cannot_say_is_not_offered() -> None:
    bound = Bound(Binding("conv2d", "f", "f(image, filters, pad)"), {"f": None})
    oblong = {"image": numbers(5, 5), "filters": numbers(1, 3, 1), "padding": "same"}
    with pytest.raises(Exception, match="a number cannot say this padding"):
        bound.theirs(oblong)


def test_options_by_position_are_not_tested(tmp_path: Path) -> None:
    judged = loaded(tmp_path, NCHW)
    given = {"image": numbers(5, 5, 1), "filters": numbers(1, 3, 3, 1), "stride": 1}
    assert isinstance(judged.call("conv2d", given, by_position=True), NotOffered)


def test_changed_arguments_are_seen(tmp_path: Path) -> None:
    judged = loaded(tmp_path, "def relu_forward(z):\n    z[z < 0] = 0\n    return z\n")
    outcome = judged.call("relu", {"x": numbers(4)})
    assert isinstance(outcome, Result)
    assert {*(outcome.see_changes() or {})} == {"x"}


# --- several candidates, wrappers, projects --------------------------------------------------


def test_every_candidate_is_judged(tmp_path: Path) -> None:
    code = """
    import numpy as np

    def relu(x):
        return np.maximum(x, 0)

    class ReLU:
        def forward(self, x):
            return np.where(x > 1, x, 0)
    """
    file = tmp_path / "both.py"
    file.write_text(textwrap.dedent(code), "utf-8")
    report = check(str(file), select="RELU-01")
    assert report["operations"]["relu"]["failed"] == 0
    (other,) = report["candidates"]
    assert (other["operation"], other["name"]) == ("relu", "ReLU")
    assert (other["verdict"], other["failed"]) == ("does not conform", ["RELU-01"])
    assert report["verdict"] == "does not conform"
    assert "relu (ReLU): " in text_report(report)


def test_a_wrapper_names_the_calls_that_were_found(tmp_path: Path) -> None:
    theirs = tmp_path / "code_of_theirs.py"
    theirs.write_text("def relu_forward(z):\n    return z * (z > 0), z\n", "utf-8")
    written = tmp_path / "code_of_theirs_cnnspec.py"
    assert str(written) in write_wrapper(theirs)
    judged = load(str(written))
    assert judged.bindings["relu"].is_declared
    agrees(judged, "relu", x=numbers(5))
    with pytest.raises(StartError, match="is there already"):
        write_wrapper(theirs)
    with pytest.raises(StartError, match="must stand beside"):
        write_wrapper(theirs, tmp_path.parent / "elsewhere.py")


def test_a_wrapper_guesses_the_calls_of_code_of_which_nothing_is_found(tmp_path: Path) -> None:
    theirs = tmp_path / "strange_code.py"
    theirs.write_text("def frobnicate(picture, masks):\n    raise ValueError\n", "utf-8")
    write_wrapper(theirs)
    text = (tmp_path / "strange_code_cnnspec.py").read_text("utf-8")
    assert "'conv2d': 'frobnicate(image, filters)',  # a guess" in text


def test_a_project_says_what_is_judged_and_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert project() == Project()
    settings = Path("pyproject.toml")
    settings.write_text(
        '[tool.cnnspec]\nimplementation = "net.py"\nprofile = "general"\nlayout = "NCHW"\n'
        '[tool.cnnspec.calls]\nrelu = "squash(x)"\n',
        "utf-8",
    )
    said = project()
    assert (said.implementation, said.profile) == ("net.py", "general")
    assert said.wishes == Wishes({"relu": "squash(x)"}, {"layout": "NCHW"})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("facets = ['values']", "has no key 'facets'"),
        ("implementation = 3", "implementation must be a text"),
        ("profile = 'mine'", "profile must be one of"),
        ("layout = 'HW'", "layout must be one of"),
    ],
)
def test_a_project_that_says_nothing_known_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text(f"[tool.cnnspec]\n{line}\n", "utf-8")
    with pytest.raises(ProjectError, match=said):
        project()


def test_snippets_call_the_code_itself(tmp_path: Path) -> None:
    wrong = textwrap.dedent(NCHW).replace("part, w, (", "2 * part, w, (")
    file = tmp_path / "wrong_net.py"
    file.write_text(f"import numpy as np\n{wrong}", "utf-8")
    report = check(str(file), select="CONV-01")
    (entry,) = (one for one in report["requirements"] if one["id"] == "CONV-01")
    program = entry["failures"][0]["snippet"]
    assert "mine.conv2d(image, filters, " in program
    assert "np.moveaxis(image, -1, -3)" in program


# --- styles that are met -----------------------------------------------------------------------


def test_a_switch_for_training_is_off(tmp_path: Path) -> None:
    code = """
    class Activation_ReLU:
        def forward(self, inputs, training):
            assert training is False
            self.output = np.maximum(0, inputs)
    """
    agrees(loaded(tmp_path, code), "relu", x=numbers(4))


def test_strides_for_four_axes_and_padding_in_capitals(tmp_path: Path) -> None:
    code = """
    def conv2d(x, W, strides=[1, 1, 1, 1], padding="SAME"):
        kh, kw, cin, cout = W.shape
        _, sh, sw, _ = strides
        if padding == "SAME":
            x = np.pad(x, ((0, 0), (kh // 2, kh // 2), (kw // 2, kw // 2), (0, 0)))
        n, h, w, _ = x.shape
        out = np.zeros((n, (h - kh) // sh + 1, (w - kw) // sw + 1, cout))
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                part = x[:, i*sh:i*sh+kh, j*sw:j*sw+kw]
                out[:, i, j] = np.tensordot(part, W, ([1, 2, 3], [0, 1, 2]))
        return out
    """
    judged = loaded(tmp_path, code)
    assert judged.offers["conv2d"].keywords == {"stride", "padding"}
    agrees(judged, "conv2d", image=numbers(2, 7, 7, 3), filters=numbers(4, 3, 3, 3), stride=2)


def test_a_bias_for_every_place_is_filled(tmp_path: Path) -> None:
    code = """
    class Convolutional:
        def __init__(self, input_shape, kernel_size, depth):
            channels, rows, columns = input_shape
            out = rows - kernel_size + 1, columns - kernel_size + 1
            self.kernels = np.zeros((depth, channels, kernel_size, kernel_size))
            self.biases = np.zeros((depth, *out))
        def forward(self, x):
            windows = np.lib.stride_tricks.sliding_window_view(x, self.kernels.shape[2:], (1, 2))
            return np.einsum("chwij,kcij->khw", windows, self.kernels) + self.biases
    """
    judged = loaded(tmp_path, code)
    agrees(
        judged,
        "conv2d",
        image=numbers(6, 7, 2),
        filters=numbers(3, 3, 3, 2),
        bias=numbers(3),
    )


def test_weak_names_count_only_where_all_answers_of_some_axes_are_right(tmp_path: Path) -> None:
    code = "def soft_margin_loss(x, target):\n    return np.mean(np.log1p(np.exp(-target * x)))\n"
    assert not loaded(tmp_path, code).offers


def test_the_mode_of_a_module_is_said(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    code = "from torch import nn\nrelu = nn.ReLU()\nsoftmax = nn.Softmax(dim=-1).eval()\n"
    notes = loaded(tmp_path, code).notes
    assert "relu is relu, called as relu; layer(x) (torch tensors, in training mode)" in notes
    assert any("evaluation mode" in note for note in notes)


def test_candidates_are_in_every_form_of_the_report(tmp_path: Path) -> None:
    file = tmp_path / "twice.py"
    file.write_text(
        "import numpy as np\ndef relu(x):\n    return np.maximum(x, 0)\n"
        "def relu_fast(x):\n    return x\n",
        "utf-8",
    )
    report = check(str(file), select="RELU-01")
    assert report["headline"].startswith("relu (relu_fast): ")
    assert "relu (relu_fast): " in page(report)
    assert "1 of 1 other candidates failed" in text_report(report)
    tree = ET.fromstring(junit_xml(report))  # noqa: S314 - our own
    (case,) = tree.iterfind(".//testcase[@name='relu (relu_fast)']")
    assert case.find("failure") is not None


def test_what_keeps_its_own_form_is_no_candidate_beside_itself(tmp_path: Path) -> None:
    judged = loaded(tmp_path, "def relu(x):\n    return abs(x)\n")
    assert (judged.form, judged.others) == ("operations", [])


# --- what must not go wrong ----------------------------------------------------------------------


def test_layers_that_cannot_be_hashed_are_found(tmp_path: Path) -> None:
    code = """
    from dataclasses import dataclass

    @dataclass
    class ReLU:
        slope: float = 0.0
        def forward(self, x):
            return np.maximum(x, self.slope * x)

    relu = ReLU()
    """
    judged = loaded(tmp_path, code)
    assert judged.bindings["relu"].made in ("relu", "ReLU()")


def test_an_order_that_is_declared_holds_for_declared_calls(tmp_path: Path) -> None:
    code = """
    CNNSPEC = {"layout": "NCHW", "calls": {"max_pool2d": "shrink(maps, size)"}}

    def shrink(x, k):
        n, c, h, w = x.shape
        return x[:, :, :h // k * k, :w // k * k].reshape(n, c, h // k, k, w // k, k).max((3, 5))
    """
    agrees(loaded(tmp_path, code), "max_pool2d", maps=numbers(2, 6, 4, 3), size=2)


def test_what_is_right_for_all_calls_of_some_axes_keeps_its_own_order(tmp_path: Path) -> None:
    code = (
        NCHW
        + """
    def max_pool(x, size=2):
        n, h, w, c = x.shape
        x = x[:, :h // size * size, :w // size * size]
        return x.reshape(n, h // size, size, w // size, size, c).max((2, 4))
    """
    )
    judged = loaded(tmp_path, code)
    assert judged.bindings["conv2d"].reading["layout"] == "NCHW"
    assert judged.bindings["max_pool2d"].reading["layout"] == "NHWC"


def test_what_acts_is_called_by_nobody(tmp_path: Path) -> None:
    written = tmp_path / "written.txt"
    code = f"""
    def save(x):
        open({str(written)!r}, "w").close()
    """
    loaded(tmp_path, code)
    assert not written.exists()


def test_code_that_hangs_is_not_waited_for_long(tmp_path: Path) -> None:
    file = tmp_path / "hangs.py"
    file.write_text("import time\ndef relu_forward(x, y=None):\n    time.sleep(1000)\n", "utf-8")
    judged = load(str(file), seconds=1.2)
    assert not judged.bindings


def test_derived_values_are_made_for_every_call(tmp_path: Path) -> None:
    code = """
    def cross_entropy(p, y):
        assert p.shape == y.shape
        return -np.log((p * y).sum())
    """
    judged = loaded(tmp_path, code)
    label = 1
    for classes in (3, 4):
        agrees(judged, "cross_entropy", probabilities=np.full(classes, 1 / classes), label=label)


def test_softmax_of_rows_is_not_judged_on_three_axes(tmp_path: Path) -> None:
    code = """
    class Softmax:
        def forward(self, X):
            e = np.exp(X - X.max(axis=1, keepdims=True))
            return e / e.sum(axis=1, keepdims=True)
    """
    judged = loaded(tmp_path, code)
    assert judged.bindings["softmax"].reading["examples"] == "rows"
    agrees(judged, "softmax", logits=numbers(4))
    agrees(judged, "softmax", logits=numbers(3, 4))
    assert isinstance(judged.call("softmax", {"logits": numbers(2, 3, 4)}), NotOffered)


def test_a_class_that_is_told_its_kind_is_several_operations(tmp_path: Path) -> None:
    code = """
    class Pool2D:
        def __init__(self, kernel_shape, stride=1, mode="max"):
            self.kernel_shape, self.stride, self.mode = kernel_shape, stride, mode
        def forward(self, X):
            (f, _), s = self.kernel_shape, self.stride
            combine = np.max if self.mode == "max" else np.mean
            n, h, w, c = X.shape
            out = np.zeros((n, (h - f) // s + 1, (w - f) // s + 1, c))
            for i in range(out.shape[1]):
                for j in range(out.shape[2]):
                    out[:, i, j] = combine(X[:, i*s:i*s+f, j*s:j*s+f], axis=(1, 2))
            return out
    """
    judged = loaded(tmp_path, code)
    assert {*judged.bindings} == {"max_pool2d", "avg_pool2d"}
    for operation in judged.bindings:
        agrees(judged, operation, maps=numbers(2, 7, 7, 3), size=3, stride=2)


def test_constructors_are_not_asked_for_numpy_integers(tmp_path: Path) -> None:
    code = """
    class MaxPool2D:
        def __init__(self, size=2):
            self.rows, self.columns = (size, size) if isinstance(size, int) else size
        def forward(self, x):
            h, w, c = x.shape
            a, b = self.rows, self.columns
            return x[:h // a * a, :w // b * b].reshape(h // a, a, w // b, b, c).max((1, 3))
    """
    judged, given = loaded(tmp_path, code), {"maps": numbers(6, 6, 2)}
    agrees(judged, "max_pool2d", **given, size=3)
    assert isinstance(judged.call("max_pool2d", {**given, "size": np.int64(3)}), NotOffered)


# --- found by others ----------------------------------------------------------------------------


def test_what_has_no_place_for_its_parameters_is_not_judged(tmp_path: Path) -> None:
    code = """
    class Dense:
        def __init__(self, inputs, nodes):
            self.held = [np.zeros((inputs, nodes)), np.zeros(nodes)]
        def forward(self, x):
            return x @ self.held[0] + self.held[1]
    """
    judged = loaded(tmp_path, code)
    assert not judged.offers
    assert "Dense is not judged: no place was found for its weights" in judged.notes


def test_it_is_said_that_larger_batches_are_not_tested(tmp_path: Path) -> None:
    code = """
    def cross_entropy(probs, label):
        assert probs.ndim == 2
        return -np.log(probs[np.arange(len(label)), label])
    """
    (note,) = loaded(tmp_path, code).notes
    assert "(examples rows, in batches of one, larger ones are not tested)" in note


def test_rows_of_a_dense_layer_are_called_as_they_are(tmp_path: Path) -> None:
    code = "def dense_layer(x, w, b):\n    assert x.ndim == 2\n    return x @ w + b\n"
    judged = loaded(tmp_path, code)
    (note,) = judged.notes
    assert note.endswith("(examples rows)")
    parameters = {"weights": numbers(4, 2), "bias": numbers(2)}
    agrees(judged, "dense", x=numbers(4), **parameters)
    outcome = judged.call("dense_rows", {"x": numbers(3, 4), **parameters})
    assert isinstance(outcome, Result), outcome
    assert np.array_equal(outcome.value, reference.dense(numbers(3, 4), **parameters))


def test_rows_of_a_dense_layer_of_columns_are_turned(tmp_path: Path) -> None:
    code = "def dense_layer(x, w, b):\n    assert b.shape[1:] == (1,)\n    return w @ x + b\n"
    judged = loaded(tmp_path, code)
    assert judged.bindings["dense"].reading["examples"] == "columns"
    parameters = {"weights": numbers(4, 2), "bias": numbers(2)}
    outcome = judged.call("dense_rows", {"x": numbers(3, 4), **parameters})
    assert isinstance(outcome, Result), outcome
    assert np.array_equal(outcome.value, reference.dense(numbers(3, 4), **parameters))


def test_of_two_labels_the_first_is_the_prediction(tmp_path: Path) -> None:
    code = "def cross_entropy_error(y, t):\n    return -np.log(y[t])\n"
    assert "probabilities, label" in loaded(tmp_path, code).bindings["cross_entropy"].call


def test_a_bias_of_one_filter_is_a_number(tmp_path: Path) -> None:
    code = """
    def conv2d(image, kernel, bias=0):
        k = len(kernel)
        h, w = image.shape[0] - k + 1, image.shape[1] - k + 1
        out = np.zeros((h, w))
        for i in range(h):
            for j in range(w):
                out[i, j] = np.sum(image[i:i+k, j:j+k] * kernel) + bias
        return out
    """
    judged = loaded(tmp_path, code)
    agrees(judged, "conv2d", image=numbers(5, 6), filters=numbers(2, 3, 3), bias=numbers(2))


def test_code_for_batches_that_does_not_look_is_given_batches(tmp_path: Path) -> None:
    code = """
    def max_pool(x, k=2):
        rows, columns = x.shape[1] // k, x.shape[2] // k
        parts = [[x[:, i*k:i*k+k, j*k:j*k+k].max((1, 2)) for j in range(columns)]
                 for i in range(rows)]
        return np.moveaxis(np.array(parts), 2, 0)
    """
    judged = loaded(tmp_path, code)
    assert judged.offers["max_pool2d"].ranks == frozenset({4})
    agrees(judged, "max_pool2d", maps=numbers(2, 4, 6, 3))


@pytest.mark.parametrize(
    "code",
    [
        "def compute_loss(pred, target):\n    return np.mean((pred - target) ** 2)\n",
        "def relu6(x):\n    return np.clip(x, 0, 6)\n",
    ],
)
def test_other_operations_are_not_taken_for_these(tmp_path: Path, code: str) -> None:
    assert not loaded(tmp_path, code).offers


def test_an_activation_behind_a_layer_is_left_out(tmp_path: Path) -> None:
    code = """
    class Dense:
        def __init__(self, inputs, nodes, activation="relu"):
            self.weights, self.bias = np.zeros((inputs, nodes)), np.zeros(nodes)
            self.activation = activation
        def forward(self, x):
            sums = x @ self.weights + self.bias
            return np.maximum(sums, 0) if self.activation == "relu" else sums
    """
    agrees(loaded(tmp_path, code), "dense", x=-numbers(4), weights=numbers(4, 2), bias=numbers(2))


def test_tensors_that_are_written_into_are_seen(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    judged = loaded(tmp_path, "import torch\ndef relu_forward(x):\n    return x.clamp_(min=0)\n")
    outcome = judged.call("relu", {"x": numbers(4)})
    assert isinstance(outcome, Result)
    assert {*(outcome.see_changes() or {})} == {"x"}


def test_parameters_of_torch_are_not_asked_for_whole_numbers(tmp_path: Path) -> None:
    """PyTorch has no such parameters that are trained: no code could take them."""
    pytest.importorskip("torch")
    code = """
        import torch
        class Linear(torch.nn.Module):
            def __init__(self, in_features, out_features):
                super().__init__()
                self.weight = torch.nn.Parameter(torch.zeros(out_features, in_features))
                self.bias = torch.nn.Parameter(torch.zeros(out_features))
            def forward(self, x):
                return x.to(self.weight.dtype) @ self.weight.t() + self.bias.to(self.weight.dtype)
    """
    judged = loaded(tmp_path, code)
    given = {"x": numbers(4).astype(int), "weights": numbers(4, 2), "bias": numbers(2)}
    assert isinstance(judged.call("dense", given), Result)
    outcome = judged.call("dense", {**given, "weights": np.arange(8).reshape(4, 2)})
    assert isinstance(outcome, NotOffered)
    assert "its parameters hold real numbers only" in outcome.reason


OF_BATCHES = {
    "refuses": "if x.ndim != 4:\n        raise ValueError('four axes, please')\n    ",
    "misreads": "x = np.atleast_3d(x)\n    x = x.reshape(*x.shape[:3], -1)\n    ",
}


@pytest.mark.parametrize("way", OF_BATCHES)
def test_only_what_misreads_single_ones_is_given_batches(tmp_path: Path, way: str) -> None:
    """What refuses them has a limit, which stands in the verdict."""
    code = f"""
import numpy as np

def max_pool(x, k=2):
    {OF_BATCHES[way]}n, c, h, w = x.shape
    windows = x[:, :, :h // k * k, :w // k * k].reshape(n, c, h // k, k, w // k, k)
    return windows.max((3, 5))
"""
    file = tmp_path / f"pools_{way}.py"
    file.write_text(code, "utf-8")
    report = check(str(file), select="POOL-01")
    limits = [one["kind"] for one in report["limits"]]
    notes = report["implementation"]["notes"]
    is_said = any("single ones are handed over as such" in note for note in notes)
    assert (bool(limits), is_said) == (way == "refuses", way == "misreads")
    assert not report["operations"]["max_pool2d"]["failed"]


@pytest.mark.parametrize(("divisor", "conforms"), [("k", False), ("k**2", True)])
def test_what_misreads_single_ones_is_given_batches_also_if_it_is_wrong(
    tmp_path: Path, divisor: str, *, conforms: bool
) -> None:
    code = f"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def avg_pool(x, k=2):
    rows = sliding_window_view(x, k, 2)[:, :, ::k]
    both = sliding_window_view(rows, k, 3)[:, :, :, ::k]
    return both.sum((-2, -1)) / ({divisor})
"""
    file = tmp_path / "pools.py"
    file.write_text(code, "utf-8")
    report = check(str(file), modules=["test_pooling"], select="POOL-01 or POOL-02 or POOL-08")
    notes = report["implementation"]["notes"]
    assert any("single ones are handed over as such" in note for note in notes)
    assert bool(report["operations"]["avg_pool2d"]["failed"]) != conforms
    assert conforms or "divided by the size" in str(report["headline"])


# --- names that say nothing ------------------------------------------------------------------

ITALIAN = """
def relu(ingresso):
    return np.maximum(ingresso, 0)

def convoluzione(immagini, filtri, distorsione, passo=1, bordo=0):
    immagini = np.pad(immagini, ((0, 0), (bordo, bordo), (bordo, bordo), (0, 0)))
    _, righe, colonne, _ = immagini.shape
    alto, largo = filtri.shape[:2]
    return distorsione + np.array([[
        np.tensordot(immagini[:, i:i + alto, j:j + largo], filtri, axes=3)
        for j in range(0, colonne - largo + 1, passo)]
        for i in range(0, righe - alto + 1, passo)]).transpose(2, 0, 1, 3)

def maxPooling(immagini, dimensione=2, passo=2):
    _, righe, colonne, _ = immagini.shape
    return np.array([[
        immagini[:, i:i + dimensione, j:j + dimensione].max(axis=(1, 2))
        for j in range(0, colonne - dimensione + 1, passo)]
        for i in range(0, righe - dimensione + 1, passo)]).transpose(2, 0, 1, 3)
"""


def test_names_that_say_nothing_are_found_by_answers_beside_others(tmp_path: Path) -> None:
    judged = loaded(tmp_path, ITALIAN)
    assert {"relu", "conv2d", "max_pool2d"} <= judged.offers.keys()
    image, filters = numbers(2, 7, 9, 3), numbers(4, 3, 3, 3)
    agrees(judged, "conv2d", image=image, filters=filters, stride=2, padding=1)
    assert not any("convoluzione is not judged" in note for note in judged.notes)


def test_beside_others_what_is_wrong_is_not_guessed(tmp_path: Path) -> None:
    code = ITALIAN.replace("distorsione +", "0 *")
    assert "conv2d" in loaded(tmp_path, code).offers
    assert "conv2d" not in loaded(tmp_path, code.replace("convoluzione", "scorrimento")).offers


def test_options_whose_names_say_nothing_are_found_by_answers(tmp_path: Path) -> None:
    judged = loaded(tmp_path, ITALIAN)
    binding = judged.offers["max_pool2d"].binding
    assert binding is not None
    assert binding.call == "maxPooling(maps, dimensione=size, passo=stride)"


def test_an_option_that_is_none_of_the_operation_is_left_alone(tmp_path: Path) -> None:
    code = "def conv2d(x, w, livello=3):\n    return reference.conv2d(x, w)"
    judged = loaded(tmp_path, f"from cnnspec import reference\n{code}")
    binding = judged.offers["conv2d"].binding
    assert binding is None or "livello" not in binding.call


# --- Keras -----------------------------------------------------------------------------------

KERAS = """
import numpy as np

class Variable:
    def __init__(self, value):
        self.value = value
        self.shape, self.dtype = value.shape, value.dtype

    def assign(self, value):
        if np.shape(value) != self.shape:
            raise ValueError(f"the shape is {self.shape}, not {np.shape(value)}")
        self.value = np.asarray(value, self.dtype)

class Layer:
    dtype_policy, built = "float32", False

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def __call__(self, x):
        if not self.built:
            self.build(x.shape)
        if x.shape[-1] != self._kernel.shape[0]:
            raise ValueError("other inputs than it was built for")
        return self.call(np.asarray(x, self.dtype_policy))

    def set_weights(self, weights):
        raise NotImplementedError

class Dense(Layer):
    def __init__(self, units, activation="tanh"):
        self.units, self.activation = units, activation

    def get_config(self):
        return {"units": self.units, "activation": self.activation}

    def build(self, input_shape):
        self._kernel = Variable(np.ones((input_shape[-1], self.units), self.dtype_policy))
        self.bias = Variable(np.zeros(self.units, self.dtype_policy))
        self.built = True

    def call(self, inputs):
        answer = inputs @ self._kernel.value + self.bias.value
        return np.tanh(answer) if self.activation else answer
"""


SMALL = {"x": (1, 2), "weights": (2, 1), "bias": (1,)}


def test_a_layer_of_keras_is_made_anew_of_other_sizes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keras.py").write_text(KERAS, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    file = tmp_path / "theirs.py"
    file.write_text("import keras\n\nhidden = keras.Dense(4)\n", "utf-8")
    try:
        judged = load(f"{file}:hidden")
        agrees(judged, "dense", x=numbers(2, 7), weights=numbers(7, 3), bias=numbers(3))
        agrees(judged, "dense", x=numbers(5, 4), weights=numbers(4, 3), bias=numbers(3))
    finally:
        monkeypatch.delitem(sys.modules, "keras", raising=False)
    binding = judged.offers["dense"].binding
    assert binding is not None
    assert "layer._kernel.assign(weights)" in binding.setup
    assert binding.is_made_anew
    single = {name: np.ones(shape, np.float32) for name, shape in SMALL.items()}
    outcome = judged.call("dense", single)
    assert isinstance(outcome, Result)
    assert outcome.value.dtype == np.float32


@pytest.mark.parametrize(
    ("layer", "operation"),
    [
        ("Conv2D(8, 3, activation='relu')", "conv2d"),
        ("Dense(4)", "dense"),
        ("MaxPooling2D(2)", "max_pool2d"),
        ("BatchNormalization()", "batch_norm"),
        ("Conv2DTranspose(6, 3, strides=2)", "conv_transpose2d"),
    ],
)
def test_layers_of_keras_itself_are_found(layer: str, operation: str, tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")  # on which Keras runs
    file = tmp_path / "theirs.py"
    file.write_text(f"import keras\n\nlayer = keras.layers.{layer}\n", "utf-8")
    assert operation in load(f"{file}:layer").offers


def test_a_function_whose_arguments_contradict_its_name_is_not_judged(tmp_path: Path) -> None:
    """It takes probabilities, and is no loss of logits, by whatever name."""
    file = tmp_path / "theirs.py"
    file.write_text(
        "import numpy as np\n\n"
        "def softmax_cross_entropy(y_hat, y):\n"
        "    return -np.sum(y * np.log(np.clip(y_hat, 1e-20, 1))) / len(y_hat)\n"
    )
    implementation = load(str(file), 60)
    assert "softmax_cross_entropy" not in implementation.offers
    said = "softmax_cross_entropy is not judged: its arguments are those of another operation"
    assert implementation.notes.count(said) == 1


@pytest.mark.parametrize("made", ["np.zeros(3)", "type(label).__name__"])
def test_a_wrong_loss_of_probabilities_is_judged(made: str, tmp_path: Path) -> None:
    """By its name it might be one of logits, too, whose arguments are others."""
    file = tmp_path / "mine.py"
    file.write_text(
        "import numpy as np\n\n"
        "def relu(x):\n    return np.maximum(x, 0)\n\n"
        f"def cross_entropy(probabilities, label):\n    return {made}\n"
    )
    assert load(str(file), 60).offers.keys() == {"relu", "cross_entropy"}


def test_an_axis_of_one_index_may_have_any_stride() -> None:
    torch = pytest.importorskip("torch")
    odd = np.lib.stride_tricks.as_strided(np.ones(4), shape=(1,), strides=(9,))
    assert torch.equal(made_by(TENSORS["torch"], odd), torch.ones(1, dtype=torch.float64))


# --- as public code has it -----------------------------------------------------------------------

PLANES = """
    class MaxPool2:
        def forward(self, planes):
            count, rows, columns = planes.shape
            pooled = np.zeros((count, rows // 2, columns // 2))
            for i in range(rows // 2):
                for j in range(columns // 2):
                    part = planes[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
                    pooled[:, i, j] = part.max(axis=(1, 2))
            return pooled
"""

ARTICLE = """
    class Conv3x3:
        def __init__(self, num_filters):
            self.filters = np.random.randn(num_filters, 3, 3)

        def forward(self, image):
            out = np.zeros((image.shape[0] - 2, image.shape[1] - 2, len(self.filters)))
            for i in range(out.shape[0]):
                for j in range(out.shape[1]):
                    part = image[i : i + 3, j : j + 3]
                    out[i, j] = np.sum(part * self.filters, axis=(1, 2))
            return out
"""


def test_a_layer_with_an_articles_name_that_takes_batches_has_another_order(tmp_path: Path) -> None:
    code = """
        class MaxPool2:
            def forward(self, x):
                n, c, h, w = x.shape
                return x.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))
    """
    judged = loaded(tmp_path, code)
    agrees(judged, "max_pool2d", maps=numbers(2, 6, 4, 3))
    assert judged.bindings["max_pool2d"].reading["layout"] == "NCHW"


def test_beside_another_of_the_article_it_is_the_articles(tmp_path: Path) -> None:
    judged = loaded(tmp_path, ARTICLE + PLANES)
    assert "max_pool2d" not in judged.bindings


DENSE_THAT_LEARNS = """
    class Dense:
        def __init__(self, num_inputs, num_outputs, learning_rate):
            self.weights = np.random.randn(num_inputs, num_outputs)
            self.bias = np.zeros((1, num_outputs))
            self.learningRate = learning_rate

        def forward(self, x):
            self.x = x
            return x @ self.weights + self.bias

        def backward(self, dy):
            dx = dy @ self.weights.T
            self.weights -= self.learningRate * (self.x.T @ dy)
            self.bias -= self.learningRate * dy.sum(axis=0, keepdims=True)
            return dx
"""


def test_a_layer_may_be_made_with_the_rate_of_its_updates(tmp_path: Path) -> None:
    judged = loaded(tmp_path, DENSE_THAT_LEARNS)
    given = {"grad": numbers(2, 3), "x": numbers(2, 4), "weights": numbers(4, 3) / 4}
    due = reference.dense_backward(**given)
    before = given["weights"].copy()
    for name, one in zip(
        ("dense_grad_x", "dense_grad_weights", "dense_grad_bias"), due, strict=True
    ):
        outcome = judged.call(name, given)
        assert isinstance(outcome, Result), outcome
        np.testing.assert_allclose(outcome.value, one, rtol=1e-12)
    np.testing.assert_array_equal(given["weights"], before)


LOSS = """
    class CrossEntropyLoss:
        def forward(self, logits, labels):
            top = logits.max(axis=1, keepdims=True)
            e = np.exp(logits - top)
            self.p = e / e.sum(axis=1, keepdims=True)
            picked = (logits - top)[np.arange(len(labels)), labels]
            return np.mean(np.log(e.sum(axis=1)) - picked)

        def backward(self, labels):
            d = self.p.copy()
            d[np.arange(len(labels)), labels] -= 1
            return d / len(labels)
"""


def test_what_is_bound_as_one_loss_has_no_gradient_of_another(tmp_path: Path) -> None:
    judged = loaded(tmp_path, LOSS)
    assert "softmax_cross_entropy_backward" in judged.bindings
    assert "cross_entropy_backward" not in judged.offers


def test_a_softmax_of_its_own_form_is_not_judged_on_three_axes_either(tmp_path: Path) -> None:
    code = """
        def softmax(logits):
            if logits.ndim == 2:
                return softmax_of(logits.T).T
            return softmax_of(logits)

        def softmax_of(x):
            x = x - np.max(x, axis=0)
            return np.exp(x) / np.sum(np.exp(x), axis=0)
    """
    judged = loaded(tmp_path, code)
    assert judged.offers["softmax"].ranks == frozenset({1, 2})


@pytest.mark.parametrize(("made", "axes"), [("(1, -1)", {3}), ("(len(maps), -1)", None)])
def test_one_image_may_be_flattened_to_a_row(
    made: str, axes: set[int] | None, tmp_path: Path
) -> None:
    judged = loaded(
        tmp_path,
        f"""
        class Flatten:
            def forward(self, maps):
                return maps.reshape({made})
    """,
    )
    offer = judged.offers["flatten"]
    assert offer.ranks == axes or axes is None
    if axes:
        agrees(judged, "flatten", maps=numbers(3, 4, 2))


def test_the_call_that_came_farthest_says_why_nothing_is_answered(tmp_path: Path) -> None:
    judged = loaded(
        tmp_path,
        """
        def conv_forward(x, w, b):
            n, c, h, wd = x.shape
            k, c, f, g = w.shape
            raise ValueError("the columns do not fit")

        def relu(x):
            return np.maximum(x, 0)
    """,
    )
    said = "conv_forward is not judged: every small call of it ends in ValueError: the columns"
    assert any(note.startswith(said) for note in judged.notes)


def test_what_another_candidate_misreads_is_not_judged_either(tmp_path: Path) -> None:
    code = """
        class Flatten:
            def forward(self, maps):
                return maps.reshape(1, -1)

        flat = Flatten()
    """
    (tmp_path / "theirs.py").write_text(f"import numpy as np\n{textwrap.dedent(code)}", "utf-8")
    report = check(str(tmp_path / "theirs.py"), select="FLATTEN-02")
    assert [one["failed"] for one in report["candidates"]] == [[]]


def test_a_kernel_is_one_though_arrays_could_broadcast(tmp_path: Path) -> None:
    judged = loaded(
        tmp_path,
        """
        def conv2d(image, kernel):
            out = []
            for i in range(len(image) - len(kernel) + 1):
                row = []
                for j in range(len(image[0]) - len(kernel[0]) + 1):
                    total = 0
                    for a in range(len(kernel)):
                        for b in range(len(kernel[0])):
                            total = total + image[i + a][j + b] * kernel[a][b]
                    row.append(total)
                out.append(row)
            return out
    """,
    )
    assert judged.bindings["conv2d"].call == "conv2d(image, filter)"
    agrees(judged, "conv2d", image=numbers(5, 6), filters=numbers(2, 3, 3))


def test_methods_of_an_object_that_is_there_are_found(tmp_path: Path) -> None:
    judged = loaded(
        tmp_path,
        """
        class Model:
            def __init__(self, weights):
                self.weights = weights

            def relu(self, x):
                return np.maximum(0, x)

        model = Model([1.0])
    """,
    )
    assert judged.bindings["relu"].call == "model.relu(x)"


def test_options_may_have_to_be_pairs_whatever_their_defaults(tmp_path: Path) -> None:
    judged = loaded(
        tmp_path,
        """
        def avgpool2d(x, kernel_size, stride=1):
            rows, columns = kernel_size
            down, right = stride
            view = np.lib.stride_tricks.sliding_window_view(x, (rows, columns), axis=(2, 3))
            return view[:, :, ::down, ::right].mean(axis=(4, 5))
    """,
    )
    agrees(judged, "avg_pool2d", maps=numbers(2, 7, 9, 3), size=3, stride=2)


def test_parameters_may_be_lists(tmp_path: Path) -> None:
    judged = loaded(
        tmp_path,
        """
        class Linear:
            def __init__(self, in_features, out_features):
                self.W = [[0.5] * out_features for _ in range(in_features)]
                self.b = [0.0] * out_features

            def forward(self, x):
                return [
                    [sum(v * w[k] for v, w in zip(row, self.W, strict=True)) + self.b[k]
                     for k in range(len(self.b))]
                    for row in x
                ]
    """,
    )
    agrees(judged, "dense", x=numbers(2, 4), weights=numbers(4, 3), bias=numbers(3))


def test_what_is_no_batch_norm_by_its_places_is_suggested_as_nothing_else(tmp_path: Path) -> None:
    judged = loaded(
        tmp_path,
        """
        class BatchNorm2d:
            def __init__(self, num_features, alpha=0.9):
                self.BW = np.ones((1, num_features, 1, 1))

            def forward(self, Z):
                return Z * self.BW
    """,
    )
    assert not any("conv2d" in note for note in judged.notes)


def test_a_class_of_methods_that_are_given_nothing_is_named(tmp_path: Path) -> None:
    judged = loaded(
        tmp_path,
        """
        class ConvolutionNN:
            def load(self, image):
                self.image = image

            def ReLU(self):
                self.out = np.maximum(0, self.image)
    """,
    )
    assert any("the class ConvolutionNN has load, ReLU" in note for note in judged.notes)


def test_lists_of_whole_numbers_may_lie_between(tmp_path: Path) -> None:
    code = """
        class ReLU:
            def forward(self, x):
                self.x = x
                return [[v if v > 0 else 0 for v in row] for row in x]

            def backward(self, grad):
                return [[g if v > 0 else 0 for v, g in zip(r, s)] for r, s in zip(self.x, grad)]
    """
    (tmp_path / "theirs.py").write_text(f"import numpy as np\n{textwrap.dedent(code)}", "utf-8")
    report = check(str(tmp_path / "theirs.py"), select="RELUGRAD-03")
    assert [one["status"] for one in report["requirements"] if one["id"] == "RELUGRAD-03"] == [
        "passed"
    ]


def test_a_function_of_the_article_that_never_answers_is_told(tmp_path: Path) -> None:
    judged = loaded(
        tmp_path,
        """
        def conv(img, filters):
            return numpy.zeros(img.shape)

        def relu(feature_map):
            return np.maximum(feature_map, 0)

        def pooling(feature_map, size=2, stride=2):
            return np.zeros(feature_map.shape[0] // 2, feature_map.shape[1] // 2)

        def convolve(image, kernel):
            view = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
            return np.einsum("ijkl,kl->ij", view, kernel)
    """,
    )
    assert any(note.startswith("pooling is not judged: every small") for note in judged.notes)
