"""A step of training as an operation: its bound in every format, its forms, and who is no step."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.operations.network.exact import Parameters
from cnnspec.operations.registry import OPERATIONS
from cnnspec.operations.train_step import RETURNED, parts_of, step_of
from cnnspec.operations.train_step.exact import ExactStep, NoBoundError, exact_step
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from cnnspec.subject.outcomes import NotOffered, Result
from cnnspec.subject.sources.recognition import recognise
from harness_tests.helpers import SPECIMENS

STEP = OPERATIONS["train_step"]

DOUBLE = np.dtype(float)

Array = Any


# --- the bound, in every format --------------------------------------------------------------


def in_format(given: dict[str, Any], kind: type, *, way: int) -> list[Array]:
    """Take a step with every number rounded to a format, in one of several right ways."""
    arrays: list[Array] = [np.asarray(given[name]) for name in ("image", *RETURNED[1:])]
    image, filters, weights, biases = (one.astype(kind) for one in arrays)
    label, rate = given["label"], kind(given["learning_rate"])
    pixels = image / kind(255) - kind(0.5) if way % 2 else (image - kind(127.5)) / kind(255)
    size = filters.shape[-1]
    seen = np.lib.stride_tricks.sliding_window_view(pixels, (size, size))
    seen = seen.reshape(*seen.shape[:2], -1)[..., :: 1 if way % 2 else -1]
    kernels = filters.reshape(len(filters), -1)[:, :: 1 if way % 2 else -1]
    maps = np.zeros((*seen.shape[:2], len(filters)), kind)
    for place in range(size * size):
        maps += seen[..., place, np.newaxis] * kernels[:, place]
    rows, columns = maps.shape[0] // 2, maps.shape[1] // 2
    windows = maps[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2, -1)
    pooled = windows.max(axis=(1, 3))
    logits = biases.copy()
    for x, row in zip(pooled.ravel(), weights, strict=True):
        logits = logits + x * row
    exponentials = np.exp(logits - logits.max())
    total = exponentials.sum(dtype=kind)
    out = exponentials / total
    by_logits = out - (np.arange(len(out)) == label).astype(kind)
    if way >= 2:  # by way of -1 / p and the derivatives of the softmax
        slopes = -exponentials[label] * exponentials / (total * total)
        slopes[label] = exponentials[label] * (total - exponentials[label]) / (total * total)
        by_logits = kind(-1) / out[label] * slopes
    by_pool: Array = np.zeros(len(weights), kind)
    for column, one in zip(weights.T, by_logits, strict=True):
        by_pool += column * one
    by_pool = by_pool.reshape(pooled.shape)
    new = filters.copy()
    for i, j, k in np.ndindex(pooled.shape):
        a, b = np.unravel_index(windows[i, :, j, :, k].argmax(), (2, 2))
        region = pixels[2 * i + a : 2 * i + a + size, 2 * j + b : 2 * j + b + size]
        new[k] -= rate * (by_pool[i, j, k] * region)
    return [
        -np.log(out[label]),
        new,
        weights - rate * np.multiply.outer(pooled.ravel(), by_logits),
        biases - rate * by_logits,
    ]


def drawn(seed: int, kind: type) -> dict[str, Any]:
    """Return a small network, whose parameters a format holds, and an image."""
    random = np.random.default_rng(seed)
    size, count, classes = int(random.choice([1, 3, 5])), *random.integers(1, 4, 2)
    height, width = random.integers(size + 1, size + 6, 2)
    inputs = ((height - size + 1) // 2) * ((width - size + 1) // 2) * count
    shapes = {
        "filters": (count, size, size),
        "weights": (inputs, classes + 1),
        "biases": (classes + 1,),
    }
    scale = random.choice([0.1, 1.0])
    parameters = {
        name: (scale * random.standard_normal(shape)).astype(kind).astype(float)
        for name, shape in shapes.items()
    }
    return {
        "image": random.integers(0, 256, (height, width)).astype(np.uint8),
        "label": int(random.integers(classes + 1)),
        **parameters,
        "learning_rate": 2.0 ** random.integers(-8, 2),
    }


def over(due: ExactStep, found: list[Array]) -> float:
    """Return how far the worst number of a step is off, over its bound."""
    loss, *after = found
    off = [abs(float(loss) - float(due.loss.high)) / float(due.loss.allowed)]
    for span, got in zip(due.parameters.values(), after, strict=True):
        off.append(float((span.excess(np.asarray(got, float)) / span.allowed).max()))
    return max(off)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_right_ways_of_a_step_keep_the_bound_in_every_format(kind: type) -> None:
    worst, judged = 0.0, 0
    for seed in range(60):
        given = drawn(seed, kind)
        try:
            due = step_of(given, np.dtype(kind))
        except NoBoundError:
            continue
        judged += 1
        for way in range(4):
            with np.errstate(under="ignore"):
                worst = max(worst, over(due, in_format(given, kind, way=way)))
    assert 0.05 < worst < 1
    assert judged > 40


def test_a_probability_that_is_smaller_than_all_digits_has_a_bound() -> None:
    """A class with the probability exp(-555) has a gradient, which is a number of float64."""
    given = drawn(3, np.float64)
    given["biases"] = np.zeros_like(given["biases"])
    given["biases"][given["label"]] = 555
    found = reference.train_step(**given)
    assert 0 < np.abs(found[3]).min() < 1e-200
    assert over(step_of(given, DOUBLE), [*found]) < 1


def test_of_what_nothing_is_known() -> None:
    given = drawn(0, np.float64)
    with pytest.raises(ValueError, match=r"a power of two, got 0\.3"):
        step_of({**given, "learning_rate": 0.3}, DOUBLE)
    with pytest.raises(ValueError, match="whole numbers"):
        step_of({**given, "image": given["image"] / 2.5}, DOUBLE)
    long = {"filters": np.ones((8, 3, 3)), "weights": np.ones((1352, 2)), "biases": np.ones(2)}
    with pytest.raises(NoBoundError, match="no bound holds for sums of 1352 products in float16"):
        exact_step(np.zeros((28, 28)), 0, Parameters(**long), 1.0, np.dtype(np.float16))
    with pytest.raises(NoBoundError, match="right in norm only"):
        STEP.answer(given, DOUBLE, "normwise")


def test_the_answer_is_all_of_a_step_in_a_row() -> None:
    given = drawn(5, np.float64)
    step, joined = step_of(given, DOUBLE), STEP.answer(given, DOUBLE, "componentwise")
    parts = parts_of(joined, given)
    assert [*parts] == [*RETURNED]
    assert {name: parts[name].high.shape for name in RETURNED[1:]} == {
        name: given[name].shape for name in RETURNED[1:]
    }
    for name, span in step.parameters.items():
        assert np.array_equal(parts[name].high, span.middle)
        assert (parts[name].allowed >= span.allowed).all()


def test_a_tie_leaves_room_in_the_answer() -> None:
    given = drawn(5, np.float64) | {"image": np.full((8, 8), 200, np.uint8)}
    assert STEP.mend is not None
    given["weights"] = np.resize(given["weights"], STEP.mend(given)["weights"].shape)
    parts = parts_of(STEP.answer(given, DOUBLE, "componentwise"), given)
    assert parts["filters"].allowed.min() > 1e6 * parts["biases"].allowed.max()


# --- the forms -------------------------------------------------------------------------------


def offered(**names: Any) -> Any:
    return recognise(SimpleNamespace(**names), name="mine", source="mine")


def right(image: Any, label: Any, filters: Any, weights: Any, biases: Any, lr: float) -> Any:
    return reference.train_step(image, label, filters, weights, biases, learning_rate=lr)


def by_keyword(
    im: Any, y: Any, kernels: Any, w: Any, b: Any, *, eta: float, verbose: int = 0
) -> Any:
    assert not verbose
    return right(im, y, kernels, w, b, eta)


@pytest.mark.parametrize("function", [right, by_keyword])
def test_a_function_is_called_as_it_names_its_arguments(function: Any) -> None:
    given = drawn(1, np.float64)
    outcome = offered(train_step=function).call("train_step", given)
    assert isinstance(outcome, Result)
    assert over(step_of(given, DOUBLE), [*outcome.values]) < 1


def keras(self: Any, data: Any) -> Any:
    raise AssertionError(self, data)


def jax(params: Any, state: Any, batch: Any, rng: Any, model: Any, lr: Any) -> Any:
    raise AssertionError(params, state, batch, rng, model, lr)


def anything(*given: Any) -> Any:
    raise AssertionError(given)


def needs_more(image: Any, label: Any, filters: Any, weights: Any, biases: Any, lr: Any, decay: Any) -> Any:  # fmt: skip # noqa: E501
    raise AssertionError(image, label, filters, weights, biases, lr, decay)


@pytest.mark.parametrize("function", [keras, jax, anything, needs_more, type("Step", (), {})])
def test_other_functions_of_that_name_are_no_steps(function: Any) -> None:
    assert "train_step" not in offered(train_step=function).offers


def test_of_as_many_arguments_with_other_names_it_is_said() -> None:
    (note,) = offered(train_step=jax).notes
    assert note == (
        "train_step is not judged: its arguments are not named as in"
        " train_step(image, label, filters, weights, biases, learning_rate)"
    )
    assert offered(train_step=keras).notes == []


class Layers:
    """The article's objects, with a train that moves what they hold."""

    def __init__(self, *, returns: str = "both") -> None:
        self.conv = SimpleNamespace(filters=np.zeros((1, 3, 3)))
        self.softmax = SimpleNamespace(weights=np.zeros((1, 2)), biases=np.zeros(2))
        self._returns = returns

    def train(self, im: Any, label: int, lr: float = 0.005) -> Any:
        """Take a step."""
        conv, softmax = self.conv, self.softmax
        held = conv.filters, softmax.weights, softmax.biases
        loss, *after = reference.train_step(im, label, *held, learning_rate=lr)
        for one, new in zip(held, after, strict=True):
            one[...] = new
        return {"both": (loss, 1), "loss": loss, "nothing": None}[self._returns]


