"""`cnnspec init`: a file to start from, filled in step by step."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cnnspec.cases.requirements import requirements
from cnnspec.commands.line import main
from cnnspec.document.starters import FUNCTIONS, LAYER_CLASSES, OUT_OF_REACH, start
from cnnspec.operations.registry import LAYERS
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from harness_tests.helpers import by_turns

CHOICES = {
    "functions": {},
    "layers": {"layers": True},
    "two": {"operations": ["relu", "conv2d"]},
    "gradients": {"operations": ["conv2d_backward", "dense_grad_x", "relu_backward"]},
    "one-layer": {"layers": True, "operations": ["softmax"]},
}

EACH = pytest.mark.parametrize("options", CHOICES.values(), ids=CHOICES.keys())


@EACH
def test_it_is_clean_code(tmp_path: Path, options: dict[str, Any]) -> None:
    pytest.importorskip("ruff", reason="Ruff is an extra of its own")
    (tmp_path / "mine.py").write_text(start("mine.py", **options), "utf-8")
    for command in (["check"], ["format", "--check", "--diff"]):
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", "mine.py"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@EACH
def test_nothing_is_offered_and_the_report_says_what_to_do(
    tmp_path: Path, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.py").write_text(start("mine.py", **options), "utf-8")
    monkeypatch.chdir(tmp_path)
    report = check("mine.py", modules=["test_relu"])
    assert report["verdict"] == "incomplete"
    assert report["operations"] == {}
    text = text_report(report)
    assert "not implemented yet (NotImplementedError), so not judged: " in text
    assert "write one of them" in text


def test_every_requirement_of_the_profile_stands_where_it_is_needed() -> None:
    text = start("mine.py")
    functions = dict(re.findall(r'^def (\w+)\(.*?"""(.*?)"""', text, re.MULTILINE | re.DOTALL))
    assert tuple(functions) == tuple(FUNCTIONS)
    assert [name for of in FUNCTIONS.values() for name in of] == [*LAYERS]
    for name, docstring in functions.items():
        words = " ".join(docstring.split())
        offered = {*FUNCTIONS[name]}
        for one in requirements().values():
            judged = one.is_judged("article", "default") and one.chapter != "NET"
            belongs = bool(offered & {*one.operations}) and judged
            advised = " (advised)" if one.level == "SHOULD" else ""
            assert (f" {one.id}{advised}: {one.text}" in words) == belongs, (name, one.id)


@by_turns
def test_the_layers_name_what_can_reach_them() -> None:
    """What the articles' layers of the reference are not tested for does not reach a layer."""
    report = check("cnnspec.reference.article2", images=1)
    untested = {
        entry["id"]
        for entry in report["requirements"]
        if entry["status"] == "not tested"
        and set(requirements()[entry["id"]].operations) & LAYER_CLASSES.keys()
    }
    only_others = {"POOL-11", "POOL-26"}  # about means
    assert untested - only_others == OUT_OF_REACH


def test_only_what_was_chosen() -> None:
    text = start("mine.py", operations=["relu", "conv2d"])
    assert re.findall(r"^def (\w+)", text, re.MULTILINE) == ["conv2d", "relu"]
    for chosen in ("conv2d_backward", "conv2d_grad_bias"):
        text = start("mine.py", operations=["relu_backward", chosen])
        assert re.findall(r"^def (\w+)", text, re.MULTILINE) == ["conv2d_backward", "relu_backward"]
    text = start("mine.py", layers=True, operations=["softmax"])
    assert re.findall(r"^class (\w+)", text, re.MULTILINE) == ["Softmax"]


# --- the command -----------------------------------------------------------------------------


def test_it_never_overwrites_a_file_unless_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.py"
    file.write_text("precious = 1\n", "utf-8")
    assert main(["init", str(file)]) == 2
    assert "--force" in capsys.readouterr().err
    assert file.read_text("utf-8") == "precious = 1\n"
    assert main(["init", str(file), "--force"]) == 0
    assert "def conv2d(" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["mine.txt"], "must end in .py"),
        (["mine.py", "--operations", "conv"], "no function for the operation 'conv'"),
        (
            ["mine.py", "--layers", "--operations", "relu"],
            "no layer class for the operation 'relu'",
        ),
        (["nowhere/mine.py"], "nowhere"),
    ],
)
def test_what_cannot_be_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", *arguments]) == 2
    assert reason in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# --- filled in, step by step -----------------------------------------------------------------

RELU = "return np.maximum(x, 0)"

