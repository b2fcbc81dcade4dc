"""Article 2's training in the reference: the layers' backprop, train, and one pure step."""

from itertools import product
from typing import Any

import jsonschema
import numpy as np
import pytest

from cnnspec import reference
from cnnspec.cases.hand_computed import array, fixture_files, raw_fixtures
from cnnspec.operations.registry import OPERATIONS
from cnnspec.reference import article2, errors
from cnnspec.reference.network import network
from harness_tests.test_fixtures import SCHEMA

RATE = 2.0**-7


# --- worked by hand --------------------------------------------------------------------------


def tiny() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arguments and the expected stages of the network worked by hand."""
    (entry,) = raw_fixtures("train_step.json")["cases"]
    given = {
        name: array(value) if isinstance(value, list) else value
        for name, value in entry["arguments"].items()
    }
    return given, {name: array(value) for name, value in entry["expected"].items()}


def test_the_case_follows_the_schema() -> None:
    jsonschema.validate(raw_fixtures("train_step.json"), SCHEMA)


def test_every_case_is_of_an_operation() -> None:
    named = {case["operation"] for name in fixture_files() for case in raw_fixtures(name)["cases"]}
    assert named <= OPERATIONS.keys()


def test_a_step_by_hand() -> None:
    given, expected = tiny()
    parameters = {name: given[name] for name in ("filters", "weights", "biases")}
    found = network(given["image"][np.newaxis], **parameters)
    for stage in ("conv", "pool", "logits", "probabilities"):
        assert np.array_equal(getattr(found, stage)[0], expected[stage]), stage
    loss, *updated = reference.train_step(**given)
    assert loss == pytest.approx(float(expected["loss"]), rel=2**-52)
    for name, got in zip(parameters, updated, strict=True):
        assert np.array_equal(got, expected[name]), name


def test_the_layers_by_hand() -> None:
    given, expected = tiny()
    conv, pool, softmax = article2.Conv3x3(1), article2.MaxPool2(), article2.Softmax(1, 2)
    conv.filters, softmax.weights, softmax.biases = (
        given[name].copy() for name in ("filters", "weights", "biases")
    )
    out = softmax.forward(pool.forward(conv.forward(given["image"] / 255 - 0.5)))
    by_probability = np.zeros(2)
    by_probability[given["label"]] = -1 / out[given["label"]]
    rate = given["learning_rate"]
    by_pool = softmax.backprop(by_probability, rate)
    assert np.array_equal(by_pool, expected["grad_pool"])
    by_conv = pool.backprop(by_pool)
    assert np.array_equal(by_conv, expected["grad_conv"])
    conv.backprop(by_conv, rate)
    assert np.array_equal(conv.filters, expected["filters"])
    assert np.array_equal(softmax.weights, expected["weights"])
    assert np.array_equal(softmax.biases, expected["biases"])


# --- beside autograd -------------------------------------------------------------------------


def drawn(seed: int) -> dict[str, Any]:
    """Return a call: random bytes, of which no window of the maps has a tie."""
    random = np.random.default_rng(seed)
    rows, columns = random.integers(4, 12, 2)
    count, classes = random.integers(1, 5), random.integers(2, 6)
    inputs = count * ((rows - 2) // 2) * ((columns - 2) // 2)
    return {
        "image": random.integers(0, 256, (rows, columns), dtype=np.uint8),
        "label": int(random.integers(classes)),
        "filters": random.standard_normal((count, 3, 3)),
        "weights": random.standard_normal((inputs, classes)) / 2,
        "biases": random.standard_normal(classes),
    }


def by_autograd(given: dict[str, Any], rate: float) -> list[Any]:
    """Return what torch makes of a step, in float64."""
    torch = pytest.importorskip("torch")
    names = ("filters", "weights", "biases")
    held = {name: torch.tensor(given[name], requires_grad=True) for name in names}
    pixels = torch.tensor(given["image"] / 255 - 0.5)[None, None]
    maps = torch.nn.functional.conv2d(pixels, held["filters"][:, None])
    pooled = torch.nn.functional.max_pool2d(maps, 2)[0].permute(1, 2, 0).reshape(1, -1)
    logits = pooled @ held["weights"] + held["biases"]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor([given["label"]]))
    loss.backward()
    after = [(one - rate * one.grad).detach().numpy() for one in held.values()]
    return [loss.item(), *after]


@pytest.mark.parametrize("seed", range(20))
def test_a_step_is_that_of_autograd(seed: int) -> None:
    """Within 2^-40: some 2^10 roundings of 2^-53 each, of numbers below 2^3."""
    given = drawn(seed)
    got = reference.train_step(**given, learning_rate=RATE)
    for mine, theirs in zip(map(np.asarray, got), by_autograd(given, RATE), strict=True):
        assert mine.shape == np.shape(theirs)
        assert np.abs(mine - theirs).max() <= 2.0**-40


def dyadic(seed: int) -> tuple[dict[str, Any], Any]:
    """Return layers' small whole numbers, and gradients of powers of two."""
    random = np.random.default_rng(seed)
    return (
        {
            "maps": random.permutation(6 * 8 * 3).reshape(6, 8, 3) / 4,  # all differ
            "image": random.integers(-8, 9, (6, 7)) / 2,
            "filters": random.integers(-8, 9, (3, 3, 3)).astype(float),
        },
        random,
    )


