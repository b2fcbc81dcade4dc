"""``cnnspec network X --train N``: the exact step, its bound, who agrees, and who differs where."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.cases.data import mnist_training_subset
from cnnspec.commands.line import main
from cnnspec.exact import bounds
from cnnspec.network.training_judge import (
    RATE,
    TrainingTally,
    judge_training,
    lessons,
    training_text,
)
from cnnspec.operations.network.exact import Parameters, parameters
from cnnspec.operations.train_step.exact import ExactStep, NoBoundError, exact_step
from cnnspec.subject.processes.process import Limits
from cnnspec.subject.processes.training import open_training
from harness_tests.helpers import SPECIMENS, by_turns

IMAGES, LABELS = mnist_training_subset()

TRAINED = SPECIMENS / "training"

DOUBLE = np.dtype(np.float64)

NOISE = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)


def judged(source: str, count: int = 3, *, isolated: bool = False) -> TrainingTally:
    training = open_training(source, isolated=isolated)
    try:
        return judge_training(training, count)
    finally:
        training.close()


def said_of(source: str, count: int = 3) -> str:
    return training_text(judged(source, count))


# --- the exact step --------------------------------------------------------------------------


def excess(due: ExactStep, found: Any) -> dict[str, float]:
    """Return how far loss and new parameters are off, each over its bound."""
    loss, *after = found
    error = abs(float(loss) - float(due.loss.high) - float(due.loss.low))
    over = {"loss": error / float(due.loss.allowed)}
    for (name, span), got in zip(due.parameters.items(), after, strict=True):
        over[name] = float((span.excess(np.asarray(got, np.float64)) / span.allowed).max())
    return over


def held(dtype: str, seed: int = 0, scale: float = 1.0) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    drawn = parameters(seed).by_name()
    return {
        name: (scale * value * (1 + 2.0**-9 * random.random(value.shape))).astype(dtype)
        for name, value in drawn.items()
    }


def exactly(given: dict[str, Any], image: Any, label: int, rate: float = RATE) -> ExactStep:
    network = Parameters(**{name: value.astype(np.float64) for name, value in given.items()})
    return exact_step(image, label, network, rate, given["filters"].dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rate", [1.0, RATE, 2.0**-14])
@pytest.mark.parametrize("scale", [0.25, 1.0])
@pytest.mark.parametrize("image", [NOISE, IMAGES[3]], ids=["noise", "digit"])
def test_the_references_step_is_within_its_bounds(
    dtype: str, rate: float, scale: float, image: Any
) -> None:
    given = held(dtype, scale=scale)
    due = exactly(given, image, 4, rate)
    over = excess(due, reference.train_step(image, 4, **given, learning_rate=rate))
    assert max(over.values()) < 0.6, over


def test_the_bounds_bite() -> None:
    """They are small beside what a step moves, and a number that is changed by more is seen."""
    given = held("float64")
    due = exactly(given, NOISE, 4)
    found = reference.train_step(NOISE, 4, **given, learning_rate=RATE)
    for name, span in due.parameters.items():
        moved = np.abs(RATE * due.gradients[name])
        assert span.allowed.max() < 1e-9 * moved.max(), name
    for place in range(1, 4):
        changed = [np.array(one) for one in found]
        changed[place].flat[3] += 1e-11
        name = ("loss", "filters", "weights", "biases")[place]
        assert excess(due, changed)[name] > 1


def test_the_gradients_are_the_references() -> None:
    given = held("float64", seed=2)
    due = exactly(given, IMAGES[5], 1)
    _, *after = reference.train_step(IMAGES[5], 1, **given, learning_rate=RATE)
    for (name, gradient), new in zip(due.gradients.items(), after, strict=True):
        assert np.abs(given[name] - RATE * gradient - new).max() < 1e-13, name


def ways_of_ties(given: dict[str, Any], image: Any, label: int) -> Iterator[tuple[str, Any]]:
    """Yield the new filters for each rule by which a tie's gradient is given."""
    found = reference.train_step(image, label, **given, learning_rate=RATE)
    pixels = image / 255 - 0.5
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (3, 3))
    maps = sum(
        pixels[a : a + 26, b : b + 26, np.newaxis] * given["filters"][:, a, b]
        for a, b in np.ndindex(3, 3)
    )
    flat = maps.reshape(13, 2, 13, 2, 8).swapaxes(1, 2).reshape(13, 13, 4, 8)
    under = windows.reshape(13, 2, 13, 2, 9).swapaxes(1, 2).reshape(13, 13, 4, 9)
    is_largest = flat == flat.max(axis=2, keepdims=True)
    by_logits = (given["biases"] - found[3]) / RATE
    by_pool = (given["weights"] @ by_logits).reshape(13, 13, 8)
    later = is_largest[:, :, ::-1]
    rules = {
        "first": is_largest & (np.cumsum(is_largest, axis=2) == 1),
        "last": (later & (np.cumsum(later, axis=2) == 1))[:, :, ::-1],
        "even": is_largest / is_largest.sum(axis=2, keepdims=True),
        "all": is_largest,
        "twice": 2.0 * is_largest,
    }
    for name, shares in rules.items():
        gradient = np.einsum("ijk,ijpk,ijpt->kt", by_pool, shares.astype(float), under)
        yield name, given["filters"] - RATE * gradient.reshape(8, 3, 3)


