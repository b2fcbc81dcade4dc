"""The two articles: what their prose says, what their published code computes, what is demanded.

The functions here do, step by step, what the published programs do; the numbers of the table are
those that they return, and the reference, when it is made.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.cases.hand_computed import hand_computed
from cnnspec.faults import FAULTS
from cnnspec.network.evaluation import evaluate

Array = NDArray[Any]


@dataclass(frozen=True)
class Erratum:
    """One difference between an article's words, its program and the specification.

    ``published`` and ``demanded`` are computed; ``requirement`` is the one that settles it.
    """

    article: int
    subject: str
    prose: str
    published: str
    demanded: str
    requirement: str


# --- as published: article 1 -----------------------------------------------------------------


def conv_1(image: Array, kernel: Array) -> Array:
    """Convolve as article 1's inner function does: the loops begin at f / 2, and end too early."""
    size = kernel.shape[0]
    result = np.zeros(image.shape)
    first, margin = size / 2, int(size / 2)
    for row in np.arange(first, image.shape[0] - first - 2).astype(int):
        for column in np.arange(first, image.shape[1] - first - 2).astype(int):
            result[row, column] = np.sum(image[row : row + size, column : column + size] * kernel)
    return result[margin : image.shape[0] - margin, margin : image.shape[1] - margin]


def conv_1_with_bank(image: Array, filters: Array) -> Array:
    """Convolve an image with channels as article 1 does, whose check compares the last axes."""
    if image.shape[-1] != filters.shape[-1]:
        raise SystemExit
    rows, columns = (size - filters.shape[1] + 1 for size in image.shape[:2])
    maps = np.zeros((rows, columns, len(filters)))
    for index, kernel in enumerate(filters):
        maps[:, :, index] = conv_1(image, kernel)
    return maps


def relu_1(feature_map: Array) -> Array:
    """Return what article 1 puts into its map: the second argument of ``max`` is the axis."""
    out = np.zeros(feature_map.shape)
    for place in np.ndindex(feature_map.shape):
        out[place] = np.max(feature_map[place], 0)
    return out


def pooling_1(feature_map: Array, size: int = 2, stride: int = 2) -> Array:
    """Return what article 1 puts into its map: a window short, and the maximum of all maps."""
    rows, columns = (int((axis - size + 1) / stride) for axis in feature_map.shape[:2])
    out = np.zeros((rows, columns, feature_map.shape[-1]))
    for index in range(feature_map.shape[-1]):
        for i, row in enumerate(np.arange(0, feature_map.shape[0] - size - 1, stride)):
            for j, column in enumerate(np.arange(0, feature_map.shape[1] - size - 1, stride)):
                out[i, j, index] = np.max(feature_map[row : row + size, column : column + size])
    return out


# --- as published: article 2 -----------------------------------------------------------------


def conv_2(image: Array, filters: Array) -> Array:
    """Convolve as article 2's layer does."""
    rows, columns = (axis - 2 for axis in image.shape)
    out = np.zeros((rows, columns, len(filters)))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(image[i : i + 3, j : j + 3] * filters, axis=(1, 2))
    return out


def softmax_2(logits: Array) -> Array:
    """Return exponentials over their sum, as article 2's layer does."""
    exponentials = np.exp(logits)
    return np.asarray(exponentials / np.sum(exponentials))


def loss_2(probabilities: Array, label: int) -> float:
    """Return article 2's loss: the label is an index, and may count from the end."""
    return float(-np.log(probabilities[label]))


def groups_2(images: int) -> list[int]:
    """Return after which images article 2's loop prints, of so many."""
    return [i + 1 for i in range(images) if i % 100 == 99]


# --- the numbers -----------------------------------------------------------------------------


def _sobel() -> tuple[Array, Array]:
    """Return the image and the filter of the 4x4 example."""
    known = (one.case for one in hand_computed() if one.case.id == "conv2d/sobel-vertical-4x4")
    image, filters = next(known).arguments.values()
    return image, filters


def shown(value: Any) -> str:
    """Return numbers, or what is raised instead of them, as they stand in the table."""
    if isinstance(value, np.ndarray):
        return f"`{np.array2string(value, separator=', ', precision=4)}`".replace("\n", "")
    return f"`{value}`"


def outcome(function: Callable[..., Any], *arguments: Any) -> str:
    """Return what a call returns, in the words of the table, or how it fails."""
    try:
        with np.errstate(all="ignore"):
            return shown(function(*arguments))
    except SystemExit as error:
        return f"`sys.exit()`: the program ends with status {error.code or 0}"
    except Exception as error:  # noqa: BLE001 - the table says what is raised
        return f"{type(error).__name__}: {error}"


