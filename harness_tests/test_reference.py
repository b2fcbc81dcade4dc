"""The reference's errors, dtypes and article surfaces; the spec tests judge its values."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.cases.data import cat_gray, cat_rgb
from cnnspec.reference import article1, article2, errors
from cnnspec.reference.dense import dense_of_each
from cnnspec.reference.network import network


@pytest.mark.parametrize(
    ("error", "image", "filters", "options"),
    [
        (errors.ChannelMismatchError, (5, 6, 3), (2, 3, 3, 1), {}),
        (errors.ChannelMismatchError, (5, 6, 3), (2, 3, 3), {}),
        (errors.ChannelMismatchError, (5, 6), (2, 3, 3, 1), {}),
        (errors.ChannelMismatchError, (5, 6, 1), (2, 3, 3), {}),
        (errors.ChannelMismatchError, (5, 6, 1), (2, 3, 3, 3), {}),
        (errors.NonSquareFilterError, (7, 7), (2, 3, 5), {}),
        (errors.NonSquareFilterError, (7, 7), (2, 5, 3), {}),
        (errors.EvenFilterError, (7, 7), (2, 4, 4), {}),
        (errors.FilterTooLargeError, (4, 9), (1, 5, 5), {}),
        (errors.FilterTooLargeError, (9, 4), (1, 5, 5), {}),
        (errors.BiasLengthError, (5, 6), (2, 3, 3), {"bias": np.ones(3)}),
        (errors.BiasLengthError, (5, 6), (2, 3, 3), {"bias": np.ones(1)}),
        (errors.BiasLengthError, (5, 6), (2, 3, 3), {"bias": 1.0}),
        (errors.StrideError, (5, 6), (2, 3, 3), {"stride": 0}),
        (errors.StrideError, (5, 6), (2, 3, 3), {"stride": -1}),
        (errors.PaddingError, (5, 6), (2, 3, 3), {"padding": "full"}),
        (errors.PaddingError, (5, 6), (2, 3, 3), {"padding": -1}),
        (errors.PaddingError, (5, 6), (2, 3, 3), {"padding": ((0, 1), (0, -1))}),
        (TypeError, (5, 6), (2, 3, 3), {"padding": (1, 2, 3)}),
        (TypeError, (5, 6), (2, 3, 3), {"stride": (1,)}),
        (errors.StrideError, (5, 6), (2, 3, 3), {"stride": (2, 0)}),
        (errors.DilationError, (5, 6), (2, 3, 3), {"dilation": 0}),
        (errors.DilationError, (5, 6), (2, 3, 3), {"dilation": (1, 0)}),
        (errors.FilterTooLargeError, (5, 6), (2, 3, 3), {"dilation": 3}),
        (errors.GroupsError, (5, 6, 4), (3, 3, 3, 2), {"groups": 2}),
        (errors.GroupsError, (5, 6, 3), (2, 3, 3, 1), {"groups": 2}),
        (errors.GroupsError, (5, 6, 3), (2, 3, 3, 3), {"groups": 0}),
        (errors.ChannelMismatchError, (5, 6, 4), (2, 3, 3, 4), {"groups": 2}),
        (TypeError, (5, 6, 4), (2, 3, 3, 4), {"groups": 2.0}),
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


@pytest.mark.parametrize(
    "bad",
    [
        "text",
        1j * np.ones((5, 5)),
        np.array([[object()] * 5] * 5),
        np.ones((5, 5), "timedelta64[s]"),
    ],
)
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
        (errors.EmptyAxisError, (0, 4, 1), {}),
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
    with pytest.raises(errors.LengthMismatchError, match=r"shape \(5,\) holds 5 numbers.*\(4, 3\)"):
        reference.dense(np.ones(5), np.ones((4, 3)), np.ones(3))
    with pytest.raises(errors.LengthMismatchError):
        reference.dense(np.ones(3), np.ones((4, 3)), np.ones(3))
    for length in (4, 2, 1):
        with pytest.raises(errors.BiasLengthError):
            reference.dense(np.ones(4), np.ones((4, 3)), np.ones(length))
    for weights in (np.ones(4), np.ones((4, 3, 1))):
        with pytest.raises(errors.ShapeError):
            reference.dense(np.ones(4), weights, np.ones(3))
    with pytest.raises(errors.ShapeError):
        reference.softmax(np.float64(3))
    with pytest.raises(errors.EmptyAxisError):
        reference.softmax(np.ones((2, 0)))
    for classes, label in ((3, 3), (3, 4), (3, -1), (4, 4)):
        with pytest.raises(errors.LabelError, match=f"from 0 to {classes - 1}"):
            reference.cross_entropy(np.ones(classes) / classes, label)
    with pytest.raises(TypeError):
        reference.cross_entropy(np.ones(3) / 3, 1.0)  # type: ignore[arg-type]
    for shape in ((2, 3), ()):
        with pytest.raises(errors.ShapeError):
            reference.cross_entropy(np.ones(shape), 1)


def test_a_dense_layer_of_each() -> None:
    batch = np.arange(24.0).reshape(2, 3, 4)
    weights, bias = np.arange(24.0).reshape(12, 2) % 5, np.array([1.0, -1.0])
    rows = dense_of_each(batch, weights, bias)
    assert rows.tolist() == [reference.dense(x, weights, bias).tolist() for x in batch]
    assert dense_of_each(batch[:0], weights, bias).shape == (0, 2)


def test_empty_batches_and_banks_keep_their_shape() -> None:
    filters = np.ones((2, 3, 3, 4))
    assert reference.conv2d(np.ones((0, 5, 6, 4)), filters).shape == (0, 3, 4, 2)
    assert reference.conv2d(np.ones((5, 6, 4)), filters[:0]).shape == (3, 4, 0)
    assert reference.conv2d(np.ones((5, 6, 4)), filters[:0], np.ones(0)).shape == (3, 4, 0)
    assert reference.max_pool2d(np.ones((0, 4, 6, 2))).shape == (0, 2, 3, 2)
    assert reference.softmax(np.ones((0, 3))).shape == (0, 3)
    assert reference.softmax(np.ones((2, 0, 3))).shape == (2, 0, 3)
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


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [("float16", "float32"), ("float32", "float64"), ("float64", "longdouble")],
)
@pytest.mark.parametrize("place", range(3))
def test_the_widest_argument_decides(narrow: str, wide: str, place: int) -> None:
    more_than_one = 1 + np.finfo(wide).eps
    numbers: list[Any] = [1, 1, 0] if place < 2 else [0, 1, 0]
    arrays = [np.full(1, number, narrow) for number in numbers]
    arrays[place] = np.full(1, more_than_one, wide)
    x, weight, bias = arrays
    for result in (
        reference.conv2d(x.reshape(1, 1), weight.reshape(1, 1, 1), bias),
        reference.dense(x, weight.reshape(1, 1), bias),
    ):
        assert result.dtype == wide
        assert result == more_than_one


def test_means_and_probabilities_keep_long_doubles() -> None:
    more_than_one = 1 + np.finfo(np.longdouble).eps
    assert reference.avg_pool2d(np.full((2, 2, 1), more_than_one)) == more_than_one
    third = np.longdouble(1) / 3
    assert reference.softmax(np.zeros(3, np.longdouble)).tolist() == [third] * 3


def test_sums_of_half_precision_do_not_overflow() -> None:
    x, bias = np.full((1, 1), 256, np.float16), np.full(1, -32768, np.float16)
    assert reference.conv2d(x, x[np.newaxis], bias) == 32768
    assert reference.dense(x, x, bias) == 32768
    assert reference.avg_pool2d(np.full((2, 2, 1), 60000, np.float16)) == np.float16(60000)
    assert reference.softmax(np.zeros(70000, np.float16)).min() > 0


@pytest.mark.parametrize(
    ("image", "filters"),
    [
        ((2, 1600, 60, 1), (2, 3, 3, 1)),  # more rows than are unrolled at once
        ((900, 7, 60, 2), (3, 3, 3, 2)),  # a row of a batch that is longer
        ((2, 6, 50000, 1), (2, 3, 3, 1)),  # a row of an image that is longer
        ((1, 9, 9, 12500), (2, 7, 7, 12500)),  # windows that hold too many numbers
    ],
)
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_rows_that_are_unrolled_in_turn_leave_no_seams(
    image: tuple[int, ...], filters: tuple[int, ...], stride: int
) -> None:
    rng = np.random.default_rng(0)
    images, weights = rng.integers(-9, 10, image), rng.integers(-9, 10, filters)
    windows = np.lib.stride_tricks.sliding_window_view(images, filters[1:3], axis=(1, 2))
    expected = np.einsum("nijcab,kabc->nijk", windows[:, ::stride, ::stride], weights)
    assert np.array_equal(reference.conv2d(images, weights, stride=stride), expected)


def test_large_batches_take_little_memory_beside_the_maps() -> None:
    images, filters = np.ones((500, 28, 28, 1), np.float32), np.ones((8, 3, 3, 1), np.float32)
    tracemalloc.start()
    maps = reference.conv2d(images, filters)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - maps.nbytes < 4 * 2**20


def test_the_dense_layer_copies_no_maps() -> None:
    images, filters = np.ones((300, 28, 28, 1), np.float32), np.ones((8, 3, 3, 1), np.float32)
    pooled = reference.max_pool2d(reference.conv2d(images, filters))
    weights, bias = np.ones((13 * 13 * 8, 10), np.float32), np.ones(10, np.float32)
    tracemalloc.start()
    dense_of_each(pooled, weights, bias)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < pooled.nbytes / 2


def test_infinite_answers_come_without_warning() -> None:
    assert reference.cross_entropy(np.array([0.0, 1.0]), 0) == np.inf
    assert np.isnan(reference.softmax(np.array([np.inf, 0.0]))).any()


def test_filters_by_name() -> None:
    assert reference.SOBEL_VERTICAL.tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert reference.SOBEL_VERTICAL.dtype == np.float64
    assert reference.SOBEL_HORIZONTAL.tolist() == [[1, 2, 1], [0, 0, 0], [-1, -2, -1]]
    assert reference.VERTICAL_EDGE.tolist() == [[-1, 0, 1]] * 3
    assert reference.HORIZONTAL_EDGE.tolist() == [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]
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
    for shape in ((3,), (1, 3, 3)):
        with pytest.raises(errors.ShapeError, match="conv_filter"):
            article1.conv_(image, np.ones(shape))


def test_the_banks_of_article_1() -> None:
    assert article1.LAYERS == ((2, 3), (3, 5), (1, 7))
    gray, two_channels = article1.filter_banks(), article1.filter_banks(2)
    assert tuple(bank.shape[:2] for bank in gray) == article1.LAYERS
    assert np.array_equal(gray[0], reference.ARTICLE_EDGES)
    halves = two_channels[0]
    assert np.array_equal(halves[..., 0], halves[..., 1])
    assert np.array_equal(halves.sum(axis=-1), reference.ARTICLE_EDGES)
    for first, again, other in zip(
        gray[1:], article1.filter_banks(seed=0)[1:], article1.filter_banks(seed=1)[1:], strict=True
    ):
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)


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


def test_three_layers_take_no_batch_by_default() -> None:
    with pytest.raises(errors.ChannelMismatchError):
        article1.three_layers(np.ones((2, 42, 42, 3)))


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
    for shape in ((28,), (28, 28, 1)):
        with pytest.raises(errors.ShapeError, match="image must be"):
            layer.forward(np.zeros(shape))
        with pytest.raises(errors.ShapeError):
            next(layer.iterate_regions(np.zeros(shape)))


def test_the_regions_are_what_the_layers_look_at() -> None:
    conv = article2.Conv3x3(1)
    conv.filters = reference.SOBEL_VERTICAL[np.newaxis]
    image = np.arange(35.0).reshape(5, 7) ** 2
    convolved = conv.forward(image)
    regions = list(conv.iterate_regions(image))
    assert len(regions) == convolved.size
    for region, i, j in regions:
        assert region.shape == (3, 3)
        assert (region * conv.filters[0]).sum() == convolved[i, j, 0]
    pool = article2.MaxPool2()
    maps = np.arange(7 * 11 * 2.0).reshape(7, 11, 2)
    pooled = pool.forward(maps)
    regions = list(pool.iterate_regions(maps))
    assert [(i, j) for _, i, j in regions] == [(i, j) for i in range(3) for j in range(5)]
    for region, i, j in regions:
        assert region.shape == (2, 2, 2)
        assert region.max(axis=(0, 1)).tolist() == pooled[i, j].tolist()


def test_the_network_of_article_2_is_the_same_every_time() -> None:
    assert np.array_equal(article2.conv.filters, article2.Conv3x3(8, seed=0).filters)
    assert np.array_equal(article2.softmax.weights, article2.Softmax(1352, 10, seed=1).weights)


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
    layer = article2.Softmax(1352, 10, seed=0)
    assert layer.weights.shape == (1352, 10)
    assert 0.97 < layer.weights.std() * 1352 < 1.03
    assert -0.1 < layer.weights.mean() * 1352 < 0.1
    assert article2.Softmax(4, 3).weights.tolist() != article2.Softmax(4, 3).weights.tolist()
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


# --- the network on many images --------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_network_computes_in_the_dtype_of_its_parameters(dtype: str) -> None:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (3, 28, 28), dtype=np.uint8)
    parameters = (article2.conv.filters, article2.softmax.weights, article2.softmax.biases)
    found = network(images, *(value.astype(dtype) for value in parameters))
    assert {value.dtype for value in found} == {np.dtype(dtype)}
    assert [value.shape[1:] for value in found] == [
        (28, 28),
        (26, 26, 8),
        (13, 13, 8),
        (10,),
        (10,),
    ]


def test_the_network_is_that_of_the_article() -> None:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (3, 28, 28), dtype=np.uint8)
    parameters = (article2.conv.filters, article2.softmax.weights, article2.softmax.biases)
    found = network(images, *parameters)
    for image, probabilities in zip(images, found.probabilities, strict=True):
        assert probabilities == pytest.approx(article2.forward(image, 0)[0], rel=1e-12)
    assert network(images[:0], *parameters).probabilities.shape == (0, 10)
    with pytest.raises(errors.ShapeError, match="images must be"):
        network(images[0], *parameters)
