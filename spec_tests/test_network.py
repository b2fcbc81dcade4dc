"""The networks of both articles, on real images."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.cases.answers import exact_answer
from cnnspec.cases.data import cat_gray, cat_rgb, mnist_test_set
from cnnspec.cases.hand_computed import HandComputed, hand_computed
from cnnspec.cases.trained import trained_network
from cnnspec.declaration.case import UNUSUAL, Case, of_windows, reals, repeating
from cnnspec.exact import bounds
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NonconformanceError, NotTestedError
from cnnspec.judge.testing import each, requirement
from cnnspec.network.trace import (
    check_accuracy,
    compare,
    dtype_of_network,
    no_bound,
    trace,
    whole_against_layers,
)
from cnnspec.operations.network import network_answer
from cnnspec.operations.network.exact import exact_logits, parameters
from cnnspec.operations.registry import OPERATIONS

Array = NDArray[Any]

NETWORK = parameters()

DOUBLE = np.dtype(np.float64)

#: Images whose layers are judged one by one; the whole network is judged on ``--images``.
IN_DETAIL = 3

#: From so many ``--images`` on, the stacks run on the whole cat instead of a crop.
WHOLE_CAT = 100


@cache
def digits() -> tuple[Array, Array]:
    return mnist_test_set()


@cache
def cat(*, rgb: bool, cropped: bool) -> Array:
    image = cat_rgb() / 255 if rgb else cat_gray()
    return image[80:176, 150:246] if cropped else image


# --- layer by layer, composed of the operations that are offered ------------------------------


@requirement("NET-01")
@pytest.mark.parametrize(
    "known",
    [known for known in hand_computed() if known.case.operation == "network"],
    ids=lambda k: k.case.id,
)
@pytest.mark.parametrize("stage", ["conv", "relu", "pool", "logits", "probabilities", "loss"])
def test_tiny_network_by_hand(judge: Judge, known: HandComputed, stage: str) -> None:
    given, expected = known.case.arguments, known.expected
    dense = {"weights": given["weights"], "bias": given["bias"]}
    stages: dict[str, tuple[str, dict[str, Any]]] = {
        "conv": ("conv2d", {"image": given["image"], "filters": given["filters"]}),
        "relu": ("relu", {"x": expected["conv"]}),
        "pool": ("max_pool2d", {"maps": expected["relu"]}),
        "logits": ("dense", {"x": expected["pool"], **dense}),
        "probabilities": ("softmax", {"logits": expected["logits"]}),
        "loss": (
            "cross_entropy",
            {"probabilities": expected["probabilities"], "label": given["label"]},
        ),
    }
    operation, arguments = stages[stage]
    case = Case(f"{known.case.id}-{stage}", operation, arguments)
    if stage in ("conv", "relu", "pool"):
        judge.equals(case, expected[stage])
    else:
        judge.correct(case)


def dense_of(maps: Array) -> dict[str, Array]:
    """Return the parameters of the dense layer, no finer than the maps that it gets.

    An implementation may refuse arguments of different dtypes.
    """
    narrow = maps.dtype.kind == "f" and maps.dtype.itemsize < 8
    dtype = maps.dtype if narrow else np.dtype(float)
    return {"weights": NETWORK.weights.astype(dtype), "bias": NETWORK.biases.astype(dtype)}


@requirement("NET-02")
@pytest.mark.parametrize("index", range(IN_DETAIL))
def test_every_layer_on_a_digit(judge: Judge, index: int) -> None:
    name, image = f"network/digit-{index}", digits()[0][index] / 255 - 0.5
    conv = judge.correct(
        Case(f"{name}-conv", "conv2d", {"image": image, "filters": NETWORK.filters})
    )
    judge.holds(Case(name, "conv2d", {}), conv.shape == (26, 26, 8), f"conv: {conv.shape}")
    pool = judge.correct(Case(f"{name}-pool", "max_pool2d", {"maps": conv}))
    judge.holds(Case(name, "max_pool2d", {}), pool.shape == (13, 13, 8), f"pool: {pool.shape}")
    out = judge.correct(Case(f"{name}-softmax", "softmax_layer", {"x": pool, **dense_of(pool)}))
    judge.holds(Case(name, "softmax", {}), out.shape == (10,), f"softmax: {out.shape}")


@requirement("NET-02")
@pytest.mark.parametrize("index", range(IN_DETAIL))
def test_loss_on_a_digit(judge: Judge, index: int) -> None:
    images, labels = digits()
    out = network_answer(exact_logits(images[index], NETWORK, DOUBLE), DOUBLE).high
    arguments = {"probabilities": out, "label": int(labels[index])}
    judge.correct(Case(f"network/digit-{index}-loss", "cross_entropy", arguments))


def stack(judge: Judge, name: str, image: Array) -> None:
    """Judge conv, ReLU and pooling of three layers, each on the maps of the one before."""
    maps = image
    reasons = []
    for number, (count, size) in enumerate(((2, 3), (3, 5), (1, 7)), start=1):
        filters = reals(f"{name}-{number}", count, size, size, *maps.shape[2:])
        layer: dict[str, dict[str, Any]] = {
            "conv2d": {"filters": filters},
            "relu": {},
            "max_pool2d": {"size": 2, "stride": 2},
        }
        for operation, others in layer.items():
            arguments = {OPERATIONS[operation].required[0]: maps, **others}
            case = Case(f"{name}-layer-{number}-{operation}", operation, arguments)
            try:
                maps = judge.correct(case)
            except NotTestedError as reason:  # the exact layer stands in
                reasons.append(str(reason))
                maps = exact_answer(case, DOUBLE, "componentwise").high
    if len(reasons) == 9:
        raise NotTestedError(reasons[0])


@requirement("NET-03")
def test_three_layers_on_the_gray_cat(judge: Judge, images: int) -> None:
    stack(judge, "network/cat-gray", cat(rgb=False, cropped=images < WHOLE_CAT))


@requirement("NET-04")
def test_three_layers_on_the_cat_in_colour(judge: Judge, images: int) -> None:
    stack(judge, "network/cat-rgb", cat(rgb=True, cropped=images < WHOLE_CAT))


def composed(judge: Judge, name: str, image: Array) -> list[Case]:
    """Return the calls of a digit's layers, each on what the one before returned."""
    pixels = Case(name, "conv2d", {"image": image / 255 - 0.5, "filters": NETWORK.filters})
    pool = Case(name, "max_pool2d", {"maps": judge.value(pixels)})
    maps = judge.value(pool)
    return [pixels, pool, Case(name, "softmax_layer", {"x": maps, **dense_of(maps)})]


