"""Simulators: right where nothing is changed, and changed as their words say."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, pairwise, product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.cases.answers import exact_answer
from cnnspec.declaration.answer import errors_of
from cnnspec.declaration.case import Case
from cnnspec.operations.registry import OPERATIONS
from cnnspec.simulation import curves, dtypes, orders, quantities, windows
from cnnspec.simulation.hypothesis import Ask, Draw, Hypothesis, Simulator, Slots
from cnnspec.simulation.orders import Axis, Data
from harness_tests.helpers import by_turns

Array = NDArray[Any]

SIMULATORS: dict[str, Simulator] = {
    name: operation.simulator for name, operation in OPERATIONS.items() if operation.simulator
}

#: Those of which the exact answer is a function of the arguments alone, and has bounds.
LAYERS = [name for name in SIMULATORS if not OPERATIONS[name].is_network]

#: Calls on which right answers are compared, and on which every hypothesis has to show.
COMPARED, SHOWING = 45, 150


@cache
def drawn(operation: str, many: int = SHOWING) -> list[dict[str, Any]]:
    """Return calls that are drawn of an operation."""
    draw = Draw(3)
    return [SIMULATORS[operation].draw(draw) for _ in range(many)]


def changed(operation: str, hypothesis: Hypothesis, arguments: dict[str, Any]) -> bool:
    """Return whether a hypothesis gives another answer than is due, by more than rounding."""
    simulator = SIMULATORS[operation]
    prediction, due = simulator.predict((hypothesis,), arguments), simulator.predict((), arguments)
    assert due is not None
    if prediction is None:
        return False
    if prediction.shape != due.shape:
        return True
    least = 1e-13 * float(np.abs(due[np.isfinite(due)]).max(initial=0))
    return not np.allclose(prediction, due, rtol=1e-11, atol=max(least, 1e-300), equal_nan=True)


def in_float64(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the same numbers in float64, so that the narrowest bound holds."""
    return {
        name: value.astype(np.float64) if isinstance(value, np.ndarray) else value
        for name, value in arguments.items()
    }


# --- nothing changed -------------------------------------------------------------------------


@pytest.mark.parametrize("operation", LAYERS)
def test_with_nothing_changed_the_answer_is_the_exact_one(operation: str) -> None:
    for arguments in drawn(operation)[:COMPARED]:
        prediction = SIMULATORS[operation].predict((), arguments)
        assert prediction is not None
        assert prediction.dtype == np.float64
        case = Case("drawn", operation, in_float64(arguments))
        answer = exact_answer(case, np.dtype(np.float64), "componentwise")
        assert prediction.shape == answer.high.shape
        assert (errors_of(prediction, answer) <= answer.allowed).all()


def test_with_nothing_changed_the_network_is_the_reference() -> None:
    for arguments in drawn("network")[:COMPARED]:
        maps = reference.conv2d(arguments["image"] / 255 - 0.5, arguments["filters"])
        pooled = reference.max_pool2d(maps)
        logits = reference.dense(pooled, arguments["weights"], arguments["biases"])
        out, label = reference.softmax(logits), arguments["label"]
        prediction = SIMULATORS["network"].predict((), arguments)
        assert prediction is not None
        np.testing.assert_allclose(prediction[:-2], out, rtol=1e-9)
        assert prediction[-2] == pytest.approx(reference.cross_entropy(out, label), rel=1e-9)
        assert prediction[-1] == (np.argmax(out) == label)


@pytest.mark.parametrize("operation", SIMULATORS)
@by_turns
def test_arguments_are_left_as_they_are(operation: str) -> None:
    for arguments in drawn(operation)[:5]:
        before = {n: np.array(value) for n, value in arguments.items()}
        for hypothesis in SIMULATORS[operation].hypotheses()[::7]:
            SIMULATORS[operation].predict((hypothesis,), arguments)
        for name, value in before.items():
            np.testing.assert_array_equal(arguments[name], value)


# --- draws -----------------------------------------------------------------------------------


def plain(arguments: dict[str, Any]) -> str:
    """Return a call in words that are equal for equal calls only."""
    return repr({n: v.tobytes() if isinstance(v, np.ndarray) else v for n, v in arguments.items()})


@pytest.mark.parametrize("operation", SIMULATORS)
def test_draws_are_the_same_for_the_same_seed(operation: str) -> None:
    draw = SIMULATORS[operation].draw

    def calls(seed: int) -> list[str]:
        made = Draw(seed)
        return [plain(draw(made)) for _ in range(8)]

    assert calls(5) == calls(5)
    assert calls(5) != calls(6)
    assert len(set(calls(5))) == 8


@pytest.mark.parametrize("operation", SIMULATORS)
def test_every_option_is_given_in_some_draws_and_not_in_others(operation: str) -> None:
    for name in OPERATIONS[operation].options:
        given = [name in arguments for arguments in drawn(operation)]
        assert any(given), name
        assert not all(given), name


@pytest.mark.parametrize("operation", LAYERS)
def test_every_number_of_axes_is_drawn(operation: str) -> None:
    data = OPERATIONS[operation].data
    ranks = {np.ndim(arguments[data]) for arguments in drawn(operation)}
    assert ranks == set(OPERATIONS[operation].probes())


@pytest.mark.parametrize("operation", LAYERS)
def test_float32_is_drawn_too(operation: str) -> None:
    data = OPERATIONS[operation].data
    dtypes = {arguments[data].dtype.name for arguments in drawn(operation)}
    assert dtypes >= {"float32", "float64"}


def test_draws_of_a_convolution_have_all_strides_and_sizes_and_paddings() -> None:
    calls = drawn("conv2d")
    assert {arguments.get("stride", 1) for arguments in calls} >= {1, 2, 3}
    paddings = {arguments.get("padding", "valid") for arguments in calls}
    assert paddings >= {"valid", "same"}
    assert {type(padding) for padding in paddings} == {str, int, tuple}
    assert {arguments.get("dilation", 1) for arguments in calls} >= {1, 2, 3, (2, 1), (1, 2)}
    assert {arguments.get("groups", 1) for arguments in calls} == {1, 2, 3}
    assert {arguments["filters"].shape[1] for arguments in calls} >= {1, 3, 5, 7}
    wide = [arguments for arguments in calls if arguments.get("padding") == "same"]
    assert any(arguments["filters"].shape[1] >= 5 for arguments in wide)  # margins of 2 and more
    assert any("bias" in arguments and "stride" in arguments for arguments in calls)


def test_draws_of_a_pooling_have_all_sizes_and_strides() -> None:
    calls = drawn("max_pool2d")
    assert {arguments.get("size", 2) for arguments in calls} >= {2, 3, 4}
    assert {arguments.get("stride") for arguments in calls} >= {None, 1, 2, 3}
    assert any(
        one["the stride"] > one["the size"] for one in map(SIMULATORS["max_pool2d"].sizes, calls)
    )


def test_draws_of_a_pooling_have_all_options() -> None:
    of_means = drawn("avg_pool2d")
    for calls in (drawn("max_pool2d"), of_means):
        for name in ("size", "stride", "padding"):
            assert {type(one[name]) for one in calls if name in one} == {int, tuple}, name
        assert any(one.get("padding") and one.get("ceil_mode") for one in calls)
    assert any(
        one.get("padding") and one.get("ceil_mode") and not one.get("count_include_pad", True)
        for one in of_means
    )


def test_in_some_draws_sizes_are_alike() -> None:
    sizes = [SIMULATORS["conv2d"].sizes(arguments) for arguments in drawn("conv2d")]
    assert any(one["rows"] == one["columns"] for one in sizes)
    assert any(one["channels"] == one["filters"] > 1 for one in sizes)
    of_pools = [SIMULATORS["max_pool2d"].sizes(arguments) for arguments in drawn("max_pool2d")]
    assert any(one["rows"] == one["columns"] for one in of_pools)


def test_in_some_draws_defaults_are_given() -> None:
    calls = drawn("conv2d")
    assert any(arguments.get("stride") == 1 for arguments in calls)
    assert any(arguments.get("padding") == "valid" for arguments in calls)
    assert any(arguments.get("size") == 2 for arguments in drawn("max_pool2d"))


@pytest.mark.parametrize("operation", ["conv2d", "dense"])
def test_in_some_draws_dtypes_differ(operation: str) -> None:
    """In a few only, and each array may be the one in float32."""
    calls = drawn(operation, 600)
    narrow = [
        {n for n, v in one.items() if isinstance(v, np.ndarray) and v.dtype == np.float32}
        for one in calls
    ]
    arrays = [{n for n, v in one.items() if isinstance(v, np.ndarray)} for one in calls]
    mixed = [of for of, every in zip(narrow, arrays, strict=True) if of and of != every]
    assert 0 < len(mixed) < len(narrow) / 4
    assert set().union(*mixed) == set().union(*arrays)


@pytest.mark.parametrize(
    "operation", ["conv2d", "relu", "leaky_relu", "sigmoid", "tanh", "max_pool2d", "dense"]
)
def test_large_and_tiny_numbers_are_drawn(operation: str) -> None:
    data = OPERATIONS[operation].data
    largest = [float(np.abs(arguments[data]).max()) for arguments in drawn(operation)]
    assert any(one > 100 for one in largest)
    assert any(0 < one < 1e-4 for one in largest)


