"""The hash of the specification."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnspec.cases.requirements import spec_folder
from cnnspec.report import identity
from cnnspec.report.identity import spec_hash


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a copy of all that the hash is over, which may be changed."""
    fixtures = identity._fixtures()  # noqa: SLF001 - there is no other way to its folder
    for name, folder in (("spec_tests", spec_folder()), ("fixtures", fixtures)):
        shutil.copytree(folder, tmp_path / name)
    monkeypatch.setattr(identity, "spec_folder", lambda: tmp_path / "spec_tests")
    monkeypatch.setattr(identity, "_fixtures", lambda: tmp_path / "fixtures")
    yield tmp_path
    spec_hash.cache_clear()


def hash_now() -> str:
    spec_hash.cache_clear()
    return spec_hash()


def test_it_is_the_same_elsewhere(copied: Path) -> None:
    here = hash_now()
    assert len(here) == 64
    file = copied / "spec_tests" / "test_relu.py"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    (copied / "spec_tests" / "__pycache__").mkdir(exist_ok=True)
    (copied / "spec_tests" / "notes.txt").write_text("x", "utf-8")
    assert hash_now() == here


@pytest.mark.parametrize(
    "name",
    [
        "spec_tests/conv2d.toml",
        "spec_tests/test_relu.py",
        "fixtures/conv2d.json",
        "fixtures/mnist_network.npz",
        "fixtures/t10k-images-idx3-ubyte.gz",
    ],
)
def test_it_changes_with_what_is_required(copied: Path, name: str) -> None:
    before = hash_now()
    file = copied / name
    file.write_bytes(file.read_bytes() + b" ")
    assert hash_now() != before


def test_it_changes_with_version_and_names(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = hash_now()
    (copied / "fixtures" / "relu.json").rename(copied / "fixtures" / "relu2.json")
    renamed = hash_now()
    assert renamed != before
    monkeypatch.setattr(identity, "__version__", "9.9.9")
    assert hash_now() not in (before, renamed)