CONV2D = """\
if dilation != 1 or groups != 1:
        raise NotImplementedError
    image, filters = np.asarray(image), np.asarray(filters)
    gray = image.ndim == 2
    channels = 1 if gray else image.shape[-1]
    if gray != (filters.ndim == 3) or channels != (1 if gray else filters.shape[-1]):
        raise ValueError("image and filters differ in their channels")
    count, size = filters.shape[:2]
    if filters.shape[2] != size or size % 2 == 0:
        raise ValueError("filters must be square and odd")
    if stride < 1 or padding not in ("valid", "same") or (padding == "same" and stride != 1):
        raise ValueError("no such stride or padding")
    if bias is not None and np.shape(bias) != (count,):
        raise ValueError("one bias for each filter")
    dtype = np.result_type(image, filters, *([] if bias is None else [bias]))
    dtype = dtype if dtype.kind == "f" else np.dtype(float)
    images = image[None, :, :, None] if gray else image if image.ndim == 4 else image[None]
    kernels = (filters[..., None] if gray else filters).astype(dtype)
    if padding == "same":
        edge = size // 2
        images = np.pad(images, ((0, 0), (edge, edge), (edge, edge), (0, 0)))
    if size > min(images.shape[1:3]):
        raise ValueError("the filters are larger than the image")
    windows = np.lib.stride_tricks.sliding_window_view(images.astype(dtype), (size, size), (1, 2))
    windows = windows[:, ::stride, ::stride]
    maps = np.einsum("nijcab,kabc->nijk", windows, kernels)
    if bias is not None:
        maps = maps + np.asarray(bias, dtype)
    return maps if image.ndim == 4 else maps[0]"""

STEPS = [
    ("relu", RELU),
    ("conv2d", CONV2D),
    (
        "softmax",
        """\
logits = np.asarray(logits)
    logits = logits if logits.dtype.kind == "f" else logits.astype(float)
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)""",
    ),
]


def filled(text: str, name: str, body: str) -> str:
    """Return a file with the body of one function in the place of its NotImplementedError."""
    before, function, after = text.partition(f"def {name}(")
    assert function
    return before + function + after.replace("raise NotImplementedError", body, 1)


@by_turns
def test_it_conforms_step_by_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = start("mine.py")
    done: list[str] = []
    for name, body in STEPS:
        text = filled(text, name, body)
        done.append(name)
        (tmp_path / "mine.py").write_text(text, "utf-8")
        report = check("mine.py")
        assert report["verdict"] == "conforms", text_report(report)
        assert set(report["operations"]) == set(done)
        (note,) = [note for note in report["implementation"]["notes"] if "not implemented" in note]
        assert not any(name in note.split(": ")[1].split(", ") for name in done)


def test_gradients_are_written_as_one_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = start("mine.py", operations=["conv2d_backward", "dense_backward"])
    arrays = "tuple[np.ndarray, np.ndarray, np.ndarray]"
    assert re.findall(r"^\) -> (.*):$|^def .* -> (.*):$", text, re.MULTILINE) == [
        (arrays, ""),
        (arrays, ""),
    ]
    body = """\
grad, x, weights = map(np.asarray, (grad, x, weights))
    if grad.ndim != x.ndim or grad.shape != (*x.shape[:-1], weights.shape[1]):
        raise ValueError("grad has not the shape of the layer's result")
    if x.shape[-1] != len(weights):
        raise ValueError("there must be a row of weights for each input")
    rows, grads = x.reshape(-1, len(weights)), grad.reshape(-1, weights.shape[1])
    dtype = np.result_type(grad, x)
    by_weights = (rows.T.astype(float) @ grads).astype(dtype)
    return grad @ weights.T, by_weights, grads.astype(float).sum(axis=0).astype(grad.dtype)"""
    (tmp_path / "mine.py").write_text(filled(text, "dense_backward", body), "utf-8")
    report = check("mine.py", modules=["test_dense_backward"])
    assert {*report["operations"]} == {f"dense_grad_{to}" for to in ("x", "weights", "bias")}
    failed = [one["id"] for one in report["requirements"] if one["status"] == "failed"]
    assert failed == [], text_report(report)
    (note,) = [note for note in report["implementation"]["notes"] if "not implemented" in note]
    assert "conv2d_grad_image" in note or "conv2d_backward" in note


@by_turns
def test_a_mistake_on_the_way_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = filled(start("mine.py", operations=["relu"]), "relu", "return np.maximum(x, 1)")
    (tmp_path / "mine.py").write_text(text, "utf-8")
    assert check("mine.py", modules=["test_relu"])["verdict"] == "does not conform"


@by_turns
def test_layers_filled_in_conform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = start("mine.py", layers=True, operations=["max_pool2d"])
    body = """\
rows, columns, count = maps.shape
        if min(rows, columns) < 2:
            raise ValueError("maps must be at least 2x2")
        cut = maps[: rows // 2 * 2, : columns // 2 * 2]
        return cut.reshape(rows // 2, 2, columns // 2, 2, count).max(axis=(1, 3))"""
    text = text.replace("raise NotImplementedError", body)
    (tmp_path / "mine.py").write_text(text, "utf-8")
    report = check("mine.py")
    assert report["verdict"] == "conforms", text_report(report)
    assert set(report["operations"]) == {"max_pool2d"}
