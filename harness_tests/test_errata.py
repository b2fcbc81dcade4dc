"""The errata: functions that do what the articles' programs do, and the table of their numbers."""

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.cases.requirements import requirements
from cnnspec.document import errata
from cnnspec.document.errata import as_markdown, conv_1, conv_2, pooling_1, relu_1, softmax_2
from cnnspec.faults import FAULTS

ROWS = {row.subject: row for row in errata.errata()}

IMAGE = np.random.RandomState(1).randint(-9, 10, (10, 12)).astype(float)
FILTERS = np.random.RandomState(2).randint(-9, 10, (2, 3, 3)).astype(float)


def test_article_1_convolves_one_row_and_column_late() -> None:
    got, right = conv_1(IMAGE, FILTERS[0]), reference.conv2d(IMAGE, FILTERS)[:, :, 0]
    assert got.shape == right.shape
    assert np.array_equal(got[:-3, :-3], right[1:-2, 1:-2])
    assert not got[-3:].any()
    assert not got[:, -3:].any()


def test_article_1_relu_is_the_known_mistake() -> None:
    assert np.array_equal(relu_1(IMAGE), FAULTS["relu-identity"].make()(IMAGE))


@pytest.mark.parametrize(("rows", "pooled"), [(4, 1), (28, 13), (5, 2)])
def test_article_1_pools_one_window_short(rows: int, pooled: int) -> None:
    assert pooling_1(np.ones((rows, rows, 1))).shape == (pooled, pooled, 1)


def test_article_2_convolves_rightly() -> None:
    assert np.array_equal(conv_2(IMAGE, FILTERS), reference.conv2d(IMAGE, FILTERS))


def test_article_2_softmax_is_the_known_mistake() -> None:
    small = np.array([1.0, 2.0, 3.0])
    assert np.array_equal(softmax_2(small), FAULTS["softmax-overflows"].make()(small))


def test_every_row_names_a_requirement_that_is_there() -> None:
    assert {row.requirement for row in ROWS.values()} - {""} <= requirements().keys()


@pytest.mark.parametrize(
    ("subject", "published", "demanded"),
    [
        ("Convolution: where the windows lie", "[[0, 0], [0, 0]]", "[[  29, -192], [ -35,  -22]]"),
        (
            "Convolution: where the windows lie",
            "of 324 values of a 20x20 image 0",
            "row and column 0",
        ),
        ("Convolution: its name", "[[-29, 192], [ 35,  22]]", "cross-correlation"),
        ("Convolution: the check of the channels", "ValueError", "ChannelMismatchError"),
        ("Convolution: bad arguments", "status 0", "ChannelMismatchError"),
        ("ReLU", "[-2.,  3.]", "[0., 3.]"),
        ("Pooling: the size", "28x28 gives 13x13", "14x14"),
        ("Pooling: several maps", "[106., 106.]", "[  6., 106.]"),
        ("The stack of three layers", "NoneType", "every layer"),
        ("The worked example", "[[  29, -192], [ -35,  -22]]", "the same"),
        ("Convolution: whole numbers", "`1296`", "`3600`"),
        ("Convolution: an image smaller than the filter", "(0, 0, 1)", "FilterTooLargeError"),
        ("The dense layer", "SyntaxError", "[16.]"),
        ("Softmax: large totals", "[nan, nan, nan]", "[0.09  , 0.2447, 0.6652]"),
        ("The loss: a label that is none", "`1.6094`", "LabelError"),
        ("The averages over the images", "100 and 200:", "100, 200 and 250"),
    ],
)
def test_the_numbers_of_the_table(subject: str, published: str, demanded: str) -> None:
    assert published in ROWS[subject].published
    assert demanded in ROWS[subject].demanded


def test_the_table_is_a_table() -> None:
    lines = as_markdown().splitlines()
    assert len(lines) == len(ROWS) + 2
    assert {line.replace("\\|", "").count("|") for line in lines} == {6}
