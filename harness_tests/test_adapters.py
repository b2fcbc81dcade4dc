"""The bundled adapters: layouts, names, and verdicts of the frameworks that are installed."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.adapters import ADAPTERS, layouts
from cnnspec.adapters.table import as_markdown, complaints, confirmed, explained
from cnnspec.checking import check
from cnnspec.command_line import main
from cnnspec.loading import LoadError, load
from cnnspec.requirements import requirements

ROOT = Path(__file__).parent.parent

INSTALLED = {
    "torch": "torch",
    "onnxruntime": "onnxruntime",
    "jax": "jax",
    "tensorflow": "tensorflow",
    "tinygrad": "tinygrad",
    "scipy": "scipy",
    "opencv": "cv2",
}


def is_installed(name: str) -> bool:
    needed = [INSTALLED[name], *(["onnx"] if name in ("onnxruntime", "opencv") else [])]
    return all(importlib.util.find_spec(module) for module in needed)


def test_layouts_move_axes_and_change_no_number() -> None:
    image, maps = np.arange(24.0).reshape(4, 6), np.arange(48.0).reshape(1, 4, 6, 2)
    assert layouts.as_batch(image).shape == (1, 4, 6, 1)
    assert layouts.as_batch(image[..., np.newaxis]).shape == (1, 4, 6, 1)
    assert layouts.channels_first(maps).shape == (1, 2, 4, 6)
    assert np.array_equal(layouts.channels_last(layouts.channels_first(maps)), maps)
    filters = np.arange(54.0).reshape(3, 3, 3, 2)
    assert layouts.filters_last(filters)[0, 1, 1, 2] == filters[2, 0, 1, 1]
    assert layouts.as_given(maps, image).shape == (4, 6, 2)
    assert layouts.as_given(maps, maps).shape == (1, 4, 6, 2)
    assert layouts.zeros_around(3) == (1, 1)
    with pytest.raises(NotImplementedError):
        layouts.real_numbers(np.array([1]))


@pytest.mark.parametrize("name", ADAPTERS)
def test_a_missing_framework_names_its_extra(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, INSTALLED[name], None)
    monkeypatch.delitem(sys.modules, f"cnnspec.adapters.{name}", raising=False)
    with pytest.raises(LoadError, match=rf"pip install 'cnnspec\[{name}\]'"):
        load(name)


def test_every_framework_is_an_extra() -> None:
    if not (ROOT / "pyproject.toml").is_file():
        pytest.skip("only in a checkout")
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert all(f"\n{name} = [" in text for name in ADAPTERS)


def test_an_unknown_variant_is_refused() -> None:
    with pytest.raises(LoadError, match="it has scipy:correlate2d, scipy:fft"):
        load("scipy:fastest")


@pytest.mark.parametrize("name", ADAPTERS)
def test_installed_frameworks_fail_for_nothing_that_is_not_confirmed(name: str) -> None:
    """On convolution and ReLU in the most, for compilers of shapes take minutes for all."""
    if not is_installed(name):
        pytest.skip(f"{ADAPTERS[name]} is not installed")
    report = check(name, isolated=True, modules=["test_relu", "test_cross_entropy"])
    assert report["implementation"]["form"] == "adapter"
    assert complaints([report]) == []


def test_scipy_is_judged_whole() -> None:
    report = check("scipy", isolated=True)
    failed = [entry["id"] for entry in report["requirements"] if entry["status"] == "failed"]
    assert failed == ["CONV-29"]
    assert complaints([report]) == []
    report["requirements"][0]["status"] = "failed"
    assert len(complaints([report])) == 1


def test_confirmed_faults_are_of_known_adapters_and_requirements() -> None:
    for fault in confirmed():
        assert {name.partition(":")[0] for name in fault["adapters"]} <= set(ADAPTERS)
        assert set(fault["requirements"]) <= requirements().keys()
        assert fault["what"].endswith(".")
        compile(fault["shown_by"], "shown_by", "exec")
    assert explained("torch") == []


def test_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report: dict[str, Any] = {
        "implementation": {"source": "scipy", "name": "SciPy 1.17.1"},
        "verdict": "does not conform",
        "operations": {"conv2d": {}},
        "requirements": [{"id": "CONV-29", "status": "failed"}],
    }
    file = tmp_path / "scipy.json"
    file.write_text(json.dumps(report), "utf-8")
    assert main(["adapters", str(file)]) == 0
    assert capsys.readouterr().out == as_markdown([report])
    report["requirements"].append({"id": "CONV-01", "status": "failed"})
    file.write_text(json.dumps(report), "utf-8")
    assert main(["adapters", str(file)]) == 1
    assert "scipy fails CONV-01" in capsys.readouterr().err
