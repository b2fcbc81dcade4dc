"""Snippets run by themselves and show the failure."""

import base64
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.cases.trained import trained_network
from cnnspec.judge.nonconformance import Complaint, NonconformanceError
from cnnspec.operations.conv2d.cases import conv2d_case
from cnnspec.operations.network.exact import parameters
from cnnspec.run.check import check
from cnnspec.snippets.python_snippets import LARGEST, literal, snippet
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import by_turns, sample

Json = dict[str, Any]

WRONG = {
    "functions": """
import numpy as np
from cnnspec import reference
def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    return reference.conv2d(image, filters, bias, stride=stride, padding=padding) + 1
def relu(x):
    x[x < 0] = 0
    return x
def max_pool2d(maps, size=2, stride=None):
    return reference.max_pool2d(maps, size, size)
def cross_entropy(probabilities, label):
    return reference.cross_entropy(probabilities, label % len(probabilities))
""",
    "articles": """
import numpy as np
from cnnspec.reference import article1
def conv(img, filters):
    return article1.conv(img, filters) * 2
def pooling(feature_map, size=2, stride=2):
    return article1.pooling(feature_map, size, stride) * 2
""",
    "layers": """
from cnnspec.reference import article2
class Conv3x3(article2.Conv3x3):
    def forward(self, image):
        return super().forward(image) * 2
class MaxPool2(article2.MaxPool2):
    def forward(self, maps):
        return super().forward(maps) * 2
class Softmax(article2.Softmax):
    def forward(self, x):
        return super().forward(x) * 2
""",
    "network": """
from cnnspec.reference import article2
conv, pool, softmax = article2.Conv3x3(8), article2.MaxPool2(), article2.Softmax(1352, 10)
def forward(image, label):
    out, loss, acc = article2.Softmax, 0, 0
    out = softmax.forward(pool.forward(conv.forward(image / 255)))
    return out, 1.0, 0
""",
    "object": """
import numpy as np
class Layers:
    def relu(self, x):
        return np.abs(x)
""",
}


#: Enough of the suite for failures of every kind.
MODULES = {
    "functions": ["test_conv2d", "test_relu", "test_pooling", "test_cross_entropy"],
    "articles": ["test_conv2d", "test_pooling"],
    "layers": ["test_conv2d", "test_pooling", "test_softmax"],
    "network": ["test_network"],
    "object": ["test_relu"],
}
QUICK = (
    "by_hand or hand_computed or stay or softmax_layer or refused or preprocessing or first_call"
)


def snippets(report: Json) -> dict[str, str]:
    """Return the snippet of every failed requirement."""
    return {
        entry["id"]: entry["failures"][0]["snippet"]
        for entry in report["requirements"]
        if entry["failures"]
    }