def _maps(maps: Array) -> Array:
    """Return the only map of a convolution as a matrix, in whole numbers."""
    return np.asarray(maps)[:, :, 0].astype(int)


def _ramp(*shape: int) -> Array:
    return np.arange(1.0, np.prod(shape) + 1).reshape(shape)


def _right_of_all(side: int) -> str:
    """Say how many values of a map article 1's convolution gets right, and where they went."""
    image = np.random.RandomState(0).randint(1, 100, (side, side)).astype(float)
    kernel = np.arange(1.0, 10).reshape(3, 3)
    got, right = conv_1(image, kernel), reference.conv2d(image, kernel[np.newaxis])[:, :, 0]
    filled = int(np.flatnonzero(got.any(axis=1)).max()) + 1
    late = np.array_equal(got[:filled, :filled], right[1 : filled + 1, 1 : filled + 1])
    return (
        f"of {right.size} values of a {side}x{side} image {int((got == right).sum())} are right:"
        f" the others {'are those one row and column further' if late else 'are wrong'},"
        f" and the last {len(got) - filled} rows and columns are 0"
    )


def errata() -> list[Erratum]:
    """Return the table, its numbers computed now."""
    return [*_errata_1(), *_errata_2()]


def _errata_1() -> Iterable[Erratum]:
    image, filters = _sobel()
    right = shown(_maps(reference.conv2d(image, filters)))
    rotated = FAULTS["conv2d-kernel-rotated"].make()
    yield Erratum(
        1,
        "Convolution: where the windows lie",
        "A map has rows - f + 1 rows, and the filter visits every window",
        f"the 4x4 example under Sobel's filter: {shown(conv_1(image, filters[0]).astype(int))};"
        f" {_right_of_all(20)}",
        f"{right}: the first window at row and column 0, the last one at the end",
        "CONV-02",
    )
    yield Erratum(
        1,
        "Convolution: its name",
        "The image is convolved with the filter (article 2 says so, too)",
        f"products of window and filter as they lie, {shown(_maps(conv_2(image, filters)))} in"
        " article 2; the convolution of mathematics, which rotates the filter, is"
        f" {shown(_maps(rotated(image, filters)))}",
        f"{right}: cross-correlation",
        "CONV-01",
    )
    colour, gray_bank = np.ones((5, 5, 3)), np.ones((2, 3, 3))
    yield Erratum(
        1,
        "Convolution: the check of the channels",
        "The filters must be as deep as the image",
        "the check compares the last axes, which for an image (5, 5, 3) and filters (2, 3, 3) are"
        f" both 3; then: {outcome(conv_1_with_bank, colour, gray_bank)}",
        f"{outcome(reference.conv2d, colour, gray_bank)}",
        "CONV-23",
    )
    yield Erratum(
        1,
        "Convolution: bad arguments",
        "An error is printed, and the program ends",
        outcome(conv_1_with_bank, np.ones((5, 5, 2)), np.ones((2, 3, 3, 3))),
        outcome(reference.conv2d, np.ones((5, 5, 2)), np.ones((2, 3, 3, 3))),
        "CONV-33",
    )
    numbers = np.array([[[-2.0], [3.0]]])
    yield Erratum(
        1,
        "ReLU",
        "An element larger than 0 is kept, any other becomes 0",
        f"of `[-2, 3]` the map holds {shown(relu_1(numbers).ravel())} (0 is passed as the axis);"
        f" the function has no `return`: {outcome(_without_return, relu_1, numbers)}",
        shown(reference.relu(numbers).ravel()),
        "RELU-01",
    )
    yield from _errata_of_pooling()


def _errata_of_pooling() -> Iterable[Erratum]:
    square, odd, mnist = _ramp(4, 4, 1), _ramp(5, 5, 1), np.ones((28, 28, 1))
    yield Erratum(
        1,
        "Pooling: the size",
        "Windows of 2 with a stride of 2 halve the map",
        f"4x4 from 1 to 16: {shown(pooling_1(square)[:, :, 0])}; 28x28 gives"
        f" {_size(pooling_1(mnist))}; 5x5 from 1 to 25: {shown(pooling_1(odd)[:, :, 0])}",
        f"{shown(reference.max_pool2d(square)[:, :, 0])}; {_size(reference.max_pool2d(mnist))};"
        f" {shown(reference.max_pool2d(odd)[:, :, 0])}",
        "POOL-02",
    )
    two = np.concatenate([square, square + 100], axis=2)
    yield Erratum(
        1,
        "Pooling: several maps",
        "Each map is pooled by itself",
        f"two maps, the second 100 higher: {shown(pooling_1(two)[0, 0])} in the first window"
        " (the index of the map is missing)",
        shown(reference.max_pool2d(two)[0, 0]),
        "POOL-05",
    )
    yield Erratum(
        1,
        "The stack of three layers",
        "Each layer works on the maps of the one before",
        "`relu` and `pooling` have no `return`, so that the next layer is given"
        f" {outcome(_without_return, pooling_1, square)}:"
        f" {outcome(lambda: _without_return(relu_1, square).shape)}",
        "the maps of every layer",
        "NET-03",
    )


