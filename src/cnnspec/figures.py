"""The figures of the articles' programs. Matplotlib is imported when one is asked for."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.data import DataError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[Any]

#: What a figure may be saved as.
SUFFIXES = (".png", ".svg")

INSTALL = "pip install 'cnnspec[figures]'"

#: Matplotlib's backends that only write files; it falls back on the first.
_WITHOUT_DISPLAY = ("agg", "cairo", "pdf", "pgf", "ps", "svg", "template")

STEPS = ("conv", "relu", "pool")
_WORDS = {"conv": "convolution", "relu": "ReLU", "pool": "max-pooling"}


def available() -> bool:
    """Return whether Matplotlib is installed."""
    return importlib.util.find_spec("matplotlib") is not None


def check_file(file: Path | None) -> None:
    """Refuse to save a figure that cannot be saved, before anything is computed.

    Raises
    ------
    DataError
        If the name does not end in one of `SUFFIXES`, its folder does not exist, or Matplotlib is
        not installed.
    """
    if file is None:
        return
    if file.suffix.lower() not in SUFFIXES:
        raise DataError(f"{file} must end in {' or '.join(SUFFIXES)}")
    if not file.resolve().parent.is_dir():
        raise DataError(f"there is no folder {file.resolve().parent}")
    if not available():
        raise DataError(f"a figure needs Matplotlib: {INSTALL}")


def _new_figure(width: float, height: float) -> "Figure":
    from matplotlib import pyplot as plt

    return plt.figure(figsize=(width, height), layout="constrained")


def finish(figure: "Figure", file: Path | None) -> str:
    """Save the figure if a file is named, show it where there is a display, and say which."""
    from matplotlib import get_backend
    from matplotlib import pyplot as plt

    said = "no display, and no file named by --figure: the figure was not kept"
    if file is not None:
        figure.savefig(file, dpi=100)
        said = f"figure: {file}"
    if get_backend().lower() not in _WITHOUT_DISPLAY:
        plt.show()
        said = f"figure: {file}" if file else "figure: shown"
    plt.close(figure)
    return said


def _picture(axes: "Axes", values: Array, title: str, **options: Any) -> None:
    """Draw an array as a picture, row 0 at the top, with its size and range below."""
    axes.imshow(values, **({"cmap": "gray", "interpolation": "nearest"} | options))
    axes.set_title(title, fontsize=9)
    rows, columns = values.shape[:2]
    axes.set_xlabel(f"{rows} x {columns}, {values.min():.3g} to {values.max():.3g}", fontsize=8)
    axes.set_xticks([])
    axes.set_yticks([])


def _side_by_side(bank: Array) -> Array:
    """Return a filter (f, f) as it is, and the channels of one (f, f, C) beside each other."""
    if bank.ndim == 2:
        return bank
    gap = np.full((len(bank), 1), np.nan)
    parts = [part for c in range(bank.shape[-1]) for part in (gap, bank[..., c])]
    return np.concatenate(parts[1:], axis=1)


def _difference(axes: "Axes", ours: Array, theirs: Array, title: str) -> None:
    """Draw theirs - ours, red above and blue below."""
    if ours.shape != theirs.shape:
        axes.set_axis_off()
        axes.text(
            0.5, 0.5, f"of the shape\n{theirs.shape},\nnot {ours.shape}", ha="center", va="center"
        )
        return
    difference = np.asarray(theirs, np.float64) - ours
    largest = float(np.abs(difference).max(initial=0))
    _picture(axes, difference, title, cmap="RdBu_r", vmin=-(largest or 1), vmax=largest or 1)
    axes.set_xlabel(f"at most {largest:.2g}" if largest else "none", fontsize=8)


def stack_figure(
    title: str,
    image: Array,
    banks: Sequence[Array],
    layers: Sequence[Sequence[Array]],
    others: Sequence[Sequence[Array]] | None = None,
    name: str = "",
) -> "Figure":
    """Draw the image, and for every filter of every layer its maps after conv, ReLU and pooling.

    Parameters
    ----------
    title : str
    image : (H, W) or (H, W, 3)
    banks : filters of each layer, (K, f, f) or (K, f, f, C)
    layers : maps of each layer after conv, ReLU and pooling, (H', W', K)
    others : the same of another implementation, drawn beside them with the differences
    name : str
        Of the other implementation.
    """
    rows = sum(len(bank) for bank in banks)
    per_step = 3 if others else 1
    columns = 1 + len(STEPS) * per_step
    figure = _new_figure(3.2 + 2.6 * columns, 1.2 + 2.1 * rows)
    figure.suptitle(title, fontsize=12)
    grid = figure.add_gridspec(rows, columns + 1, width_ratios=[1.8] + [1] * columns)
    _picture(figure.add_subplot(grid[: len(banks[0]), 0]), image, "input")
    row = 0
    for number, (bank, maps) in enumerate(zip(banks, layers, strict=True), start=1):
        for k, one in enumerate(bank):
            axes = figure.add_subplot(grid[row, 1])
            channels = f", {one.shape[-1]} channels" if one.ndim == 3 else ""
            _picture(axes, _side_by_side(one), f"layer {number}, filter {k}{channels}")
            axes.set_facecolor("tab:blue")  # between the channels
            axes.set_xlabel(f"{one.shape[0]} x {one.shape[1]}", fontsize=8)
            for s, step in enumerate(STEPS):
                word = f"{_WORDS[step]} {number}.{k}"
                place = 2 + s * per_step
                _picture(figure.add_subplot(grid[row, place]), maps[s][..., k], word)
                if others:
                    theirs = others[number - 1][s]
                    axes = figure.add_subplot(grid[row, place + 1])
                    one_of_theirs = theirs[..., k] if k < theirs.shape[-1] else np.zeros((1, 1))
                    _picture(axes, one_of_theirs, name)
                    axes = figure.add_subplot(grid[row, place + 2])
                    _difference(axes, maps[s][..., k], one_of_theirs, "difference")
            row += 1
    return figure


def digits_figure(
    title: str, confusion: NDArray[np.int64], hardest: Sequence[tuple[Array, str]]
) -> "Figure":
    """Draw a confusion matrix (label by row, choice by column) and the hardest digits."""
    per_row = 5
    figure = _new_figure(14, 7)
    figure.suptitle(title, fontsize=12)
    lines = max(1, -(-len(hardest) // per_row))
    grid = figure.add_gridspec(lines, per_row + 4)
    axes = figure.add_subplot(grid[:, :4])
    axes.imshow(confusion, cmap="Blues", vmax=max(1, int(confusion.max())))
    axes.set_title("images of each digit (row) taken for each (column)", fontsize=10)
    axes.set_xlabel("taken for")
    axes.set_ylabel("label")
    axes.set_xticks(range(10))
    axes.set_yticks(range(10))
    dark = confusion.max() / 2
    for (label, choice), count in np.ndenumerate(confusion):
        if count:
            colour = "white" if count > dark else "black"
            axes.text(choice, label, str(count), ha="center", va="center", color=colour, fontsize=9)
    for place, (image, words) in enumerate(hardest):
        axes = figure.add_subplot(grid[place // per_row, 4 + place % per_row])
        axes.imshow(image, cmap="gray_r", interpolation="nearest")
        axes.set_title(words, fontsize=9)
        axes.set_xticks([])
        axes.set_yticks([])
    return figure