def test_of_ties_any_rule_passes_from_one_place_to_all() -> None:
    given = held("float64")
    image = IMAGES[0]
    due = exactly(given, image, 5)
    assert due.ties > 500
    for name, filters in ways_of_ties(given, image, 5):
        span = due.parameters["filters"]
        is_right = bool((span.excess(filters) <= span.allowed).all())
        assert is_right == (name in ("first", "last", "even", "all")), name


def test_without_ties_there_is_one_answer() -> None:
    due = exactly(held("float64"), NOISE, 4)
    assert due.ties == 0
    assert np.array_equal(due.parameters["filters"].low, due.parameters["filters"].high)


def test_near_ties_are_ties_as_far_as_roundings_reach() -> None:
    """The second weight makes differences that single precision loses, and double does not."""
    given = held("float32")
    given["filters"][:] = 0
    given["filters"][:, 1, 1], given["filters"][:, 0, 0] = 1, 2.0**-30
    image = NOISE // 128 * 255
    wide = {name: value.astype(np.float64) for name, value in given.items()}
    assert 0 < exactly(wide, image, 0).ties < exactly(given, image, 0).ties


def test_of_bright_ties_all_places_may_get_the_gradient_too() -> None:
    given = held("float64")
    image = np.full((28, 28), 255, np.uint8)
    due = exactly(given, image, 2)
    assert due.ties == 13 * 13 * 8
    span = due.parameters["filters"]
    for name, filters in ways_of_ties(given, image, 2):
        if name != "twice":
            assert (span.excess(filters) <= span.allowed).all(), name


def test_the_bound_has_room_for_every_order_of_the_sum() -> None:
    """Even where nothing before the sum is off: no biases, and weights of next to nothing."""
    given, rate = held("float64"), 2.0**20
    given["weights"], given["biases"] = given["weights"] / rate, given["biases"] * 0
    due = exactly(given, NOISE, 2, rate)
    by_pool = given["weights"] @ due.gradients["biases"]
    # Half of what the products are on the average.
    magnitude = np.abs(by_pool).reshape(169, 8).sum(axis=0) * np.abs(NOISE / 255 - 0.5).mean() / 2
    gamma = bounds.gamma(169 + 5, 2.0**-53)
    assert (due.parameters["filters"].allowed.min(axis=(1, 2)) > rate * gamma * magnitude).all()


def test_numbers_that_are_none_are_outside() -> None:
    span = exactly(held("float64"), NOISE, 4).parameters["biases"]
    for number in (np.nan, np.inf, -np.inf):
        got = span.middle.copy()
        got[2] = number
        assert span.excess(got).tolist()[2] == np.inf
        assert (span.excess(got)[[0, 1, 3]] <= span.allowed[[0, 1, 3]]).all()


def test_where_nothing_is_known() -> None:
    given = held("float64")
    given["biases"][4] = -900
    with pytest.raises(NoBoundError, match="may be rounded to 0"):
        exactly(given, NOISE, 4)
    given["biases"][4] = np.nan
    with pytest.raises(NoBoundError, match="no longer finite"):
        exactly(given, NOISE, 4)


def test_the_rule_of_an_update() -> None:
    """Right ways keep it in every format, and nothing much smaller would hold."""
    random = np.random.default_rng(0)
    worst = 0.0
    for name in ("float16", "float32"):
        dtype = np.dtype(name)
        old, gradient = random.standard_normal((2, 20_000)).astype(dtype)
        for rate in (1.0, 2.0**-5, 0.1):
            step = dtype.type(rate)
            exact = old.astype(float) - rate * gradient.astype(float)
            allowed = bounds.rule_update(
                old.astype(float), gradient.astype(float), np.zeros(1), rate, dtype
            )
            for new in (old - step * gradient, old + gradient * -step, -(step * gradient - old)):
                worst = max(worst, float((np.abs(new.astype(float) - exact) / allowed).max()))
    assert 0.3 < worst < 1


