"""The gradients of conv_transpose2d: to its image, its filters and its bias."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec.declaration.case import FULL_BLOCKS, SPREADS, TILES, Case, integers, with_float32
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NotTestedError
from cnnspec.judge.testing import by_hand, each, each_group, requirement
from cnnspec.operations.conv_transpose2d.backward.cases import gradient_case
from cnnspec.operations.conv_transpose2d.backward.combinations import (
    COMBINATIONS,
    IN_PAIRS,
    OF_ANY_FILTERS,
)
from cnnspec.operations.conv_transpose2d.backward.parameters import shape_of_maps
from cnnspec.operations.registry import OPERATIONS

Array = NDArray[Any]

#: An image, how many maps a group, and the size of the filters.
Layer = tuple[tuple[int, ...], int, int | tuple[int, int]]

TO_IMAGE, TO_FILTERS, TO_BIAS = NAMES = (
    "conv_transpose2d_grad_image",
    "conv_transpose2d_grad_filters",
    "conv_transpose2d_grad_bias",
)

SMALL: tuple[Layer, ...] = (
    *(((2, 2, 1), 1, 3), ((1, 1, 1), 1, 1), ((1, 1, 1), 1, 3), ((1, 5, 1), 2, 1)),
    *(((5, 1, 2), 1, 2), ((3, 4, 1), 1, 3), ((4, 3, 1), 2, 3), ((2, 5, 1), 3, 2)),
    *(((3, 3, 2), 1, 3), ((3, 4, 2), 3, 3), ((4, 3, 3), 2, 3), ((3, 3, 3), 3, 3)),
    *(((2, 3, 4), 4, 4), ((5, 5, 5), 5, 2), ((2, 2, 2), 2, 5), ((6, 2, 1), 2, 7)),
)

#: A stride below the filter's size, one that is its size, and one that leaves gaps.
STRIDED: tuple[tuple[Layer, Any], ...] = (
    (((3, 4, 1), 1, 3), 2),
    (((4, 3, 1), 2, 3), 2),
    (((3, 2, 1), 1, 3), 3),
    (((2, 3, 2), 2, 3), 4),
    (((3, 4, 1), 1, 1), 2),
    (((2, 3, 1), 2, 2), 2),
    (((3, 2, 1), 1, 4), 2),
    (((2, 3, 1), 1, 5), 3),
    (((3, 4, 1), 2, 3), (2, 1)),
    (((3, 4, 1), 2, 3), (1, 2)),
    (((4, 3, 2), 1, 3), (2, 3)),
    (((3, 3, 1), 2, 3), (4, 2)),
    (((3, 2, 3), 2, 3), (3, 2)),
    (((2, 3, 4, 2), 3, 3), 2),
    (((3, 2, 3, 1), 2, 3), (2, 3)),
    (((1, 1, 2), 2, 3), 2),
)

PADDED: tuple[tuple[Layer, Any], ...] = (
    (((3, 4, 1), 1, 3), 1),
    (((4, 3, 1), 2, 3), 2),
    (((4, 5, 1), 1, 5), 2),
    (((5, 4, 2), 2, 1), 1),
    (((3, 4, 1), 2, 3), (1, 0)),
    (((4, 3, 1), 2, 3), (0, 1)),
    (((3, 4, 1), 2, 3), (1, 2)),
    (((3, 4, 1), 1, 3), ((1, 0), (0, 0))),
    (((3, 4, 1), 1, 3), ((0, 1), (0, 0))),
    (((3, 4, 1), 1, 3), ((0, 0), (1, 0))),
    (((3, 4, 1), 1, 3), ((0, 0), (0, 1))),
    (((3, 5, 1), 2, 3), ((1, 2), (3, 2))),
    (((4, 4, 2), 2, 3), ((2, 1), (0, 3))),
    (((6, 7, 1), 1, 3), ((5, 0), (2, 4))),
    (((3, 4, 2), 3, 3), 1),
    (((2, 4, 3, 2), 2, 3), ((2, 0), (1, 3))),
)

ADDED: tuple[tuple[Layer, dict[str, Any]], ...] = (
    (((2, 3, 1), 1, 3), {"stride": 2, "output_padding": 1}),
    (((3, 2, 1), 2, 3), {"stride": 3, "output_padding": 2}),
    (((2, 3, 1), 1, 3), {"stride": 3, "output_padding": (1, 2)}),
    (((3, 2, 1), 2, 3), {"stride": 2, "output_padding": (1, 0)}),
    (((3, 2, 1), 2, 3), {"stride": 2, "output_padding": (0, 1)}),
    (((2, 3, 1), 1, 3), {"stride": 2, "padding": 1, "output_padding": 1}),
    (((3, 3, 2), 2, 4), {"stride": 2, "padding": 1, "output_padding": 1}),
    (((3, 4, 1), 2, 3), {"stride": 4, "padding": 2, "output_padding": 3}),
    (((3, 2, 1), 1, 3), {"stride": 3, "padding": ((1, 2), (0, 1)), "output_padding": (2, 1)}),
    # as many as a stride, or more, where the dilation allows it: room for another filter
    (((2, 3, 1), 1, 2), {"dilation": 2, "output_padding": 1}),
    (((3, 2, 1), 2, 2), {"dilation": 3, "output_padding": 2}),
    (((3, 2, 2), 1, 3), {"dilation": 3, "stride": 2, "output_padding": 2}),
    (((3, 4, 1), 1, 2), {"dilation": (1, 3), "padding": 1, "output_padding": (0, 2)}),
    (((2, 3, 2, 2), 2, 3), {"stride": 2, "output_padding": 1}),
    (((3, 2, 3, 2), 1, 3), {"stride": (2, 3), "padding": 1, "output_padding": (1, 2)}),
    (((2, 3, 4), 3, 3), {"stride": 2, "output_padding": 1, "groups": 2}),
)

DILATED: tuple[tuple[Layer, dict[str, Any]], ...] = (
    (((3, 4, 1), 1, 3), {"dilation": 2}),
    (((4, 3, 1), 2, 3), {"dilation": 3}),
    (((2, 3, 1), 1, 2), {"dilation": 4}),
    (((3, 4, 1), 2, 3), {"dilation": (2, 1)}),
    (((4, 3, 1), 2, 3), {"dilation": (1, 2)}),
    (((3, 3, 1), 1, 3), {"dilation": (2, 3)}),
    (((5, 4, 2), 2, 1), {"dilation": 3}),
    (((3, 4, 1), 2, 3), {"dilation": 2, "stride": 2}),
    (((4, 3, 1), 1, 3), {"dilation": 2, "stride": 3}),
    (((3, 3, 2), 1, 3), {"dilation": 3, "stride": 2}),
    (((3, 4, 1), 2, 3), {"dilation": (3, 2), "stride": (2, 1)}),
    (((3, 4, 1), 2, 3), {"dilation": 2, "padding": ((1, 2), (3, 0))}),
    (((3, 2, 2), 3, 3), {"dilation": 2, "padding": 1}),
    (((2, 3, 4, 2), 2, 3), {"dilation": (2, 1)}),
)

GROUPED: tuple[tuple[Layer, dict[str, Any]], ...] = (
    (((3, 4, 4), 1, 3), {"groups": 2}),
    (((3, 4, 4), 2, 3), {"groups": 2}),
    (((4, 3, 4), 3, 3), {"groups": 2}),
    (((3, 3, 6), 1, 3), {"groups": 3}),
    (((3, 4, 6), 2, 1), {"groups": 3}),
    (((4, 3, 6), 3, 2), {"groups": 3}),
    (((3, 3, 3), 1, 3), {"groups": 3}),
    (((3, 4, 3), 2, 3), {"groups": 3}),
    (((3, 4, 2), 3, 3), {"groups": 2}),
    (((2, 3, 8), 1, 3), {"groups": 4}),
    (((3, 2, 1), 3, 3), {"groups": 1}),
    (((2, 3, 4, 4), 3, 3), {"groups": 2}),
    (((3, 3, 2, 3), 1, 3), {"groups": 3}),
    (((2, 3, 4, 3), 2, 3), {"groups": 3, "stride": 2}),
    (((4, 3, 4), 2, 3), {"groups": 2, "stride": 2, "padding": 1}),
    (((3, 4, 4), 1, 3), {"groups": 4, "padding": ((1, 0), (0, 2))}),
    (((3, 4, 4), 3, 3), {"groups": 2, "dilation": 2}),
)

BATCHES: tuple[tuple[Layer, dict[str, Any]], ...] = (
    (((1, 3, 4, 2), 3, 3), {}),
    (((2, 3, 3, 1), 1, 3), {}),
    (((2, 3, 4, 2), 2, 3), {}),
    (((3, 4, 3, 2), 3, 3), {}),
    (((3, 3, 3, 3), 3, 1), {}),
    (((4, 4, 4, 4), 4, 2), {}),
    (((5, 2, 3, 2), 1, 3), {}),
    (((2, 3, 4, 3), 2, 3), {"stride": 2}),
    (((3, 4, 5, 2), 2, 3), {"padding": 1}),
    (((2, 4, 5, 2), 4, 3), {"padding": 2, "stride": 3}),
)


def layers(operation: str, kind: str, of: Iterable[tuple[Layer, Any]]) -> Iterator[Case]:
    """Yield a gradient of each layer; what is no mapping of options is a value of the option."""
    for turn, (layer, given) in enumerate(of):
        options = given if isinstance(given, dict) else {kind: given}
        image, count, size = layer
        shape = "x".join(map(str, image))
        name = f"{kind}-{turn}-{shape}-{count}@{size}"
        yield gradient_case(operation, name, image, count, size, **options)


def small(operation: str) -> Iterator[Case]:
    """Yield gradients of small layers without options."""
    yield from layers(operation, "small", ((layer, {}) for layer in SMALL))


def alone(operation: str) -> Iterator[Case]:
    """Yield calls in which a single number of one argument is not 0, with a stride too."""
    for kind, image, stride in (("plain", (2, 3, 1), 1), ("strided", (3, 2, 1), 2)):
        clean = gradient_case(operation, f"{kind}-alone", image, 2, 3, stride=stride)
        for name in ("grad", "image" if operation == TO_FILTERS else "filters"):
            whole = clean.arguments[name]
            for place in range(whole.size):
                one = -2.0 * np.eye(whole.size)[place].reshape(whole.shape)
                yield replace(
                    clean,
                    id=f"{clean.id}-{name}-{place}",
                    arguments={**clean.arguments, name: one},
                )


@requirement("TRANSGRAD-01")
@by_hand("TRANSGRAD-01")
def test_to_image_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-01")
@each([*small(TO_IMAGE), *alone(TO_IMAGE)])
def test_to_image(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-02")
@by_hand("TRANSGRAD-02")
def test_to_filters_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-02")
@each([*small(TO_FILTERS), *alone(TO_FILTERS)])
def test_to_filters(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-03")
@by_hand("TRANSGRAD-03")
def test_to_bias_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-03")
@each(
    [
        *small(TO_BIAS),
        *layers(TO_BIAS, "stride", STRIDED[::4]),
        *layers(TO_BIAS, "padding", PADDED[::5]),
        *layers(TO_BIAS, "dilation", DILATED[::6]),
        *layers(TO_BIAS, "groups", GROUPED[::6]),
    ]
)
def test_to_bias(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-04")
@by_hand("TRANSGRAD-04")
def test_stride_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-04")
@each(case for of in (TO_IMAGE, TO_FILTERS) for case in layers(of, "stride", STRIDED))
def test_stride(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-05")
@by_hand("TRANSGRAD-05")
def test_padding_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-05")
@each(case for of in (TO_IMAGE, TO_FILTERS) for case in layers(of, "padding", PADDED))
def test_padding(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-06")
@by_hand("TRANSGRAD-06")
def test_output_padding_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-06")
@each(case for of in NAMES for case in layers(of, "output_padding", ADDED))
def test_output_padding(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-07")
@by_hand("TRANSGRAD-07")
def test_dilation_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-07")
@each(case for of in (TO_IMAGE, TO_FILTERS) for case in layers(of, "dilation", DILATED))
def test_dilation(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-08")
@by_hand("TRANSGRAD-08")
def test_groups_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-08")
@each(case for of in (TO_IMAGE, TO_FILTERS) for case in layers(of, "groups", GROUPED))
def test_groups(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-09")
@by_hand("TRANSGRAD-09")
def test_batches_by_hand(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-09")
@each(case for of in NAMES for case in layers(of, "batch", BATCHES))
def test_batches(judge: Judge, case: Case) -> None:
    judge.correct(case)


# --- sizes and rounding ----------------------------------------------------------------------


def large(operation: str) -> Iterator[Case]:
    """Yield gradients of as much of everything as tiles and blocks hold, and nearly so."""
    for size in (*TILES, *FULL_BLOCKS[:-1]):
        yield gradient_case(operation, f"large-{size}-columns", (2, size, 1), 2, 3)
        if size <= max(TILES):
            yield gradient_case(operation, f"large-{size}-rows", (size, 2, 1), 2, 3)
        yield gradient_case(operation, f"large-{size}-channels", (3, 2, size), 2, 3)
        yield gradient_case(operation, f"large-{size}-maps", (2, 3, 2), size, 3)
        yield gradient_case(operation, f"large-{size}-images", (size, 2, 3, 1), 2, 3)
    yield gradient_case(operation, "large-14x14-8", (2, 14, 14, 8), 4, 4, stride=2, padding=1)
    yield gradient_case(operation, "large-7x7", (9, 8, 2), 3, 7, stride=2, padding=3)


@requirement("TRANSGRAD-10")
@each_group({name: group for of in NAMES for name, group in with_float32(large(of)).items()})
def test_any_sizes(judge: Judge, cases: list[Case]) -> None:
    judge.in_turn(judge.correct, cases)


#: Layers in whose gradients few products are summed, and many, but no more than float16 bears.
PRECISE: tuple[tuple[Layer, dict[str, Any]], ...] = (
    (((3, 4, 1), 2, 3), {}),
    (((2, 3, 3), 16, 3), {}),
    (((3, 3, 2), 20, 3), {"padding": 1}),
    (((12, 13, 1), 1, 3), {}),
    (((2, 5, 4, 2), 3, 3), {"stride": 2, "padding": 1, "output_padding": 1}),
    (((3, 5, 6, 4), 3, 3), {"groups": 2, "padding": ((1, 0), (0, 2))}),
    (((5, 4, 4, 1), 2, 3), {"dilation": 2}),
)


@requirement("TRANSGRAD-11")
@each(
    gradient_case(operation, f"real-{spread}-{turn}", *layer, data=spread, **options)
    for operation in NAMES
    for spread in SPREADS
    for turn, (layer, options) in enumerate(PRECISE)
)
def test_rounds_no_more_than_it_must(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-12")
@pytest.mark.parametrize("operation", [TO_IMAGE, TO_FILTERS])
@pytest.mark.parametrize("group", COMBINATIONS.groups)
def test_any_three_choices_together(judge: Judge, operation: str, group: str) -> None:
    judge.combined(COMBINATIONS.cases(group, operation))


@requirement("TRANSGRAD-12")
@pytest.mark.parametrize("group", IN_PAIRS.groups)
def test_any_two_choices_of_the_bias_together(judge: Judge, group: str) -> None:
    judge.combined(IN_PAIRS.cases(group, TO_BIAS))


# --- filters of any size ---------------------------------------------------------------------

#: Filters with another number of rows than of columns.
OTHERS: tuple[tuple[Layer, dict[str, Any]], ...] = (
    (((3, 4, 1), 1, (1, 3)), {}),
    (((4, 3, 1), 2, (3, 1)), {}),
    (((3, 4, 2), 2, (2, 4)), {}),
    (((3, 4, 1), 2, (2, 3)), {"stride": 2}),
    (((4, 3, 1), 2, (3, 2)), {"stride": (2, 1), "padding": 1}),
    (((2, 3, 4, 2), 2, (3, 5)), {}),
    (((3, 2, 3, 4), 2, (4, 2)), {"groups": 2, "padding": ((1, 0), (0, 1))}),
    (((3, 4, 1), 1, (2, 3)), {"dilation": 2}),
    (((3, 2, 1), 1, (4, 3)), {"stride": 2, "output_padding": 1}),
    (((5, 2, 1), 1, (5, 1)), {}),
    (((2, 5, 1), 1, (1, 5)), {}),
)


@requirement("TRANSGRAD-13")
@each(replace(case, may_refuse=True) for of in NAMES for case in layers(of, "others", OTHERS))
def test_oblong_filters_are_right_or_refused(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-14")
@each(case for of in NAMES for case in layers(of, "others", OTHERS))
def test_filters_of_any_size(judge: Judge, case: Case) -> None:
    judge.correct(case)


@requirement("TRANSGRAD-14")
@pytest.mark.parametrize("operation", NAMES)
@pytest.mark.parametrize("group", OF_ANY_FILTERS.groups)
def test_any_two_choices_under_any_filters(judge: Judge, operation: str, group: str) -> None:
    judge.combined(OF_ANY_FILTERS.cases(group, operation))


# --- the layer's own -------------------------------------------------------------------------


def layer_of(case: Case) -> Case:
    """Return the call of the layer that a call is the gradient of."""
    gradient = OPERATIONS[case.operation].gradient
    assert gradient is not None
    given = {name: value for name, value in case.arguments.items() if name != "grad"}
    return replace(case, id=f"{gradient.of}/of-{case.id}", operation=gradient.of, arguments=given)


@requirement("TRANSGRAD-15")
@each(
    replace(case, may_refuse=True)
    for of in NAMES
    for kind, every in (
        ("small", [(layer, {}) for layer in SMALL[4::5]]),
        ("stride", STRIDED[2::5]),
        ("padding", PADDED[2::6]),
        ("output_padding", ADDED[1::4]),
        ("dilation", DILATED[1::6]),
        ("groups", GROUPED[1::6]),
        ("others", OTHERS[2::3]),
    )
    for case in layers(of, kind, every)
)
def test_adjoint_of_its_own_layer(judge: Judge, case: Case) -> None:
    layer = layer_of(case)
    maps = judge.value(layer)
    if maps.shape != shape_of_maps(layer.arguments):
        raise NotTestedError(f"the maps have the shape {maps.shape}")
    gradient = judge.value(case)
    grad = case.arguments["grad"]
    if case.operation == TO_BIAS:
        with_bias = {**layer.arguments, "bias": np.arange(1.0, maps.shape[-1] + 1)}
        biased = judge.value(replace(layer, id=f"{layer.id}-bias", arguments=with_bias))
        factor, maps = with_bias["bias"], biased.astype(float) - maps
    else:
        factor = case.arguments["image" if case.operation == TO_IMAGE else "filters"]
    got = np.array([_sum_of_products(gradient, factor)])
    expected = np.array([_sum_of_products(maps, grad)])
    allowed = _sum_of_products(judge.allowed(case, gradient), np.abs(factor))
    allowed += 2 * _sum_of_products(judge.allowed(layer, maps), np.abs(grad))
    judge.same(case, got, expected, np.array([allowed]), "not the adjoint of its own layer")


def _sum_of_products(one: Array, other: Array) -> float:
    """Return the sum of whole numbers' products, exactly."""
    return math.fsum((one.astype(float) * other).ravel())


