"""What is found of code whose names say little, and what of it is judged."""

import textwrap
from pathlib import Path

import pytest

from cnnspec import reference
from cnnspec.run.check import check
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.outcomes import Result
from cnnspec.subject.sources.loading import load
from harness_tests.test_bindings import agrees, loaded, numbers

DENSE = """
    class Dense:
        def __init__(self, {arguments}):
            self.W, self.w0 = None, None
            self.units = {units}

        {starting}

        def forward(self, x):
            return x @ self.W + self.w0
"""

#: How layers make their parameters, and what they are made of.
STARTING = {
    "initialise": (
        "n_units, input_shape=None",
        "(input_shape[0], n_units)",
        "def initialize(self, optimizer=None):\n"
        "            self.W, self.w0 = np.ones(self.units), np.ones((1, self.units[1]))",
    ),
    "setup": (
        "num_output",
        "num_output",
        "def setup(self, x):\n"
        "            self.W = np.ones((x.shape[-1], self.units))\n"
        "            self.w0 = np.zeros(self.units)",
    ),
    "rng": ("rng, n_in, n_out", "rng.normal(size=(n_in, n_out)).shape", ""),
    "odd": ("n_in, wibble", "(n_in, wibble)", ""),
}


@pytest.mark.parametrize("way", STARTING)
def test_layers_are_made_and_started(tmp_path: Path, way: str) -> None:
    arguments, units, starting = STARTING[way]
    judged = loaded(tmp_path, DENSE.format(arguments=arguments, units=units, starting=starting))
    agrees(judged, "dense", x=numbers(4), weights=numbers(4, 3), bias=numbers(3))


def test_parameters_are_read_from_a_list(tmp_path: Path) -> None:
    code = """
    class Linear:
        def __init__(self, n_in, n_out):
            self.W, self.b = np.ones((n_in, n_out)), np.zeros(n_out)
            self.params = [self.W, self.b]

        def forward(self, x):
            return x @ self.params[0] + self.params[1]
    """
    judged = loaded(tmp_path, code)
    agrees(judged, "dense", x=numbers(4), weights=numbers(4, 3), bias=numbers(3))


def test_layers_may_be_made_for_maps_of_one_size(tmp_path: Path) -> None:
    code = """
    class MaxPool:
        def __init__(self, X_dim, size, stride):
            self.c, self.h, self.w = X_dim
            self.size, self.stride = size, stride

        def forward(self, X):
            rows = range(0, self.h - self.size + 1, self.stride)
            columns = range(0, self.w - self.size + 1, self.stride)
            tall = [[X[:, :, i:i + self.size, j:j + self.size].max(axis=(2, 3)) for j in columns]
                    for i in rows]
            return np.moveaxis(np.array(tall), (0, 1), (2, 3))
    """
    agrees(loaded(tmp_path, code), "max_pool2d", maps=numbers(2, 4, 6, 3))


def test_two_unknown_arguments_are_not_guessed(tmp_path: Path) -> None:
    code = DENSE.format(arguments="n_in, wibble, wobble", units="(n_in, wibble)", starting="")
    judged = loaded(tmp_path, code)
    assert "dense" not in judged.offers
    assert any("'wibble' means is not known" in note for note in judged.notes)


def test_a_name_that_may_be_two_sizes_is_the_one_that_is_missing(tmp_path: Path) -> None:
    code = """
    class Conv:
        def __init__(self, in_ch, out_ch, k):
            self.K, self.b = np.ones((out_ch, in_ch, k, k)), np.zeros(out_ch)

        def forward(self, X):
            windows = np.lib.stride_tricks.sliding_window_view(X, self.K.shape[2:], axis=(2, 3))
            return np.einsum("ncijab,kcab->nkij", windows, self.K) + self.b.reshape(1, -1, 1, 1)
    """
    made = loaded(tmp_path, code).bindings["conv2d"].made
    assert made == "Conv(channels, count, side)"