# --- who agrees ------------------------------------------------------------------------------

RIGHT = ["series.py", "with_autograd.py", "single_precision.py:net", "pure.py", "lists.py"]


@pytest.mark.parametrize("name", RIGHT)
def test_right_training_agrees(name: str) -> None:
    if "autograd" in name:
        pytest.importorskip("torch")
    tally = judged(str(TRAINED / name), 4)
    assert (tally.failure, tally.not_tested) == ([], "")
    assert (tally.judged, tally.plain, tally.tied) == (4, 3, 1)


@by_turns
@pytest.mark.parametrize("name", RIGHT)
def test_right_training_agrees_in_a_process_of_its_own(name: str) -> None:
    if "autograd" in name:
        pytest.importorskip("torch")
    assert judged(str(TRAINED / name), 3, isolated=True).judged == 3


@pytest.mark.parametrize("name", ["reference", "cnnspec.reference.article2"])
def test_the_reference_agrees(name: str) -> None:
    assert judged(name, 3).judged == 3


def test_what_agrees_in_words() -> None:
    assert said_of("reference", 3).splitlines() == [
        "train_step: 3 steps, loss, filters, weights and biases agree in each",
        "  2 on images without ties, where every number is certain; 1 on images with ties, whose"
        " gradient may go to one place or to all",
    ]
    assert said_of("reference", 1).splitlines()[1] == (
        "  1 on images without ties, where every number is certain"
    )


# --- who differs -----------------------------------------------------------------------------

#: Mistakes in series.py: what stands there, what was written in its place, and what is said.
MISTAKES = {
    "sign": (
        "self.filters -= learn_rate * d_L_d_filters",
        "self.filters += learn_rate * d_L_d_filters",
        ["step 1 of 3", "filters differ", "filters move up the gradient"],
    ),
    "no-update": (
        "self.biases -= learn_rate * d_L_d_t",
        "pass",
        ["step 1 of 3", "biases differ", "loss, filters and weights agree", "biases stay as"],
    ),
    "new-weights": (
        "            d_L_d_inputs = self.weights @ d_L_d_t\n"
        "            self.weights -= learn_rate * d_L_d_w\n",
        "            self.weights -= learn_rate * d_L_d_w\n"
        "            d_L_d_inputs = self.weights @ d_L_d_t\n",
        ["step 1 of 3", "filters differ", "through the weights after their update"],
    ),
    "own-rate": (
        "    gradient = softmax.backprop(gradient, lr)\n",
        "    lr = .005\n    gradient = softmax.backprop(gradient, lr)\n",
        ["filters, weights and biases move with the learning rate 0.005"],
    ),
    "twice": (
        "self.weights -= learn_rate * d_L_d_w",
        "self.weights -= 2 * learn_rate * d_L_d_w",
        ["weights differ everywhere", "weights move 2 times as far"],
    ),
    "mean": (
        "self.filters -= learn_rate * d_L_d_filters",
        "self.filters -= learn_rate * d_L_d_filters / 676",
        ["filters move 0.00147929 times as far"],
    ),
    "transposed": (
        "d_L_d_filters[f] += d_L_d_out[i, j, f] * region",
        "d_L_d_filters[f] += d_L_d_out[i, j, f] * region.T",
        ["rows and columns exchanged"],
    ),
    "turned": (
        "d_L_d_filters[f] += d_L_d_out[i, j, f] * region",
        "d_L_d_filters[f] += d_L_d_out[i, j, f] * region[::-1, ::-1]",
        ["turned by half a turn"],
    ),
    "wrong-place": (
        "where = region == biggest",
        "where = region == np.amin(region, axis=(0, 1))",
        ["step 1 of 3", "filters differ everywhere; loss, weights and biases agree"],
    ),
    "everywhere": (
        "where = region == biggest",
        "where = np.ones_like(region)",
        ["step 1 of 3", "filters differ everywhere; loss, weights and biases agree"],
    ),
    "p-minus-1": (
        "d_L_d_t = gradient * d_out_d_t",
        "d_L_d_t = t_exp / S - 1",
        ["filters differ everywhere; weights differ", "; biases differ", "; loss agrees"],
    ),
    "one-class": (
        "self.biases -= learn_rate * d_L_d_t",
        "self.biases[:9] -= learn_rate * d_L_d_t[:9]",
        ["biases differ in class 9 only"],
    ),
    "one-filter": (
        "for f in range(self.num_filters):",
        "for f in range(self.num_filters - 1):",
        ["filters differ in filter 7 only"],
    ),
    "pixels": (
        "(image / 255) - 0.5",
        "(image / 256) - 0.5",
        ["loss differs"],
    ),
    "base-2": ("loss = -np.log(out[label])", "loss = -np.log2(out[label])", ["to base 2"]),
    "no-minus": ("loss = -np.log(out[label])", "loss = np.log(out[label])", ["without the minus"]),
    "later-loss": (
        "    return loss, acc\n",
        "    return forward(im, label)[1:]\n",
        ["loss differs; filters, weights and biases agree", "that after the update"],
    ),
    "accumulated": (
        "d_L_d_filters = np.zeros(self.filters.shape)",
        "d_L_d_filters = self.__dict__.setdefault('kept', np.zeros(self.filters.shape))",
        ["step 2 of 3", "the gradient of the step before, too: it is not cleared"],
    ),
    "single-inside": (
        "exp = np.exp(totals)",
        "exp = np.exp(totals.astype(np.float32)).astype(float)",
        ["loss differs"],
    ),
    "single-gradient": (
        "d_L_d_t = gradient * d_out_d_t",
        "d_L_d_t = (gradient * d_out_d_t).astype(np.float32)",
        ["filters, weights and biases move almost as they must, as if something were rounded"],
    ),
    "raises": (
        "    return loss, acc\n",
        "    raise KeyError('x')\n",
        ["step 1 of 3", "failed: it raises KeyError: 'x'"],
    ),
    "reshaped": (
        "self.biases -= learn_rate * d_L_d_t",
        "self.biases = np.append(self.biases, 0)",
        [": biases have the shape (11,), and had (10,)"],
    ),
    "not-finite": (
        "self.biases -= learn_rate * d_L_d_t",
        "self.biases = self.biases * np.nan",
        ["biases differ", "is nan instead of"],
    ),
}