def _errata_2() -> Iterable[Erratum]:
    image, filters = _sobel()
    yield Erratum(
        2,
        "The worked example",
        "The first element is 62 - 33 = 29",
        shown(_maps(conv_2(image, filters))),
        f"{shown(_maps(reference.conv2d(image, filters)))}, the same",
        "CONV-01",
    )
    small, bytes_ = np.ones((2, 2)), np.full((3, 3), 200, np.uint8)
    twos = np.full((1, 3, 3), 2, np.uint8)
    yield Erratum(
        2,
        "Convolution: whole numbers",
        "Pixels are 0 to 255",
        f"nine pixels of 200 under nine weights of 2, both uint8: {_one(conv_2(bytes_, twos))}",
        f"{_one(reference.conv2d(bytes_, twos))} (advised)",
        "CONV-15",
    )
    yield Erratum(
        2,
        "Convolution: an image smaller than the filter",
        "(not mentioned)",
        f"2x2: an empty array {conv_2(small, filters).shape}, and no error",
        f"{outcome(reference.conv2d, small, filters)} (advised)",
        "CONV-30",
    )
    yield Erratum(
        2,
        "Pooling",
        "The forward pass returns the pooled maps, half as large",
        f"`forward` has no `return`: {outcome(_without_return, pooling_1, _ramp(4, 4, 1))}",
        shown(reference.max_pool2d(_ramp(4, 4, 1))[:, :, 0]),
        "POOL-01",
    )
    yield Erratum(
        2,
        "The dense layer",
        "Weights times input plus biases",
        "the name of the matrix product is lost in print:"
        f" {_parses('totals =, weights) + biases')}",
        f"of 1 and 2 under the weights 3 and 4, with a bias of 5:"
        f" {shown(reference.dense([1.0, 2.0], [[3.0], [4.0]], [5.0]))}",
        "DENSE-01",
    )
    large = np.array([1000.0, 1001.0, 1002.0])
    yield Erratum(
        2,
        "Softmax: large totals",
        "Totals become probabilities",
        f"of 1000, 1001, 1002: {outcome(softmax_2, large)}; of -1000, -1001, -1002:"
        f" {outcome(softmax_2, -large)}",
        f"{shown(reference.softmax(large))}; {shown(reference.softmax(-large))}",
        "SOFTMAX-02",
    )
    probabilities = np.array([0.1, 0.7, 0.2])
    yield Erratum(
        2,
        "The loss: a label that is none",
        "The label is a digit",
        f"label -1 of the probabilities 0.1, 0.7, 0.2: `{loss_2(probabilities, -1):.4f}`, the loss"
        " of the last class",
        f"{outcome(reference.cross_entropy, probabilities, -1)} (advised)",
        "LOSS-10",
    )
    counts = [group.step for group in evaluate(_nothing, np.zeros(250), [0] * 250)]
    yield Erratum(
        2,
        "The averages over the images",
        "Loss and accuracy are printed every 100 images",
        f"of 250 images after {_listed(groups_2(250))}: the last 50 are in no average",
        f"after {_listed(counts)} (no requirement: the evaluation of `cnnspec demo mnist`)",
        "",
    )


def _parses(line: str) -> str:
    """Return what Python makes of a line."""
    try:
        compile(line, "<article 2>", "exec")
    except SyntaxError as error:
        return f"`{type(error).__name__}`"
    return "it can be read"


def _without_return(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call what has no ``return``."""
    function(*arguments)


def _nothing(_image: Any, _label: int) -> tuple[Array, float, int]:
    return np.zeros(1), 0.0, 0


def _one(maps: Array) -> str:
    return f"`{int(maps[0, 0, 0])}`"


def _size(maps: Array) -> str:
    return f"{maps.shape[0]}x{maps.shape[1]}"


def _listed(numbers: list[int]) -> str:
    *most, last = map(str, numbers)
    return f"{', '.join(most)} and {last}"


def as_markdown() -> str:
    """Return the table as Markdown."""
    lines = ["| | subject | the prose says | the published code computes | demanded |"]
    lines.append("|---|---|---|---|---|")
    for row in errata():
        link = f" ([{row.requirement}](#{row.requirement}))" if row.requirement else ""
        cells = (str(row.article), row.subject, row.prose, row.published, row.demanded + link)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines)
