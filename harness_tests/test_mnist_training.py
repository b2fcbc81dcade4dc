"""``cnnspec demo mnist --train``: the bundled images, the training, its numbers and its curves."""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.cases.data import (
    SUBSET_CHECKSUMS,
    TRAINING_IMAGES,
    DataError,
    fixtures_folder,
    mnist_training_subset,
)
from cnnspec.commands.line import main
from cnnspec.network import demos, figures
from cnnspec.network.demos import Schedule, demo_training
from cnnspec.network.evaluation import Progress, together
from cnnspec.network.training import DivergedError, TrainedNetwork, orders
from harness_tests.helpers import by_turns

ROOT = Path(__file__).parent.parent

IMAGES, LABELS = mnist_training_subset()


# --- the bundled images ----------------------------------------------------------------------


def test_the_subset() -> None:
    assert IMAGES.shape == (TRAINING_IMAGES, 28, 28)
    assert LABELS.shape == (TRAINING_IMAGES,)
    assert IMAGES.dtype == LABELS.dtype == np.uint8
    assert (IMAGES.min(), IMAGES.max()) == (0, 255)
    assert LABELS[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]  # as published
    assert np.bincount(LABELS).min() > 250


def test_the_readme_of_the_fixtures_has_its_checksums() -> None:
    said = (fixtures_folder() / "README.md").read_text("utf-8")
    for name, checksum in SUBSET_CHECKSUMS.items():
        content = (fixtures_folder() / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == checksum
        unpacked = hashlib.sha256(gzip.decompress(content)).hexdigest()
        assert f"`{name}`" in said
        assert f"`{unpacked}`" in said


@pytest.mark.parametrize("name", list(SUBSET_CHECKSUMS))
def test_a_subset_that_is_not_what_it_should_be(tmp_path: Path, name: str) -> None:
    for one in SUBSET_CHECKSUMS:
        shutil.copy(fixtures_folder() / one, tmp_path / one)
    assert np.array_equal(mnist_training_subset(tmp_path)[1], LABELS)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[:-9])
    with pytest.raises(DataError, match=f"{name} is truncated"):
        mnist_training_subset(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(DataError, match=f"{name} is missing"):
        mnist_training_subset(tmp_path)


def test_the_script_writes_the_first_images_in_their_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    subset = pytest.importorskip("training.subset", reason="only in a checkout")
    rest = np.zeros((500, 28, 28), np.uint8)
    whole = np.concatenate([IMAGES, rest]), np.concatenate([LABELS, rest[:, 0, 0]])
    monkeypatch.setattr(subset, "mnist_training_set", lambda _folder: whole)
    assert subset.main(["anywhere", "--output", str(tmp_path)]) == 0
    for name in SUBSET_CHECKSUMS:
        written, bundled = (
            gzip.decompress((folder / name).read_bytes())
            for folder in (tmp_path, fixtures_folder())
        )
        assert written == bundled
    monkeypatch.undo()
    capsys.readouterr()
    assert subset.main([str(tmp_path)]) == 2
    assert "train-images-idx3-ubyte.gz is missing" in capsys.readouterr().err


# --- training --------------------------------------------------------------------------------

#: What becomes of 60 images with seed 3 and the learning rate .01, on whatever machine.
LOSS = "0x1.3c62663fabfe3p+1"
DIGEST = "15cfc10e2bb1c0f8d5c42043ac74055c9af44c7a45731f462063dc51bccc8129"


def trained(count: int = 60, seed: int = 3, rate: float = 0.01) -> tuple[TrainedNetwork, Any]:
    network = TrainedNetwork(seed, rate)
    for _, order in orders(seed, 1, count):
        found = [network.train(IMAGES[n], int(LABELS[n])) for n in order]
    return network, found


def test_the_numbers_are_the_same_on_every_machine() -> None:
    network, found = trained()
    held = [network.filters, network.weights, network.biases]
    content = b"".join(np.ascontiguousarray(one, "<f8").tobytes() for one in held)
    assert (found[-1][1].hex(), hashlib.sha256(content).hexdigest()) == (LOSS, DIGEST)


def test_a_step_is_the_references() -> None:
    network = TrainedNetwork(1, 2.0**-5)
    random = np.random.default_rng(0)
    for step in range(20):
        image = IMAGES[step] if step % 2 else random.integers(0, 256, (28, 28), dtype=np.uint8)
        label = int(random.integers(10))
        before = {name: getattr(network, name) for name in ("filters", "weights", "biases")}
        due = reference.train_step(image, label, **before, learning_rate=network.rate)
        out, loss, acc = network.forward(image, label)
        assert out.sum() == pytest.approx(1)
        assert network.train(image, label)[1:] == (loss, acc)
        assert loss == pytest.approx(float(due[0]), rel=1e-12)
        for name, expected in zip(before, due[1:], strict=True):
            assert np.abs(getattr(network, name) - expected).max() <= 1e-13, name
            assert not np.array_equal(getattr(network, name), before[name])


def test_it_begins_as_the_article_does() -> None:
    network, other = TrainedNetwork(0, 0.005), TrainedNetwork(1, 0.005)
    assert network.filters.std() == pytest.approx(1 / 9, rel=0.3)
    assert network.weights.std() == pytest.approx(1 / 1352, rel=0.05)
    assert not network.biases.any()
    assert not np.array_equal(network.weights, other.weights)


def test_every_epoch_shows_every_image_in_another_order() -> None:
    (first, one), (second, two) = orders(0, 2, 50)
    assert (first, second) == (1, 2)
    assert sorted(one) == sorted(two) == list(range(50))
    assert one.tolist() != two.tolist()
    assert [order.tolist() for _, order in orders(0, 2, 50)] == [one.tolist(), two.tolist()]
    assert [order.tolist() for _, order in orders(1, 1, 50)] != [one.tolist()]


def test_a_rate_that_is_too_large_is_told() -> None:
    with pytest.raises(DivergedError, match="learning rate of 1e"):
        trained(count=20, rate=1e6)


@pytest.mark.skipif(not (ROOT / "training").is_dir(), reason="only in a checkout")
@by_turns
@pytest.mark.parametrize("features", ["X86_V4 AVX512F AVX512_SKX", "X86_V3 X86_V4 AVX2 FMA3"])
def test_processors_without_some_instructions_have_the_same_numbers(features: str) -> None:
    program = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "from harness_tests.test_mnist_training import trained\n"
        "print(trained(20)[1][-1][1].hex())"
    )
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "NPY_DISABLE_CPU_FEATURES": features},
    )
    assert done.stdout.strip() == trained(20)[1][-1][1].hex()