def blame(judge: Judge, name: str, image: Array) -> None:
    """Judge the layers of a wrong network in their order: the first wrong one is to blame."""
    conv = Case(name, "conv2d", {"image": image / 255 - 0.5, "filters": NETWORK.filters})
    maps = judge.correct(Case(name, "max_pool2d", {"maps": judge.correct(conv)}))
    judge.correct(Case(name, "softmax_layer", {"x": maps, **dense_of(maps)}))


def check_composed(judge: Judge, name: str, image: Array) -> None:
    """Check a digit's probabilities, and the class if it is certain."""
    pixels, pool, layer = composed(judge, name, image)
    out = judge.value(layer)
    dtype = bounds.coarsest(
        out.dtype,
        pool.arguments["maps"].dtype,
        layer.arguments["x"].dtype,
        judge.capabilities.narrowed(pixels).arguments["image"].dtype,
    )
    if bounds.precision(dtype).roundoff > 1e-6:
        raise NotTestedError(no_bound(dtype))
    normwise = judge.implementation.accuracy == "normwise"
    answer = network_answer(exact_logits(image, NETWORK, dtype, normwise=normwise), dtype)
    judge.compare(layer, out, answer)
    sure = answer.certain_class()
    judge.holds(layer, sure in (None, int(np.argmax(out))), f"the class is not {sure}")


#: Digits that the untrained network gets at most; the trained one gets all, in NET-12.
MOST_COMPOSED = 200


@requirement("NET-05")
def test_composed_network_on_digits(judge: Judge, images: int) -> None:
    for index, image in enumerate(digits()[0][: min(images, MOST_COMPOSED)]):
        name = f"network/composed-{index}"
        try:
            check_composed(judge, name, image)
        except NonconformanceError:
            blame(judge, name, image)
            raise


# --- the network as a whole: forward(image, label) -------------------------------------------


def network_case(name: str, image: Array, label: int, **changes: Array) -> Case:
    given = {
        "filters": NETWORK.filters,
        "weights": NETWORK.weights,
        "biases": NETWORK.biases,
        **changes,
    }
    return Case(f"network/{name}", "network", {"image": image, "label": label, **given})


def synthetic() -> dict[str, Array]:
    """Return images whose brightest or darkest pixel is not that of a digit."""
    ramp = np.arange(28 * 28).reshape(28, 28)
    return {
        "black": np.zeros((28, 28), np.uint8),
        "white": np.full((28, 28), 255, np.uint8),
        "gray": np.full((28, 28), 100, np.uint8),
        "zeros-and-ones": (ramp % 3 == 0).astype(np.uint8),
        "dark": (ramp % 50).astype(np.uint8),
        "bright": (200 + ramp % 56).astype(np.uint8),
        "ramp": (ramp % 256).astype(np.uint8),
    }


