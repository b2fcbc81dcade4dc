"""Real data: MNIST as far as it is bundled with the project, and the cat of scikit-image."""

import contextlib
import gzip
import hashlib
import importlib
import importlib.util
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import skimage
from numpy.typing import NDArray

Images = NDArray[np.uint8]


#: Images of the test set.
TEST_IMAGES = 10_000

#: Images of the training set that are bundled: its first.
TRAINING_IMAGES = 3_000


class DataError(Exception):
    """A data file is missing or is not what it should be; the message names file and fault."""


#: SHA-256 of the original files, compressed as they were published: the test set, which is bundled.
CHECKSUMS = {
    "t10k-images-idx3-ubyte.gz": (
        "1a1a05eab793c14bb050b398624a11b0ffd1a2953baed553b1b9bd079e2a20be"
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "b91679a0acfe4ba0e50a2437a903084cba1f5f92592b016a25a7dfd00455798b"
    ),
}

#: The bundled part of the training set: where training/subset.py puts it.
SUBSET_IMAGES = "train-first-3000-images-idx3-ubyte.gz"
SUBSET_LABELS = "train-first-3000-labels-idx1-ubyte.gz"

SUBSET_CHECKSUMS = {
    SUBSET_IMAGES: "8bcc21991ed549ab5d5b87ea05e8761139c29e75da87ffc325fd37ed88e282d5",
    SUBSET_LABELS: "33eb40df5d5d944128c354c05f71c28f3119e3eca4b48c25d2d19dd244be2fe6",
}

#: The whole training set, which is not bundled.
TRAINING_CHECKSUMS = {
    "train-images-idx3-ubyte.gz": (
        "0b367032e93c5d0cea0925647cfdb18614af8ee15f83e6f2fc2ad904a6835971"
    ),
    "train-labels-idx1-ubyte.gz": (
        "1787548bbe0bff1ec2ecdc0ef292b02df999e2d1a6002d27500982c652b17203"
    ),
}


def fixtures_folder() -> Path:
    """Return the folder of ``cnnspec.fixtures``, in a checkout and in an installed package."""
    spec = importlib.util.find_spec("cnnspec.fixtures")
    if spec is None or not spec.submodule_search_locations:
        raise DataError("the package cnnspec.fixtures is missing; install cnnspec anew")
    return Path(next(iter(spec.submodule_search_locations)))


def mnist_test_set(folder: Path | None = None) -> tuple[Images, Images]:
    """Return the 10,000 test images (10000, 28, 28) and their labels (10000,), both uint8.

    They are read from the IDX files in ``folder`` (the bundled ones by default) by the ``mnist``
    package, after their checksums were compared.

    Raises
    ------
    DataError
        If a file is missing, truncated or changed.
    """
    folder = folder or fixtures_folder()
    for name, checksum in CHECKSUMS.items():
        _check(folder / name, checksum)
    with use_bundled_mnist(folder) as mnist:
        return mnist.test_images(), mnist.test_labels()


def mnist_training_subset(folder: Path | None = None) -> tuple[Images, Images]:
    """Return the first 3,000 training images (3000, 28, 28) and their labels, both uint8.

    They are read from the files in ``folder`` (the bundled ones by default).

    Raises
    ------
    DataError
        If a file is missing, truncated or changed.
    """
    folder = folder or fixtures_folder()
    found = []
    for name, checksum in SUBSET_CHECKSUMS.items():
        _check(folder / name, checksum)
        with gzip.open(folder / name) as opened:
            found.append(np.asarray(_mnist().parse_idx(opened)))
    images, labels = found
    return images, labels


def mnist_training_set(folder: Path) -> tuple[Images, Images]:
    """Return the 60,000 training images (60000, 28, 28) and their labels, both uint8.

    They are read as those of the test set are, from a folder that holds the original files.

    Raises
    ------
    DataError
        If a file is missing, truncated or changed.
    """
    for name, checksum in TRAINING_CHECKSUMS.items():
        _check(folder / name, checksum)
    with use_bundled_mnist(folder) as mnist:
        return mnist.train_images(), mnist.train_labels()


def _check(file: Path, checksum: str) -> None:
    """Say what is wrong with a data file, if anything is."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{file} is missing; {_REMEDY}") from None
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error}") from error
    if hashlib.sha256(content).hexdigest() == checksum:
        return
    decompressor = zlib.decompressobj(wbits=31)  # gzip
    try:
        decompressor.decompress(content)
    except zlib.error as error:
        raise DataError(f"{file} is corrupt ({error}); {_REMEDY}") from error
    if not decompressor.eof:
        raise DataError(f"{file} is truncated: it ends after {len(content)} bytes; {_REMEDY}")
    raise DataError(f"{file} is not the original file: its SHA-256 differs; {_REMEDY}")


_REMEDY = "restore the original file (what is bundled comes with cnnspec)"


@contextlib.contextmanager
def use_bundled_mnist(folder: Path | None = None) -> Iterator[Any]:
    """Return the ``mnist`` package, which meanwhile reads from ``folder``, not from an address.

    The one that it knows no longer answers, so that without this every call would fail.
    """
    mnist = _mnist()
    before = mnist.temporary_dir
    mnist.temporary_dir = lambda: str(folder or fixtures_folder())
    try:
        yield mnist
    finally:
        mnist.temporary_dir = before


def _mnist() -> Any:
    """Return the ``mnist`` package, which imports all that downloads need: few need it."""
    return importlib.import_module("mnist")


@cache
def _cat() -> Images:
    image: Images = skimage.data.chelsea()  # type: ignore[no-untyped-call]
    image.setflags(write=False)
    return image


def cat_rgb() -> Images:
    """Return scikit-image's cat "chelsea": (300, 451, 3), uint8 from 0 to 255."""
    return _cat().copy()


#: How much red, green and blue count, as in skimage.color.rgb2gray, whose import takes long.
_LUMINANCE = np.array([0.2125, 0.7154, 0.0721])


def cat_gray() -> NDArray[np.float64]:
    """Return the cat in gray: (300, 451), luminance from 0 to 1."""
    gray: NDArray[np.float64] = np.multiply(_cat(), 1 / 255, dtype=np.float64) @ _LUMINANCE
    return gray
