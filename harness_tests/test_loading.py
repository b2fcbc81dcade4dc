"""Finding an implementation and recognising its form."""

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.operations.network.exact import parameters
from cnnspec.reference import article2
from cnnspec.subject.outcomes import NotOffered, Rejected, Result
from cnnspec.subject.sources.importing import LoadError
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import SPECIMENS

RELU = "import numpy as np\ndef relu(x):\n    return np.maximum(x, 0)\n"


def write(folder: Path, content: str, name: str = "mine.py") -> str:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(content, "utf-8")
    return str(file)


def value(implementation: Any, operation: str, **arguments: Any) -> Any:
    outcome = implementation.call(operation, arguments)
    assert isinstance(outcome, Result), outcome
    return outcome.value.tolist()


def test_a_file_is_run_as_it_is_saved(tmp_path: Path) -> None:
    """Bytecode is told from newer source by its second and size alone."""
    file = tmp_path / "mine.py"
    for number in (1, 2):
        file.write_text(f"def relu(x):\n    return {number}\n", "utf-8")
        os.utime(file, (10**9, 10**9))
        function = load(str(file)).offers["relu"].function
        assert function is not None
        assert function(np.ones(1)) == number


def test_the_reference_by_name() -> None:
    assert load().name == "reference"
    assert load("reference").form == "operations"
    assert set(load("cnnspec.reference").offers) >= {"conv2d", "relu", "dense", "softmax_layer"}


def test_a_file(tmp_path: Path) -> None:
    implementation = load(write(tmp_path, RELU))
    assert value(implementation, "relu", x=np.array([-1.0, 2.0])) == [0, 2]
    assert set(implementation.offers) == {"relu"}


def test_a_file_with_an_odd_name_and_a_neighbour(tmp_path: Path) -> None:
    write(tmp_path, RELU, "its_neighbour.py")
    source = write(tmp_path, "from its_neighbour import relu\n", "my-cnn 2.py")
    assert set(load(source).offers) == {"relu"}


def test_a_module_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    write(tmp_path, "", "pack_of_mine/__init__.py")
    write(tmp_path, RELU, "pack_of_mine/layers.py")
    assert set(load("pack_of_mine.layers").offers) == {"relu"}


@pytest.mark.parametrize("attribute", ["net", "Net", "Static"])
def test_an_object_in_a_file(tmp_path: Path, attribute: str) -> None:
    content = (
        "import numpy as np\n"
        "class Net:\n"
        "    def relu(self, x):\n"
        "        return np.maximum(x, 0)\n"
        "class Static:\n"
        "    def __init__(self, size): pass\n"
        "    @staticmethod\n"
        "    def relu(x):\n"
        "        return np.maximum(x, 0)\n"
        "net = Net()\n"
    )
    implementation = load(f"{write(tmp_path, content)}:{attribute}")
    assert value(implementation, "relu", x=np.array([-1.0, 2.0])) == [0, 2]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("no_such_file.py", "there is no file"),
        ("", "nothing is named"),
        (":relu", "nothing is named"),
        ("no/such/folder/file.py", "there is no file"),
        ("no_such_module", "there is no module"),
        ("no_such_package.module", "cannot be found"),
        ("cnnspec.reference:nothing", "there is no 'nothing'"),
    ],
)
def test_what_cannot_be_found(source: str, said: str) -> None:
    with pytest.raises(LoadError, match=said):
        load(source)


def test_a_script_that_fails_is_judged_by_what_it_defined() -> None:
    implementation = load(str(SPECIMENS / "script_fails.py"))
    assert set(implementation.offers) == {"conv2d", "relu"}
    assert "AttributeError at line 16" in implementation.notes[0]


@pytest.mark.parametrize("ending", ["raise SystemExit", "import sys; sys.exit(1)", "1 / 0"])
def test_a_script_that_ends_early(tmp_path: Path, ending: str) -> None:
    implementation = load(write(tmp_path, f"{RELU}{ending}\n"))
    assert set(implementation.offers) == {"relu"}
    assert implementation.notes


def test_scripts_see_no_arguments_of_ours(tmp_path: Path) -> None:
    content = f"import sys\nassert len(sys.argv) == 1\n{RELU}"
    assert not load(write(tmp_path, content)).notes


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("{'profile': 'strict'}", "must be one of"),
        ("{'accuracy': 1}", "must be one of"),
        ("{'colour': 'red'}", "unknown key"),
        ("['general']", "must be a dictionary"),
    ],
)
def test_a_wrong_declaration(tmp_path: Path, declared: str, said: str) -> None:
    with pytest.raises(LoadError, match=said):
        load(write(tmp_path, f"CNNSPEC = {declared}\n{RELU}"))


