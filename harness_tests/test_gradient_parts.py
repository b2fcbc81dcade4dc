"""What functions and layers return of several gradients: some of them, and what they promise."""

from pathlib import Path

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.run.check import check
from cnnspec.subject.outcomes import Result
from harness_tests.test_bindings import loaded, numbers

DENSE = '''
    import numpy as np

    def dense_backward(grad, x, weights):
        """{said}"""
        to_x = (np.atleast_2d(grad) @ weights.T).reshape(x.shape)
        rows = np.atleast_2d(x) if np.ndim(grad) > 1 else np.reshape(x, (1, -1))
        to_weights, to_bias = rows.T @ np.atleast_2d(grad), np.atleast_2d(grad).sum(axis=0)
        return {returned}
'''


def dense(tmp_path: Path, returned: str, said: str = "") -> set[str]:
    """Return the gradients that are judged of a function that returns some of them."""
    judged = loaded(tmp_path, DENSE.format(returned=returned, said=said))
    return {name.removeprefix("dense_grad_") for name in judged.offers}


@pytest.mark.parametrize(
    ("returned", "offered"),
    [
        ("to_x, to_weights, to_bias", {"x", "weights", "bias"}),
        ("[to_x, to_weights, to_bias]", {"x", "weights", "bias"}),
        ("to_x, to_weights", {"x", "weights"}),
        ("[to_x, to_weights]", {"x", "weights"}),
        ("to_weights, to_bias", {"weights", "bias"}),
        ("to_x, to_bias", {"x", "bias"}),
        ("None, to_weights, to_bias", {"weights", "bias"}),
        ("to_x, None, None", {"x"}),
        ("to_weights", {"weights"}),
    ],
)
def test_what_is_not_returned_is_not_offered(
    tmp_path: Path, returned: str, offered: set[str]
) -> None:
    assert dense(tmp_path, returned) == offered


def test_what_is_not_returned_is_said(tmp_path: Path) -> None:
    judged = loaded(tmp_path, DENSE.format(returned="None, to_weights, to_bias", said=""))
    said = "dense_grad_x is not judged: dense_backward returns no gradient to x"
    assert said in judged.notes


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("None, to_weights, to_bias", "Return dx, dw and db."),
        ("to_weights, to_bias", "Returns the gradients: grad_x, grad_weights, grad_bias"),
        ("None, to_weights, to_bias", "Returns: the gradient of x, that of the weights, the bias'"),
    ],
)
def test_what_is_promised_is_judged(tmp_path: Path, returned: str, said: str) -> None:
    judged = loaded(tmp_path, DENSE.format(returned=returned, said=said))
    given = {"grad": np.ones(2), "x": np.ones(3), "weights": np.ones((3, 2))}
    outcome = judged.call("dense_grad_x", given)
    assert isinstance(outcome, Result)
    assert "None" in outcome.problem


@pytest.mark.parametrize("said", ["(None, dw, db)", "Nothing is returned to x; dw, db are."])
def test_what_is_not_promised_need_not_be_there(tmp_path: Path, said: str) -> None:
    assert dense(tmp_path, "None, to_weights, to_bias", said) == {"weights", "bias"}


def test_what_is_called_otherwise_returns_no_more_than_it_does(tmp_path: Path) -> None:
    code = """
    def conv2d(image, kernel):
        k = len(kernel)
        rows, columns = range(len(image) - k + 1), range(len(image[0]) - k + 1)
        places = [(a, b) for a in range(k) for b in range(k)]
        return [[sum(float(image[i + a][j + b]) * float(kernel[a][b]) for a, b in places)
                 for j in columns] for i in rows]

    def conv2d_backward(grad, image, kernel):
        k = len(kernel)
        to_image = [[0.0] * len(image[0]) for _ in image]
        to_kernel = [[0.0] * k for _ in range(k)]
        for i, row in enumerate(grad):
            for j, g in enumerate(row):
                for a in range(k):
                    for b in range(k):
                        to_image[i + a][j + b] += float(g) * float(kernel[a][b])
                        to_kernel[a][b] += float(g) * float(image[i + a][j + b])
        return to_image, to_kernel
    """
    judged = loaded(tmp_path, code)
    found = {name for name in judged.offers if "grad" in name}
    assert found == {"conv2d_grad_image", "conv2d_grad_filters"}


