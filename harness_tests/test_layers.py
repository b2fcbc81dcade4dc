"""Layer objects of other makes: called by themselves, or with parameters that are not replaced."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.operations.registry import OPERATIONS
from cnnspec.run.check import check
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import by_turns

CALLED = """
import numpy as np
from cnnspec import reference

class Conv3x3:
    def __init__(self, count):
        self.filters = np.zeros((count, 3, 3))
    def __call__(self, image):
        return reference.conv2d(image, self.filters)

class MaxPool2:
    def __call__(self, maps):
        return reference.max_pool2d(maps)

class Softmax:
    def __init__(self, inputs, nodes):
        self.weights = np.zeros((inputs, nodes))
        self.biases = np.zeros(nodes)
    def __call__(self, x):
        return reference.softmax(reference.dense(x, self.weights, self.biases))

conv, pool, softmax = Conv3x3(8), MaxPool2(), Softmax(1352, 10)

def forward(image, label):
    if not 0 <= label < 10:
        raise ValueError("label")
    out = softmax(pool(conv(image / 255 - 0.5)))
    return out, -np.log(out[label]), int(np.argmax(out) == label)
"""

#: A layer that takes no array in the place of its own parameter, as some frameworks' do.
GUARDED = """
class Parameter:
    def __init__(self, numbers):
        self.numbers = numbers
    def __array__(self, dtype=None, copy=None):
        return self.numbers{copied}

class Guarded:
    def __setattr__(self, name, value):
        if name == "filters" and not isinstance(value, Parameter):
            raise TypeError("not a Parameter")
        object.__setattr__(self, name, value)

class Conv(Guarded):
    def __init__(self):
        self.filters = Parameter(np.zeros((8, 3, 3), {dtype!r}))
    def forward(self, image):
        return reference.conv2d(image, self.filters.numbers)

conv = Conv()
def forward(image, label, _before=forward):
    if not 0 <= label < 10:
        raise ValueError("label")
    out = softmax(pool(conv.forward(image / 255 - 0.5)))
    return out, -np.log(out[label]), int(np.argmax(out) == label)
"""


def network_of(report: dict[str, Any]) -> str:
    verdict: str = report["operations"]["network"]["verdict"]
    return verdict


def written(folder: Path, text: str) -> str:
    file = folder / "mine.py"
    file.write_text(text, "utf-8")
    return str(file)


def test_layers_that_are_called_by_themselves(tmp_path: Path) -> None:
    judged = load(written(tmp_path, CALLED))
    assert judged.form == "network"
    assert judged.notes == []
    assert set(judged.offers) == {"conv2d", "max_pool2d", "softmax", "softmax_layer", "network"}
    report = check(judged, modules=["test_network"], images=2)
    assert network_of(report) == "conforms"
    assert all("layer(" in judged.offers[name].recipe for name in ("conv2d", "softmax_layer"))


@pytest.mark.usefixtures("undiagnosed")
def test_a_mistake_in_such_a_layer_is_found(tmp_path: Path) -> None:
    wrong = CALLED.replace("reference.max_pool2d(maps)", "reference.avg_pool2d(maps)")
    report = check(load(written(tmp_path, wrong)), modules=["test_network"], images=2)
    assert network_of(report) == "does not conform"


def test_parameters_are_written_into_where_they_cannot_be_replaced(tmp_path: Path) -> None:
    source = written(tmp_path, CALLED + GUARDED.format(copied="", dtype="float64"))
    judged = load(source)
    assert network_of(check(judged, modules=["test_network"], images=2)) == "conforms"
    given = {
        "image": np.zeros((28, 28), np.uint8),
        "label": 0,
        "filters": np.ones((8, 3, 3)),
        "weights": np.zeros((1352, 10)),
        "biases": np.zeros(10),
    }
    judged.call("network", given)
    function = judged.offers["network"].function
    assert function is not None
    held = (cell.cell_contents for cell in function.__closure__ or ())
    (thing,) = (one for one in held if hasattr(one, "conv"))
    assert not thing.conv.filters.numbers.any()  # its own are given back


@pytest.mark.parametrize(
    ("copied", "dtype", "said"),
    [
        (".copy()", "float64", "nor be written into"),
        ("", "float16", "their own float16 does not hold the numbers"),
    ],
)
def test_parameters_that_cannot_be_set_fail_nobody(
    tmp_path: Path, copied: str, dtype: str, said: str
) -> None:
    judged = load(written(tmp_path, CALLED + GUARDED.format(copied=copied, dtype=dtype)))
    assert set(judged.offers) == {"conv2d", "max_pool2d", "softmax", "softmax_layer"}
    (note,) = judged.notes
    assert note.startswith("forward is not judged: filters cannot be set: TypeError: not a Param")
    assert said in note


def test_parameters_of_pytorch(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    text = """
import numpy as np, torch