@pytest.mark.parametrize("seed", range(10))
def test_pooling_and_convolution_are_exactly_those_of_autograd(seed: int) -> None:
    torch = pytest.importorskip("torch")
    given, random = dyadic(seed)
    pool = article2.MaxPool2()
    grad = random.integers(-8, 9, pool.forward(given["maps"]).shape).astype(float)
    maps = torch.tensor(given["maps"]).permute(2, 0, 1)[None].requires_grad_()
    torch.nn.functional.max_pool2d(maps, 2).backward(torch.tensor(grad).permute(2, 0, 1)[None])
    assert np.array_equal(pool.backprop(grad), maps.grad[0].permute(1, 2, 0).numpy())

    conv = article2.Conv3x3(3)
    conv.filters = given["filters"].copy()
    grad = random.integers(-8, 9, conv.forward(given["image"]).shape).astype(float)
    filters = torch.tensor(given["filters"])[:, None].requires_grad_()
    torch.nn.functional.conv2d(torch.tensor(given["image"])[None, None], filters).backward(
        torch.tensor(grad).permute(2, 0, 1)[None]
    )
    conv.backprop(grad, 0.25)
    assert np.array_equal(conv.filters, given["filters"] - filters.grad[:, 0].numpy() / 4)


@pytest.mark.parametrize("seed", range(10))
def test_the_softmax_layer_takes_any_gradient(seed: int) -> None:
    """Not only one that is 0 but for the label, as the loss has it."""
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(seed)
    layer = article2.Softmax(12, 5, seed=seed)
    x, grad = random.standard_normal((2, 2, 3)), random.standard_normal(5)
    held = [torch.tensor(one, requires_grad=True) for one in (x, layer.weights, layer.biases)]
    torch.softmax(held[0].reshape(-1) @ held[1] + held[2], 0).backward(torch.tensor(grad))
    layer.forward(x)
    before = layer.weights.copy(), layer.biases.copy()
    by_x = layer.backprop(grad, RATE)
    assert by_x.shape == x.shape
    assert np.abs(by_x - held[0].grad.numpy()).max() <= 2.0**-45
    for was, now, theirs in zip(before, (layer.weights, layer.biases), held[1:], strict=True):
        assert np.abs(now - (was - RATE * theirs.grad.numpy())).max() <= 2.0**-45


# --- ties ------------------------------------------------------------------------------------


def test_of_a_tie_the_first_gets_the_gradient() -> None:
    pool = article2.MaxPool2()
    maps = np.zeros((4, 5, 1))
    maps[1, 0] = maps[0, 1] = 1  # the first by rows is that of row 0
    maps[2, 3] = 1
    pool.forward(maps)
    grad = np.array([[[5.0], [7.0]], [[-3.0], [2.0]]])
    expected = np.zeros((4, 5, 1))
    expected[0, 1], expected[0, 2], expected[2, 0], expected[2, 3] = 5, 7, -3, 2
    assert np.array_equal(pool.backprop(grad), expected)  # the last column, in no window, gets 0