TINY: dict[str, Any] = {
    "image": np.array([[255, 0, 255, 0], [0, 255, 255, 0], [255, 0, 0, 255], [0, 255, 0, 255]]),
    "label": 1,
    "filters": np.array([[[2, -1, 0], [1, 3, -2], [0, 1, 1.0]]]),
    "weights": np.array([[1.0, 2.0]]),
    "biases": np.array([0.5, -1]),
    "learning_rate": 0.25,
}


@pytest.mark.parametrize("returns", ["both", "loss", "nothing"])
def test_layers_are_given_copies_and_get_back_what_they_had(returns: str) -> None:
    layers = Layers(returns=returns)
    outcome = recognise(layers, name="mine", source="mine").call("train_step", TINY)
    assert isinstance(outcome, Result)
    loss, *after = outcome.values
    assert loss.size == (returns != "nothing")
    assert [one.shape for one in after] == [(1, 3, 3), (1, 2), (2,)]
    assert after[2].tolist() == [0.375, -0.875]
    assert not layers.conv.filters.any()
    assert TINY["biases"].tolist() == [0.5, -1]


def test_layers_that_do_not_take_the_shapes_do_not_offer_the_call() -> None:
    given = TINY | {"filters": np.ones((2, 3, 3)), "weights": np.ones((2, 2))}
    outcome = recognise(Layers(), name="mine", source="mine").call("train_step", given)
    assert isinstance(outcome, NotOffered)
    assert "conv.filters has the shape (1, 3, 3), not (2, 3, 3)" in outcome.reason