def test_a_kind_by_number_is_no_size(tmp_path: Path) -> None:
    code = """
    class PoolingLayer:
        MAX, AVE = 0, 1

        def __init__(self, kernel_size, stride=1, pool=MAX):
            self.k, self.s, self.f = kernel_size, stride, [np.max, np.mean][pool]

        def forward(self, bottom):
            view = np.lib.stride_tricks.sliding_window_view
            windows = view(bottom, (self.k, self.k), axis=(2, 3))[:, :, :: self.s, :: self.s]
            return self.f(windows, axis=(4, 5))
    """
    judged = loaded(tmp_path, code)
    assert {*judged.offers} == {"max_pool2d"}
    agrees(judged, "max_pool2d", maps=numbers(2, 6, 8, 3), size=3, stride=2)


def test_what_must_be_told_what_to_do_afterwards_has_to_be_right(tmp_path: Path) -> None:
    code = """
    def dense_activation(x, W, b, activation):
        z = x @ W + b
        return np.maximum(z, 0) if activation == "relu" else 1 / (1 + np.exp(-z))
    """
    judged = loaded(tmp_path, code)
    assert "dense" not in judged.offers
    right = code.replace("1 / (1 + np.exp(-z))", "z")
    agrees(loaded(tmp_path, right), "dense", x=numbers(4), weights=numbers(4, 3), bias=numbers(3))


def test_arguments_say_which_operation_it_is(tmp_path: Path) -> None:
    """It may be wrong somewhere, but not everywhere."""
    code = """
    from scipy import signal

    def apply_mask(image, kernel):
        return signal.correlate2d(image, kernel, mode="same", boundary="symm")

    def combine(image, kernel):
        return image.sum() * kernel[:2, :2]
    """
    judged = loaded(tmp_path, code)
    assert judged.bindings["conv2d"].named == "apply_mask(image, kernel)"
    assert not judged.others


def test_a_layer_that_makes_its_weights_otherwise_is_told_so(tmp_path: Path) -> None:
    code = """
    class Dense:
        def __init__(self, n_in, n_out):
            self.W, self.b = np.ones((n_out, n_in)), np.ones(n_out)

        def forward(self, x):
            return x @ self.W + self.b
    """
    said = "dense: W is made with the shape (5, 7), and given the shape (7, 5), which is judged"
    assert said in loaded(tmp_path, code).notes
    right = code.replace("(n_out, n_in)", "(n_in, n_out)")
    (elsewhere := tmp_path / "right").mkdir()  # files of one size and time have one bytecode
    assert not any("is made with" in note for note in loaded(elsewhere, right).notes)


def test_a_method_of_a_class_is_the_files_own(tmp_path: Path) -> None:
    code = """
    class Function:
        @classmethod
        def apply(cls, z):
            return np.maximum(z, 0)

    rectify = Function.apply
    """
    agrees(loaded(tmp_path, code), "relu", x=numbers(3, 4))


def test_modules_of_a_package_belong_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "their_layers"
    folder.mkdir()
    (folder / "__init__.py").write_text("from . import losses\nfrom .acts import relu\n", "utf-8")
    (folder / "acts.py").write_text("def relu(x):\n    return x * (x > 0)\n", "utf-8")
    (folder / "losses.py").write_text(
        "import numpy as np\n\ndef cross_entropy_loss(p, y):\n    return -np.log(p[y])\n", "utf-8"
    )
    judged = load(str(folder))
    assert {*judged.offers} == {"relu", "cross_entropy"}
    assert judged.bindings["cross_entropy"].call.startswith("losses.cross_entropy_loss(")
    assert not judged.others


# --- what is judged of it --------------------------------------------------------------------

ONE_IMAGE = """
    def correlate_bank(img, kernels):
        f, g = kernels.shape[1:3]
        windows = np.lib.stride_tricks.sliding_window_view(img, (f, g), axis=(0, 1))
        return np.einsum("ij...ab,kab...->ijk", windows, kernels{more})
"""


def test_what_is_misread_is_not_judged(tmp_path: Path) -> None:
    judged = loaded(tmp_path, ONE_IMAGE.format(more="[:, :, :]"))
    assert "conv2d" in judged.bindings
    ranks = judged.offers["conv2d"].ranks
    assert ranks is None or 3 in ranks