def test_neurons_in_rows_are_read_so_backwards(tmp_path: Path) -> None:
    code = """
    def dense(x, weights, biases):
        return [sum(a * w for a, w in zip(x, ws)) + b for ws, b in zip(weights, biases)]

    def dense_backward(grad, x, weights):
        to_x = [sum(g * ws[i] for g, ws in zip(grad, weights)) for i in range(len(x))]
        return to_x, [[g * a for a in x] for g in grad], list(grad)
    """
    judged = loaded(tmp_path, code)
    given = {"grad": np.arange(2.0), "x": np.arange(3.0), "weights": np.arange(6.0).reshape(3, 2)}
    outcome = judged.call("dense_grad_weights", given)
    assert isinstance(outcome, Result)
    np.testing.assert_array_equal(outcome.value, np.outer(given["x"], given["grad"]))


LAYER = '''
    import numpy as np

    class Dense:
        def __init__(self, inputs, nodes):
            self.W, self.b = np.ones((inputs, nodes)), np.zeros(nodes)

        def forward(self, x):
            self.x = x
            return x @ self.W + self.b

        def backward(self, dout):
            """{said}"""
            x, g = np.atleast_2d(self.x), np.atleast_2d(dout)
            self.dW, self.db = x.T @ g, g.sum(axis=0)
            return {returned}
'''


def layer(tmp_path: Path, returned: str, said: str = "") -> set[str]:
    """Return the gradients that are judged of a layer that returns something."""
    judged = loaded(tmp_path, LAYER.format(returned=returned, said=said))
    found = {name for name in judged.offers if "grad" in name}
    return {name.removeprefix("dense_grad_") for name in found}


def test_a_layer_need_not_return_anything(tmp_path: Path) -> None:
    assert layer(tmp_path, "None") == {"weights", "bias"}


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("None", "Return dX; dW and db are kept."),
        ("self.dW", ""),
        ("(dout @ self.W.T)[:0]", ""),
        ("undefined @ self.W.T", ""),
    ],
)
def test_what_a_layer_returns_is_the_gradient_of_its_input(
    tmp_path: Path, returned: str, said: str
) -> None:
    assert layer(tmp_path, returned, said) >= {"x"}


def test_a_function_of_the_name_is_judged_and_not_what_it_might_have_used(tmp_path: Path) -> None:
    code = """
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def sigmoid_prime(y):
        return y * (1 - y)

    def sigmoid_backward(grad, x):
        return grad * sigmoid_prime(x)
    """
    outcome = loaded(tmp_path, code).call("sigmoid_backward", {"grad": np.ones(1), "x": np.ones(1)})
    assert isinstance(outcome, Result)
    assert outcome.value == 0


def test_what_names_what_is_not_there_is_judged_however_it_is_called(tmp_path: Path) -> None:
    code = """
    class MaxPool:
        def __init__(self, size):
            self.size = size

        def forward(self, x):
            n, c, h, w = x.shape
            k = self.size
            x = x[:, :, :h // k * k, :w // k * k]
            return x.reshape(n, c, h // k, k, w // k, k).max(axis=(3, 5))

        def backward(self, dout):
            return np.repeat(np.repeat(dout, k, axis=2), k, axis=3)
    """
    file = tmp_path / "theirs.py"
    judged = loaded(tmp_path, code)
    assert "max_pool2d_backward" in judged.offers
    told = check(str(file), modules=["test_pooling_backward"], facets=["values"])
    assert told["verdict"] == "does not conform"