class Conv(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.filters = torch.nn.Parameter(torch.zeros(8, 3, 3, dtype=torch.float64))
    def forward(self, x):
        return torch.conv2d(x[None, None], self.filters[:, None])[0]

class Head(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = torch.nn.Parameter(torch.zeros(1352, 10, dtype=torch.float64))
        self.biases = torch.nn.Parameter(torch.zeros(10, dtype=torch.float64))
    def forward(self, maps):
        x = maps.permute(1, 2, 0).reshape(-1)
        return torch.softmax(x @ self.weights + self.biases, 0)

conv, pool, softmax = Conv(), torch.nn.MaxPool2d(2), Head()

def forward(image, label):
    if not 0 <= label < 10:
        raise ValueError("label")
    x = torch.tensor(np.array(image), dtype=torch.float64) / 255 - 0.5
    with torch.no_grad():
        out = softmax(pool(conv(x))).numpy()
    return out, -np.log(out[label]), int(out.argmax() == label)
"""
    judged = load(written(tmp_path, text))
    layers = {name for name in judged.offers if OPERATIONS[name].gradient is None}
    assert layers == {"network", "conv2d", "max_pool2d"}  # its layers, too
    assert network_of(check(judged, modules=["test_network"])) == "conforms"


def test_objects_that_only_hold_parameters_are_enough(tmp_path: Path) -> None:
    text = """
from types import SimpleNamespace
import numpy as np
from cnnspec.reference.network import network

conv = SimpleNamespace(filters=np.zeros((8, 3, 3)))
softmax = SimpleNamespace(weights=np.zeros((1352, 10)), biases=np.zeros(10))

def forward(image, label):
    if not 0 <= label < 10:
        raise ValueError("label")
    given = conv.filters, softmax.weights, softmax.biases
    out = network(np.asarray(image)[np.newaxis], *given).probabilities[0]
    return out, -np.log(out[label]), int(out.argmax() == label)
"""
    judged = load(written(tmp_path, text))
    assert set(judged.offers) == {"network"}
    assert network_of(check(judged, modules=["test_network"])) == "conforms"


def test_a_forward_that_cannot_be_judged_is_noted(tmp_path: Path) -> None:
    text = "from cnnspec.reference import conv2d, relu\ndef forward(image, label): return 0, 0, 0\n"
    (note,) = load(written(tmp_path, text)).notes
    assert note.startswith("forward is not judged: ")
    assert note.endswith("there is no such conv and no such softmax")


# --- classes of the articles' names that are made otherwise ------------------------------------

RELU = "import numpy as np\ndef relu(x):\n    return np.maximum(x, 0)\n"

#: Right layers that are no layers of the second article, and how they are said to be made.
OTHERS = {
    "no-arguments": (
        """
class Softmax:
    def forward(self, X):
        e = np.exp(X - X.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)
""",
        "Softmax()",
    ),
    "one-option": (
        """
class Softmax:
    def __init__(self, axis=-1):
        self.axis = axis
    def __call__(self, x):
        e = np.exp(x - x.max(self.axis, keepdims=True))
        return e / e.sum(self.axis, keepdims=True)
""",
        "Softmax(axis)",
    ),
    "two-options": (
        """
class Softmax:
    def __init__(self, name=None, dtype=None):
        self.name = name
    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)
""",
        "Softmax(name, dtype)",
    ),
    "channels": (
        """
class Conv3x3:
    def __init__(self, in_channels, out_channels):
        self.weight = np.zeros((out_channels, in_channels, 3, 3))
    def forward(self, x):
        windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), (2, 3))
        return np.einsum("nchwij,kcij->nkhw", windows, self.weight)
""",
        "Conv3x3(in_channels, out_channels)",
    ),
    "size": (
        """
class MaxPool2:
    def __init__(self, size):
        self.size = size
    def forward(self, x):
        n, c, h, w = x.shape
        return x.reshape(n, c, h // 2, 2, w // 2, 2).max((3, 5))
""",
        "MaxPool2(size)",
    ),
}


@pytest.mark.parametrize(("text", "said"), OTHERS.values(), ids=OTHERS.keys())
def test_layers_that_are_made_otherwise_are_not_the_articles(
    tmp_path: Path, text: str, said: str
) -> None:
    judged = load(written(tmp_path, RELU + text))
    assert judged.form == "bindings"
    (bound,) = judged.bindings.values()
    assert bound.named == said
    assert set(judged.offers) == {"relu", bound.operation}
    assert not any("is not judged" in note for note in judged.notes)


@pytest.mark.parametrize(
    "constructor",
    [
        "inputs, nodes",
        "input_len=4, nodes=2",
        "*sizes",
        "inputs, nodes, name='softmax', *, seed=0",
    ],
)
@pytest.mark.parametrize("wrong", [False, True], ids=["right", "wrong"])
@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_layers_that_are_made_as_the_articles_are_judged(
    tmp_path: Path, constructor: str, *, wrong: bool
) -> None:
    sizes = "sizes" if "sizes" in constructor else "(input_len, nodes)"
    text = f"""
import numpy as np
class Softmax:
    def __init__(self, {constructor}):
        self.weights = np.zeros({sizes if "len" in constructor else sizes.replace("_len", "s")})
        self.biases = np.zeros(self.weights.shape[1])
    def forward(self, x):
        logits = np.ravel(x) @ self.weights + self.biases
        e = np.exp(logits - logits.max())
        return e / e{"[:2]" if wrong else ""}.sum()
"""
    judged = load(written(tmp_path, text))
    assert set(judged.offers) == {"softmax", "softmax_layer"}
    assert judged.notes == []
    failed = check(judged, modules=["test_softmax"])["operations"]["softmax"]["failed"]
    assert bool(failed) == wrong