@pytest.mark.parametrize("wrong", ["maps[:1]", "maps[:-1]", "maps.sum(axis=0)"])
def test_a_batch_that_is_answered_in_part_is_judged(tmp_path: Path, wrong: str) -> None:
    """A mistake with batches is none of reading."""
    code = f"""
    def relu_pool(maps, size=2):
        pooled = lambda m: np.lib.stride_tricks.sliding_window_view(
            m, (size, size), axis=(-3, -2))[..., ::size, ::size, :, :, :].max(axis=(-2, -1))
        return pooled(maps if maps.ndim == 3 else {wrong})

    def maxpool(maps, size=2):
        return relu_pool(maps, size)
    """
    judged = loaded(tmp_path, code)
    ranks = judged.offers["max_pool2d"].ranks
    assert ranks is None or 4 in ranks


SOFTMAX = """
    def probabilities_of(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
"""


def test_a_declared_softmax_of_rows_is_not_judged_on_three_axes(tmp_path: Path) -> None:
    declared = textwrap.dedent(
        """
        CNNSPEC = {"calls": {
            "softmax": "probabilities_of(np.atleast_2d(logits)).reshape(logits.shape)"}}
        """
    )
    judged = loaded(tmp_path, textwrap.dedent(SOFTMAX) + declared)
    assert judged.offers["softmax"].ranks == frozenset({1, 2})
    assert "softmax is of one vector or of rows: of more axes it is not judged" in judged.notes


COLUMNS = """
    def linear_forward(A_prev, W, b):
        Z = W @ A_prev + b
        {check}
        return Z

    def softmax(Z):
        return np.exp(Z - Z.max({axis})) / np.exp(Z - Z.max({axis})).sum({axis})
"""


def softmax_of(folder: Path, axis: str, *, check: str = "") -> Implementation:
    return loaded(folder, COLUMNS.format(axis=axis, check=check))


def test_softmax_beside_columns_is_of_columns(tmp_path: Path) -> None:
    judged = softmax_of(tmp_path, "axis=0, keepdims=True")
    agrees(judged, "softmax", logits=numbers(3, 4) / 4)
    of_all = softmax_of(tmp_path, "", check="assert Z.shape == (W.shape[0], A_prev.shape[1])")
    assert of_all.bindings["softmax"].reading["examples"] == "columns"
    report = check(str(tmp_path / "theirs.py"), modules=["test_softmax"])
    assert report["operations"]["softmax"]["failed"]


def test_softmax_beside_a_layer_of_one_vector_is_of_one_vector(tmp_path: Path) -> None:
    """That the layer would take columns, too, is an accident."""
    judged = softmax_of(tmp_path, "")
    assert judged.offers["softmax"].ranks == frozenset({1})
    assert "softmax is of one vector: of more axes it is not judged" in judged.notes


LAYERS_OF_A_COLUMN = """
    class Dense:
        def __init__(self, inputs, nodes):
            self.weights = np.random.randn(nodes, inputs)
            self.bias = np.random.randn(nodes, 1)

        def forward(self, input):
            return np.dot(self.weights, input) + self.bias

    class Softmax:
        def forward(self, input):
            tmp = np.exp(input - np.max(input))
            self.output = tmp / np.sum(tmp)
            return self.output

        def backward(self, grad):
            {backward}
"""


@pytest.mark.parametrize(
    ("backward", "ranks"),
    [
        (
            "return (np.identity(self.output.size) - self.output.T) * self.output @ grad",
            frozenset({1}),
        ),
        (
            "return self.output * (grad - np.sum(self.output * grad))",
            None,
        ),
    ],
)
def test_a_softmax_whose_backward_pass_takes_one_column_is_of_one(
    tmp_path: Path, backward: str, ranks: frozenset[int] | None
) -> None:
    judged = loaded(tmp_path, LAYERS_OF_A_COLUMN.format(backward=backward))
    assert judged.bindings["softmax"].reading["examples"] == "columns"
    assert "softmax_backward" in judged.offers
    assert judged.offers["softmax"].ranks == ranks


@pytest.mark.parametrize(
    ("cut", "axes", "words"),
    [
        ("n, h // k, w // k, k, k, c", (3, 4), "(rows, columns, size, size)"),
        ("n, k, h // k, k, w // k, c", (1, 3), "(size, rows, size, columns)"),
    ],
)
def test_a_reshape_in_a_wrong_order_is_named(
    tmp_path: Path, cut: str, axes: tuple[int, int], words: str
) -> None:
    code = f"""
    def max_pool(x, k=2):
        n, h, w, c = x.shape
        x = x[:, : h // k * k, : w // k * k]
        return x.reshape({cut}).max(axis={axes})
    """
    loaded(tmp_path, code)
    report = check(str(tmp_path / "theirs.py"), modules=["test_pooling"])
    assert f"windows are cut by a reshape to {words}" in str(report["headline"])