def check_network(
    judge: Judge, case: Case, before: Sequence[Case] = (), **handing_over: Any
) -> None:
    """Check probabilities, loss and accuracy of a network against their proved bounds."""
    try:
        _check_network(judge, case, before, **handing_over)
    except NonconformanceError as error:
        error.handed_over = handing_over
        raise


def _check_network(judge: Judge, case: Case, before: Sequence[Case], **handing_over: Any) -> None:
    _, result = judge.returned(case, **handing_over)
    judge.holds(
        case,
        len(result.values) == 3,
        "forward does not return (out, loss, acc)",
    )
    out, loss, acc = result.values
    dtype = bounds.coarsest(out.dtype, dtype_of_network(judge, case))
    if bounds.precision(dtype).roundoff > 1e-6:
        raise judge.unjudgeable(case, no_bound(dtype))
    normwise = judge.implementation.accuracy == "normwise"
    image = np.asarray(case.arguments["image"])
    parts = replace(NETWORK, **{n: case.arguments[n] for n in ("filters", "weights", "biases")})
    answer = network_answer(exact_logits(image, parts, dtype, normwise=normwise), dtype)
    judge.compare(case, out, answer, before)
    label = case.arguments["label"]
    of_loss = answer.loss(label, bounds.coarsest(dtype, loss.dtype))
    judge.compare(case, loss, of_loss, before)
    check_accuracy(judge, case, acc, answer.certain_class())


@requirement("NET-06")
def test_network_on_digits(judge: Judge, images: int) -> None:
    pictures, labels = digits()
    for index in range(images):
        check_network(judge, network_case(f"digit-{index}", pictures[index], labels[index]))


@requirement("NET-07")
@each(network_case(name, image, 3) for name, image in synthetic().items())
def test_preprocessing(judge: Judge, case: Case) -> None:
    check_network(judge, case)


@requirement("NET-07")
@each(
    network_case(f"float-{name}", image.astype(np.float64), 3)
    for name, image in synthetic().items()
)
def test_preprocessing_of_floats(judge: Judge, case: Case) -> None:
    check_network(judge, replace(case, may_refuse=True))


@requirement("NET-07")
@each(
    network_case(f"{dtype}-{name}", synthetic()[name].astype(dtype), 3)
    for dtype in ("int64", "int32", "float32")
    for name in ("dark", "ramp")
)
def test_preprocessing_of_other_dtypes(judge: Judge, case: Case) -> None:
    check_network(judge, replace(case, may_refuse=True))


@requirement("NET-08")
@each(
    network_case(f"label-{label}-{name}", image, label)
    for name, image in list(synthetic().items())[2:5]
    for label in range(10)
)
def test_loss_and_accuracy_of_every_label(judge: Judge, case: Case) -> None:
    check_network(judge, case)


@requirement("NET-08")
@pytest.mark.parametrize("parameter", ["filters", "weights", "biases"])
def test_every_parameter_counts(judge: Judge, parameter: str) -> None:
    other = getattr(parameters(seed=1), parameter)
    image = synthetic()["ramp"]
    first = network_case(f"before-{parameter}", image, 3)
    check_network(judge, first)
    case = network_case(f"other-{parameter}", image, 3, **{parameter: other})
    check_network(judge, case, before=[first])


@requirement("NET-08")
@pytest.mark.parametrize("label", range(10))
def test_every_label_can_be_right(judge: Judge, label: int) -> None:
    biases = np.where(np.arange(10) == label, 16.0, 0.0)
    check_network(judge, network_case(f"right-{label}", synthetic()["ramp"], label, biases=biases))


#: Bias that makes a class improbable, a few in a million: above 1e-7, where Keras clips.
IMPROBABLE = -10.5


@requirement("NET-08")
@pytest.mark.parametrize("label", range(0, 10, 3))
def test_loss_of_an_improbable_label(judge: Judge, label: int) -> None:
    biases = np.where(np.arange(10) == label, IMPROBABLE, 0.0)
    case = network_case(f"improbable-{label}", synthetic()["ramp"], label, biases=biases)
    check_network(judge, case)


@requirement("NET-08")
@pytest.mark.parametrize("bias", [1000.0, -1000.0], ids=["large", "very-negative"])
def test_logits_beyond_the_exponential(judge: Judge, bias: float) -> None:
    biases = bias + np.where(np.arange(10) == 3, 2.0, 0.0)
    name = f"logits-near-{bias:g}"
    check_network(judge, network_case(name, synthetic()["ramp"], 3, biases=biases))


@requirement("NET-08")
@pytest.mark.parametrize("name", ["black", "white", "ramp"])
def test_maps_of_large_numbers(judge: Judge, name: str) -> None:
    large = {"filters": NETWORK.filters * 16}
    check_network(judge, network_case(f"large-maps-{name}", synthetic()[name], 3, **large))