def test_of_a_window_with_nan_nan_gets_the_gradient() -> None:
    pool = article2.MaxPool2()
    maps = np.array([[1.0, 2], [np.nan, 3]])[..., np.newaxis]
    assert np.isnan(pool.forward(maps)).all()
    assert pool.backprop(np.ones((1, 1, 1)))[..., 0].tolist() == [[0, 0], [1, 0]]


# --- train -----------------------------------------------------------------------------------


@pytest.fixture
def untouched() -> Any:
    """Put the article's layers back as they were."""
    kept = article2.conv.filters, article2.softmax.weights, article2.softmax.biases
    yield
    article2.conv.filters, article2.softmax.weights, article2.softmax.biases = kept


@pytest.mark.usefixtures("untouched")
def test_train_is_a_step_on_the_articles_layers() -> None:
    random = np.random.default_rng(0)
    image = random.integers(0, 256, (28, 28), dtype=np.uint8)
    given = {
        "filters": article2.conv.filters.copy(),
        "weights": article2.softmax.weights.copy(),
        "biases": article2.softmax.biases.copy(),
    }
    _, before, acc = article2.forward(image, 3)
    loss, accuracy = article2.train(image, 3)
    assert (loss, accuracy) == (before, acc)
    due = reference.train_step(image, 3, **given, learning_rate=0.005)
    assert loss == pytest.approx(float(due[0]), rel=2**-48)
    held = article2.conv.filters, article2.softmax.weights, article2.softmax.biases
    for got, expected in zip(held, due[1:], strict=True):
        assert np.abs(got - expected).max() <= 2.0**-48
    assert article2.forward(image, 3)[1] < loss


@pytest.mark.usefixtures("untouched")
def test_train_learns() -> None:
    random = np.random.default_rng(1)
    patterns = random.integers(0, 256, (10, 28, 28), dtype=np.uint8)
    found = [article2.train(patterns[n % 10], n % 10, lr=0.01) for n in range(300)]
    assert [acc for _, acc in found[-10:]] == [1] * 10
    assert sum(loss for loss, _ in found[-10:]) < sum(loss for loss, _ in found[:10]) / 2


def test_what_forward_got_may_change_before_backprop() -> None:
    random = np.random.default_rng(2)
    image, maps = random.standard_normal((5, 6)), random.standard_normal((4, 4, 2))
    conv, pool, softmax = (
        article2.Conv3x3(2, 0),
        article2.MaxPool2(),
        article2.Softmax(32, 3, 1),
    )
    others = article2.Conv3x3(2, 0), article2.MaxPool2(), article2.Softmax(32, 3, 1)
    for layers, is_changed in (((conv, pool, softmax), True), (others, False)):
        mine, its = image.copy(), maps.copy()
        layers[0].forward(mine)
        layers[1].forward(its)
        out = layers[2].forward(its)
        if is_changed:
            mine[:], its[:], out[:] = 0, 0, 0
        layers[0].backprop(np.ones((3, 4, 2)), 0.5)
        layers[2].backprop(np.arange(3.0), 0.5)
    assert np.array_equal(conv.filters, others[0].filters)
    assert np.array_equal(softmax.weights, others[2].weights)
    grad = np.ones((2, 2, 2))
    assert np.array_equal(pool.backprop(grad), others[1].backprop(grad))


# --- a pure function, and its errors ---------------------------------------------------------


def test_a_step_leaves_its_arguments_alone() -> None:
    given = drawn(0)
    kept = {name: np.array(value) for name, value in given.items()}
    first = reference.train_step(**given, learning_rate=RATE)
    for name, value in given.items():
        assert np.array_equal(value, kept[name]), name
    second = reference.train_step(**given, learning_rate=RATE)
    for one, other in zip(map(np.asarray, first), map(np.asarray, second), strict=True):
        assert np.array_equal(one, other)
        assert not any(np.shares_memory(one, np.asarray(value)) for value in given.values())