@pytest.mark.parametrize("name", list(MISTAKES))
def test_the_first_step_and_parameter_that_differ_are_named(name: str, tmp_path: Path) -> None:
    right, wrong, said = MISTAKES[name]
    code = (TRAINED / "series.py").read_text("utf-8")
    assert code.count(right) == 1
    file = tmp_path / "mine.py"
    file.write_text(code.replace(right, wrong), "utf-8")
    tally = judged(str(file))
    text = training_text(tally)
    for words in said:
        assert words in text
    assert not tally.not_tested


def test_momentum_is_measured() -> None:
    text = said_of(str(TRAINED / "momentum.py"))
    assert text.startswith("train_step: step 2 of 3 (an image of random bytes, label ")
    assert "move by 0.9 times the gradient of the step before, too, as by momentum" in text
    assert text.endswith("  the step before agrees in all\n")


def test_where_no_mistake_is_known_only_what_differs_is_said(tmp_path: Path) -> None:
    code = (TRAINED / "series.py").read_text("utf-8")
    file = tmp_path / "mine.py"
    line = "self.weights -= learn_rate * d_L_d_w"
    file.write_text(code.replace(line, f"{line} * np.cos(d_L_d_w)"), "utf-8")
    first, worst = said_of(str(file), 1).splitlines()
    assert ": weights differ in 1" in first
    assert first.endswith(" values; loss, filters and biases agree")
    assert worst.startswith("  weights[")
    assert "; roundings explain " in worst


# --- what cannot be judged -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x = 1", "it has neither train(im, label, lr) beside layers conv and softmax, nor"),
        ("def train(epochs): pass", "beside train there is no conv.filters, no softmax.weights"),
        (
            "def train_step(image, label, filters, weights, biases): pass",
            "train_step takes no learning rate",
        ),
        (
            "from cnnspec.reference.article2 import *\n"
            "from cnnspec.reference.article2 import Conv3x3\n"
            "conv = Conv3x3(4)\n",
            "conv.filters has the shape (4, 3, 3), not (8, 3, 3)",
        ),
        (
            "import numpy as np\n"
            "from cnnspec.reference.article2 import *\n"
            "class Fixed:\n"
            "    filters = property(lambda self: np.zeros((8, 3, 3)), lambda self, new: None)\n"
            "conv = Fixed()\n",
            "conv.filters does not take other numbers",
        ),
    ],
)
@by_turns
def test_what_does_not_train(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str, said: str
) -> None:
    (tmp_path / "mine.py").write_text(code, "utf-8")
    assert main(["network", str(tmp_path / "mine.py"), "--train", "2"]) == 3
    out = capsys.readouterr().out
    assert out.startswith("training: not tested, ")
    assert said in out


