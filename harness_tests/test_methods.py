"""Operations that are methods: of classes that are no layers, and of torch's own functions."""

import textwrap
from pathlib import Path

import pytest

from cnnspec.bindings.wishes import Wishes
from cnnspec.subject.sources.finding import Sought, find_here
from cnnspec.subject.sources.importing import run_file
from cnnspec.subject.sources.recognition import recognise
from harness_tests.test_bindings import agrees, loaded, numbers

CONVOLVED = """
            rows, columns = np.array(image.shape) - kernel.shape + 1
            return np.array([[(image[i:i + len(kernel), j:j + kernel.shape[1]] * kernel).sum()
                              for j in range(columns)] for i in range(rows)])
"""

STATIC = f"""
    class Ops:
        @staticmethod
        def convolve(image, kernel):{CONVOLVED}
        @classmethod
        def relu(cls, x):
            return np.maximum(x, 0)

        @staticmethod
        def relu_derivative(x):
            return (x > 0) * 1.0
"""

OF_OBJECTS = f"""
    class CNN:
        def __init__(self, rate=0.01):
            self.rate = rate

        def convolve(self, image, kernel):{CONVOLVED}
        def relu(self, x):
            return np.maximum(x, 0)

        def softmax(self, z):
            powers = np.exp(z - z.max())
            return powers / powers.sum()

        def dense(self, x):
            return x @ self.weights

        def predict(self, x):
            return self.softmax(self.relu(self.convolve(x, np.ones((2, 2)))).ravel())
"""


def sought(folder: Path, code: str) -> Sought:
    """Return what is looked for in a file."""
    file = folder / "theirs.py"
    file.write_text(f"import numpy as np\n{textwrap.dedent(code)}", "utf-8")
    module, _ = run_file(file, str(file), 60, [])
    return Sought(module, module, "", recognise(module, name="", source=""), Wishes())


@pytest.mark.parametrize("code", [STATIC, OF_OBJECTS])
def test_methods_are_operations(tmp_path: Path, code: str) -> None:
    judged = loaded(tmp_path, code)
    agrees(judged, "conv2d", image=numbers(5, 4), filters=numbers(2, 3, 3))
    agrees(judged, "relu", x=numbers(5, 4))


def test_the_object_of_a_method_stays_the_same(tmp_path: Path) -> None:
    binding = loaded(tmp_path, OF_OBJECTS).bindings["softmax"]
    assert (binding.made, binding.call) == ("CNN()", "layer.softmax(logits)")
    assert not binding.is_made_anew


def test_a_method_that_wants_more_is_named(tmp_path: Path) -> None:
    judged = loaded(tmp_path, OF_OBJECTS)
    assert "dense" not in judged.offers
    assert any(
        note.startswith("CNN.dense is not judged: no place was found") for note in judged.notes
    )


def test_a_derivative_may_be_a_method(tmp_path: Path) -> None:
    assert "relu_backward" in loaded(tmp_path, STATIC).bindings


def test_methods_whose_names_say_nothing_are_found_by_answers(tmp_path: Path) -> None:
    judged = loaded(tmp_path, STATIC.replace("convolve", "sweep").replace("def relu(", "def hip("))
    agrees(judged, "conv2d", image=numbers(5, 4), filters=numbers(2, 3, 3))
    agrees(judged, "relu", x=numbers(5, 4))


def test_methods_of_a_class_that_wants_arguments_are_not_called(tmp_path: Path) -> None:
    code = OF_OBJECTS.replace("rate=0.01", "rate")
    assert not loaded(tmp_path, code).bindings


def test_an_object_that_is_not_made_in_time_is_not_waited_for_again(tmp_path: Path) -> None:
    code = """
    class CNN:
        def __init__(self):
            while True:
                pass

        def relu(self, x):
            return np.maximum(x, 0)

        def softmax(self, z):
            return z

        def max_pool(self, x):
            return x
    """
    found = find_here(sought(tmp_path, code), 0.05)
    assert not found.bindings
    reasons = [*found.unbound.values()]
    assert reasons.count("an object of its class is not made in time") == len(reasons) - 1


def test_what_a_layer_does_inside_is_no_operation(tmp_path: Path) -> None:
    code = """
    class ReLU:
        @staticmethod
        def relu_forward(x):
            return np.maximum(x, 0)

        def forward(self, x):
            return self.relu_forward(x)
    """
    judged = loaded(tmp_path, code)
    assert judged.bindings["relu"].made == "ReLU()"
    assert not judged.others


FUNCTION = """
    import torch

    class MyReLU(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x.clamp(min=0)

        @staticmethod
        def backward(ctx, incoming):
            x, = ctx.saved_tensors
            return incoming * (x > 0)
"""


@pytest.mark.parametrize("named", ["", "\n    relu = MyReLU.apply\n"])
def test_functions_of_torch_are_applied(tmp_path: Path, named: str) -> None:
    pytest.importorskip("torch")
    judged = loaded(tmp_path, FUNCTION + named)
    agrees(judged, "relu", x=numbers(5, 4))
    assert [*judged.bindings] == ["relu", "relu_backward"]
    assert not judged.others


def test_a_function_of_torch_may_want_several_arguments(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    code = """
    import torch

    class LinearFunction(torch.autograd.Function):
        @staticmethod
        def forward(x, weight, bias):
            return x @ weight.t() + bias

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx, incoming):
            x, weight, bias = ctx.saved_tensors
            return incoming @ weight, torch.outer(incoming, x), incoming
    """
    judged = loaded(tmp_path, code)
    agrees(judged, "dense", x=numbers(4), weights=numbers(4, 3), bias=numbers(3))
    assert "dense_grad_weights" in judged.bindings


def test_arguments_that_are_given_already_make_no_other_thing_of_a_function(
    tmp_path: Path,
) -> None:
    code = """
    from functools import partial

    def _pool(maps, size, of):
        rows, columns = maps.shape[0] // size, maps.shape[1] // size
        blocks = maps[:rows * size, :columns * size].reshape(rows, size, columns, size, -1)
        return of(blocks, axis=(1, 3))

    max_pool = partial(_pool, of=np.max)
    relu = np.vectorize(lambda number: max(number, 0.0))
    """
    judged = loaded(tmp_path, code)
    agrees(judged, "max_pool2d", maps=numbers(7, 8, 2), size=3)
    agrees(judged, "relu", x=numbers(4, 5))


def test_a_block_of_several_layers_is_not_the_first_of_them(tmp_path: Path) -> None:
    code = f"""
    class ConvBlock:
        def __init__(self, filters):
            self.filters = filters

        def forward(self, image):
            kernel, = self.filters
{CONVOLVED.replace("return ", "return np.maximum(0, ").replace("(rows)])", "(rows)]))")}
    """
    assert not loaded(tmp_path, code).bindings
