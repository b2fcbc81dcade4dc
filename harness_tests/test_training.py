"""The training of the network in fixtures/, and the network that came of it."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("training.train", reason="only in a checkout")

from training import train

OPTIONS = {"epochs": 8, "rate": 0.01, "shift": 1}


def batch(seed: int = 0) -> tuple[Any, Any, Any]:
    random = np.random.default_rng(seed)
    parameters = {name: v.astype(np.float64) for name, v in train.initial(random).items()}
    parameters["biases"] = random.standard_normal(10)
    images = random.integers(0, 256, (5, 28, 28), dtype=np.uint8)
    return parameters, images, random.integers(0, 10, 5, dtype=np.uint8)


@pytest.mark.parametrize("name", ["filters", "weights", "biases"])
def test_gradients_are_what_finite_differences_say(name: str) -> None:
    parameters, images, labels = batch()
    slopes = train.gradients(parameters, images, labels)[name]
    assert slopes.shape == parameters[name].shape
    places = np.random.default_rng(1).permutation(slopes.size)[:72]
    for place in places:
        step = np.zeros(slopes.size)
        step[place] = 1e-6
        ahead, behind = (
            train.loss_of(
                {**parameters, name: parameters[name] + sign * step.reshape(slopes.shape)},
                images,
                labels,
            )
            for sign in (1, -1)
        )
        assert slopes.flat[place] == pytest.approx((ahead - behind) / 2e-6, rel=1e-4, abs=1e-8)


def test_of_equal_pixels_one_gets_the_gradient() -> None:
    parameters, images, labels = batch()
    images[:] = 0  # every window is a tie
    slopes = train.gradients(parameters, images, labels)
    by_pool = slopes["weights"].shape  # the biases' own derivative is the sum by logits
    assert by_pool == (1352, 10)
    step = np.zeros((8, 3, 3))
    step[2, 1, 1] = 1e-6
    ahead, behind = (
        train.loss_of({**parameters, "filters": parameters["filters"] + s * step}, images, labels)
        for s in (1, -1)
    )
    assert slopes["filters"][2, 1, 1] == pytest.approx((ahead - behind) / 2e-6, rel=1e-4)


def test_copies_are_shifted_by_up_to_the_distance() -> None:
    image = np.zeros((300, 28, 28), np.uint8)
    image[:, 10, 20] = 255
    image[:, 0, 5] = 9
    shifted = train.shifted_copy(image, 2, np.random.default_rng(0))
    assert shifted.shape == image.shape
    _, rows, columns = np.nonzero(shifted == 255)
    assert set(zip(rows.tolist(), columns.tolist(), strict=True)) == {
        (10 + down, 20 + right) for down in range(-2, 3) for right in range(-2, 3)
    }
    assert 0 < np.count_nonzero(shifted == 9) < 300  # what leaves the image is gone
    assert np.array_equal(train.shifted_copy(image, 0, np.random.default_rng(0)), image)


def test_the_rate_falls_to_nothing() -> None:
    rates = [train.rate_at(progress, 0.5) for progress in (0, 0.25, 0.5, 0.75, 1)]
    assert rates[0] == 0.5
    assert rates[2] == pytest.approx(0.25)
    assert rates[-1] == pytest.approx(0)
    assert rates == sorted(rates, reverse=True)


def test_adam_takes_the_first_step_at_the_rate_and_against_the_slope() -> None:
    parameters = {"x": np.array([1.0, 2.0])}
    after = train.Adam(parameters).step(parameters, {"x": np.array([5.0, -0.1])}, 0.01)
    assert after["x"] == pytest.approx([0.99, 2.01])
    assert parameters["x"].tolist() == [1.0, 2.0]


def test_training_learns_and_is_the_same_again() -> None:
    random = np.random.default_rng(3)
    patterns = random.integers(0, 256, (10, 28, 28), dtype=np.uint8)
    labels = np.tile(np.arange(10, dtype=np.uint8), 20)
    images = patterns[labels]

    def run() -> list[dict[str, Any]]:
        seeded = np.random.default_rng(0)
        options = argparse.Namespace(**OPTIONS)
        return list(train.epochs(train.initial(seeded), images, labels, options, seeded))

    first, second = run(), run()
    assert len(first) == OPTIONS["epochs"]
    final = train.rounded(first[-1])
    assert train.right(final, images, labels) == 200
    for name in first[-1]:
        assert np.array_equal(first[-1][name], second[-1][name])
        assert first[-1][name].dtype == np.float32


def test_rounded_parameters_fit_float16_and_the_exact_oracle() -> None:
    random = np.random.default_rng(0)
    drawn = {name: 3 * value for name, value in train.initial(random).items()}
    for name, value in train.rounded(drawn).by_name().items():
        assert np.array_equal(value, value.astype(np.float16)), name
        grid = {"filters": 2**12, "weights": 2**14, "biases": 2**10}[name]
        assert np.array_equal(value * grid, np.round(value * grid)), name
        assert value == pytest.approx(drawn[name], rel=2**-10, abs=1 / grid), name


def test_without_the_training_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train.main([str(tmp_path)]) == 2
    assert "train-images-idx3-ubyte.gz is missing" in capsys.readouterr().err