def test_half_precision_has_no_bound(tmp_path: Path) -> None:
    code = (TRAINED / "pure.py").read_text("utf-8")
    returned = "return loss, filters - lr * grad, weights - lr * np.outer(pool, d), biases - lr * d"
    assert returned in code
    halves = "[one.astype(np.float16) for one in (filters, weights, biases)]"
    file = tmp_path / "mine.py"
    file.write_text(code.replace(returned, f"return loss, *{halves}"), "utf-8")
    assert said_of(str(file)).startswith("train_step: step 1 of 3")
    halved = code.replace("def train_step", "def _right").replace("lr):", "lr):", 1)
    file.write_text(
        halved + "\n\ndef train_step(i, l, *given):\n    return _right(i, l, *given)\n"
        "\nclass Held: pass\n"
        "conv, softmax = Held(), Held()\n"
        "conv.filters = np.zeros((8, 3, 3), np.float16)\n"
        "softmax.weights = np.zeros((1352, 10), np.float16)\n"
        "softmax.biases = np.zeros(10, np.float16)\n"
        "def train(im, label, lr):\n    return 1.0, 0\n",
        "utf-8",
    )
    text = said_of(str(file))
    assert "not tested, no bound holds for sums of 1352 products in float16" in text


def test_without_a_loss_the_parameters_are_judged(tmp_path: Path) -> None:
    code = (TRAINED / "series.py").read_text("utf-8").replace("    return loss, acc\n", "\n")
    file = tmp_path / "mine.py"
    file.write_text(code, "utf-8")
    tally = judged(str(file))
    assert (tally.judged, tally.has_loss) == (3, False)
    text = training_text(tally)
    assert text.startswith("train(im, label, lr): 3 steps, filters, weights and biases agree")
    assert text.endswith("  no loss is returned, so none was judged\n")


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("return None", "does not return (loss, filters, weights, biases), but None"),
        ("return 1, 2", "but 2 values"),
        ("return loss, 'a', weights, biases", "filters cannot be read"),
        ("return [1, 2], filters, weights, biases", "the loss is no single number"),
    ],
)
def test_what_no_step_returns(tmp_path: Path, returned: str, said: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "def train_step(image, label, filters, weights, biases, learning_rate):\n"
        f"    loss = 1.0\n    {returned}\n",
        "utf-8",
    )
    assert said in said_of(str(file))


@by_turns
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import os; os._exit(7)", "failed: it ended its process with exit status 7"),
        ("import time; time.sleep(60)", "failed: it did not return within 3 s"),
        ("raise SystemExit('over')", "failed: it raises SystemExit: over"),
    ],
)
def test_a_step_that_does_not_come_back(tmp_path: Path, body: str, said: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        f"def train_step(image, label, filters, weights, biases, learning_rate):\n    {body}\n",
        "utf-8",
    )
    training = open_training(str(file), limits=Limits(seconds=0.5))
    try:
        assert said in training_text(judge_training(training, 2))
    finally:
        training.close()


def test_lessons_are_the_same_again() -> None:
    first, second = [*lessons(4)], [*lessons(4)]
    assert [name for name, _, _ in first] == [
        "an image of random bytes",
        "an image of random bytes",
        "training image 0",
        "an image of random bytes",
    ]
    for (_, one, label), (_, other, its) in zip(first, second, strict=True):
        assert np.array_equal(one, other)
        assert label == its


# --- the command -----------------------------------------------------------------------------


@by_turns
@pytest.mark.parametrize(
    ("source", "status", "said"),
    [
        ("reference", 0, "train_step: 2 steps, loss, filters, weights and biases agree"),
        (str(TRAINED / "momentum.py"), 1, "as by momentum"),
        (str(SPECIMENS / "relu_only.py"), 3, "training: not tested"),
        ("torch", 3, "torch is a bundled adapter, which offers layers only"),
        ("cmd:./program", 3, "training is asked of Python code only"),
        ("no_such_module_at_all", 2, ""),
    ],
)
def test_the_command(
    source: str, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["network", source, "--train", "2"]) == status
    assert said in capsys.readouterr().out


def test_the_command_shows_notes(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch")
    assert main(["network", str(TRAINED / "with_autograd.py"), "--train", "1"]) == 0
    assert capsys.readouterr().out.startswith("note: importing stopped early")


@pytest.mark.parametrize("option", [["--images", "5"], ["--facets", "values"]])
def test_options_of_the_layers_are_refused(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["network", "reference", "--train", "2", *option]) == 2
    assert "--train is about its steps" in capsys.readouterr().err