@pytest.mark.parametrize("operation", ["conv2d", "max_pool2d", "dense", "softmax_layer"])
def test_in_most_draws_sizes_differ(operation: str) -> None:
    sizes = [SIMULATORS[operation].sizes(arguments) for arguments in drawn(operation)]
    first, second = list(sizes[0])[:2]
    assert sum(one[first] != one[second] for one in sizes) > len(sizes) / 2


# --- what hypotheses do ----------------------------------------------------------------------

#: Words with sizes that calls may be too small for.
OF_SIZES = re.compile(r"the first \d+|full block of \d+|(tiles|strips) of \d+")

_NORMALISED = "they are not negative, none is above 1, and they sum to 1 already"
_BETWEEN = "results lie in that range already"
_SMALL = "it shows where probabilities are smaller, or errors larger, than in the calls drawn"
_ONE = "a dense layer's logits are one row: there is no other axis"
_EXACT = "so many terms leave less than the 1e-11 that is no more than rounding here"
_SAME_SHAPE = "it fits only where both sizes are alike, and there such a reshape changes nothing"
_ANY_ORDER = "a mean of a whole map is the same in whatever order its numbers are"
_PART = "it is held to show where the part is tested by itself"

#: What shows in no call that is drawn, by words and slots, and why that may be.
EXCUSED: dict[str, tuple[tuple[str, str], ...]] = {
    "conv2d": (
        (r"^margins: rows and columns of the padding are swapped", "filters are square"),
        (
            r"^filters: .* exchanged in a reshape: .* and the shape is"
            r" \((filters, .*|channels, (rows, columns|columns, rows), filters)\)$",
            _SAME_SHAPE,
        ),
        (r"^image: (rows|columns|images) and channels of the image are exchanged", _SAME_SHAPE),
        (
            r"^image: images and channels of the image are swapped",
            "it fits only where there are as many images as channels, which is never drawn",
        ),
        (r"^sums: channels are summed in blocks of 16,", "fewer than 17 channels are drawn"),
    ),
    "conv_transpose2d": (
        (r"^filters: .* exchanged in a reshape: .* filters, .*maps\)$", _SAME_SHAPE),
        (r"^filters: .* exchanged in a reshape: .* \(maps, .*, filters\)$", _SAME_SHAPE),
        (r"^filters: rows and columns of the filters are exchanged in a reshape", _SAME_SHAPE),
        (r"^image: (rows|columns|images) and channels of the image are exchanged", _SAME_SHAPE),
    ),
    "conv_transpose2d_grad_filters": (
        (
            r"^products: rows and columns of the windows are swapped",
            "it fits square images only, which are never drawn",
        ),
    ),
    "relu": (
        (
            r"^(x: .* \(a ReLU\)|result: .* \((a ReLU|their absolute values are taken)\))$",
            "a ReLU does the same",
        ),
    ),
    "leaky_relu": ((r"^result: .* \(a ReLU\)$", "it is told as a ReLU, whatever slope is given"),),
    "sigmoid": (
        (r"^result: .* (\(a ReLU\)|\(their absolute values are taken\))$", _BETWEEN),
        (r"^result: .* clipped to the range from (0|-1) to (1|255)$", _BETWEEN),
    ),
    "tanh": ((r"^result: .* clipped to the range from -1 to 1$", _BETWEEN),),
    "batch_norm": (
        (
            r"^variance: .*(\(a ReLU\)|\(their absolute values are taken\)|from 0 to 255)$",
            "variances are positive, and none is as large",
        ),
    ),
    "global_avg_pool2d": (
        (
            r"^maps: (the|each|neighbouring) (row|column)s? .*"
            r"(reverse order|from the (first|last)|averaged, and .*|of their sizes|swapped)$",
            _ANY_ORDER,
        ),
        (r"^maps: rows and columns of the input are (swapped|exchanged)", _ANY_ORDER),
        (r"^maps: .*\(images, columns, rows, maps\)", _ANY_ORDER),
    ),
    "flatten": (
        (
            r"^maps: .* exchanged in a reshape: .* and the shape is \(images, ",
            "a vector is the same of whatever shape the numbers had",
        ),
    ),
    "avg_pool2d_backward": ((r": zeros of the map are left out as well$", "no zeros are drawn"),),
    "avg_pool2d": ((r"though the window is not whole$", "windows are whole but beside others"),),
    "softmax": (
        (r"^result: .* (\(a ReLU\)|\(their absolute values are taken\))$", _NORMALISED),
        (r"^result: .* clipped to the range from (0|-1) to (1|255)$", _NORMALISED),
        (r"^result: .* divided by .*their (sum|absolute values)$", _NORMALISED),
        (r"^logits: the logits are centred", "a softmax of logits and a constant is the same"),
        (r"^sum: a constant, 1e-1[1-9], is added to the sum", _SMALL),
        (r"^exponential: logits that are ([3-9]0|88|100) or more below", _SMALL),
    ),
    "cross_entropy": (
        (r": .* (\(a ReLU\)|\(their absolute values are taken\))$", _NORMALISED),
        (r"^probabilities: .* clipped to the range from (0|-1) to (1|255)$", _NORMALISED),
        (r"^loss: .* clipped to the range from 0 to 255$", "no loss is as large"),
        (r"^logarithm: the absolute value of the logarithm is taken", "losses are positive"),
        (r"^chosen: probabilities of 0 become", "no loss of a probability of 0 is finite"),
        (r"^chosen: .*(1e-300|smallest normal number)", _SMALL),
        (r"^logarithm: .* by [789] terms .* mantissa around 1$", _EXACT),
        (r"^logarithm: .* by 1[012] terms .* of the mantissa( around 1)?$", _EXACT),
        (r"^probabilities: .* divided by .*their (sum|absolute values)$", _NORMALISED),
    ),
    "log_softmax": (
        (r"^logarithms: the largest logit is added", "only what is rounded differs"),
        (r"^result: .* set to zero where they are positive", "no logarithm is positive"),
    ),
    "softmax_layer": ((r"^(dense|softmax): ", _PART),),
    "network": ((r"^(conv2d|max_pool2d|dense|softmax|cross_entropy): ", _PART),),
}


def is_excused(operation: str, hypothesis: Hypothesis) -> bool:
    """Return whether a hypothesis may show in no drawn call."""
    said = f"{hypothesis.slot}: {hypothesis.words}"
    return any(re.search(pattern, said) for pattern, _ in EXCUSED.get(operation, ()))


def dead(
    operation: str, hypotheses: Iterable[Hypothesis], calls: Iterable[dict[str, Any]]
) -> list[str]:
    """Return the words of hypotheses that change the answer of none of some calls."""
    left = list(hypotheses)
    for arguments in calls:
        left = [one for one in left if not changed(operation, one, arguments)]
    return [f"{one.slot}: {one.words}" for one in left]


@pytest.mark.parametrize("operation", SIMULATORS)
@by_turns
def test_every_hypothesis_shows_in_some_drawn_call(operation: str) -> None:
    hypotheses = [
        one
        for one in SIMULATORS[operation].hypotheses()
        if not OF_SIZES.search(one.words) and not is_excused(operation, one)
    ]
    assert dead(operation, hypotheses, drawn(operation)) == []


def large(operation: str) -> list[dict[str, Any]]:
    """Return calls in which one size after the other is larger than any that is drawn."""
    draw = Draw(11)
    real = draw.reals

    def layer(inputs: int, nodes: int) -> dict[str, Any]:
        return {"x": real(inputs), "weights": real(inputs, nodes), "bias": real(nodes)}

    def filters(*shape: int) -> dict[str, Any]:
        return {"filters": real(*shape), "bias": real(shape[0])}

    pools: list[dict[str, Any]] = [
        {"maps": real(*shape)}
        for shape in ((131, 4, 4, 1), (1, 263, 4, 2), (1, 4, 263, 2), (1, 4, 4, 131))
    ]
    pools.append({"maps": real(9, 9, 3), "size": 3})
    made: dict[str, list[dict[str, Any]]] = {
        "conv2d": [
            {"image": real(131, 3, 4, 1), **filters(2, 3, 3, 1)},
            {"image": real(135, 3, 2), **filters(2, 3, 3, 2)},
            {"image": real(3, 135, 2), **filters(2, 3, 3, 2)},
            {"image": real(3, 4, 131), **filters(131, 1, 1, 131)},
            {"image": real(131, 132), "filters": real(1, 131, 131)},
        ],
        "conv_transpose2d": [
            {"image": real(131, 2, 3, 1), "filters": real(1, 2, 2, 3)},
            {"image": real(2, 135, 3, 2), "filters": real(2, 2, 2, 3)},
            {"image": real(135, 3, 2), "filters": real(2, 2, 2, 3)},
            {"image": real(3, 135, 2), "filters": real(2, 2, 2, 3)},
            {"image": real(2, 3, 131), "filters": real(131, 1, 1, 131), "bias": real(131)},
            {"image": real(2, 2, 1), "filters": real(1, 131, 131, 1)},
        ],
        "relu": [{"x": np.abs(real(*s))} for s in ((131, 3), (3, 131), (131, 2, 3), (2, 131, 3))],
        "max_pool2d": pools,
        "min_pool2d": pools,
        "avg_pool2d": pools,
        "dense": [layer(131, 3), layer(3, 131)],
        **{
            name: [{"logits": real(*s)} for s in ((131,), (131, 3), (2, 131, 3))]
            for name in ("softmax", "log_softmax")
        },
        "cross_entropy": [
            {"probabilities": np.arange(1.0, n + 1) / sum(range(n + 1)), "label": n - 1}
            for n in (3, 131)
        ],
        "softmax_cross_entropy": [
            {"logits": real(131), "label": 130},
            {"logits": real(131, 3), "label": np.arange(131) % 3},
            {"logits": real(3, 131), "label": np.array([130, 0, 65])},
        ],
    }
    whole = [given for given in pools if "size" not in given]
    whole.append({"maps": real(1, 5, 7, 3)})
    made |= {"global_avg_pool2d": whole, "flatten": whole}
    made["batch_norm"] = [
        given
        | {
            "mean": real(given["maps"].shape[-1]),
            "variance": np.abs(real(given["maps"].shape[-1])) + 1,
            "scale": real(given["maps"].shape[-1]),
            "offset": real(given["maps"].shape[-1]),
        }
        for given in whole
    ]
    made["relu"] += [{"x": -np.abs(real(1100))}]
    made |= dict.fromkeys(("leaky_relu", "sigmoid", "tanh"), made["relu"])
    return made[operation] if operation in made else large_gradients(draw, made)[operation]


