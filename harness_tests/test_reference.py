"""The reference's errors, dtypes and article surfaces; the spec tests judge its values."""

from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.data import cat_gray, cat_rgb
from cnnspec.reference import article1, article2, errors


@pytest.mark.parametrize(
    ("error", "image", "filters", "options"),
    [
        (errors.ChannelMismatchError, (5, 6, 3), (2, 3, 3, 1), {}),
        (errors.ChannelMismatchError, (5, 6, 3), (2, 3, 3), {}),
        (errors.ChannelMismatchError, (5, 6), (2, 3, 3, 1), {}),
        (errors.ChannelMismatchError, (5, 6, 1), (2, 3, 3), {}),
        (errors.NonSquareFilterError, (7, 7), (2, 3, 5), {}),
        (errors.EvenFilterError, (7, 7), (2, 4, 4), {}),
        (errors.FilterTooLargeError, (4, 9), (1, 5, 5), {}),
        (errors.FilterTooLargeError, (9, 4), (1, 5, 5), {}),
        (errors.BiasLengthError, (5, 6), (2, 3, 3), {"bias": np.ones(3)}),
        (errors.BiasLengthError, (5, 6), (2, 3, 3), {"bias": np.ones(1)}),
        (errors.BiasLengthError, (5, 6), (2, 3, 3), {"bias": 1.0}),
        (errors.StrideError, (5, 6), (2, 3, 3), {"stride": 0}),
        (errors.StrideError, (5, 6), (2, 3, 3), {"stride": -1}),
        (errors.PaddingError, (5, 6), (2, 3, 3), {"padding": "full"}),
        (errors.PaddingError, (5, 6), (2, 3, 3), {"padding": "same", "stride": 2}),
        (errors.ShapeError, (5,), (2, 3, 3), {}),
        (errors.ShapeError, (2, 2, 5, 5, 1), (2, 3, 3, 1), {}),
        (errors.ShapeError, (5, 5), (3, 3), {}),
        (errors.EmptyAxisError, (0, 5), (2, 3, 3), {}),
        (errors.EmptyAxisError, (5, 5, 0), (2, 3, 3, 0), {}),
        (TypeError, (5, 6), (2, 3, 3), {"stride": 1.5}),
    ],
)
def test_conv2d_says_which_rule_is_broken(
    error: type[Exception], image: tuple[int, ...], filters: tuple[int, ...], options: Any
) -> None:
    with pytest.raises(error) as caught:
        reference.conv2d(np.ones(image), np.ones(filters), **options)
    assert type(caught.value) is error
    assert issubclass(error, ValueError | TypeError)


def test_messages_show_the_shapes() -> None:
    with pytest.raises(errors.ChannelMismatchError, match=r"\(5, 6, 3\).*\(2, 3, 3, 1\)"):
        reference.conv2d(np.ones((5, 6, 3)), np.ones((2, 3, 3, 1)))


@pytest.mark.parametrize("bad", ["text", 1j * np.ones((5, 5)), np.array([[object()] * 5] * 5)])
def test_what_is_not_a_number_is_a_type_error(bad: Any) -> None:
    with pytest.raises(TypeError, match="real numbers"):
        reference.conv2d(bad, np.ones((1, 3, 3)))
    with pytest.raises(TypeError, match="real numbers"):
        reference.relu(bad)


@pytest.mark.parametrize(
    ("error", "maps", "options"),
    [
        (errors.WindowTooLargeError, (2, 5, 1), {"size": 3}),
        (errors.WindowTooLargeError, (5, 2, 1), {"size": 3}),
        (errors.WindowSizeError, (4, 4, 1), {"size": 0}),
        (errors.StrideError, (4, 4, 1), {"stride": 0}),
        (errors.ShapeError, (4, 4), {}),
        (errors.EmptyAxisError, (4, 4, 0), {}),
        (TypeError, (4, 4, 1), {"size": 2.0}),
    ],
)
@pytest.mark.parametrize("pool", [reference.max_pool2d, reference.min_pool2d, reference.avg_pool2d])
def test_pooling_says_which_rule_is_broken(
    pool: Any, error: type[Exception], maps: tuple[int, ...], options: Any
) -> None:
    with pytest.raises(error):
        pool(np.ones(maps), **options)


