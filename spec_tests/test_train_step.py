"""One step of training article 2's network: the loss before it, and all parameters after it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.cases.data import mnist_test_set
from cnnspec.cases.hand_computed import HandComputed, hand_computed
from cnnspec.cases.trained import trained_network
from cnnspec.declaration.case import UNUSUAL, Case, integers
from cnnspec.exact import bounds
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NonconformanceError
from cnnspec.judge.testing import each, requirement
from cnnspec.operations.network.exact import Parameters, parameters
from cnnspec.operations.train_step import RETURNED, parts_of
from cnnspec.operations.train_step.exact import NoBoundError
from cnnspec.texts import listed

Array = NDArray[Any]

NETWORK = parameters()

#: The learning rate of most steps: a power of two, so that it is never rounded.
RATE = 2.0**-7

#: Digits on which a step is judged at most.
MOST_DIGITS = 10

#: Test images are not of one digit only: every so many is taken.
EVERY = 7

#: In this order they are judged, and computed: what is wrong first makes others wrong.
JUDGED = ("loss", "biases", "weights", "filters")


def noise(name: str, *shape: int) -> Array:
    """Return an image of random bytes, of whose windows hardly any tie."""
    return integers(f"train_step/{name}", *shape, low=0, high=255).astype(np.uint8)


def step(
    name: str,
    image: Array,
    label: int,
    rate: float = RATE,
    network: Parameters = NETWORK,
    **changes: Any,
) -> Case:
    given = {"image": image, "label": label, **network.by_name(), "learning_rate": rate}
    return Case(f"train_step/{name}", "train_step", {**given, **changes})


def of_another_shape(
    name: str, image: Sequence[int], filters: Sequence[int], classes: int, rate: float = RATE
) -> Case:
    """Return a step of a small network; code may be written for the article's sizes alone."""
    count, size = filters
    rows, columns = ((length - size + 1) // 2 for length in image)
    drawn: dict[str, Any] = {
        "filters": integers(f"{name}/filters", count, size, size, low=-3, high=3),
        "weights": integers(f"{name}/weights", rows * columns * count, classes, low=-3, high=3) / 4,
        "biases": integers(f"{name}/biases", classes, low=-3, high=3) / 8,
    }
    label = len(name) % classes
    return replace(step(name, noise(name, *image), label, rate, **drawn), may_refuse=True)


def check_step(judge: Judge, case: Case, before: Sequence[Case] = (), **handing_over: Any) -> None:
    """Check the loss and every new parameter, each against its bound."""
    try:
        _check_step(judge, case, before, **handing_over)
    except NonconformanceError as error:
        error.handed_over = handing_over
        raise


def _check_step(judge: Judge, case: Case, before: Sequence[Case], **handing_over: Any) -> None:
    _, result = judge.returned(case, **handing_over)
    judge.holds(
        case,
        len(result.values) == len(RETURNED),
        "a step does not return (loss, filters, weights, biases)",
    )
    got = dict(zip(RETURNED, result.values, strict=True))
    if not got["loss"].size:  # where layers keep the parameters, none need be returned
        del got["loss"]
    try:
        joined = judge.answer(case, bounds.coarsest(*(value.dtype for value in got.values())))
    except NoBoundError as reason:
        raise judge.unjudgeable(case, str(reason)) from None
    due = parts_of(joined, case.arguments)
    wrong: dict[str, NonconformanceError] = {}
    for name in filter(got.__contains__, JUDGED):
        try:
            judge.compare(case, got[name], due[name], before)
        except NonconformanceError as error:
            wrong[name] = error
    for name, first in wrong.items():
        agree = [other for other in got if other not in wrong]
        of_others = f"; {_right(agree)}" if agree else ""
        raise first.because(f"the {name} {_verb(name)} wrong{of_others}")


def _right(agree: Sequence[str]) -> str:
    return f"{listed(agree)} {_verb(*agree)} right"


def _verb(*names: str) -> str:
    return "is" if names == ("loss",) else "are"


# --- a network worked by hand ----------------------------------------------------------------


@requirement("STEP-01")
@pytest.mark.parametrize(
    "known",
    [known for known in hand_computed() if known.case.operation == "train_step"],
    ids=lambda k: k.case.id,
)
def test_a_step_by_hand(judge: Judge, known: HandComputed) -> None:
    check_step(judge, replace(known.case, may_refuse=True))


# --- images without ties, where every number is certain ---------------------------------------

SMALL = [
    of_another_shape("small-one-window", (4, 4), (1, 3), 2),
    of_another_shape("small-two-filters", (6, 6), (2, 3), 3),
    of_another_shape("small-oblong", (6, 9), (2, 3), 3),
    of_another_shape("small-remainder", (7, 8), (3, 3), 2, 0.25),
    of_another_shape("small-filters-of-5", (9, 8), (2, 5), 4),
    of_another_shape("small-filters-of-1", (5, 4), (2, 1), 3, 0.5),
]


@requirement("STEP-02")
@each(step(f"label-{label}", noise(f"label-{label}", 28, 28), label) for label in range(10))
def test_every_label(judge: Judge, case: Case) -> None:
    check_step(judge, case)


@requirement("STEP-02")
@pytest.mark.parametrize("parameter", ["filters", "weights", "biases"])
def test_every_parameter_counts(judge: Judge, parameter: str) -> None:
    image = noise("parameters", 28, 28)
    first = step(f"before-{parameter}", image, 3)
    check_step(judge, first)
    other = getattr(parameters(seed=1), parameter)
    check_step(judge, step(f"other-{parameter}", image, 3, **{parameter: other}), before=[first])


@requirement("STEP-02")
@each(SMALL)
def test_networks_of_other_shapes(judge: Judge, case: Case) -> None:
    check_step(judge, case)


@requirement("STEP-03")
@each(
    step(f"rate-{rate:g}", noise("rates", 28, 28), 4, rate)
    for rate in (1.0, 0.25, 2.0**-10, 2.0**-14)
)
def test_other_learning_rates(judge: Judge, case: Case) -> None:
    check_step(judge, case)


def pictures() -> dict[str, Array]:
    """Return images whose darkest or brightest pixels are not those of most."""
    ramp = np.arange(28 * 28).reshape(28, 28)
    return {
        "dark": noise("dark", 28, 28) // 5,
        "bright": 200 + noise("bright", 28, 28) // 5,
        "zeros-and-ones": noise("zeros-and-ones", 28, 28) % 2,
        "ramp": (ramp % 256).astype(np.uint8),
    }


@requirement("STEP-04")
@each(step(name, image, 3) for name, image in pictures().items())
def test_preprocessing(judge: Judge, case: Case) -> None:
    check_step(judge, case)


@requirement("STEP-04")
@each(
    step(f"{dtype}-{name}", image.astype(dtype), 3)
    for dtype in ("float64", "float32", "int64")
    for name, image in pictures().items()
    if name in ("dark", "ramp")
)
def test_preprocessing_of_other_dtypes(judge: Judge, case: Case) -> None:
    check_step(judge, replace(case, may_refuse=True))


# --- certain and hopeless cases ---------------------------------------------------------------


@requirement("STEP-05")
@each(
    step(f"{name}-{label}", noise(name, 28, 28), label, biases=biases)
    for name, biases in {
        "large": 1000 + np.where(np.arange(10) == 3, 2.0, 0.0),
        "very-negative": -1000 + np.where(np.arange(10) == 3, 2.0, 0.0),
        "certain": np.where(np.arange(10) == 5, 10.5, 0.0),
    }.items()
    for label in (3, 5)
)
def test_logits_far_from_zero(judge: Judge, case: Case) -> None:
    check_step(judge, case)


# --- digits, most of whose windows tie --------------------------------------------------------


@requirement("STEP-06")
@pytest.mark.parametrize("trained", [False, True], ids=["untrained", "trained"])
def test_digits(judge: Judge, images: int, trained: bool) -> None:
    digits, labels = mnist_test_set()
    network = trained_network() if trained else NETWORK
    name = "trained" if trained else "untrained"
    for index in range(0, EVERY * min(images, MOST_DIGITS), EVERY):
        case = step(f"digit-{index}-{name}", digits[index], int(labels[index]), RATE, network)
        check_step(judge, case)


# --- manners ----------------------------------------------------------------------------------


@requirement("STEP-07")
def test_steps_leave_their_image(judge: Judge) -> None:
    image = noise("left", 28, 28)
    for name, one in (("uint8", image), ("float", image * 1.0)):
        judge.leaves_inputs(replace(step(f"{name}-pixels", one, 3), may_refuse=True))


@requirement("STEP-07")
def test_nothing_is_kept_from_step_to_step(judge: Judge) -> None:
    made: list[Case] = []
    for turn in range(3):
        for name, rate in (("first", RATE), ("second", 0.25)):
            case = step(f"again-{name}-{turn}", noise(f"again-{name}", 28, 28), 2 + turn % 2, rate)
            check_step(judge, case, before=made)
            made.append(case)


@requirement("STEP-07")
@pytest.mark.parametrize("layout", ["fortran", "strided", "read-only", *UNUSUAL])
def test_steps_in_any_layout(judge: Judge, layout: str) -> None:
    case = step(f"layout-{layout}", noise("layout", 28, 28), 3)
    check_step(judge, case)
    may_refuse = layout in UNUSUAL
    check_step(judge, replace(case, may_refuse=may_refuse), layout=layout)


# --- narrower dtypes --------------------------------------------------------------------------


@requirement("STEP-08")
@each(
    replace(
        step(f"single-{label}", noise("single", 28, 28), label).cast("float32"), may_refuse=True
    )
    for label in (0, 7)
)
def test_single_precision(judge: Judge, case: Case) -> None:
    check_step(judge, case)


@requirement("STEP-08")
@each(case.cast(dtype) for dtype in ("float32", "float16") for case in SMALL)
def test_small_networks_in_narrower_dtypes(judge: Judge, case: Case) -> None:
    check_step(judge, case)


# --- what should be refused -------------------------------------------------------------------


@requirement("STEP-09")
@each(step(f"bad-label-{label}", noise("label", 28, 28), label) for label in (10, 11))
def test_labels_beyond_the_classes_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)


@requirement("STEP-10")
@each(step(f"bad-label-{label}", noise("label", 28, 28), label) for label in (-1, -10))
def test_negative_labels_are_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)