# --- the program -----------------------------------------------------------------------------


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the figures that are drawn, which are kept open."""
    found: list[Any] = []

    def keep(figure: Any, file: Path | None) -> str:
        found.append(figure)
        return figures.finish(figure, file)

    monkeypatch.setattr(demos, "finish", keep)
    monkeypatch.setattr(demos, "TESTED", 100)
    return found


def test_the_program(tmp_path: Path, drawn: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "curves.png"
    options = ["--train", "--images", "250", "--epochs", "2", "--seed", "5", "--lr", "0.02"]
    assert main(["demo", "mnist", *options, "--figure", str(file)]) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert not said.err  # no bar where there is no terminal
    assert lines[:2] == ["MNIST CNN initialized!", "--- Epoch 1 ---"]
    steps = [line for line in lines if line.startswith("[Step")]
    assert [line.partition(" Average")[0] for line in steps] == 2 * [
        "[Step 100] Past 100 steps:",
        "[Step 200] Past 100 steps:",
        "[Step 250] Past 50 steps:",
    ]
    assert lines[-3] == "--- Testing the CNN ---"
    assert lines[-2].startswith("100 images: average loss ")
    assert lines[-1] == f"figure: {file}"
    assert file.stat().st_size > 10_000

    losses, accuracies = drawn[0].axes
    curve, in_test = losses.lines[:2]
    assert curve.get_xdata().tolist() == [100, 200, 250, 350, 450, 500]
    told = [float(line.split("Loss ")[1].split(" ")[0]) for line in steps]
    assert curve.get_ydata() == pytest.approx(told, abs=6e-4)
    assert in_test.get_ydata()[0] == pytest.approx(float(lines[-2].split()[4][:-1]), abs=6e-4)
    assert accuracies.lines[1].get_ydata()[0] == float(lines[-2].split()[5])
    assert losses.get_ylabel() == "average loss (nats)"
    assert accuracies.get_ylabel() == "accuracy (%)"
    assert told[-1] < told[0]

    assert main(["demo", "mnist", *options]) == 0
    assert capsys.readouterr().out.splitlines()[:-1] == lines[:-1]  # the same numbers again


def test_another_seed_has_other_numbers(
    drawn: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for seed in (0, 1):
        demo_training(Schedule(seed=seed, epochs=1, images=30))
        said.append(capsys.readouterr().out)
    assert said[0] != said[1]
    assert len(drawn) == 2


def test_groups_are_averaged_by_their_images() -> None:
    whole = together([Progress(100, 100, 1.0, 50), Progress(150, 50, 4.0, 40)])
    assert whole == Progress(150, 150, 2.0, 90)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--epochs", "2"], "options of the training: give --train, too"),
        (["--seed", "0"], "options of the training: give --train, too"),
        (["--lr", "1"], "options of the training: give --train, too"),
        (["--train", "--images", "3001"], "--images 3001: 3000 training images are bundled"),
        (["--train", "--images", "40", "--lr", "1e9"], "choose a smaller one by --lr"),
        (["--images", "10001"], "the MNIST test set has 10000 images"),
    ],
)
def test_options_that_mean_nothing(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "mnist", *options]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert len(complaint.splitlines()) == 1


@pytest.mark.parametrize(
    "option", [["--seed", "-1"], ["--seed", "a"], ["--lr", "0"], ["--lr", "inf"], ["--epochs", "0"]]
)
def test_options_that_are_no_such_number(option: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo", "mnist", "--train", *option])
    assert ended.value.code == 2


def test_the_bundled_files_leave_the_wheel_small() -> None:
    """All data files together; the rest of the wheel is text, some 1.2 MB of it compressed."""
    files = [file for file in fixtures_folder().iterdir() if file.suffix in (".gz", ".npz")]
    assert sum(file.stat().st_size for file in files) < 3_000_000