@pytest.mark.parametrize(
    ("form", "source"),
    sample(
        [
            ("functions", "mine.py"),
            ("articles", "mine.py"),
            ("layers", "mine.py"),
            ("network", "mine.py"),
            ("object", "mine.py:Layers"),
            ("object", "my-file.py:Layers"),
            ("functions", "my-file.py"),
        ],
        3,
    ),
)
@by_turns
def test_snippets_run(form: str, source: str, tmp_path: Path) -> None:
    (tmp_path / source.split(":", maxsplit=1)[0]).write_text(WRONG[form], "utf-8")
    report = check(str(tmp_path / source), modules=MODULES[form], select=QUICK, images=2)
    found = {key: text for key, text in snippets(report).items() if text}
    assert found
    program = "".join(
        f"\nprint('## {key}')\ntry:\n"
        + "".join(f"    {line}\n" for line in text.splitlines())
        + "except Exception as error:\n    print('raised', repr(error))\n"
        for key, text in found.items()
    )
    (tmp_path / "program.py").write_text(program, "utf-8")
    done = subprocess.run(
        [sys.executable, "program.py"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "raised" not in done.stdout
    assert done.stdout.count("## ") == len(found)
    for part in done.stdout.split("## ")[1:]:
        shown = part.split("got:")[1]
        got, _, expected = shown.partition("expected:")
        assert got.split() != expected.split(), part


WRONG_NETWORK = """
import numpy as np
from cnnspec.reference import article2
conv, pool, softmax = article2.Conv3x3(8), article2.MaxPool2(), article2.Softmax(1352, 10)
def forward(image, label):
    out = softmax.forward(pool.forward(conv.forward(np.asarray(image) / 256 - 0.5)))
    return out, -np.log(out[label]), int(np.argmax(out) == label)
"""


@pytest.mark.parametrize(
    ("requirement", "fetched"),
    [
        ("NET-06", "from cnnspec.operations.network.exact import parameters\n"),
        ("NET-13", "from cnnspec.cases.trained import trained_network\n"),
    ],
)
def test_parameters_of_the_network_are_named(
    requirement: str, fetched: str, tmp_path: Path
) -> None:
    """They are 13,602 numbers; nobody reads them, and no terminal is made for them."""
    (tmp_path / "mine.py").write_text(WRONG_NETWORK, "utf-8")
    report = check(str(tmp_path / "mine.py"), select=requirement, images=1)
    (text,) = snippets(report).values()
    assert fetched in text
    assert len(text) < 2000
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    got, expected = done.stdout.split("got:")[1].split("expected:")
    assert got.split() != expected.split()


@by_turns
def test_a_network_whose_result_does_not_last(tmp_path: Path) -> None:
    """Its story has the parameters many times; named, they do not make it too long."""
    right = WRONG_NETWORK.replace("256", "255")
    kept = "    buffer[...] = out\n    return buffer, "
    (tmp_path / "mine.py").write_text(
        "import numpy as np\nbuffer = np.zeros(10)\n" + right.replace("    return out, ", kept),
        "utf-8",
    )
    report = check(str(tmp_path / "mine.py"), select="test_network_again_and_again")
    (text,) = snippets(report).values()
    assert text.count("parameters(0).weights") > 1
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    first, by_now = done.stdout.removeprefix("the result:").split("got, by now:")
    assert first.split() != by_now.split()


@pytest.mark.parametrize("name", ["filters", "weights", "biases"])
def test_only_the_very_parameters_are_named(name: str) -> None:
    known = {
        "parameters(0)": parameters(0),
        "parameters(1)": parameters(1),
        "parameters(2)": parameters(2),
        "trained_network()": trained_network(),
    }
    modules = {"parameters": parameters, "trained_network": trained_network, "np": np, "zlib": zlib}
    modules["base64"] = base64
    for fetched, network in known.items():
        own = getattr(network, name)
        other = own.copy()
        other.flat[0] = np.nextafter(other.flat[0], 9)
        for value in (own, own.astype(np.float32), own.astype(np.float16)):
            text = literal(value)
            assert text.startswith(f"{fetched}.{name}")
            read = eval(text, modules)  # noqa: S307 - our own
            assert read.dtype == value.dtype
            assert read.tobytes() == value.tobytes()
            assert not np.shares_memory(read, own)
        for value in (other, own.astype(np.int64), own[:2], -own[::-1]):
            text = literal(value)
            assert fetched not in text
            np.testing.assert_array_equal(eval(text, modules), value)  # noqa: S307 - our own


@by_turns
def test_large_arrays_are_packed(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import numpy as np\nfrom cnnspec import reference\n"
        "def conv2d(image, filters):\n"
        "    maps = reference.conv2d(image, filters)\n"
        "    maps[..., 100:, :] = 0\n"
        "    return maps\n",
        "utf-8",
    )
    report = check(str(tmp_path / "mine.py"), select="large_shapes")
    (text,) = snippets(report).values()
    assert "zlib" in text
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    got, expected = done.stdout.split("expected:")
    assert got.removeprefix("got:").split() != expected.split()


def test_calls_that_are_too_large_get_none() -> None:
    side = int(np.sqrt(LARGEST)) + 1
    error = NonconformanceError(conv2d_case("vast", (side, side), 1, 3), "", Complaint.VALUES)
    assert snippet(error, Capabilities(load())) == ""


#: Mistakes that show only after other calls or in another layout, and what shows them.
HISTORIES = {
    "first-fortran": (
        "conv2d",
        """
    turned = image.flags.f_contiguous and not image.flags.c_contiguous
    return reference.conv2d(image, filters) * (1 + turned)
""",
        "layout",
    ),
    "strided": (
        "dense",
        """
    contiguous = weights.flags.forc
    return reference.dense(x, weights, bias) * (2 - contiguous)
""",
        "layout",
    ),
    "slice": (
        "relu",
        """
    if x.ndim > 1 and x.strides[-1] == x.itemsize and min(x.strides) > 0:
        x = np.lib.stride_tricks.as_strided(x, strides=np.empty(x.shape, x.dtype).strides)
    return reference.relu(x)
""",
        "unusual_memory and slice",
    ),
    "reversed-first-axis": (
        "dense",
        """
    backwards = [step < 0 for step in weights.strides]
    return reference.dense(x, weights, bias) * (1 + (backwards == [True, False]))
""",
        "unusual_memory",
    ),
    "reversed-last-axis": (
        "dense",
        """
    backwards = [step < 0 for step in weights.strides]
    return reference.dense(x, weights, bias) * (1 + (backwards == [False, True]))
""",
        "unusual_memory",
    ),
    "swapped-last-axes": (
        "dense",
        """
    swapped = x.ndim == 3 and x.strides[1] < x.strides[2]
    return reference.dense(x, weights, bias) * (1 + swapped)
""",
        "unusual_memory and swapped-last",
    ),
    "one-alone": (
        "dense",
        """
    backwards = bias.strides[0] < 0
    if backwards and x.strides[0] < 0:
        raise ValueError
    return reference.dense(x, weights, bias) * (1 + backwards)
""",
        "unusual_memory and reversed",
    ),
    "zero-strides": (
        "dense",
        """
    return reference.dense(x, weights, bias) * (1 + (0 in weights.strides))
""",
        "shared_memory",
    ),
    "overlapping": (
        "relu",
        """
    overlaps = x.ndim > 1 and x.strides[0] == x.strides[1]
    return reference.relu(x) * (1 + overlaps)
""",
        "shared_memory",
    ),
    "record-field": (
        "relu",
        """
    return reference.relu(x) * (1 + x.strides[-1] % x.itemsize)
""",
        "unusual_memory and record",
    ),
    "odd-offset": (
        "max_pool2d",
        """
    return reference.max_pool2d(maps) * (2 - maps.flags.aligned)
""",
        "unusual_memory and odd",
    ),
    "again": (
        "relu",
        """
    seen = x.tobytes() in memory
    memory[x.tobytes()] = True
    return reference.relu(x) * (1 + seen)
""",
        "right_again",
    ),
    "in-place": (
        "dense",
        """
    kept = memory.setdefault(id(weights), (weights, weights.copy()))
    return reference.dense(x, kept[1], bias)
""",
        "earlier_ones",
    ),
    "kept": (
        "max_pool2d",
        """
    maps = reference.max_pool2d(maps)
    buffer = memory.setdefault(maps.shape, maps)
    buffer[...] = maps
    return buffer
""",
        "earlier_results",
    ),
    "refused": (
        "conv2d",
        """
    try:
        maps = reference.conv2d(image, filters)
    except ValueError:
        memory["refused"] = True
        raise
    return maps * (2 if memory.pop("refused", False) else 1)
""",
        "leave_nothing_behind",
    ),
    "changed": (
        "relu",
        """
    result = reference.relu(x)
    if x.flags.writeable:
        x *= 0.5
    return result
""",
        "arguments_stay",
    ),
}

PARAMETERS = {
    "conv2d": "image, filters",
    "dense": "x, weights, bias",
    "max_pool2d": "maps",
    "relu": "x",
}


@pytest.mark.parametrize("name", sample(HISTORIES, 3))
@by_turns
def test_a_snippet_tells_the_whole_story(name: str, tmp_path: Path) -> None:
    operation, body, select = HISTORIES[name]
    (tmp_path / "mine.py").write_text(
        "import numpy as np\nfrom cnnspec import reference\nmemory = {}\n"
        f"def {operation}({PARAMETERS[operation]}):{body}",
        "utf-8",
    )
    report = check(str(tmp_path / "mine.py"), select=select)
    found = [text for text in snippets(report).values() if text]
    assert found
    for text in found:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=tmp_path
        )
        if name == "changed":
            assert "x by now" in done.stdout
        elif name == "kept":
            first, by_now = done.stdout.removeprefix("the result:").split("got, by now:")
            assert first.split() != by_now.split()
        else:
            got, _, expected = done.stdout.partition("got:")[2].partition("expected:")
            assert got.split() != expected.split(), text


AFTER_A_REFUSAL = """
from cnnspec import reference
refused = []
def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    try:
        maps = reference.conv2d(image, filters, bias, stride=stride, padding=padding)
    except Exception:
        refused.append(1)
        raise
    if refused:
        refused.clear()
        return maps + 1
    return maps
"""


@by_turns
def test_calls_that_come_before_are_shown(tmp_path: Path) -> None:
    """By itself the call is answered rightly."""
    (tmp_path / "mine.py").write_text(AFTER_A_REFUSAL, "utf-8")
    report = check(
        str(tmp_path / "mine.py"),
        modules=["test_conv2d"],
        select="refused_calls_leave_nothing_behind",
    )
    found = {key: text for key, text in snippets(report).items() if "and now" in text}
    assert found
    for text in found.values():
        assert "refused:" in text
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=tmp_path
        )
        got, expected = done.stdout.split("got:")[1].split("expected:")
        assert got.split() != expected.split()


@by_turns
def test_snippets_print_the_digits_that_tell(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from cnnspec import reference\n"
        "def dense(x, weights, bias):\n"
        "    return reference.dense(x, weights, bias) + 1e-11 * (x.dtype == float)\n",
        "utf-8",
    )
    report = check(str(tmp_path / "mine.py"), modules=["test_dense"])
    text = snippets(report)["DENSE-01"]
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    got, expected = done.stdout.split("got:")[1].split("expected:")
    assert got.split() != expected.split()