def large_gradients(
    draw: Draw, made: Mapping[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """Return such calls of gradients: those of what they are of, with a gradient that comes in."""
    real = draw.reals

    def with_grad(
        layer: Callable[..., Array], calls: Iterable[dict[str, Any]], *but: str
    ) -> list[dict[str, Any]]:
        found = [{name: one[name] for name in one if name not in but} for one in calls]
        return [{"grad": real(*np.shape(layer(**one))), **one} for one in found]

    def dense(rows: int, inputs: int, nodes: int) -> dict[str, Any]:
        return {
            "grad": real(rows, nodes),
            "x": real(rows, inputs),
            "weights": real(inputs, nodes),
        }

    def norm(maps: Array, **_parameters: Array) -> Array:
        return maps

    shapes = ((131, 3), (3, 131), (131, 2, 3), (2, 131, 3), (1100,))
    signs = [{"x": real(*shape)} for shape in shapes]
    for one in signs:
        one["x"][..., -1] = 1  # what comes through shows where it is missing
    found = {
        f"{name}_backward": with_grad(getattr(reference, name), made[name])
        for name in (
            *("max_pool2d", "min_pool2d", "avg_pool2d", "global_avg_pool2d", "flatten"),
            *("softmax", "log_softmax"),
        )
    }
    found |= {f"{name}_backward": made[name] for name in ("cross_entropy", "softmax_cross_entropy")}
    slopes = ("relu", "leaky_relu", "sigmoid", "tanh")
    found |= {f"{name}_backward": with_grad(getattr(reference, name), signs) for name in slopes}
    of_layer = with_grad(reference.conv2d, made["conv2d"], "bias")
    found |= {f"conv2d_grad_{to}": of_layer for to in ("image", "filters", "bias")}
    transposed = with_grad(reference.conv_transpose2d, made["conv_transpose2d"], "bias")
    found |= {f"conv_transpose2d_grad_{to}": transposed for to in ("image", "filters", "bias")}
    rows = [dense(131, 3, 2), dense(2, 131, 3), dense(2, 3, 131)]
    found |= {f"dense_grad_{to}": rows for to in ("x", "weights", "bias")}
    of_norm = with_grad(norm, made["batch_norm"], "offset")
    parameters = ("maps", "mean", "variance", "scale", "offset")
    return found | {f"batch_norm_grad_{to}": of_norm for to in parameters}


@pytest.mark.parametrize("operation", [name for name in LAYERS if not OPERATIONS[name].composed_of])
@by_turns
def test_hypotheses_of_sizes_show_in_large_calls(operation: str) -> None:
    hypotheses = [one for one in SIMULATORS[operation].hypotheses() if OF_SIZES.search(one.words)]
    assert hypotheses
    assert dead(operation, hypotheses, large(operation)) == []


@pytest.mark.parametrize("operation", SIMULATORS)
def test_most_hypotheses_fit_most_calls(operation: str) -> None:
    """What raises on a call predicts nothing: that has to be the exception."""
    hypotheses = SIMULATORS[operation].hypotheses()[::7]
    calls = drawn(operation)[:5]
    predictions = [
        SIMULATORS[operation].predict((one,), arguments)
        for one in hypotheses
        for arguments in calls
    ]
    assert sum(one is None for one in predictions) < len(predictions) / 4


# --- words -----------------------------------------------------------------------------------

#: Words that several hypotheses have: they differ where a divisor is 0, or by a tiny constant.
VARIANTS = re.compile(
    r"(are divided by their (largest|sum|length)|normalised by its own mean)", re.IGNORECASE
)


@pytest.mark.parametrize("operation", SIMULATORS)
def test_no_two_hypotheses_have_the_same_words(operation: str) -> None:
    said = Counter(one.words for one in SIMULATORS[operation].hypotheses())
    assert [words for words, many in said.items() if many > 1 and not VARIANTS.search(words)] == []


@pytest.mark.parametrize("operation", SIMULATORS)
def test_variants_with_the_same_words_are_nearly_alike(operation: str) -> None:
    simulator = SIMULATORS[operation]
    by_words: dict[str, list[Hypothesis]] = {}
    for one in simulator.hypotheses():
        if VARIANTS.search(one.words):
            by_words.setdefault(one.words, []).append(one)
    for first, *others in by_words.values():
        for arguments in drawn(operation)[:4]:
            of_first = simulator.predict((first,), arguments)
            assert of_first is not None
            for other in others:
                assert other.slot == first.slot
                its = simulator.predict((other,), arguments)
                assert its is not None
                finite = np.isfinite(its) & np.isfinite(of_first)
                largest = np.abs(of_first[finite]).max(initial=0)
                np.testing.assert_allclose(
                    its[finite], of_first[finite], rtol=1e-3, atol=1e-6 * largest
                )


@pytest.mark.parametrize("operation", SIMULATORS)
def test_words_are_clauses(operation: str) -> None:
    for one in SIMULATORS[operation].hypotheses():
        words = one.words
        assert words == words.strip()
        assert "  " not in words
        assert not words.endswith((".", ",", ":", ";")), words
        assert not words[0].isupper(), words
        assert words.count("(") == words.count(")"), words
        assert "{" not in words, words


def test_one_loss_is_no_plural() -> None:
    for one in SIMULATORS["cross_entropy"].hypotheses():
        if one.words.startswith("the loss is"):
            assert not re.search(r"\b(they|their|signs|numbers|roots)\b", one.words), one.words


@pytest.mark.parametrize("operation", SIMULATORS)
def test_every_hypothesis_has_a_remedy(operation: str) -> None:
    for one in SIMULATORS[operation].hypotheses():
        assert one.remedy, one.words
        assert not one.remedy.endswith("."), one.remedy
        assert "  " not in one.remedy
        assert not one.remedy[0].isupper(), one.remedy


@pytest.mark.parametrize("operation", SIMULATORS)
def test_every_slot_of_a_hypothesis_is_a_slot_of_the_formula(operation: str) -> None:
    met: set[str] = set()

    class Watched(Slots):
        def __init__(self, prefix: str = "") -> None:
            super().__init__((), prefix)
            self.prefix = prefix

        def __call__(self, slot: str, value: Any, **known: Any) -> Any:
            met.add(self.prefix + slot)
            return value

        def changes(self, *slots: str) -> bool:
            return True

        def within(self, part: str) -> Slots:
            return Watched(f"{self.prefix}{part}: ")

    SIMULATORS[operation].compute(Watched(), **drawn(operation)[0])
    assert {one.slot for one in SIMULATORS[operation].hypotheses()} <= met


# --- composition -----------------------------------------------------------------------------


def added(slot: str, number: float) -> Hypothesis:
    return Hypothesis(slot, f"{number:g} is added", lambda value, _known: value + number)


def times(slot: str, number: float) -> Hypothesis:
    return Hypothesis(slot, f"it is multiplied by {number:g}", lambda value, _k: value * number)


def test_two_changes_of_one_slot_act_in_the_order_given() -> None:
    assert Slots((added("here", 1), times("here", 10)))("here", 2) == 30
    assert Slots((times("here", 10), added("here", 1)))("here", 2) == 21


def test_changes_of_different_slots_both_act() -> None:
    at = Slots((added("here", 1), times("there", 10)))
    assert at("here", 2) == 3
    assert at("there", 2) == 20
    assert at("elsewhere", 2) == 2


def test_a_change_sees_what_is_known_in_its_slot() -> None:
    seen = Hypothesis("here", "it is the other", lambda _value, known: known["other"])
    assert Slots((seen,))("here", 2, other=7) == 7


def test_slots_of_a_part_have_its_name_before_theirs() -> None:
    inner = added("here", 1)
    at = Slots((inner.within("part"), times("here", 10)))
    assert at.within("part")("here", 2) == 3
    assert at("here", 2) == 20
    assert at.within("other")("here", 2) == 2
    twice = Slots((inner.within("inner").within("outer"),))
    assert twice.within("outer").within("inner")("here", 2) == 3


def test_within_puts_words_around() -> None:
    one = added("here", 1).within("part", "in the part, {}")
    assert (one.slot, one.words) == ("part: here", "in the part, 1 is added")
    assert added("here", 1).within("part").words == "1 is added"
    assert added("here", 1).reworded("added", "put to it").words == "1 is put to it"


def test_changes_says_whether_slots_that_begin_so_are_changed() -> None:
    at = Slots((added("part: here", 1),))
    assert at.changes("part")
    assert at.within("part").changes("here")
    assert not at.changes("here", "other")
    assert not Slots().changes("part")


def test_two_mistakes_of_a_convolution_are_made_together() -> None:
    simulator = SIMULATORS["conv2d"]
    by_words = {one.words: one for one in simulator.hypotheses()}
    rotated = next(one for words, one in by_words.items() if "180 degrees" in words)
    given = next(one for one in drawn("conv2d") if "bias" in one and one["image"].ndim == 3)
    prediction = simulator.predict((rotated, by_words["the bias is subtracted"]), given)
    filters = given["filters"].astype(float)[:, ::-1, ::-1]
    due = reference.conv2d(
        given["image"].astype(float),
        filters,
        bias=-given["bias"].astype(float),
        **{name: given[name] for name in ("stride", "padding") if name in given},
    )
    assert prediction is not None
    np.testing.assert_allclose(prediction, due, rtol=1e-9, atol=1e-9 * np.abs(due).max())


@pytest.mark.parametrize(
    ("whole", "part"), [("softmax_layer", "dense"), ("network", "dense"), ("network", "conv2d")]
)
def test_a_part_is_changed_as_by_itself(whole: str, part: str) -> None:
    """A factor of its last slot acts on the part's answer and on nothing else."""
    last = {"dense": "logits", "conv2d": "maps"}[part]
    doubled = times(last, 2.0)
    given = drawn(whole)[1]
    prediction = SIMULATORS[whole].predict((doubled.within(part),), given)
    if whole == "softmax_layer":
        logits = 2 * reference.dense(**in_float64(given))
        due = reference.softmax(logits)
    else:
        pixels = given["image"] / 255 - 0.5
        maps = reference.conv2d(pixels, given["filters"]) * (2 if part == "conv2d" else 1)
        pooled = reference.max_pool2d(maps)
        logits = reference.dense(pooled, given["weights"], given["biases"])
        due = reference.softmax(logits * (2 if part == "dense" else 1))
    assert prediction is not None
    np.testing.assert_allclose(prediction[: len(due)], due, rtol=1e-9)


def test_a_network_is_computed_anew_after_a_change() -> None:
    """What is kept of the latest image is kept of the right layers only."""
    simulator, (one, other) = SIMULATORS["network"], drawn("network")[:2]
    first = simulator.predict((), one)
    brighter = Hypothesis("pixels", "pixels are doubled", lambda value, _known: 2 * value)
    changed_pixels = simulator.predict((brighter,), one)
    assert first is not None
    assert changed_pixels is not None
    assert not np.array_equal(first, changed_pixels)
    simulator.predict((), other)
    again = simulator.predict((), one)
    assert again is not None
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("operation", SIMULATORS)
def test_a_formula_that_raises_predicts_nothing(operation: str) -> None:
    def raising(_value: Any, _known: Any) -> Any:
        raise ArithmeticError("of no shape")

    slots = {one.slot for one in SIMULATORS[operation].hypotheses()}
    for slot in sorted(slots):
        wrong = Hypothesis(slot, "it raises", raising)
        assert SIMULATORS[operation].predict((wrong,), drawn(operation)[0]) is None


def test_what_a_formula_warns_of_is_nobodys_matter(recwarn: pytest.WarningsRecorder) -> None:
    root = Hypothesis("sums", "roots are taken", lambda value, _known: np.sqrt(-np.abs(value)))
    prediction = SIMULATORS["dense"].predict((root,), drawn("dense")[0])
    assert prediction is not None
    assert np.isnan(prediction).all()
    assert not recwarn.list


# --- orders ----------------------------------------------------------------------------------

THINGS = Data("things", "the things", (Axis("row", "rows"), Axis("column", "columns")), "as due")
CUBE = Data("cube", "the cube", (Axis("a", "as"), Axis("b", "bs"), Axis("c", "cs")), "as due", "is")

Lines = Sequence[Array]


def done(hypotheses: Iterable[Hypothesis], words: str, value: Any, **known: Any) -> Any:
    """Return what the one hypothesis does whose words these are."""
    (one,) = (hypothesis for hypothesis in hypotheses if hypothesis.words == words)
    with np.errstate(all="ignore"):
        return one.change(value, known)


def running(lines: Lines) -> Iterator[Array]:
    total = 0 * lines[0]
    for line in lines:
        total = total + line
        yield total


def total_of(lines: Lines) -> Array:
    *_, last = running(lines)
    return last


def indices(many: int, of: Callable[[int], int]) -> Callable[[Lines], list[Array]]:
    """Return what takes the line of another index, and zeros for indices below 0."""
    return lambda lines: [lines[of(i)] if of(i) >= 0 else 0 * lines[0] for i in range(many)]


def before(end: int) -> Callable[[int], int]:
    return lambda i: i if i < end else -1


def modulo(block: int) -> Callable[[int], int]:
    return lambda i: i % block


def along(many: int) -> dict[str, Callable[[Lines], Any]]:
    """Return what the words about an axis of so many rows mean, line by line."""
    last = many - 1
    read = {
        "the rows of the things are in reverse order": lambda i: last - i,
        "only the first row of the things is used, for all of them": lambda _i: 0,
        "only the last row of the things is used, for all of them": lambda _i: last,
        "the last row of the things is left at zero": lambda i: i if i < last else -1,
        "the first row of the things is left at zero": lambda i: i or -1,
        "only the first row of the things counts, the others are zero": lambda i: -1 if i else 0,
        "only the last row of the things counts, the others are zero": (
            lambda i: last if i == last else -1
        ),
        "the first and the last row of the things are left at zero": (
            lambda i: i if 0 < i < last else -1
        ),
        "the last two rows of the things are left at zero": lambda i: i if i < last - 1 else -1,
        "each row of the things is taken from the one after it, and the last from the first": (
            lambda i: i + 1 if i < last else 0
        ),
        "each row of the things is taken from the one before it, and the first from the last": (
            lambda i: i - 1 if i else last
        ),
        "each row of the things is taken from the one after it, and the last twice": (
            lambda i: i + 1 if i < last else last
        ),
        "each row of the things is taken from the one before it, and the first twice": (
            lambda i: i - 1 if i else 0
        ),
        "each row of the things is taken from the one after it, and the last is zero": (
            lambda i: i + 1 if i < last else -1
        ),
        "each row of the things is taken from the one before it, and the first is zero": (
            lambda i: i - 1 if i else -1
        ),
        "the last row of the things repeats the one before it": lambda i: min(i, last - 1),
        "neighbouring rows of the things are swapped": (
            lambda i: min(i + 1, last) if i % 2 == 0 else i - 1
        ),
        "only the even rows of the things are used, each of them twice": lambda i: i - i % 2,
        "every second row of the things is zero": lambda i: -1 if i % 2 else i,
        "the first half of the rows of the things is used twice": (
            lambda i: i if i < math.ceil(many / 2) else i - math.ceil(many / 2)
        ),
    }
    for block in orders.BLOCKS:
        full = many // block * block
        read[
            f"the rows of the things beyond the last full block of {block} are zero: the remainder"
            " is left out"
        ] = before(full)
        read[f"the rows of the things are those of the first {block}, over and over"] = modulo(
            block
        )
    for count in (2, 3, 4, 8, 16, 32, 64, 128):
        read[f"only the first {count} rows of the things are used"] = before(count)
    means: dict[str, Callable[[Lines], Any]] = {
        words: indices(many, of) for words, of in read.items()
    }
    means["the last row of the things counts twice"] = lambda lines: [*lines[:-1], 2 * lines[-1]]
    means["the first row of the things counts twice"] = lambda lines: [2 * lines[0], *lines[1:]]
    means["the rows of the things are summed, and each holds the sum"] = lambda lines: (
        [total_of(lines)] * many
    )
    means["the rows of the things are averaged, and each holds the mean"] = lambda lines: (
        [total_of(lines) / many] * many
    )
    means["the rows of the things are added up: each holds the sum of those before it too"] = (
        lambda lines: list(running(lines))
    )
    means["each row of the things holds the sum of it and the one before it"] = lambda lines: [
        lines[0],
        *(one + other for one, other in pairwise(lines)),
    ]
    means["the rows of the things are in the order of their sizes"] = lambda lines: list(
        np.transpose([sorted(column) for column in np.transpose(lines)])
    )
    return means


@pytest.mark.parametrize("many", [3, 5, 6])
def test_orders_along_an_axis_are_what_their_words_say(many: int) -> None:
    value = Draw(many).reals(many, 4)
    hypotheses = [one for one in orders.along_axes(THINGS) if re.search(r"\brows?\b", one.words)]
    means = along(many)
    assert {one.words for one in hypotheses} == set(means)
    for one in hypotheses:
        due = np.array(means[one.words](list(value)))
        np.testing.assert_allclose(one.change(value, {}), due, err_msg=one.words, rtol=1e-14)


def test_orders_along_the_second_axis_are_those_of_the_transposed_array() -> None:
    value = Draw(2).reals(4, 5)
    found = list(orders.along_axes(THINGS))
    rows, columns = found[: len(found) // 2], found[len(found) // 2 :]
    for row, column in zip(rows, columns, strict=True):
        assert column.words == re.sub(r"\brow(s?)\b", r"column\1", row.words)
        np.testing.assert_array_equal(column.change(value, {}), row.change(value.T, {}).T)


def test_an_axis_without_anything_on_it_stays_as_it_is() -> None:
    for one in orders.along_axes(THINGS):
        assert one.change(np.zeros((0, 0)), {}).shape == (0, 0)


def test_axes_that_are_swapped_or_reshaped() -> None:
    value = np.arange(6.0).reshape(2, 3)
    every = list(orders.of_axes(THINGS))
    transposed = np.empty((3, 2))
    exchanged = np.empty((3, 2))
    read_wrongly = np.empty((2, 3))
    instead = np.empty((2, 3))
    in_columns = [value[i, j] for j in range(3) for i in range(2)]
    in_rows = [value[i, j] for i in range(2) for j in range(3)]
    for place, (i, j) in enumerate(product(range(3), range(2))):
        transposed[i, j] = value[j, i]
        exchanged[i, j] = in_rows[place]
        instead[j, i] = in_rows[place]  # in the shape (3, 2), and read as rows and columns again
    for place, (i, j) in enumerate(product(range(2), range(3))):
        read_wrongly[i, j] = in_columns[place]
    due = {
        "rows and columns of the things are swapped": transposed,
        "the things are read in the wrong order of axes: the numbers lie in memory by (columns,"
        " rows), and are only reshaped, not transposed": read_wrongly,
        "rows and columns of the things are exchanged in a reshape: the numbers stay in their"
        " order, and the shape is (columns, rows)": exchanged,
        "the things are reshaped to (columns, rows) instead of transposed": instead,
    }
    assert {one.words for one in every} == set(due)
    for words, array in due.items():
        np.testing.assert_array_equal(done(every, words, value), array, err_msg=words)


def test_three_axes_in_every_other_order() -> None:
    value = np.arange(24.0).reshape(2, 3, 4)
    every = list(orders.of_axes(CUBE))
    assert len(every) == 4 * 5
    turned = done(every, "as, bs and cs of the cube are in the order bs, cs, as", value)
    assert turned.shape == (3, 4, 2)
    for a, b, c in product(range(2), range(3), range(4)):
        assert turned[b, c, a] == value[a, b, c]
    swapped = done(every, "as and cs of the cube are swapped", value)
    for a, b, c in product(range(2), range(3), range(4)):
        assert swapped[c, b, a] == value[a, b, c]


def test_numbers_of_an_array_are_counted_in_c_order() -> None:
    value = Draw(1).reals(2, 3)
    data = Data("x", "the numbers", ())
    every = list(orders.along_flat(data))
    last = done(every, "the last number of the numbers is left at zero", value)
    assert last.shape == value.shape
    assert last[1, 2] == 0
    np.testing.assert_array_equal(last.ravel()[:-1], value.ravel()[:-1])
    for one in every:
        assert one.change(np.zeros((0, 3)), {}).shape == (0, 3)


def test_only_a_part_of_the_numbers_is_changed() -> None:
    x, curve = -np.arange(1.0, 41.0).reshape(4, 10), np.zeros((4, 10))
    for one in orders.along_flat(Data("curve", "it", ()), instead_of_zero="given"):
        found = one.change(curve, {"given": x}).ravel()
        if match := re.search(r"only the first (\d+) number", one.words):
            kept = set(range(min(int(match[1]), 40)))
        elif match := re.search(r"full blocks of (\d+)", one.words):
            kept = set(range(40 // int(match[1]) * int(match[1])))
        else:
            kept = {
                "only all numbers but the last are changed, the others stay as they are": {
                    *range(39)
                },
                "only all numbers but the first are changed, the others stay as they are": {
                    *range(1, 40)
                },
                "only the even ones of the numbers are changed, the others stay as they are": {
                    *range(0, 40, 2)
                },
            }[one.words]
        for index in range(40):
            assert found[index] == (0 if index in kept else x.ravel()[index]), one.words


@pytest.mark.parametrize(("where", "axis"), [("last axis", -1), ("first axis", 0),
                                             ("last axis but one", -2)])  # fmt: skip
def test_orders_along_some_axis_of_any_array(where: str, axis: int) -> None:
    value = Draw(4).reals(2, 3, 4)
    every = orders.along_last_axes(Data("x", "them", ()))
    found = done(every, f"the indices of the {where} of them are in reverse order", value)
    np.testing.assert_array_equal(found, np.flip(value, axis))


# --- windows ---------------------------------------------------------------------------------

LENGTHS = [(n, f, s) for n in (4, 5, 7, 8, 11) for f in (1, 2, 3) for s in (1, 2, 3) if f <= n]


def fitting(n: int, f: int, s: int, first: int = 0) -> list[int]:
    """Return where windows start that fit, one after the other."""
    found = []
    while first + f <= n:
        found.append(first)
        first += s
    return found


def with_incomplete(n: int, f: int, s: int) -> list[int]:
    """Return the starts up to the first window that reaches the end or beyond."""
    found = [0]
    while found[-1] + f < n and found[-1] + s < n:
        found.append(found[-1] + s)
    return found


Starts = Callable[[int, int, int], list[int]]

#: What the words about starts mean, by the axis' length, the window's size and the stride.
STARTS: dict[str, Starts] = {
    "the stride is ignored: windows are 1 apart": lambda n, f, _s: fitting(n, f, 1),
    "the stride is ignored: windows stand side by side, as far apart as their size": (
        lambda n, f, _s: fitting(n, f, f)
    ),
    "windows are stride + 1 apart": lambda n, f, s: fitting(n, f, s + 1),
    "windows are 2 apart, whatever the stride": lambda n, f, _s: fitting(n, f, 2),
    "the stride is ignored where windows are placed, but not where they are counted": (
        lambda n, f, s: [i for i, _ in enumerate(fitting(n, f, s))]
    ),
    "the windows are placed by their size, and counted by the stride": (
        lambda n, f, s: [i * f for i, _ in enumerate(fitting(n, f, s))]
    ),
    "the last window is left out": lambda n, f, s: fitting(n, f, s)[:-1],
    "the first window is left out": lambda n, f, s: fitting(n, f, s)[1:],
    "the last two windows are left out": lambda n, f, s: fitting(n, f, s)[:-2],
    "the windows start at 1 instead of 0": lambda n, f, s: fitting(n, f, s, 1),
    "every window is read one place further on": lambda n, f, s: [i + 1 for i in fitting(n, f, s)],
    "every window is read one place too early": lambda n, f, s: [i - 1 for i in fitting(n, f, s)],
    "the windows start at the stride instead of 0": lambda n, f, s: fitting(n, f, s, s),
    "what is left over lies at the beginning: the windows end where the image ends": (
        lambda n, f, s: [i + n - f - fitting(n, f, s)[-1] for i in fitting(n, f, s)]
    ),
    "what is left over is divided between both sides": (
        lambda n, f, s: [i + (n - f - fitting(n, f, s)[-1]) // 2 for i in fitting(n, f, s)]
    ),
    "an incomplete window at the end is taken too": with_incomplete,
    "the number of windows is rounded, not rounded down: where they do not fit there may be one"
    " more, which is incomplete": (
        lambda n, f, s: [i * s for i in range(round((n - f) / s) + 1)]  # halves to even numbers
    ),
    "the number of windows is rounded half up, not rounded down: where they do not fit there may be"
    " one more, which is incomplete": (
        lambda n, f, s: [i * s for i in range(math.floor((n - f) / s + 0.5) + 1)]
    ),
    "the number of windows is (length - size + 1) // stride: one may be missing": (
        lambda n, f, s: [i * s for i in range((n - f + 1) // s)]
    ),
    "the number of windows is (length - size) // stride, without the + 1: the last is missing": (
        lambda n, f, s: [i * s for i in range((n - f) // s)]
    ),
    "the number of windows is length // stride, as if they had no size": (
        lambda n, _f, s: [i * s for i in range(n // s)]
    ),
    "the number of windows is length // size": lambda n, f, s: [i * s for i in range(n // f)],
    "the number of windows is (length - stride) // stride + 1: the stride is taken for the size": (
        lambda n, _f, s: [i * s for i in range((n - s) // s + 1)]
    ),
    "the windows are taken in reverse order, from the end of the image": (
        lambda n, f, s: fitting(n, f, s)[::-1]
    ),
    "the last window is moved back by one place": (
        lambda n, f, s: [*fitting(n, f, s)[:-1], max(fitting(n, f, s)[-1] - 1, 0)]
    ),
}


def test_every_start_of_windows_is_what_its_words_say() -> None:
    every = {one.words: one for one in windows.of_starts()}
    for n, f, s in LENGTHS:
        due = windows.starts(n, f, s), windows.starts(9, 2, 2)
        assert due[0].tolist() == fitting(n, f, s)
        known = {"lengths": (n, 9), "sizes": (f, 2), "strides": (s, 2)}
        for words, of in STARTS.items():
            said = f"{words}: length {n}, size {f}, stride {s}"
            rows, columns = every[words].change(due, known)
            assert rows.tolist() == of(n, f, s), said
            assert columns.tolist() == of(9, 2, 2), said
            rows, columns = every[f"{words}, along the rows"].change(due, known)
            assert (rows.tolist(), columns.tolist()) == (of(n, f, s), [0, 2, 4, 6]), said
            rows, columns = every[f"{words}, along the columns"].change(due, known)
            assert (rows.tolist(), columns.tolist()) == (fitting(n, f, s), of(9, 2, 2)), said


def test_the_starts_whose_words_are_of_both_axes() -> None:
    every = list(windows.of_starts())
    said = {re.sub(r", along the (rows|columns)$", "", one.words) for one in every}
    two = said - set(STARTS)
    assert two == {
        "as many windows are taken along the columns as along the rows",
        "as many windows are taken along the rows as along the columns",
        "rows and columns are swapped where the windows are placed",
        "the stride of the rows is used along the columns, too, where windows are placed, but not"
        " where they are counted",
        "the stride of the columns is used along the rows, too, where windows are placed, but not"
        " where they are counted",
    }
    due, known = (np.array([0, 2]), np.array([0, 3, 6])), {"strides": (2, 3)}
    results = {words: [x.tolist() for x in done(every, words, due, **known)] for words in two}
    assert results == {
        "as many windows are taken along the columns as along the rows": [[0, 2], [0, 3]],
        "as many windows are taken along the rows as along the columns": [[0, 2, 4], [0, 3, 6]],
        "rows and columns are swapped where the windows are placed": [[0, 3, 6], [0, 2]],
        "the stride of the rows is used along the columns, too, where windows are placed, but not"
        " where they are counted": [[0, 2], [0, 2, 4]],
        "the stride of the columns is used along the rows, too, where windows are placed, but not"
        " where they are counted": [[0, 3], [0, 3, 6]],
    }


def mirrored(i: int, n: int, *, edge: bool) -> int:
    """Return which index of n a place beyond shows in a mirror, with or without its edge."""
    while not 0 <= i < n:
        i = (-1 - i if edge else -i) if i < 0 else (2 * n - 1 - i if edge else 2 * n - 2 - i)
    return i


BORDERS: dict[str, Callable[[int, int], int | None]] = {
    "the edge is repeated around the image instead of zeros": lambda i, n: min(max(i, 0), n - 1),
    "the image is mirrored at the border, without its edge, instead of zeros": (
        lambda i, n: mirrored(i, n, edge=False)
    ),
    "the image is mirrored at the border, with its edge, instead of zeros": (
        lambda i, n: mirrored(i, n, edge=True)
    ),
    "the image is wrapped around (continued from its other side) instead of zeros": (
        lambda i, n: i % n
    ),
}

MARGINS = ((2, 3), (1, 2))


def bordered(images: Array, at_border: Callable[[Array, int, int, int, int], Any]) -> Array:
    """Return images with borders, pixel by pixel."""
    count, height, width, channels = images.shape
    (above, below), (left, right) = MARGINS
    padded = np.zeros((count, above + height + below, left + width + right, channels))
    for n, i, j, k in np.ndindex(*padded.shape):
        padded[n, i, j, k] = at_border(images, n, i - above, j - left, k)
    return padded


@pytest.mark.parametrize("words", BORDERS)
def test_borders_show_the_image(words: str) -> None:
    images = Draw(3).reals(2, 4, 5, 2)
    of = BORDERS[words]

    def pixel(images: Array, n: int, i: int, j: int, k: int) -> Any:
        return images[n, of(i, images.shape[1]), of(j, images.shape[2]), k]

    found = done(windows.of_borders(), words, None, images=images, margins=MARGINS)
    np.testing.assert_array_equal(found, bordered(images, pixel))


@pytest.mark.parametrize("constant", [1.0, -1.0, 0.5, 255.0, 128.0])
def test_a_constant_stands_at_the_border(constant: float) -> None:
    images = Draw(3).reals(2, 4, 5, 2)

    def pixel(images: Array, n: int, i: int, j: int, k: int) -> Any:
        inside = 0 <= i < images.shape[1] and 0 <= j < images.shape[2]
        return images[n, i, j, k] if inside else constant

    words = f"it is padded with {constant:g} instead of zeros"
    found = done(windows.of_borders(), words, None, images=images, margins=MARGINS)
    np.testing.assert_array_equal(found, bordered(images, pixel))


@pytest.mark.parametrize(
    ("what", "reduce"), [("mean", np.mean), ("largest number", np.max), ("smallest number", np.min)]
)
def test_a_number_of_its_line_stands_at_the_border(
    what: str, reduce: Callable[[Array], Any]
) -> None:
    """In a corner, where no line goes on, stands that of the whole image."""
    images = Draw(3).reals(2, 4, 5, 2)

    def pixel(images: Array, n: int, i: int, j: int, k: int) -> Any:
        lines = slice(i, i + 1) if 0 <= i < images.shape[1] else slice(None)
        places = slice(j, j + 1) if 0 <= j < images.shape[2] else slice(None)
        return reduce(images[n, lines, places, k])

    words = f"each row and column is continued by its own {what} instead of zeros"
    found = done(windows.of_borders(), words, None, images=images, margins=MARGINS)
    np.testing.assert_allclose(found, bordered(images, pixel))


#: What margins become that are 2 along the rows and 1 along the columns.
ON_SIDES: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "the padding is ignored": ((0, 0), (0, 0)),
    "all zeros of the padding lie above and on the left": ((4, 0), (2, 0)),
    "all zeros of the padding lie below and on the right": ((0, 4), (0, 2)),
    "only the rows are padded": ((2, 2), (0, 0)),
    "only the columns are padded": ((0, 0), (1, 1)),
    "it is padded by f - 1 on every side (a full convolution)": ((4, 4), (2, 2)),
    "it is padded by one row and column on every side, whatever the filter's size": (
        (1, 1),
        (1, 1),
    ),
    "it is padded by f on every side": ((5, 5), (3, 3)),
    "it is padded by one more on every side": ((3, 3), (2, 2)),
    "it is padded by one less on every side": ((1, 1), (0, 0)),
    "one row and column of the padding lies on the other side: one more above and on the left,"
    " one less below and on the right": ((3, 1), (2, 0)),
    "one row and column of the padding lies on the other side: one less above and on the left,"
    " one more below and on the right": ((1, 3), (0, 2)),
    "only above and on the left it is padded": ((2, 0), (1, 0)),
    "only below and on the right it is padded": ((0, 2), (0, 1)),
    "rows and columns of the padding are swapped": ((1, 1), (2, 2)),
    "the zeros of the rows' padding lie all above": ((4, 0), (1, 1)),
    "the zeros of the rows' padding lie all below": ((0, 4), (1, 1)),
    "the zeros of the columns' padding lie all on the left": ((2, 2), (2, 0)),
    "the zeros of the columns' padding lie all on the right": ((2, 2), (0, 2)),
}


def test_margins_are_what_their_words_say() -> None:
    every = [one for one in windows.of_borders() if one.slot == "margins"]
    assert {one.words for one in every} == set(ON_SIDES)
    for one in every:
        assert one.change(((2, 2), (1, 1)), {}) == ON_SIDES[one.words], one.words
        assert one.change(((0, 0), (0, 0)), {}) == ((0, 0), (0, 0)), one.words


def test_places_of_a_window_are_read_as_the_words_say() -> None:
    every = list(windows.of_taps("taps", "the filter", "row", "as due"))
    read = {one.words: one.change(np.arange(3), {}).tolist() for one in every}
    assert read == {
        "the filter is dilated: every second row is read": [0, 2, 4],
        "the filter is read one row further on": [1, 2, 3],
        "the filter has the same row throughout: the first": [0, 0, 0],
    }


# --- quantities ------------------------------------------------------------------------------

FRACTIONS = np.array([0.0, 1.0, -1.5, 1 / 3, -2 / 7, 1.00390625, 1.01171875, 300.7, -129.9, 1e-20])


def with_bits(values: Array, kept: int, *, is_cut: bool = False) -> Array:
    """Round float32 numbers to a shorter fraction by their bits, ties to even, or cut them."""
    dropped = 24 - kept
    bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
    one = np.uint64(1)
    if not is_cut:
        odd = (bits >> np.uint64(dropped)) & one
        bits = bits + (one << np.uint64(dropped - 1)) - one + odd
    bits = (bits >> np.uint64(dropped)) << np.uint64(dropped)
    return bits.astype(np.uint32).view(np.float32).astype(np.float64)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("rounded to bfloat16", 8),
        ("rounded to TF32", 11),
        ("cut to bfloat16 (the lower half of a float32 is dropped)", 8),
        ("cut to 11 significant bits", 11),
    ],
)
def test_shorter_formats_round_as_their_bits_do(words: str, kept: int) -> None:
    some = np.concatenate([FRACTIONS, Draw(1).reals(300)]).astype(np.float32).astype(np.float64)
    found = done(quantities.casts(THINGS), f"the things are {words}", some)
    np.testing.assert_array_equal(found, with_bits(some, kept, is_cut=words.startswith("cut")))
    assert (found != some).any()


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16"])
def test_casts_to_integers_wrap_around(dtype: str) -> None:
    low, high = int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
    some = np.array([0.9, -0.9, low - 1.0, high + 1.0, high + 0.5, low + 0.5, 300.7, -129.9, 1e5])
    found = done(
        quantities.casts(THINGS), f"the things are cast to {dtype}, which wraps around", some
    )
    for value, one in zip(some, found, strict=True):
        whole = int(value)  # towards 0
        while whole > high:
            whole -= high - low + 1
        while whole < low:
            whole += high - low + 1
        assert one == whole, value


#: What the words say of one number.
OF_ONE: dict[str, Callable[[float], float]] = {
    "rounded to whole numbers": lambda v: float(round(v)),
    "cut to whole numbers (as a cast to integers does)": lambda v: float(int(v)),
    "rounded down to whole numbers": lambda v: float(math.floor(v)),
    "rounded up to whole numbers": lambda v: float(math.ceil(v)),
    "rounded to float32": lambda v: float(np.float32(v)),
    "rounded to float16": lambda v: float(np.float16(v)),
    "rounded to one decimal": lambda v: round(v, 1),
    "rounded to two decimals": lambda v: round(v, 2),
    "rounded to three decimals": lambda v: round(v, 3),
    "rounded to four decimals": lambda v: round(v, 4),
    "rounded to six decimals": lambda v: round(v, 6),
    "set to zero where they are negative (a ReLU)": lambda v: v if v > 0 else 0.0,
    "clipped to the range from 0 to 255": lambda v: min(max(v, 0.0), 255.0),
    "clipped to 0 to 255 and cut to whole numbers": lambda v: float(int(min(max(v, 0), 255))),
    "clipped to 0 to 255 and rounded": lambda v: float(round(min(max(v, 0), 255))),
    "clipped to the range from 0 to 1": lambda v: min(max(v, 0.0), 1.0),
    "clipped to the range from -1 to 1": lambda v: min(max(v, -1.0), 1.0),
    "made positive (their absolute values are taken)": abs,
    "set to zero where they are positive": lambda v: v if v < 0 else 0.0,
    "of the opposite sign": lambda v: -v,
    "squared": lambda v: v * v,
    "replaced by their signs": lambda v: float((v > 0) - (v < 0)),
    "replaced by their square roots": lambda v: math.sqrt(v) if v >= 0 else math.nan,
    "steps: 1 where they are positive, else 0": lambda v: float(v > 0),
    "passed through a sigmoid": lambda v: 1 / (1 + math.exp(-v)),
    "passed through tanh": math.tanh,
    "all zero: nothing that was computed is stored there": lambda _v: 0.0,
}


def test_casts_are_what_their_words_say() -> None:
    every = {one.words.removeprefix("the things are "): one for one in quantities.casts(THINGS)}
    elsewhere = {
        name for name in every if re.search(r"wraps around|bfloat16|TF32|significant bits", name)
    }
    assert set(every) == set(OF_ONE) | elsewhere
    for words, of in OF_ONE.items():
        with np.errstate(all="ignore"):
            found = every[words].change(FRACTIONS, {})
        due = [of(float(value)) for value in FRACTIONS]
        np.testing.assert_allclose(found, due, rtol=1e-15, atol=1e-15, err_msg=words)


def test_both_factors_of_products_are_rounded() -> None:
    one, other = np.array([0.4, 1.6]), np.array([-0.6])
    every = list(quantities.of_both("operands", "both"))
    found = done(every, "both are rounded to whole numbers", (one, other))
    assert [part.tolist() for part in found] == [[0.0, 2.0], [-1.0]]


def test_factors_are_what_their_words_say() -> None:
    value = np.array([3.0, -1.0])
    every = list(quantities.factors(THINGS, {"the count": lambda known: known["count"]}))
    for one in every:
        found = one.change(value, {"count": 4})
        words = one.words.removeprefix("the things are ").replace("the count", "4")
        if match := re.fullmatch(r"(divided|multiplied) by (the square root of )?(\d+)", words):
            number = float(match[3]) ** (0.5 if match[2] else 1)
            factor = 1 / number if match[1] == "divided" else number
        else:
            factor = {"doubled": 2.0, "halved": 0.5}[words]
        np.testing.assert_allclose(found, value * factor, err_msg=one.words)


def mean_of(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def deviation_of(values: Sequence[float]) -> float:
    return math.sqrt(mean_of([(v - mean_of(values)) ** 2 for v in values]))


#: What is divided by, of the numbers of a group.
DIVISORS: dict[str, Callable[[Sequence[float]], float]] = {
    "divided by their largest": max,
    "divided by their largest absolute value": lambda values: max(map(abs, values)),
    "divided by their sum": math.fsum,
    "divided by their largest where it is more than 1": lambda values: max(1, *values),
    "divided by their sum where it is more than 1": lambda values: max(1, math.fsum(values)),
    "divided by the sum of their absolute values": lambda values: math.fsum(map(abs, values)),
    "divided by their length (the root of the sum of squares)": lambda values: math.hypot(*values),
    "divided by their standard deviation": deviation_of,
    "divided by their mean": mean_of,
}

OTHER_NORMALISATIONS: dict[str, Callable[[Sequence[float]], list[float]]] = {
    "centred: their mean is subtracted": lambda values: [v - mean_of(values) for v in values],
    "normalised to mean 0 and standard deviation 1": lambda values: [
        (v - mean_of(values)) / deviation_of(values) for v in values
    ],
    "stretched to the range from 0 to 1": lambda values: [
        (v - min(values)) / (max(values) - min(values)) for v in values
    ],
}


@pytest.mark.parametrize(("group", "axes"), [("of each row", (1,)), ("of each column", (0,)),
                                             ("", (0, 1))])  # fmt: skip
def test_normalisations_are_what_their_words_say(group: str, axes: tuple[int, ...]) -> None:
    value = Draw(9).reals(3, 4)
    groups = {
        "of each row": [[(i, j) for j in range(4)] for i in range(3)],
        "of each column": [[(i, j) for i in range(3)] for j in range(4)],
        "": [list(product(range(3), range(4)))],
    }[group]
    both = quantities.normalisations, quantities.normalisations_above_one
    for one in chain.from_iterable(kind(THINGS, {group: axes}) for kind in both):
        words = one.words.removeprefix("the things are ").removesuffix(f" ({group})")
        found = one.change(value, {})
        for places in groups:
            values = [float(value[place]) for place in places]
            if words in DIVISORS:
                due = [v / DIVISORS[words](values) for v in values]
            else:
                due = OTHER_NORMALISATIONS[words](values)
            np.testing.assert_allclose([found[place] for place in places], due, err_msg=one.words)


@pytest.mark.parametrize(
    ("dtype", "due"),
    [
        ("int8", [1.0, -1.0, 44.0, 0.0]),
        ("bool", [1.0, 1.0, 1.0, 0.0]),
        ("float64", [1.7, -1.2, 300.5, 0.0]),
        ("float16", [1.7001953125, -1.2001953125, 300.5, 0.0]),
    ],
)
def test_numbers_are_kept_in_the_dtype_of_another_argument(dtype: str, due: list[float]) -> None:
    known = {"dtypes": dtypes.dtypes_of(image=np.zeros(2, dtype), bias=None)}
    value = np.array([1.7, -1.2, 300.5, 0.0])
    of_image, of_bias = (dtypes.in_dtype_of(THINGS, name, name) for name in ("image", "bias"))
    assert of_image.change(value, known).tolist() == due
    assert of_bias.change(value, known).tolist() == value.tolist()  # there is none


def test_small_numbers_are_set_to_zero_below_what_the_words_say() -> None:
    for one in quantities.small_as_zero(THINGS):
        least = float(one.words.rpartition(" ")[2])
        value = np.array([2 * least, least / 2, -least / 2, -2 * least])
        assert one.change(value, {}).tolist() == [2 * least, 0.0, 0.0, -2 * least]


def test_a_divisor_of_zero_is_left_out_or_not() -> None:
    """Most code sees to it that nothing is divided by 0; both ways are among the hypotheses."""
    value = np.array([[1.0, -1.0], [0.0, 0.0], [2.0, 3.0]])
    by_sum = [
        one
        for one in quantities.normalisations(THINGS, {"": (1,)})
        if one.words == "the things are divided by their sum"
    ]
    with np.errstate(all="ignore"):
        careful, careless = (one.change(value, {}) for one in by_sum)
    np.testing.assert_array_equal(careful, [[1.0, -1.0], [0.0, 0.0], [0.4, 0.6]])
    np.testing.assert_array_equal(careless, [[np.inf, -np.inf], [np.nan, np.nan], [0.4, 0.6]])


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0.03, "0.03"),
        (1 / 3, "1/3"),
        (0.5, "1/2"),
        (25.0, "25"),
        (20.0, "20"),
        (250.0, "250"),
        (1.0, "1"),
        (2 / 3, "0.666666667"),
        (0.0, "0"),
        (1e-7, "1e-07"),
        (-0.25, "-1/4"),
    ],
)
def test_numbers_are_told_in_short(number: float, said: str) -> None:
    assert quantities.short(number) == said


def measured(got: Array, due: Array) -> list[str]:
    """Return the words of what is measured and gives what came."""
    found = quantities.measured_line("maps", "the maps", got, due, "as due")
    return [
        one.words for one in found if np.allclose(one.change(due, {}), got, rtol=1e-9, atol=1e-12)
    ]


def test_a_factor_and_a_constant_are_measured() -> None:
    due = Draw(3).reals(4, 4)

    assert "the maps are multiplied by 1.7" in measured(1.7 * due, due)
    assert "the maps are 0.3 more than is due" in measured(due + 0.3, due)
    assert "the maps are 0.3 less than is due" in measured(due - 0.3, due)
    assert "the maps are cut off at 1.5" in measured(np.minimum(due, 1.5), due)
    assert measured(np.full((4, 4), np.nan), due) == []
    assert measured(due[:2], due) == []


@pytest.mark.parametrize("sign", [1, -1])
def test_a_line_is_measured(sign: int) -> None:
    due = sign * np.array([5.0, 1.0, -2.0, 0.5])
    assert "the maps are 1.7 times what is due + 0.6" in measured(1.7 * due + 0.6, due)


def unanswered(_given: Mapping[str, Any]) -> None:
    """Answer no further call."""


def always(answer: Array | None) -> Ask:
    """Answer every further call in the same way."""
    return lambda _given: answer


# --- curves ----------------------------------------------------------------------------------


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


CURVES: dict[str, Callable[[float], float]] = {
    "the identity": lambda x: x,
    "slope 0.01": lambda x: x if x > 0 else 0.01 * x,
    "slope 0.1:": lambda x: x if x > 0 else 0.1 * x,
    "slope 0.2": lambda x: x if x > 0 else 0.2 * x,
    " ELU": lambda x: x if x > 0 else math.exp(x) - 1,
    "SELU": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * math.expm1(x)),
    "GELU,": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "GELU in its tanh": lambda x: (
        x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2
    ),
    "GELU in its sigmoid": lambda x: x * sigmoid(1.702 * x),
    "SiLU": lambda x: x * sigmoid(x),
    "softplus: log(1": lambda x: math.log(1 + math.exp(x)),
    "mish": lambda x: x * math.tanh(math.log(1 + math.exp(x))),
    "ReLU6": lambda x: min(max(x, 0), 6),
    "cut off at 1,": lambda x: min(max(x, 0), 1),
    "cut off at 255": lambda x: min(max(x, 0), 255),
    "hard tanh": lambda x: min(max(x, -1), 1),
    "hard sigmoid": lambda x: min(max(x / 6 + 0.5, 0), 1),
    "hard swish": lambda x: x * min(max(x / 6 + 0.5, 0), 1),
    "the absolute value": abs,
    "the square of positive": lambda x: x * x if x > 0 else 0,
    "the square,": lambda x: x * x,
    "a step": lambda x: 1 if x > 0 else 0,
    "computes the sign,": lambda x: (x > 0) - (x < 0),
    "computes the sigmoid": sigmoid,
    "computes tanh": math.tanh,
    "softsign": lambda x: x / (1 + abs(x)),
    "the negative part": lambda x: min(x, 0),
    "max(-x, 0)": lambda x: max(-x, 0),
    "-max(x, 0)": lambda x: -max(x, 0),
    "zero for positive": lambda _x: 0,
    "x + max(x, 0)": lambda x: x + max(x, 0),
    "max(x, 0) + 1": lambda x: max(x, 0) + 1,
    "the square root": lambda x: math.sqrt(max(x, 0)),
    "log(1 + x)": lambda x: math.log(1 + max(x, 0)),
    "computes exp(x)": math.exp,
    "1 - exp(-x)": lambda x: 1 - math.exp(-max(x, 0)),
}


def test_curves_are_what_their_words_say() -> None:
    x = np.array([-7.5, -2.0, -0.5, -0.1, 0.0, 0.3, 1.0, 2.5, 6.5, 300.0])
    every = [one for one in curves.instead("curve", "ReLU", "as due") if "stands" not in one.words]
    left = {one.words for one in every}
    for said, of in CURVES.items():
        (one,) = (one for one in every if said in one.words)
        left.discard(one.words)
        with np.errstate(all="ignore"):
            found = one.change(None, {"given": x})
        due = [of(float(value)) for value in x[:-1]]
        np.testing.assert_allclose(found[:-1], due, rtol=1e-12, atol=1e-15, err_msg=one.words)
    assert all("as it stands" in words for words in left)


def test_softplus_as_it_stands_overflows_and_the_other_does_not() -> None:
    every = list(curves.instead("curve", "ReLU", "as due"))
    plain_one, stable = (
        next(one for one in every if words in one.words)
        for words in ("by log(1 + exp(x)) as it stands", "softplus: log")
    )
    x = np.array([800.0, -800.0])
    with np.errstate(all="ignore"):
        assert plain_one.change(None, {"given": x}).tolist() == [np.inf, 0.0]
        assert stable.change(None, {"given": x}).tolist() == [800.0, 0.0]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda x: np.where(x > 0, x, 0.03 * x), "negative numbers are multiplied by 0.03"),
        (lambda x: np.where(x > 0, x, -0.5 * x), "negative numbers are multiplied by -1/2"),
        (lambda x: 3 * np.maximum(x, 0), "3 * max(x, 0)"),
        (lambda x: np.where(x > 0, 2 * x, x / 4), "2 * x for positive numbers and 1/4 * x for"),
        (lambda x: np.clip(x, 0, 2), "a ReLU that is cut off at 2"),
        (lambda x: np.where(x > 0.5, x, 0), "zero up to a threshold of 1/2"),
        (lambda x: np.where(x > -0.5, x, 0), "zero below a threshold of -1/2"),
        (lambda x: np.where(x > 0.7357, x, 0), "zero up to a threshold of 0.7357"),
        (lambda x: np.maximum(x, -0.25), "max(x, -1/4)"),
    ],
)
def test_constants_of_curves_are_measured(wrong: Callable[[Array], Array], words: str) -> None:
    x = Draw(2).reals(400) * 2

    found = list(curves.measured_curves("curve", "ReLU", "as due", x, wrong(x), wrong))
    right = [one for one in found if np.allclose(one.change(None, {"given": x}), wrong(x))]
    assert any(words in one.words for one in right), [one.words for one in found]
    assert all(one.is_measured for one in found)


@pytest.mark.parametrize("more", [None, np.zeros(0), np.zeros(500), np.ones(500)])
def test_without_more_answers_a_threshold_is_one_that_fits(more: Array | None) -> None:
    x = Draw(2).reals(400) * 2
    wrong = np.where(x > 0.7357, x, 0)
    found = list(curves.measured_curves("curve", "ReLU", "as due", x, wrong, lambda _numbers: more))
    (one,) = (one for one in found if "zero up to a threshold" in one.words)
    np.testing.assert_array_equal(one.change(None, {"given": x}), wrong)


def test_nothing_is_measured_of_answers_of_another_shape() -> None:
    x = Draw(2).reals(3, 4)
    assert (
        list(curves.measured_curves("curve", "ReLU", "as due", x, x.T, lambda _numbers: None)) == []
    )


@pytest.mark.parametrize("operation", SIMULATORS)
@pytest.mark.parametrize("special", [np.nan, np.inf, 0.0])
def test_measuring_takes_any_answer(operation: str, special: float) -> None:
    simulator = SIMULATORS[operation]
    for arguments in drawn(operation)[:6]:
        due = simulator.predict((), arguments)
        assert due is not None
        with np.errstate(all="ignore"):
            for got in (np.full(due.shape, special), due * special, due.ravel()[:0], due):
                asks: tuple[Ask, ...] = (unanswered, always(got))
                for one in chain(*(simulator.measured(arguments, got, due, ask) for ask in asks)):
                    simulator.predict((one,), arguments)


#: Convolutions whose weights fall on other pixels, and what is told of it.
TAPS: dict[str, tuple[Callable[[Array], Array], str]] = {
    "left out": (lambda f: with_weight(f, 0 * f[:, 0, 1]), "the weight at [0, 1] is left out"),
    "twice": (lambda f: with_weight(f, 2 * f[:, 0, 1]), "the weight at [0, 1] counts twice"),
    "the sign": (lambda f: with_weight(f, -f[:, 0, 1]), "at [0, 1] has the opposite sign"),
    "another": (
        lambda f: with_weight(f, f[:, 2, 1]),
        "the weight at [2, 1] falls on the pixel at [0, 1]",
    ),
    "another too": (
        lambda f: with_weight(f, f[:, 0, 1] + f[:, 2, 1]),
        "the weight at [2, 1] falls on the pixel at [0, 1] too",
    ),
}


def with_weight(filters: Array, weight: Array) -> Array:
    """Return filters with another weight at [0, 1]."""
    filters = filters.copy()
    filters[:, 0, 1] = weight
    return filters


@pytest.mark.parametrize(("change", "words"), TAPS.values(), ids=TAPS.keys())
def test_taps_of_filters_are_measured(change: Callable[[Array], Array], words: str) -> None:
    """By a call that is made for it; what is measured holds for other images and channels."""
    simulator = SIMULATORS["conv2d"]

    def ask(given: Mapping[str, Any]) -> Array:
        filters = given["filters"]
        return reference.conv2d(
            given["image"], change(filters) if filters.shape[1] > 1 else filters
        )

    draw = Draw(5)
    given = {"image": draw.reals(5, 6, 2), "filters": draw.reals(3, 3, 3, 2)}
    due = simulator.predict((), given)
    assert due is not None
    found = [one for one in simulator.measured(given, ask(given), due, ask) if "3x3" in one.words]
    (one,) = found
    assert one.is_measured
    assert one.words.endswith(words)
    for other in (given, {"image": draw.reals(7, 5), "filters": draw.reals(2, 3, 3)}):
        prediction = simulator.predict((one,), other)
        assert prediction is not None
        np.testing.assert_allclose(prediction, ask(other), rtol=1e-5, atol=1e-5)


def test_of_right_taps_or_none_nothing_is_measured() -> None:
    simulator, draw = SIMULATORS["conv2d"], Draw(5)
    given = {"image": draw.reals(5, 6, 2), "filters": draw.reals(3, 3, 3, 2)}
    due = simulator.predict((), given)
    assert due is not None

    def right(given: Mapping[str, Any]) -> Array:
        return reference.conv2d(**given)

    def by_chance(given: Mapping[str, Any]) -> Array:
        return draw.reals(*right(given).shape)

    def transposed(given: Mapping[str, Any]) -> Array:
        return right(given).T

    for ask in (right, by_chance, transposed, unanswered):
        assert not any("3x3" in one.words for one in simulator.measured(given, due, due, ask))


def test_a_hypothesis_is_equal_to_itself_under_the_same_words() -> None:
    one = added("here", 1)
    assert one == added("here", 1)
    assert one != replace(one, words="another")
