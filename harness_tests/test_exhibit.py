"""The arrays that a report holds of a failure, and how they are printed."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from numpy.typing import NDArray

import cnnspec
from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case
from cnnspec.judge.nonconformance import Complaint, NonconformanceError, wrong_shape, wrong_values
from cnnspec.report.exhibits import LARGEST, exhibit, is_extreme
from cnnspec.report.grids import digits_for, grids

Array = NDArray[Any]
Json = dict[str, Any]

SCHEMA = json.loads((Path(cnnspec.__file__).parent / "report.schema.json").read_text("utf-8"))


def answer(expected: Array) -> Answer:
    return Answer(expected.astype(float), np.zeros(expected.shape), np.zeros(expected.shape))


def shown(
    operation: str, expected: Array, wrong: dict[tuple[int, ...], float], **arguments: Any
) -> Json:
    """Return the exhibit of a call whose result is wrong in some places."""
    got = expected.astype(float)
    for place, value in wrong.items():
        got[place] = value
    found = exhibit(wrong_values(Case("a/case", operation, arguments), got, answer(expected)))
    assert found is not None
    jsonschema.validate(
        found, {"$ref": "#/$defs/exhibit", "$defs": SCHEMA["$defs"], "$schema": SCHEMA["$schema"]}
    )
    return found


def panel(found: Json, role: str) -> Json:
    return next(panel for panel in found["panels"] if panel["role"] == role)


def text(found: Json, width: int = 96) -> list[str]:
    panels = [one for one in found["panels"] if one["role"] != "difference"]
    return ["".join(t for t, _ in line).rstrip() for line in grids(panels, width)]


def test_the_window_of_a_convolution() -> None:
    image = np.arange(30.0).reshape(5, 6)
    filters = np.array([[[1, 0, 0], [0, 2, 0], [0, 0, -1]], np.zeros((3, 3))], float)
    expected = np.zeros((2, 2, 2))
    expected[1, 1, 0] = 14 + 2 * 21 - 28
    found = shown(
        "conv2d", expected, {(1, 1, 0): 9}, image=image, filters=filters, stride=2, padding="valid"
    )
    assert panel(found, "input")["window"] == [2, 2, 3, 3]
    assert panel(found, "filter")["name"] == "filters[0, :, :]"
    assert panel(found, "got")["wrong"] == [[1, 1]]
    assert panel(found, "difference")["values"] == [[0, 0], [0, 9 - 28]]
    assert found["first_wrong"] == [1, 1, 0]
    assert found["scalars"] == {"stride": 2, "padding": "valid"}
    assert found["window"] == (
        "element [1, 1, 0]: rows 2 to 4, columns 2 to 4 of the image under filter 0:"
        " 14*1 + 21*2 + 28*(-1) = 28"
    )


@pytest.mark.parametrize(("number", "said"), [(2, ": 2*3 + (-1) = 5"), (1 / 3, "")])
def test_a_sum_is_written_out_only_as_it_is(number: float, said: str) -> None:
    arguments = {"image": np.full((1, 1), number), "filters": np.full((1, 1, 1), 3.0)}
    expected = np.full((1, 1, 1), 3 * number - 1)
    found = shown("conv2d", expected, {(0, 0, 0): 7}, bias=np.array([-1.0]), **arguments)
    assert (
        found["window"] == f"element [0, 0, 0]: row 0, column 0 of the image under filter 0{said}"
    )


def test_the_window_under_padding_begins_outside() -> None:
    image, filters = np.ones((4, 4, 2)), np.ones((1, 3, 3, 2))
    found = shown(
        "conv2d", np.ones((4, 4, 1)), {(0, 2, 0): 5}, image=image, filters=filters, padding="same"
    )
    assert [one["name"] for one in found["panels"][:2]] == ["image[:, :, 0]", "image[:, :, 1]"]
    assert panel(found, "input")["window"] == [-1, 1, 3, 3]
    assert "zeros where that is outside" in found["window"]


def test_the_window_of_a_pooling_in_a_batch() -> None:
    maps = np.arange(2 * 4 * 6 * 2.0).reshape(2, 4, 6, 2)
    expected = maps[:, 1::2, 1::2]
    found = shown("max_pool2d", expected, {(1, 0, 2, 1): -1}, maps=maps)
    given = panel(found, "input")
    assert given["name"] == "maps[1, :, :, 1]"
    assert given["window"] == [0, 4, 2, 2]
    np.testing.assert_array_equal(given["values"], maps[1, :, :, 1])
    assert found["window"].endswith("columns 4 to 5 of map 1: 57, 59, 69, 71")


def test_the_column_of_a_dense_layer() -> None:
    x, weights = np.arange(6.0).reshape(1, 2, 3), np.arange(24.0).reshape(6, 4)
    found = shown("dense", np.zeros(4), {(3,): 2}, x=x, weights=weights, bias=np.zeros(4))
    names = [one["name"] for one in found["panels"]]
    assert names[:4] == ["x[:, :, 0]", "x[:, :, 1]", "x[:, :, 2]", "weights"]
    assert found["panels"][3]["window"] == [0, 3, 6, 1]


def test_a_network_shows_its_digit_whole_and_no_part_of_its_parameters() -> None:
    """No part of them tells more of a result than the others."""
    image = np.arange(28 * 28, dtype=np.uint8).reshape(28, 28)
    weights = np.linspace(-2, 0.5, 13520).reshape(1352, 10)
    filters, biases = np.full((8, 3, 3), 0.25), np.arange(10.0)
    given = {"image": image, "label": 3, "filters": filters, "weights": weights, "biases": biases}
    found = shown("network", np.zeros(10), {(3,): 1}, **given)
    names = [one["name"] for one in found["panels"]]
    assert names == ["image", "biases", "expected", "got", "got - expected"]
    np.testing.assert_array_equal(panel(found, "input")["values"], image)
    assert found["not_shown"] == [
        "filters, float64[8, 3, 3], all 0.25",
        "weights, float64[1352, 10], from -2 to 0.5",
    ]
    small = shown("network", np.zeros(10), {(3,): 1}, **given | {"weights": weights[:28]})
    assert [one["name"] for one in small["panels"]][1] == "weights"


def test_layers_show_their_parameters() -> None:
    x, weights = np.arange(6.0), np.ones((6, 4))
    found = shown("dense", np.zeros(4), {(3,): 2}, x=x, weights=weights, bias=np.zeros(4))
    assert found["not_shown"] == []


@pytest.mark.parametrize("place", [(0, 0, 0), (40, 69, 1), (99, 99, 2)])
def test_large_planes_are_cut_around_the_first_wrong_element(place: tuple[int, int, int]) -> None:
    maps = np.random.RandomState(1).standard_normal((100, 100, 3))
    found = shown("relu", np.maximum(maps, 0), {place: 7}, x=maps)
    got = panel(found, "got")
    assert got["size"] == [100, 100]
    assert np.shape(got["values"]) == (LARGEST, LARGEST)
    first_row, first_column = got["first"]
    assert got["wrong"] == [list(place[:2])]
    assert got["values"][place[0] - first_row][place[1] - first_column] == 7
    given = panel(found, "input")
    assert given["first"] == got["first"]
    row, column = given["first"]
    np.testing.assert_array_equal(
        given["values"], maps[row : row + LARGEST, column : column + LARGEST, place[2]]
    )
    assert f"of {100}" in "".join(text(found))


def test_numbers_that_json_has_no_words_for() -> None:
    x = np.array([-0.0, np.nan, np.inf, -np.inf])
    found = shown("relu", np.zeros(4), {(1,): np.nan}, x=x)
    values = panel(found, "input")["values"]
    assert values == [[0, "NaN", "Infinity", "-Infinity"]]
    assert json.dumps(values[0][0]) == "-0.0"
    assert panel(found, "got")["wrong"] == [[0, 1]]
    assert is_extreme(found)


@pytest.mark.parametrize(("number", "extreme"), [(3, False), (0, False), (1e9, True), (1e-9, True)])
def test_numbers_that_nobody_takes_in(number: float, *, extreme: bool) -> None:
    x = np.array([number, 1.0])
    assert is_extreme(shown("relu", x, {(1,): 1 + 1e-12}, x=x)) == extreme


@pytest.mark.parametrize(("apart", "extreme"), [(1e-7, True), (0.1, False), (0, False)])
def test_numbers_that_look_alike(apart: float, *, extreme: bool) -> None:
    x = 1 + apart * np.arange(6.0).reshape(2, 3)
    assert is_extreme(shown("relu", x, {(1, 1): 3}, x=x)) == extreme


def test_wrong_elements_are_marked_without_colour() -> None:
    x = np.array([[1.0, -2], [30, 4]])
    found = shown("relu", np.maximum(x, 0), {(0, 1): 2}, x=x)
    assert text(found) == [
        "x         expected    got",
        " 1  -2     1   0       1  !2",
        "30   4    30   4      30   4",
    ]
    styles = {
        style for line in grids(found["panels"][2:3], 96) for text, style in line if text == "!2"
    }
    assert styles == {"wrong"}


def test_numbers_get_as_many_digits_as_tell_them_apart() -> None:
    x = np.array([1.0, 1 / 3])
    found = shown("relu", x, {(1,): 1 / 3 + 1e-10}, x=x)
    assert digits_for(found["panels"]) == 12
    assert "!0.333333333433" in "".join(text(found))
    assert digits_for(shown("relu", x, {(1,): 0.4}, x=x)["panels"]) == 4


def test_panels_that_do_not_fit_go_below() -> None:
    x = np.arange(16.0).reshape(4, 4)
    found = shown("relu", x, {(1, 1): -1}, x=x)
    wide, narrow = text(found, 96), text(found, 45)
    assert len(wide) == 5
    assert len(narrow) == 11
    assert max(len(line) for line in narrow) <= 45


def test_other_complaints_show_what_there_is() -> None:
    case = Case("a/case", "relu", {"x": np.ones(3)})
    shape = exhibit(wrong_shape(case, np.ones((3, 1)), answer(np.ones(3))))
    assert shape is not None
    assert [one["role"] for one in shape["panels"]] == ["input", "expected", "got"]
    assert shape["first_wrong"] is None
    changed = NonconformanceError(
        case, "the call changes x", Complaint.CHANGED, detail="x", got=np.zeros(3)
    )
    found = exhibit(changed)
    assert found is not None
    assert [one["name"] for one in found["panels"]] == ["x", "x afterwards"]
    empty = NonconformanceError(Case("a/case", "relu", {"x": np.empty(0)}), "nothing")
    assert exhibit(empty) is None