# --- NaN and infinity ------------------------------------------------------------------------


@requirement("TRANSGRAD-16")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize("name", ["grad", "image", "filters"])
@pytest.mark.parametrize("image", [(4, 5, 2), (3, 4, 5, 2)], ids=["single", "batch"])
@pytest.mark.parametrize("operation", NAMES)
def test_one_number_spoils_what_it_is_a_factor_of(
    judge: Judge, operation: str, image: tuple[int, ...], name: str, value: float
) -> None:
    first = gradient_case(operation, f"clean-{name}-{len(image)}", image, 3, 3)
    whole: dict[str, Array] = {n: np.where(v < 0, -2.0, 3.0) for n, v in first.arguments.items()}
    clean = replace(first, arguments=whole)
    changed = whole[name].copy()
    batch: tuple[int, ...] = (1,) * (len(image) == 4)
    places: dict[str, tuple[int, ...]] = {
        "grad": (*batch, 3, 4, 1),
        "image": (*batch, 2, 3, 1),
        "filters": (1, 0, 2, 0),
    }
    changed[places[name]] = value
    spoilt = replace(
        clean,
        id=f"{operation}/{name}-{value}-{len(image)}",
        arguments={**whole, name: changed},
        may_refuse=True,
    )
    declared = OPERATIONS[operation].gradient
    assert declared is not None
    shape = declared.shape(whole)
    reached: Array = np.zeros(shape, bool)
    may_be: Array = np.zeros(shape, bool)
    match operation, name:
        case "conv_transpose2d_grad_image", "grad":
            reached[batch][1:4, 2:5] = True  # a view
            may_be[batch] = True
        case "conv_transpose2d_grad_image", "filters":
            reached[..., 1] = may_be[..., 1] = True
        case "conv_transpose2d_grad_filters", "grad":
            reached[..., 1] = True
            may_be[...] = True
        case "conv_transpose2d_grad_filters", "image":
            reached[1] = may_be[1] = True
        case "conv_transpose2d_grad_bias", "grad":
            reached[1] = may_be[1] = True
    got = judge.correct_beside(spoilt, clean, may_be)
    hidden = np.isfinite(got[reached]).any()
    judge.holds(spoilt, not hidden, f"what {value} reaches is finite", got)


# --- what should be refused ------------------------------------------------------------------


def bad(operation: str) -> Iterator[Case]:
    """Yield calls of layers that there are not."""
    for name, image, changes in (
        ("stride-0", (3, 4, 2), {"stride": 0}),
        ("dilation-0", (3, 4, 2), {"dilation": 0}),
        ("groups-do-not-divide", (3, 4, 3), {"groups": 2}),
        ("one-filter", (3, 4, 3), {}),
        ("more-filters", (3, 4, 2), {}),
    ):
        right = gradient_case(operation, f"bad-{name}", image, 2, 3)
        given = {**right.arguments, **changes}
        if name == "one-filter":
            given["filters"] = given["filters"][:1]
        elif name == "more-filters":
            given["filters"] = integers(f"{operation}/more", 3, 3, 3, 2)
        elif name == "groups-do-not-divide":
            given["grad"] = np.repeat(given["grad"], 2, axis=-1)
        yield replace(right, arguments=given)


@requirement("TRANSGRAD-17")
@each(case for of in NAMES for case in bad(of))
def test_what_the_layer_refuses_is_refused(judge: Judge, case: Case) -> None:
    judge.rejects(case)