def test_without_a_rate_nothing_moves() -> None:
    given = drawn(1)
    _, *updated = reference.train_step(**given, learning_rate=0)
    for name, got in zip(("filters", "weights", "biases"), updated, strict=True):
        assert np.array_equal(got, given[name])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_step_is_taken_in_the_dtype_of_the_parameters(dtype: str) -> None:
    given = drawn(2)
    for name in ("filters", "weights", "biases"):
        given[name] = given[name].astype(dtype)
    assert {np.asarray(one).dtype for one in reference.train_step(**given, learning_rate=RATE)} == {
        np.dtype(dtype)
    }


def test_a_label_that_is_held_impossible_still_teaches() -> None:
    given = drawn(3)
    given["biases"] = given["biases"] * 0
    given["biases"][given["label"]] = -2000
    loss, _, _, biases = reference.train_step(**given, learning_rate=RATE)
    assert 1900 < loss < 2100
    assert biases[given["label"]] == -2000 + RATE


def test_finite_differences_agree() -> None:
    given, rate = drawn(4), 2.0**-20
    _, *updated = reference.train_step(**given, learning_rate=rate)
    for name, got in zip(("filters", "weights", "biases"), updated, strict=True):
        for place in [*product(*map(range, got.shape))][:20]:
            losses = []
            for sign in (1, -1):
                moved = given[name].copy()
                moved[place] += sign * 1e-5
                losses.append(reference.train_step(**{**given, name: moved}, learning_rate=0)[0])
            slope = (given[name][place] - got[place]) / rate
            assert (losses[0] - losses[1]) / 2e-5 == pytest.approx(slope, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize(
    ("error", "changed"),
    [
        (errors.ShapeError, {"image": np.zeros((2, 8, 8))}),
        (errors.EmptyAxisError, {"image": np.zeros((0, 8))}),
        (TypeError, {"image": np.full((8, 8), "a")}),
        (errors.FilterTooLargeError, {"image": np.zeros((2, 8))}),
        (errors.WindowTooLargeError, {"image": np.zeros((3, 8))}),
        (errors.ShapeError, {"filters": np.zeros((3, 3))}),
        (errors.EvenFilterError, {"filters": np.zeros((1, 2, 2))}),
        (errors.NonSquareFilterError, {"filters": np.zeros((1, 3, 5))}),
        (errors.LengthMismatchError, {"weights": np.zeros((8, 2))}),
        (errors.ShapeError, {"weights": np.zeros(9)}),
        (errors.BiasLengthError, {"biases": np.zeros(3)}),
        (errors.LabelError, {"label": 2}),
        (errors.LabelError, {"label": -1}),
        (TypeError, {"label": 1.0}),
        (TypeError, {"learning_rate": "a"}),
        (TypeError, {"learning_rate": 1j}),
        (errors.ShapeError, {"learning_rate": [0.1, 0.2]}),
    ],
)
def test_a_step_says_which_rule_is_broken(error: type[Exception], changed: dict[str, Any]) -> None:
    given: dict[str, Any] = {
        "image": np.zeros((8, 8)),
        "label": 1,
        "filters": np.zeros((1, 3, 3)),
        "weights": np.zeros((9, 2)),
        "biases": np.zeros(2),
        "learning_rate": 0.5,
    }
    reference.train_step(**given)
    with pytest.raises(error) as caught:
        reference.train_step(**{**given, **changed})
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("layer", "given", "wrong"),
    [
        (article2.Conv3x3(2), np.zeros((5, 6)), np.zeros((3, 4, 1))),
        (article2.MaxPool2(), np.zeros((5, 6, 2)), np.zeros((2, 2, 2))),
        (article2.Softmax(4, 3), np.zeros((2, 2)), np.zeros(4)),
    ],
)
def test_layers_refuse_gradients_of_another_shape(layer: Any, given: Any, wrong: Any) -> None:
    rate = () if isinstance(layer, article2.MaxPool2) else (0.5,)
    with pytest.raises(RuntimeError, match="forward"):
        layer.backprop(wrong, *rate)
    result = layer.forward(given)
    with pytest.raises(errors.ShapeError, match=r"d_L_d_out must have the shape"):
        layer.backprop(wrong, *rate)
    layer.backprop(np.zeros_like(result), *rate)