# --- how it is called ------------------------------------------------------------------------


def test_functions_that_return_layers_are_called_twice(tmp_path: Path) -> None:
    code = """
    def dense_layer(weights, biases):
        def forward(x):
            return x @ weights + biases
        return forward

    def relu_layer():
        return lambda x: np.maximum(x, 0)
    """
    judged = loaded(tmp_path, code)
    agrees(judged, "relu", x=numbers(3, 4))
    agrees(judged, "dense", x=numbers(4), weights=numbers(4, 3), bias=numbers(3))
    assert judged.bindings["dense"].code == ("dense_layer(weights, bias)", "layer(x)")


#: Layers that take what they need from a dictionary.
DICTIONARIES = {
    "made of": """
    class Dense:
        def __init__(self, cfg):
            self.setup(**cfg)

        def setup(self, inputs, outputs):
            self.W, self.b = np.ones((inputs, outputs)), np.ones(outputs)

        def __call__(self, *arrays):
            return self.run(*arrays)

        def run(self, x):
            return x @ self.W + self.b
    """,
    "with parameters": """
    def fc(x, layer):
        return x @ layer["W"] + layer["b"]
    """,
    "of variables": """
    class Dense:
        def __init__(self, features):
            self.features = features

        def apply(self, variables, x):
            p = variables["params"]
            return x @ p["kernel"] + p["bias"]
    """,
}


@pytest.mark.parametrize("way", DICTIONARIES)
def test_dictionaries_hold_what_is_read(tmp_path: Path, way: str) -> None:
    judged = loaded(tmp_path, DICTIONARIES[way])
    agrees(judged, "dense", x=numbers(4), weights=numbers(4, 3), bias=numbers(3))


def test_tensors_of_peoples_own_are_made_and_opened(tmp_path: Path) -> None:
    code = """
    class Tensor:
        def __init__(self, data):
            self.data = np.asarray(data.data if isinstance(data, Tensor) else data, float)

        def __matmul__(self, other):
            return Tensor(self.data @ other.data)

        def __add__(self, other):
            return Tensor(self.data + other.data)

    class Linear:
        def __init__(self, n_input, n_output):
            self.weight, self.bias = Tensor(np.ones((n_input, n_output))), Tensor(np.ones(n_output))

        def __call__(self, x):
            return x @ self.weight + self.bias

    class CrossEntropyLoss:
        def __call__(self, logits, targets):
            z = logits.data - logits.data.max(axis=1, keepdims=True)
            picked = z[np.arange(len(targets)), targets]
            return Tensor((np.log(np.exp(z).sum(axis=1)) - picked).mean())
    """
    judged = loaded(tmp_path, code)
    agrees(judged, "dense", x=numbers(4), weights=numbers(4, 3), bias=numbers(3))
    outcome = judged.call("softmax_cross_entropy", {"logits": numbers(5) / 4, "label": 2})
    assert isinstance(outcome, Result)
    assert outcome.value == pytest.approx(reference.softmax_cross_entropy(numbers(5) / 4, 2))


def test_layers_beside_a_network_are_judged_too(tmp_path: Path) -> None:
    code = """
    class MaxPool:
        def forward(self, input):
            h, w, k = input.shape
            return input[: h // 2 * 2, : w // 2 * 2].reshape(h // 2, 2, w // 2, 2, k).max((1, 3))

    class Softmax:
        def __init__(self, input_len, nodes):
            self.weights, self.biases = np.ones((input_len, nodes)), np.zeros(nodes)

        def forward(self, input):
            exp = np.exp(input.flatten() @ self.weights + self.biases)
            return exp / exp.sum()

    softmax = Softmax(169, 10)

    def forward(image, label):
        out = softmax.forward(MaxPool().forward(image[..., None]))
        return out, -np.log(out[label]), int(out.argmax() == label)
    """
    judged = loaded(tmp_path, code)
    assert {"max_pool2d", "softmax_layer"} <= {*judged.offers}
    agrees(judged, "max_pool2d", maps=numbers(6, 8, 3))