SOFTMAX = """
    class Softmax:
        def __init__(self, input_len, nodes):
            self.weights = np.random.randn(input_len, nodes) / input_len
            self.biases = np.zeros(nodes)

        def forward(self, input):
            self.last_input = input.flatten()
            exp = np.exp(self.last_input @ self.weights + self.biases)
            self.out = exp / np.sum(exp, axis=0)
            return self.out

        def backprop(self, d_L_d_out, learn_rate):
            d_L_d_t = self.out * (d_L_d_out{mean})
            d_L_d_inputs = self.weights @ d_L_d_t
            self.weights -= learn_rate * np.outer(self.last_input, d_L_d_t)
            self.biases -= learn_rate * d_L_d_t
            return d_L_d_inputs
"""


@pytest.mark.parametrize(("mean", "due"), [(" - self.out @ d_L_d_out", 1 / 4), ("", 1 / 2)])
def test_softmax_in_a_dense_layer_is_run_backwards(tmp_path: Path, mean: str, due: float) -> None:
    judged = loaded(tmp_path, SOFTMAX.format(mean=mean))
    outcome = judged.call("softmax_backward", {"grad": np.array([1.0, 0.0]), "logits": np.ones(2)})
    assert isinstance(outcome, Result)
    np.testing.assert_allclose(outcome.value, [due, -due if mean else 0])


EACH = """
    def linear(x, weights, bias):
        return x @ weights + bias

    def linear_backward_input(grad, weights):
        return grad @ weights.T

    def linear_backward_weights(grad, x):
        return np.atleast_2d(x).T @ np.atleast_2d(grad)

    def linear_backward_bias(grad):
        return np.atleast_2d(grad).sum(axis=0)
"""


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("shape", [(3, 4), (4,), (2, 1, 2)])
def test_a_gradient_may_need_less_than_it_could(
    tmp_path: Path, place: int, shape: tuple[int, ...]
) -> None:
    name, judged = ("x", "weights", "bias")[place], loaded(tmp_path, EACH)
    rows = shape[:1] if len(shape) == 2 else ()
    given = {"grad": numbers(*rows, 2), "x": numbers(*shape), "weights": numbers(4, 2)}
    outcome = judged.call(f"dense_grad_{name}", given)
    if name == "weights" and len(shape) > 2:
        return  # it takes rows
    assert isinstance(outcome, Result)
    np.testing.assert_array_equal(outcome.value, reference.dense_backward(**given)[place])


PULLED = """
    def conv2d(image, filters, bias):
        f = filters.shape[1]
        rows, columns = image.shape[0] - f + 1, image.shape[1] - f + 1
        maps = np.zeros((rows, columns, len(filters)))
        for i in range(rows):
            for j in range(columns):
                maps[i, j] = np.tensordot(filters, image[i:i + f, j:j + f], 3) + bias

        def pullback(grad):
            d_image, d_filters = np.zeros(image.shape), np.zeros(filters.shape)
            for i in range(rows):
                for j in range(columns):
                    d_image[i:i + f, j:j + f] += np.tensordot(grad[i, j], filters, 1)
                    d_filters += np.multiply.outer(grad[i, j], image[i:i + f, j:j + f])
            return d_image, d_filters, grad.sum(axis=(0, 1))

        return maps, pullback
"""


@pytest.mark.parametrize("to", ["image", "filters", "bias"])
def test_what_a_forward_call_returns_may_run_backwards(tmp_path: Path, to: str) -> None:
    given = {
        "grad": numbers(3, 2, 2),
        "image": numbers(5, 4, 3),
        "filters": numbers(2, 3, 3, 3),
    }
    judged = loaded(tmp_path, PULLED)
    outcome = judged.call(f"conv2d_grad_{to}", given)
    assert isinstance(outcome, Result)
    due = reference.conv2d_backward(**given)
    np.testing.assert_allclose(outcome.value, due[["image", "filters", "bias"].index(to)])
    assert judged.offers[f"conv2d_grad_{to}"].ranks == judged.offers["conv2d"].ranks
