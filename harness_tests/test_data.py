"""Real data: what is bundled is the original, and what is not is refused."""

import gzip
import hashlib
import shutil
from pathlib import Path

import mnist
import numpy as np
import pytest
import skimage

from cnnspec.cases.data import (
    CHECKSUMS,
    DataError,
    cat_gray,
    cat_rgb,
    fixtures_folder,
    mnist_test_set,
    use_bundled_mnist,
)

MD5 = {
    "t10k-images-idx3-ubyte.gz": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte.gz": "27ae3e4e09519cfbb04c329615203637",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in CHECKSUMS:
        shutil.copy(fixtures_folder() / name, tmp_path / name)
    return tmp_path


def test_the_bundled_files_are_the_originals() -> None:
    for name, expected in MD5.items():
        content = gzip.decompress((fixtures_folder() / name).read_bytes())
        assert hashlib.md5(content, usedforsecurity=False).hexdigest() == expected


def test_the_test_set() -> None:
    images, labels = mnist_test_set()
    assert images.shape == (10_000, 28, 28)
    assert images.dtype == "uint8"
    assert (images.min(), images.max()) == (0, 255)
    assert labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert sorted(set(labels.tolist())) == list(range(10))


def test_it_is_read_through_the_mnist_package(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mnist, "test_images", lambda: str(mnist.temporary_dir()))
    assert mnist_test_set(folder)[0] == str(folder)


def test_the_mnist_package_is_left_as_it_was() -> None:
    before = mnist.temporary_dir
    with use_bundled_mnist():
        assert len(mnist.test_labels()) == 10_000
    assert mnist.temporary_dir is before


@pytest.mark.parametrize("name", list(CHECKSUMS))
def test_a_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DataError, match=f"{name} is missing"):
        mnist_test_set(folder)


@pytest.mark.parametrize("name", list(CHECKSUMS))
def test_a_truncated_file(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match=f"{name} is truncated"):
        mnist_test_set(folder)


@pytest.mark.parametrize("name", list(CHECKSUMS))
def test_an_empty_file(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    with pytest.raises(DataError, match=f"{name} is truncated"):
        mnist_test_set(folder)


@pytest.mark.parametrize("name", list(CHECKSUMS))
def test_a_corrupt_file(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 0xFF
    (folder / name).write_bytes(bytes(content))
    with pytest.raises(DataError, match=f"{name} is corrupt"):
        mnist_test_set(folder)


def test_a_file_that_is_no_gzip(folder: Path) -> None:
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(b"<html>404</html>")
    with pytest.raises(DataError, match="is corrupt"):
        mnist_test_set(folder)


def test_another_file(folder: Path) -> None:
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"something else"))
    with pytest.raises(DataError, match="is not the original file"):
        mnist_test_set(folder)


def test_the_cat() -> None:
    assert cat_rgb().shape == (300, 451, 3)
    assert cat_rgb().dtype == "uint8"
    gray = cat_gray()
    assert gray.shape == (300, 451)
    assert 0 <= gray.min() < gray.max() <= 1
    assert np.array_equal(gray, skimage.color.rgb2gray(cat_rgb()))
    cat_rgb()[:] = 0  # a copy
    assert cat_rgb().max() > 200