@requirement("NET-08")
@pytest.mark.parametrize("label", [0, 1, 9])
def test_ties_go_to_the_lowest_class(judge: Judge, label: int) -> None:
    nothing = {"weights": np.zeros((1352, 10)), "biases": np.zeros(10)}
    case = network_case(f"tie-{label}", synthetic()["ramp"], label, **nothing)
    check_accuracy(judge, case, judge.returned(case)[1].values[-1], 0)


@requirement("NET-09")
def test_network_leaves_its_arguments(judge: Judge) -> None:
    for name, image in (("uint8", synthetic()["ramp"]), ("float", synthetic()["ramp"] * 1.0)):
        judge.leaves_inputs(replace(network_case(f"{name}-pixels", image, 3), may_refuse=True))


@requirement("NET-09")
def test_network_again_and_again(judge: Judge) -> None:
    cases = [network_case(f"again-{name}", image, 2) for name, image in synthetic().items()]
    judge.repeats(cases)
    judge.keeps_results(cases)


@requirement("NET-09")
def test_other_pixels_in_the_same_array(judge: Judge) -> None:
    made: list[Case] = []
    for name, image in synthetic().items():
        case = network_case(f"same-array-{name}", image, 3)
        check_network(judge, case, before=made, in_place=True)
        made.append(case)


@requirement("NET-09")
@pytest.mark.parametrize("parameter", ["filters", "weights", "biases"])
def test_parameters_trained_in_place(judge: Judge, parameter: str) -> None:
    image = synthetic()["ramp"]
    made = [network_case(f"untrained-{parameter}", image, 3)]
    check_network(judge, made[0])
    for seed in (1, 2):
        trained = {parameter: getattr(parameters(seed), parameter)}
        case = network_case(f"trained-{parameter}-{seed}", image, 3, **trained)
        check_network(judge, case, before=made, in_place=True)
        made.append(case)


@requirement("NET-09")
@pytest.mark.parametrize("layout", ["fortran", "strided", "read-only"])
def test_network_in_any_layout(judge: Judge, layout: str) -> None:
    case = network_case(f"layout-{layout}", synthetic()["ramp"], 3)
    check_network(judge, case)
    check_network(judge, case, layout=layout)


@requirement("NET-09")
@pytest.mark.parametrize("layout", UNUSUAL)
def test_network_never_misreads_unusual_memory(judge: Judge, layout: str) -> None:
    case = network_case(f"layout-{layout}", synthetic()["ramp"], 3)
    check_network(judge, case)
    check_network(judge, replace(case, may_refuse=True), layout=layout)


#: Pictures whose rows, or columns, are all the same, or each a step further than the one before.
SHARED = {
    "zero-strides": repeating(network_case("shared", synthetic()["ramp"], 3), "image"),
    "overlapping": of_windows(network_case("shared", synthetic()["ramp"], 3), "image"),
}


@requirement("NET-09")
@pytest.mark.parametrize("layout", SHARED)
def test_network_never_misreads_shared_memory(judge: Judge, layout: str) -> None:
    for case in SHARED[layout]:
        check_network(judge, case)
        check_network(judge, replace(case, may_refuse=True), layout=layout)


TOO_HIGH = [network_case(f"bad-label-{label}", synthetic()["ramp"], label) for label in (10, 11)]


@requirement("NET-10")
@each(TOO_HIGH)
def test_labels_beyond_the_classes_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("NET-11")
@each(network_case(f"bad-label-{label}", synthetic()["ramp"], label) for label in (-1, -10))
def test_negative_labels_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


# --- the trained network, layer by layer and as a whole ---------------------------------------


@requirement("NET-12")
@pytest.mark.parametrize(("dtype", "every"), [(None, 1), ("float32", 5)], ids=["finest", "float32"])
def test_every_layer_of_the_trained_network(
    judge: Judge, images: int, dtype: str | None, every: int
) -> None:
    pictures, labels = digits()
    for index in range(0, images, every):
        given = pictures[index], int(labels[index]), trained_network()
        found = trace(judge, f"network/trained-{index}", *given, dtype)
        compare(judge, found, *given)


@requirement("NET-13")
def test_the_trained_network_as_a_whole(judge: Judge, images: int) -> None:
    pictures, labels = digits()
    for index in range(images):
        image, label = pictures[index], int(labels[index])
        case = network_case(f"trained-whole-{index}", image, label, **trained_network().by_name())
        try:
            check_network(judge, case)
        except NonconformanceError as error:
            given = image, label, trained_network()
            why = whole_against_layers(judge, f"network/trained-{index}", *given)
            raise error.because(why) from None