def test_the_other_layers_say_which_rule_is_broken() -> None:
    with pytest.raises(errors.LengthMismatchError, match=r"5 numbers.*\(4, 3\)"):
        reference.dense(np.ones(5), np.ones((4, 3)), np.ones(3))
    with pytest.raises(errors.BiasLengthError):
        reference.dense(np.ones(4), np.ones((4, 3)), np.ones(4))
    with pytest.raises(errors.ShapeError):
        reference.dense(np.ones(4), np.ones(4), np.ones(3))
    with pytest.raises(errors.ShapeError):
        reference.softmax(np.float64(3))
    with pytest.raises(errors.EmptyAxisError):
        reference.softmax(np.ones((2, 0)))
    for label in (3, -1):
        with pytest.raises(errors.LabelError, match="from 0 to 2"):
            reference.cross_entropy(np.ones(3) / 3, label)
    with pytest.raises(TypeError):
        reference.cross_entropy(np.ones(3) / 3, 1.0)  # type: ignore[arg-type]
    with pytest.raises(errors.ShapeError):
        reference.cross_entropy(np.ones((2, 3)), 1)


def test_empty_batches_and_banks_keep_their_shape() -> None:
    filters = np.ones((2, 3, 3, 4))
    assert reference.conv2d(np.ones((0, 5, 6, 4)), filters).shape == (0, 3, 4, 2)
    assert reference.conv2d(np.ones((5, 6, 4)), np.ones((0, 3, 3, 4))).shape == (3, 4, 0)
    assert reference.max_pool2d(np.ones((0, 4, 6, 2))).shape == (0, 2, 3, 2)
    assert reference.softmax(np.ones((0, 3))).shape == (0, 3)
    assert reference.relu(np.ones((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble"])
def test_floats_stay_as_they_are(dtype: str) -> None:
    image = np.ones((4, 5, 2), dtype)
    one = np.ones((1, 3, 3, 2), dtype)
    assert reference.conv2d(image, one, np.ones(1, dtype)).dtype == dtype
    assert reference.relu(image).dtype == dtype
    for pool in (reference.max_pool2d, reference.min_pool2d, reference.avg_pool2d):
        assert pool(image).dtype == dtype
    weights = np.ones((40, 2), dtype)
    assert reference.dense(image, weights, np.ones(2, dtype)).dtype == dtype
    assert reference.softmax(image).dtype == dtype
    assert reference.cross_entropy(np.ones(2, dtype) / 2, 0).dtype == dtype


@pytest.mark.parametrize("dtype", ["uint8", "int64", "bool"])
def test_integers_become_float64(dtype: str) -> None:
    image = np.ones((4, 4, 1), dtype)
    results = (
        reference.conv2d(image, np.ones((1, 3, 3, 1), dtype)),
        reference.relu(image),
        reference.avg_pool2d(image),
        reference.softmax(image),
    )
    assert {result.dtype for result in results} == {np.dtype(np.float64)}


def test_uint8_does_not_wrap() -> None:
    image, filters = np.full((3, 3), 200, np.uint8), np.full((1, 3, 3), 2, np.uint8)
    assert reference.conv2d(image, filters) == 3600


def test_half_precision_is_rounded_once() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((8, 9, 4)).astype(np.float16)
    w = rng.standard_normal((3, 3, 3, 4)).astype(np.float16)
    wide = reference.conv2d(x.astype(np.float32), w.astype(np.float32))
    assert np.array_equal(reference.conv2d(x, w), wide.astype(np.float16))


def test_filters_by_name() -> None:
    assert reference.SOBEL_VERTICAL.tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert np.array_equal(reference.SOBEL_HORIZONTAL, -reference.SOBEL_VERTICAL.T)
    assert reference.ARTICLE_EDGES.shape == (2, 3, 3)
    assert np.array_equal(reference.ARTICLE_EDGES[0], reference.VERTICAL_EDGE)
    assert np.array_equal(reference.ARTICLE_EDGES[1], reference.HORIZONTAL_EDGE)
    with pytest.raises(ValueError, match="read-only"):
        reference.SOBEL_VERTICAL[0, 0] = 1


# --- article 1 -------------------------------------------------------------------------------


def test_conv_of_one_channel_and_one_filter() -> None:
    image = np.arange(30.0).reshape(5, 6)
    expected = reference.conv2d(image, reference.SOBEL_VERTICAL[np.newaxis])[..., 0]
    assert np.array_equal(article1.conv_(image, reference.SOBEL_VERTICAL), expected)
    with pytest.raises(errors.ShapeError):
        article1.conv_(image, np.ones((1, 3, 3)))


def test_three_layers_on_the_gray_cat() -> None:
    maps = article1.three_layers(cat_gray())
    assert [[step.shape for step in layer] for layer in maps] == [
        [(298, 449, 2), (298, 449, 2), (149, 224, 2)],
        [(145, 220, 3), (145, 220, 3), (72, 110, 3)],
        [(66, 104, 1), (66, 104, 1), (33, 52, 1)],
    ]
    for layer in maps:
        assert layer.relu.min() >= 0
        assert np.array_equal(layer.relu, np.maximum(layer.conv, 0))
        assert np.array_equal(layer.pool, reference.max_pool2d(layer.relu))
    assert maps[0].conv.min() < 0
    assert np.array_equal(maps[1].conv, article1.conv(maps[0].pool, article1.filter_banks()[1]))


def test_three_layers_on_the_cat_in_colour() -> None:
    maps = article1.three_layers(cat_rgb() / 255)
    assert [layer.pool.shape for layer in maps] == [(149, 224, 2), (72, 110, 3), (33, 52, 1)]
    assert article1.filter_banks(3)[0].shape == (2, 3, 3, 3)


def test_three_layers_with_filters_of_ones_own() -> None:
    maps = article1.three_layers(np.ones((8, 9)), [np.ones((4, 3, 3)), np.ones((2, 1, 1, 4))])
    assert [layer.pool.shape for layer in maps] == [(3, 3, 4), (1, 1, 2)]
    assert maps[1].conv[0, 0, 0] == 36


def test_the_smallest_image_for_three_layers() -> None:
    assert article1.three_layers(np.ones((42, 42)))[-1].pool.shape == (1, 1, 1)
    with pytest.raises(errors.WindowTooLargeError):
        article1.three_layers(np.ones((41, 42)))


# --- article 2 -------------------------------------------------------------------------------


def test_conv3x3() -> None:
    layer = article2.Conv3x3(8)
    assert layer.num_filters == 8
    assert layer.filters.shape == (8, 3, 3)
    assert article2.Conv3x3(8).filters.tolist() != layer.filters.tolist()
    assert layer.forward(np.zeros((28, 28))).shape == (26, 26, 8)
    image = np.arange(20).reshape(4, 5)
    regions = list(layer.iterate_regions(image))
    assert [(i, j) for _, i, j in regions] == [(i, j) for i in range(2) for j in range(3)]
    assert regions[4][0].tolist() == image[1:4, 1:4].tolist()
    with pytest.raises(errors.ShapeError):
        layer.forward(np.zeros((28, 28, 1)))


def test_the_first_layer_has_72_weights() -> None:
    assert article2.conv.filters.size == 72
    assert 0.97 < article2.Conv3x3(1000, seed=0).filters.std() * 9 < 1.03


def test_maxpool2() -> None:
    layer = article2.MaxPool2()
    maps = np.arange(5 * 4 * 2).reshape(5, 4, 2)
    assert layer.forward(maps).shape == (2, 2, 2)
    regions = list(layer.iterate_regions(maps))
    assert [(i, j) for _, i, j in regions] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert regions[3][0].tolist() == maps[2:4, 2:4].tolist()


def test_softmax_layer() -> None:
    layer = article2.Softmax(1352, 10)
    assert layer.weights.shape == (1352, 10)
    assert layer.biases.tolist() == [0] * 10
    out = layer.forward(np.ones((13, 13, 8)))
    assert out.shape == (10,)
    assert out.sum() == pytest.approx(1, abs=1e-15)


def test_forward() -> None:
    out, loss, acc = article2.forward(np.zeros((28, 28), np.uint8), 3)
    assert out.shape == (10,)
    assert loss == -np.log(out[3])
    assert acc == int(np.argmax(out) == 3)
    with pytest.raises(errors.LabelError):
        article2.forward(np.zeros((28, 28)), 10)
