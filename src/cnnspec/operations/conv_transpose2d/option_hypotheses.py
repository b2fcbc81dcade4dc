"""What may be made of the options of a transposed convolution by mistake."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from cnnspec.simulation.hypothesis import COMMON, KNOWN, ODD, Array, Hypothesis

Known = Mapping[str, Any]


def of_options() -> Iterator[Hypothesis]:
    """Return what stands in the place of strides, paddings, dilations and groups."""
    yield from _of_strides()
    yield from _of_paddings()
    yield from _of_output_paddings()
    yield from _of_dilations()
    yield from _of_groups()


def _of_strides() -> Iterator[Hypothesis]:
    remedy = "the stride is the step from the filter of one pixel to that of the next"

    def one(slot: str, words: str, change: Any, rank: int = KNOWN) -> Hypothesis:
        return Hypothesis(slot, words, change, remedy, rank)

    yield one("stride", "the stride is ignored", lambda _v, _k: (1, 1), COMMON)
    yield one(
        "options",
        "the stride spreads the filter, not the image: it is used as the dilation",
        lambda v, _k: (v[1], v[0], *v[2:]),
        COMMON,
    )
    yield one(
        "options",
        "the stride spreads the filter too: it is used as stride and as dilation",
        lambda v, _k: (v[0], tuple(np.multiply(v[0], v[1])), *v[2:]),
    )
    yield one("stride", "the stride is used along the rows only", lambda v, _k: (v[0], 1))
    yield one("stride", "the stride is used along the columns only", lambda v, _k: (1, v[1]))
    yield one(
        "stride", "the strides of rows and columns are swapped", lambda v, _k: v[::-1], COMMON
    )
    yield one("stride", "the rows' stride is used for the columns too", lambda v, _k: (v[0],) * 2)
    yield one("stride", "the columns' stride is used for the rows too", lambda v, _k: (v[1],) * 2)
    yield one("stride", "the filter's size is taken for the stride", lambda _v, k: k["sizes"])
    yield one("stride", "the stride is 2, whatever is given", lambda _v, _k: (2, 2))
    yield one(
        "stride", "pixels are stride + 1 apart: so many zeros are put between them",
        lambda v, _k: (v[0] + 1, v[1] + 1) if max(v) > 1 else v, COMMON,
    )  # fmt: skip
    yield one(
        "stride", "stride - 2 zeros are put between the pixels, not stride - 1",
        lambda v, _k: (max(v[0] - 1, 1), max(v[1] - 1, 1)),
    )  # fmt: skip
    yield one(
        "whole",
        "the maps have stride - 1 more rows and columns at the end, as if zeros followed the last"
        " pixel too",
        lambda v, k: tuple(n + s - 1 for n, s in zip(v, k["strides"], strict=True)),
        COMMON,
    )
    yield one(
        "whole",
        "the maps are made as wide as they are high",
        lambda v, _k: (v[0], v[0]),
        COMMON,
    )
    yield one(
        "whole",
        "the maps have H * stride rows before anything is taken away",
        lambda _v, k: tuple(n * s for n, s in zip(k["lengths"], k["strides"], strict=True)),
    )
    yield one("whole", "the last row and the last column of the maps are missing",
              lambda v, _k: (v[0] - 1, v[1] - 1), COMMON)  # fmt: skip
    yield one("whole", "the maps have one row and one column too many",
              lambda v, _k: (v[0] + 1, v[1] + 1))  # fmt: skip


def _edges(of: Any) -> Any:
    """Return what changes what is taken away, where there is any."""
    return lambda value, known: of(value, known) if any(map(any, value)) else value


def _of_paddings() -> Iterator[Hypothesis]:
    remedy = "padding takes rows and columns away from the edges of the maps"

    def one(words: str, of: Any, rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("padding", words, _edges(of), remedy, rank)

    yield one(
        "the padding is ignored: nothing is taken away", lambda v, _k: 0 * np.array(v), COMMON
    )
    yield one("the padding is added around the maps, not taken away",
              lambda v, _k: -np.array(v), COMMON)  # fmt: skip
    yield one(
        "the padding is added around the image as in a convolution, not taken away from the maps",
        lambda v, k: -np.array(v) * np.array(k["strides"])[:, np.newaxis],
        COMMON,
    )
    yield one("the padding is taken away at the top and left only",
              lambda v, _k: tuple((a, 0) for a, _ in v), COMMON)  # fmt: skip
    yield one("the padding is taken away at the bottom and right only",
              lambda v, _k: tuple((0, b) for _, b in v), COMMON)  # fmt: skip
    yield one("all of the padding is taken away at the top and left",
              lambda v, _k: tuple((a + b, 0) for a, b in v), COMMON)  # fmt: skip
    yield one("all of the padding is taken away at the bottom and right",
              lambda v, _k: tuple((0, a + b) for a, b in v), COMMON)  # fmt: skip
    yield one("the padding is taken for the total of both sides: half is taken away at each",
              lambda v, _k: tuple((a // 2, b - b // 2) for a, b in v))  # fmt: skip
    yield one("the padding is taken away twice", lambda v, _k: 2 * np.array(v))
    yield one("top and bottom, left and right of the padding are swapped",
              lambda v, _k: tuple((b, a) for a, b in v), COMMON)  # fmt: skip
    yield one("rows and columns of the padding are swapped", lambda v, _k: v[::-1], COMMON)
    yield one("only rows are taken away", lambda v, _k: (v[0], (0, 0)))
    yield one("only columns are taken away", lambda v, _k: ((0, 0), v[1]))
    yield one("of the padding the first number alone counts, for all sides",
              lambda v, _k: ((v[0][0],) * 2,) * 2)  # fmt: skip
    yield one("the rows' padding is used for the columns too", lambda v, _k: (v[0], v[0]))
    yield one("the columns' padding is used for the rows too", lambda v, _k: (v[1], v[1]))
    yield one("of top and bottom, left and right, the first counts for both",
              lambda v, _k: tuple((a, a) for a, _ in v))  # fmt: skip
    yield one("one row and column less is taken away at each side",
              lambda v, _k: np.maximum(np.array(v) - 1, 0))  # fmt: skip
    yield one("one row and column more is taken away at each side", lambda v, _k: np.array(v) + 1)
    yield one(
        "dilation * (f - 1) - padding rows and columns are taken away at each side: what a"
        " correlation puts around the image",
        lambda v, k: tuple(
            (d * (f - 1) - a, d * (f - 1) - b)
            for (a, b), f, d in zip(v, k["sizes"], k["dilations"], strict=True)
        ),
    )
    yield one(
        "at most dilation * (f - 1) rows and columns are taken away at each side: where the padding"
        " is larger, what a correlation puts around the image is cut to nothing, not below it",
        lambda v, k: tuple(
            (min(a, d * (f - 1)), min(b, d * (f - 1)))
            for (a, b), f, d in zip(v, k["sizes"], k["dilations"], strict=True)
        ),
    )
    yield one(
        "the padding is multiplied by the stride",
        lambda v, k: np.array(v) * np.array(k["strides"])[:, np.newaxis],
    )
    yield one(
        "the padding is multiplied by the dilation",
        lambda v, k: np.array(v) * np.array(k["dilations"])[:, np.newaxis],
    )
    yield Hypothesis(
        "cut",
        "rows and columns that the padding takes away are set to zero, and stay",
        lambda _v, k: _blanked(k["whole"], k["edges"]),
        remedy,
        KNOWN,
    )


def _blanked(whole: Array, edges: Any) -> Array:
    found = np.zeros_like(whole)
    (top, bottom), (left, right) = edges
    inside = np.s_[:, top : whole.shape[1] - bottom, left : whole.shape[2] - right]
    found[inside] = whole[inside]
    return found


def _of_output_paddings() -> Iterator[Hypothesis]:
    remedy = "output_padding adds rows at the bottom and columns at the right of the maps"

    def one(slot: str, words: str, change: Any, rank: int = KNOWN) -> Hypothesis:
        return Hypothesis(slot, words, change, remedy, rank)

    yield one("output padding", "output_padding is ignored", lambda _v, _k: (0, 0), COMMON)
    yield one(
        "places",
        "the rows and columns of output_padding lie at the top and left, not at the bottom and"
        " right",
        lambda v, k: (v[0] + k["added"][0], v[1] + k["added"][1]),
        COMMON,
    )
    yield one(
        "options",
        "output_padding is added on both sides",
        lambda v, _k: (*v[:2], tuple(np.multiply(v[2], 2)), v[3]),
    )
    yield one("output padding", "output_padding adds rows only", lambda v, _k: (v[0], 0))
    yield one("output padding", "output_padding adds columns only", lambda v, _k: (0, v[1]))
    yield one(
        "output padding", "rows and columns of output_padding are swapped", lambda v, _k: v[::-1],
        COMMON,
    )  # fmt: skip
    yield one(
        "output padding",
        "output_padding is multiplied by the stride",
        lambda v, k: tuple(np.multiply(v, k["strides"])),
    )
    yield one("output padding", "output_padding is taken away, not added",
              lambda v, _k: (-v[0], -v[1]))  # fmt: skip
    yield one(
        "whole sums",
        "what falls into the rows and columns of output_padding is left out: they hold zeros and"
        " the bias",
        _emptied,
        COMMON,
    )
    yield one(
        "whole sums",
        "the rows and columns of output_padding repeat the last ones",
        _repeated,
        ODD,
    )


def _last(value: Array, known: Known) -> tuple[int, int]:
    """Return where the rows and columns begin that are there for output_padding alone."""
    (_, bottom), (_, right) = known["edges"]
    rows, columns = value.shape[1] - bottom, value.shape[2] - right
    return rows - known["added"][0], columns - known["added"][1]


def _emptied(value: Array, known: Known) -> Array:
    value = np.array(value)
    rows, columns = _last(value, known)
    value[:, rows:] = 0
    value[:, :, columns:] = 0
    return value


def _repeated(value: Array, known: Known) -> Array:
    rows, columns = _last(value, known)
    value = value[:, np.minimum(np.arange(value.shape[1]), rows - 1)]
    return np.asarray(value[:, :, np.minimum(np.arange(value.shape[2]), columns - 1)])


def _of_dilations() -> Iterator[Hypothesis]:
    remedy = "the dilation is the step from one weight of a filter to the next"

    def one(slot: str, words: str, change: Any, rank: int = KNOWN) -> Hypothesis:
        return Hypothesis(slot, words, change, remedy, rank)

    yield one("dilation", "the dilation is ignored", lambda _v, _k: (1, 1), COMMON)
    yield one("dilation", "the dilation is used along the rows only", lambda v, _k: (v[0], 1))
    yield one("dilation", "the dilation is used along the columns only", lambda v, _k: (1, v[1]))
    yield one("dilation", "the dilations of rows and columns are swapped", lambda v, _k: v[::-1],
              COMMON)  # fmt: skip
    yield one("dilation", "the rows' dilation is used for the columns too",
              lambda v, _k: (v[0],) * 2)  # fmt: skip
    yield one("dilation", "the columns' dilation is used for the rows too",
              lambda v, _k: (v[1],) * 2)  # fmt: skip
    yield one(
        "dilation", "weights are dilation + 1 apart",
        lambda v, _k: (v[0] + 1, v[1] + 1) if max(v) > 1 else v,
    )  # fmt: skip
    yield one(
        "options",
        "the dilation is multiplied into the stride too: it spreads the image as well",
        lambda v, _k: (tuple(np.multiply(v[0], v[1])), *v[1:]),
    )
    yield one(
        "options", "the dilation is applied twice",
        lambda v, _k: (v[0], tuple(np.multiply(v[1], v[1])), *v[2:]),
    )  # fmt: skip
    yield one(
        "whole",
        "the dilation is left out of the maps' size: what falls beyond is lost",
        lambda v, k: _resized(v, k, lambda f, d: -(d - 1) * (f - 1)),
        COMMON,
    )
    yield one(
        "places",
        "the dilation is in the maps' size only: the weights lie side by side",
        _side_by_side,
        COMMON,
    )
    yield one(
        "whole",
        "the maps' size is computed from dilation * f, not from dilation * (f - 1) + 1",
        lambda v, k: _resized(v, k, lambda _f, d: d - 1),
    )


def _resized(value: tuple[int, int], known: Known, by: Any) -> tuple[int, ...]:
    pairs = zip(value, known["windows"], known["dilations"], strict=True)
    return tuple(n + by(f, d) for n, f, d in pairs)


def _side_by_side(value: tuple[Array, Array], known: Known) -> tuple[Array, Array]:
    rows, columns = (
        places - np.arange(size) * (step - 1)
        for places, size, step in zip(value, known["windows"], known["dilations"], strict=True)
    )
    return rows, columns


def _of_groups() -> Iterator[Hypothesis]:
    remedy = (
        "the channels of a group lie side by side, and so do its maps: a group's"
        " channels make its own maps only"
    )

    def one(words: str, change: Any, rank: int = KNOWN) -> Hypothesis:
        return Hypothesis("groups", words, change, remedy, rank)

    yield one(
        "every group makes the maps of the first group: there is one slot for all",
        lambda v, k: v % k["kernels"].shape[3],
        COMMON,
    )
    yield one(
        "channel k is taken for one of group k % groups: the groups are interleaved",
        lambda v, k: _of_group(np.arange(len(v)) % k["groups"], k),
        COMMON,
    )
    yield one(
        "the maps of the groups are interleaved: map c is taken for one of group c % groups",
        lambda v, k: v // k["kernels"].shape[3] + v % k["kernels"].shape[3] * k["groups"],
        COMMON,
    )
    yield one(
        "the groups' maps are in reverse order",
        lambda v, k: _of_group(k["groups"] - 1 - v[:, 0] // k["kernels"].shape[3], k),
    )
    yield one(
        "every group makes the maps of the last group",
        lambda v, k: _of_group(0 * v[:, 0] + k["groups"] - 1, k),
    )
    yield Hypothesis(
        "image",
        "all groups read the channels of the first group",
        lambda v, k: v[..., np.arange(v.shape[-1]) % max(v.shape[-1] // k["groups"], 1)],
        remedy,
        COMMON,
    )


def _of_group(group: Array, known: Known) -> Array:
    count = known["kernels"].shape[3]
    return np.asarray(np.asarray(group)[:, np.newaxis] * count + np.arange(count))
