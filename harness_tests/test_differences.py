"""How other maps differ from the reference's: what is rounding is told from what is not."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.judge.judge import Judge
from cnnspec.network.map_differences import Difference, differences
from cnnspec.reference import article1
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.sources.recognition import recognise

Array = NDArray[Any]

#: The unit roundoff of float64.
U = 2.0**-53


def _found(
    image: Array, banks: list[Array], *, accuracy: str = "componentwise", **functions: Any
) -> list[list[Difference]]:
    """Return the differences of an implementation that is right but for these functions."""
    right = {name: getattr(reference, name) for name in ("conv2d", "relu", "max_pool2d")}
    made = recognise(SimpleNamespace(**(right | functions)), name="mine", source="mine")
    made.accuracy = accuracy
    judge = Judge(made, Capabilities(made), "article")
    return differences(judge, image, banks, article1.three_layers(image, banks))


def _picture(side: int = 60) -> Array:
    return np.random.default_rng(0).uniform(0, 1, (side, side))


def _in(dtype: str) -> Callable[..., Array]:
    def conv2d(image: Any, filters: Any) -> Array:
        """Sum up from the last product to the first."""
        image, filters = np.asarray(image, dtype), np.asarray(filters, dtype)
        maps = [image, filters] if image.ndim == 3 else [image[..., None], filters[..., None]]
        windows = sliding_window_view(maps[0], maps[1].shape[1:3], axis=(0, 1))
        terms = [
            windows[:, :, c, a, b, None] * maps[1][None, None, :, a, b, c]
            for c in range(maps[1].shape[3])
            for a in range(maps[1].shape[1])
            for b in range(maps[1].shape[2])
        ]
        return np.asarray(sum(terms[-2::-1], start=terms[-1]))

    return conv2d


@pytest.mark.parametrize(
    ("dtype", "said"),
    [
        ("float64", "rounding only"),
        ("float32", "rounding to float32 only"),
        ("float16", "rounding to float16 only"),
    ],
)
def test_another_order_or_precision_is_rounding(dtype: str, said: str) -> None:
    found = _found(_picture(), article1.filter_banks(), conv2d=_in(dtype))
    kinds = {one.kind for steps in found for one in steps}
    assert kinds <= {said, "none"}
    assert found[2][0].kind == said
    assert f"differs by at most {found[2][0].largest:.3g}: {said}" == str(found[2][0])
    assert found[2][0].largest > 0


def test_a_small_mistake_is_more_than_rounding() -> None:
    def conv2d(image: Any, filters: Any) -> Array:
        return reference.conv2d(image, filters) * (1 + 1e-11)

    found = _found(_picture(), article1.filter_banks(), conv2d=conv2d)
    assert {one.kind for steps in found for one in steps} == {"more than rounding"}


def test_numbers_of_float32_that_are_called_float64_are_more_than_rounding() -> None:
    def conv2d(image: Any, filters: Any) -> Array:
        return _in("float32")(image, filters).astype(float)

    found = _found(_picture(), article1.filter_banks(), conv2d=conv2d)
    assert found[0][0].kind == "more than rounding"


@pytest.mark.parametrize(("roundings", "is_rounding"), [(6, True), (10, False)])
def test_errors_are_carried_on(roundings: float, *, is_rounding: bool) -> None:
    """A product of one term rounds by gamma(4) here and there: 8 u in every layer."""

    def conv2d(image: Any, filters: Any) -> Array:
        return reference.conv2d(image, filters) * (1 + roundings * U)

    image = np.full((8, 8), 1.7)
    banks = [np.full((1, 1, 1), 0.7), *[np.full((1, 1, 1, 1), 0.7)] * 2]
    found = _found(image, banks, conv2d=conv2d)
    for number, steps in enumerate(found, start=1):
        size = 1.7 * 0.7**number
        for one in steps:
            assert (one.kind == "rounding only") == is_rounding
            assert one.allowed.max() == pytest.approx(number * 8 * U * size, rel=1e-6)


def test_a_layer_rounds_to_its_own_precision() -> None:
    """The first is in float32, the second in float64 again."""

    def conv2d(image: Any, filters: Any) -> Array:
        dtype = np.float32 if image.ndim == 2 else np.float64
        return np.asarray(reference.conv2d(image, filters), dtype)

    def relu(x: Any) -> Array:
        return np.asarray(reference.relu(x), np.float64)

    banks = [np.full((1, 1, 1), 0.7), np.full((1, 1, 1, 1), 0.7)]
    found = _found(np.full((8, 8), 1.7), banks, conv2d=conv2d, relu=relu)
    (first, *_), (second, *_) = found
    assert first.kind == second.kind == "rounding to float32 only"
    assert first.allowed.max() == pytest.approx(1.7 * 0.7 * 4 * 2.0**-24, rel=1e-6)
    assert second.allowed.max() == pytest.approx(0.7 * first.allowed.max(), rel=1e-6)


def test_arguments_that_have_to_be_narrowed_may_be_rounded() -> None:
    def conv2d(image: Any, filters: Any) -> Array:
        if image.dtype != np.float32:
            raise TypeError("float32 only")
        return _in("float32")(image, filters).astype(float)

    found = _found(_picture(), article1.filter_banks(), conv2d=conv2d)
    assert {one.kind for steps in found for one in steps} == {"rounding to float32 only"}


def test_a_transform_rounds_by_the_whole_map() -> None:
    image = _picture()
    image[:20, :20] = 0

    def conv2d(image: Any, filters: Any) -> Array:
        return reference.conv2d(image, filters) + 1e-15

    banks = article1.filter_banks()
    assert _found(image, banks, conv2d=conv2d)[0][0].kind == "more than rounding"
    assert _found(image, banks, conv2d=conv2d, accuracy="normwise")[0][0].kind == "rounding only"


def test_a_selection_may_be_rounded_too() -> None:
    def relu(x: Any) -> Array:
        return np.asarray(reference.relu(x), np.float32)

    found = _found(_picture(), article1.filter_banks(), relu=relu)
    assert [one.kind for one in found[0]] == ["none", *["rounding to float32 only"] * 2]


def test_what_is_exact_may_not_differ() -> None:
    def conv2d(image: Any, filters: Any) -> Array:
        return reference.conv2d(image, filters) + 1e-15

    whole = np.arange(60.0 * 60).reshape(60, 60) % 7
    assert _found(whole, article1.filter_banks(), conv2d=conv2d)[0][0].kind == "more than rounding"


def test_nan_and_infinity_are_counted() -> None:
    def relu(x: Any) -> Array:
        right = reference.relu(x)
        right[0, 0], right[1, 0, 0] = np.inf, np.nan
        return right

    def max_pool2d(maps: Any) -> Array:
        return reference.max_pool2d(np.nan_to_num(maps, posinf=0))

    found = _found(_picture(), article1.filter_banks(), relu=relu, max_pool2d=max_pool2d)
    assert str(found[0][1]) == "differs by NaN or infinity in 3 places"
    assert found[0][1].of_map(1).kind == "NaN or infinity in 1 place"
    assert found[0][1].beyond.sum() == 3


def test_other_shapes_are_said() -> None:
    ours = np.zeros((4, 5, 2))
    one = Difference(ours, np.zeros((4, 5, 1)), ours)
    assert str(one) == "of the shape (4, 5, 1) instead of (4, 5, 2)"