def test_a_declaration(tmp_path: Path) -> None:
    declared = "{'name': 'mine', 'profile': 'general', 'accuracy': 'normwise'}"
    implementation = load(write(tmp_path, f"CNNSPEC = {declared}\n{RELU}"))
    assert (implementation.name, implementation.profile) == ("mine", "general")
    assert implementation.accuracy == "normwise"


def test_names_count_only_when_they_have_the_right_kind(tmp_path: Path) -> None:
    content = (
        "conv = pool = softmax = object()\n"
        "class relu: pass\n"
        "dense = 3\n"
        "def pooling(feature_map, size=2, stride=2):\n"
        "    return feature_map\n"
    )
    implementation = load(write(tmp_path, content))
    assert set(implementation.offers) == {"max_pool2d"}
    assert implementation.form == "article functions"


def test_article_names_fill_what_is_not_offered(tmp_path: Path) -> None:
    content = (
        "import numpy as np\n"
        "def conv2d(image, filters):\n"
        "    return np.zeros(1)\n"
        "def conv(img, conv_filter):\n"
        "    return np.ones(1)\n"
        "def pooling(feature_map, size=2, stride=2):\n"
        "    return np.full(1, size * 10 + stride)\n"
    )
    implementation = load(write(tmp_path, content))
    given = np.ones((4, 4))
    assert value(implementation, "conv2d", image=given, filters=np.ones((1, 3, 3))) == [0]
    maps = np.ones((4, 4, 1))
    assert value(implementation, "max_pool2d", maps=maps) == [22]
    assert value(implementation, "max_pool2d", maps=maps, size=3) == [33]
    assert value(implementation, "max_pool2d", maps=maps, size=3, stride=1) == [31]
    assert implementation.form == "operations"


def test_article_layers() -> None:
    implementation = load("cnnspec.reference.article2")
    image, filters = np.arange(16.0).reshape(4, 4), np.ones((1, 3, 3))
    assert value(implementation, "conv2d", image=image, filters=filters)[0][0] == [45]
    outcome = implementation.call("conv2d", {"image": image, "filters": np.ones((1, 5, 5))})
    assert isinstance(outcome, NotOffered)
    outcome = implementation.call("max_pool2d", {"maps": np.ones((4, 4, 1)), "size": 3})
    assert isinstance(outcome, NotOffered)
    low = value(implementation, "softmax", logits=np.array([-np.inf, 0.0, 0.0]))
    assert low == [0, 0.5, 0.5]
    x, weights, bias = np.array([[1.0, 2.0]]), np.eye(2), np.array([1.0, 0.0])
    assert value(implementation, "softmax_layer", x=x, weights=weights, bias=bias) == [0.5, 0.5]


def test_a_network_gets_its_own_parameters_back() -> None:
    before = article2.conv.filters.copy(), article2.softmax.weights.copy()
    given = parameters().by_name() | {"image": np.zeros((28, 28)), "label": 3}
    assert isinstance(load("cnnspec.reference.article2").call("network", given), Result)
    assert np.array_equal(article2.conv.filters, before[0])
    assert np.array_equal(article2.softmax.weights, before[1])


def test_a_fresh_copy_has_fresh_modules_beside_it(tmp_path: Path) -> None:
    counting = "calls = []\n\ndef relu(x):\n    calls.append(x)\n    return len(calls) + 0 * x\n"
    write(tmp_path, counting, "counting_neighbour.py")
    implementation = load(write(tmp_path, "from counting_neighbour import relu\n", "copied.py"))
    zero = np.zeros(())
    assert [value(implementation, "relu", x=zero) for _ in range(2)] == [1, 2]
    assert value(implementation.fresh_copy(), "relu", x=zero) == 1
    assert value(implementation, "relu", x=zero) == 3


def test_layers_of_other_parameters_are_refused_every_time() -> None:
    """A layer that makes parameters of another shape must not be kept for the next call."""
    loaded = load("cnnspec.reference.article2")
    for _ in range(2):
        outcome = loaded.call("softmax", {"logits": np.ones((2, 2))})
        assert isinstance(outcome, Rejected)
        assert "expected (2, 2)" in outcome.message