def test_a_train_of_other_arguments_is_no_step() -> None:
    layers: Any = Layers()
    layers.train = lambda images, labels, epochs: None
    assert "train_step" not in recognise(layers, name="mine", source="mine").offers


# --- what is said ----------------------------------------------------------------------------


def first_line(text: str, folder: Path) -> str:
    file = folder / "mine.py"
    file.write_text(text, "utf-8")
    lines: list[str] = text_report(check(str(file), modules=["test_train_step"])).splitlines()
    return lines[0]


SERIES = (SPECIMENS / "training" / "series.py").read_text("utf-8")

HEAD = "from cnnspec.reference import train_step as right\n\n\n"
FUNCTION = "def train_step(image, label, filters, weights, biases, learning_rate):\n"
CALL = "right(image, label, filters, weights, biases, learning_rate=learning_rate)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + FUNCTION + f"    return {CALL}[1:]\n", "a step does not return (loss, filters,"),
        (HEAD + FUNCTION + f"    {CALL}\n", "no loss and new parameters come back: it returned No"),
        (
            HEAD + FUNCTION + "    image = 255 - image\n" + f"    return {CALL}\n",
            "pixels become 0.5 - image / 255: black and white are exchanged",
        ),
        (
            HEAD + "before = {}\n\n\n" + FUNCTION + f"    loss, f, w, b = {CALL}\n"
            "    step = f - filters + before.get(f.shape, 0)\n"
            "    before[f.shape] = step\n    return loss, filters + step, w, b\n",
            "the answer is right on a fresh copy of the implementation",
        ),
        (
            SERIES.replace("filters -= learn_rate", "filters += learn_rate"),
            "the filters move up their gradient",
        ),
        (
            SERIES.replace("self.biases -= learn_rate * d_L_d_t", "pass"),
            "the biases stay as they were",
        ),
    ],
    ids=["three", "none", "pixels", "added-up", "series-sign", "series-biases"],
)
def test_the_first_line_names_the_mistake(text: str, said: str, tmp_path: Path) -> None:
    assert said in first_line(text, tmp_path)
