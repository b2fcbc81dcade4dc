"""The figures of the articles' programs. Matplotlib is imported when one is asked for."""

import contextlib
import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.data import DataError
from cnnspec.network.evaluation import Progress, together
from cnnspec.network.map_differences import Difference

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

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
        If the name does not end in one of `SUFFIXES`, nothing can be written there, or Matplotlib
        is not installed.
    """
    if file is None:
        return
    if file.suffix.lower() not in SUFFIXES:
        raise DataError(f"{file} must end in {' or '.join(SUFFIXES)}")
    if not file.resolve().parent.is_dir():
        raise DataError(f"there is no folder {file.resolve().parent}")
    if not available():
        raise DataError(f"a figure needs Matplotlib: {INSTALL}")
    with _writing(file):  # only trying tells
        existed = file.exists()
        file.open("ab").close()
        if not existed:
            file.unlink()


@contextlib.contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(f"{file} cannot be written: {error.strerror or error}") from error


def _new_figure(width: float, height: float) -> "Figure":
    from matplotlib import pyplot as plt

    return plt.figure(figsize=(width, height), layout="constrained")


def finish(figure: "Figure", file: Path | None) -> str:
    """Save the figure if a file is named, show it where there is a display, and say which.

    Raises
    ------
    DataError
        If it cannot be saved.
    """
    from matplotlib import get_backend
    from matplotlib import pyplot as plt

    said = "no display, and no file named by --figure: the figure was not kept"
    if file is not None:
        with _writing(file):
            figure.savefig(file, dpi=100)
        said = f"figure: {file}"
    if get_backend().lower() not in _WITHOUT_DISPLAY:
        plt.show()
        said = f"figure: {file}" if file else "figure: shown"
    plt.close(figure)
    return said


def _picture(axes: "Axes", values: Array, title: str, **options: Any) -> "AxesImage":
    """Draw an array as a picture, row 0 at the top, with its size and range apart.

    Where all numbers are one, there is no range to spread the grays over: it is drawn in a medium
    gray, and the number written on it.
    """
    finite = values[np.isfinite(values)]
    lowest, highest = (finite.min(), finite.max()) if finite.size else (np.nan, np.nan)
    if values.ndim == 2 and lowest == highest and "vmin" not in options:
        options |= {"vmin": lowest - 1, "vmax": lowest + 1}
        axes.text(0.5, 0.5, f"{lowest:.4g}", ha="center", va="center", transform=axes.transAxes)
    drawn = axes.imshow(values, **({"cmap": "gray", "interpolation": "nearest"} | options))
    axes.set_title(title, fontsize=9)
    rows, columns = values.shape[:2]
    extent = f"{lowest:.4g}" if lowest == highest else f"{lowest:.4g} to {highest:.4g}"
    if finite.size < values.size:
        extent = "NaN, infinity" + (f" and {extent}" if finite.size else "")
    axes.set_xlabel(f"{rows} x {columns}, {extent}", fontsize=8)
    axes.set_xticks([])
    axes.set_yticks([])
    return drawn


def _side_by_side(bank: Array) -> Array:
    """Return a filter (f, f) as it is, and the channels of one (f, f, C) beside each other."""
    if bank.ndim == 2:
        return bank
    gap = np.full((len(bank), 1), np.nan)
    parts = [part for c in range(bank.shape[-1]) for part in (gap, bank[..., c])]
    return np.concatenate(parts[1:], axis=1)


def _words(axes: "Axes", words: str) -> None:
    """Write in the place of a picture."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, words, ha="center", va="center", transform=axes.transAxes, fontsize=9)


def _beside(axes: "Axes", apart: "Axes", whole: Difference, k: int, name: str) -> None:
    """Draw map k of another implementation, and how it differs: red above ours, blue apart.

    What is only rounding is left white, and the maps of a step share a scale.
    """
    if k < whole.theirs.shape[-1]:
        _picture(axes, whole.theirs[..., k], name)
    else:
        _words(axes, f"{name}\nhas no map {k}")
    if not whole.is_comparable:
        _words(apart, f"maps {whole.kind}".replace("(", "\n("))
        return
    one = whole.of_map(k)
    shown = np.where(one.beyond, one.values, 0)
    shown[~np.isfinite(shown)] = np.nan
    scale = (whole.largest if whole.beyond.any() else 0.0) or 1.0
    drawn = _picture(apart, shown, "", cmap="RdBu_r", vmin=-scale, vmax=scale)
    drawn.set_cmap(drawn.get_cmap().with_extremes(bad="black"))
    apart.set_title(f"difference: {one.kind}", fontsize=8)
    apart.set_xlabel("" if one.kind == "none" else f"at most {one.largest:.3g}", fontsize=8)
    if not np.isfinite(one.values).all():
        apart.set_xlabel(f"black; elsewhere at most {one.largest:.3g}", fontsize=8)
    elif one.beyond.any():
        white = f"white: rounding (to {one.allowed.max():.2g})"
        apart.set_xlabel(f"at most {one.largest:.3g}; {white}", fontsize=8)
    if np.any(shown[np.isfinite(shown)]):
        apart.figure.colorbar(drawn, ax=apart).ax.tick_params(labelsize=7)


def stack_figure(
    title: str,
    image: Array,
    banks: Sequence[Array],
    layers: Sequence[Sequence[Array]],
    others: Sequence[Sequence[Difference]] | None = None,
    name: str = "",
) -> "Figure":
    """Draw the image, and for every filter of every layer its maps after conv, ReLU and pooling.

    Parameters
    ----------
    title : str
    image : (H, W) or (H, W, 3)
    banks : filters of each layer, (K, f, f) or (K, f, f, C)
    layers : maps of each layer after conv, ReLU and pooling, (H', W', K)
    others : list of list of Difference, optional
        The maps of another implementation, drawn beside them with the differences.
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
                    axes, apart = (figure.add_subplot(grid[row, place + n]) for n in (1, 2))
                    _beside(axes, apart, others[number - 1][s], k, name)
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


def training_figure(
    title: str, epochs: Sequence[Sequence[Progress]], tested: Sequence[Progress]
) -> "Figure":
    """Draw loss and accuracy over the images that a network was trained on, and on test images.

    Parameters
    ----------
    title : str
    epochs : list of list of Progress
        The averages over every 100 images, of each epoch.
    tested : list of Progress
        Those after training, over images that had no part in it.
    """
    figure = _new_figure(9, 6.5)
    figure.suptitle(title, fontsize=12)
    per_epoch = [epoch[-1].step for epoch in epochs]
    begins = np.cumsum([0, *per_epoch])
    steps = [
        begin + group.step
        for begin, epoch in zip(begins[:-1], epochs, strict=True)
        for group in epoch
    ]
    groups = [group for epoch in epochs for group in epoch]
    after = together(tested)
    curves = (
        ("average loss (nats)", [group.loss for group in groups], after.loss, f"{after.loss:.3f}"),
        (
            "accuracy (%)",
            [group.accuracy for group in groups],
            after.accuracy,
            f"{after.accuracy:.1f} %",
        ),
    )
    first = None
    for row, (name, values, in_test, words) in enumerate(curves, start=1):
        axes = figure.add_subplot(2, 1, row, sharex=first)
        first = first or axes
        axes.plot(steps, values, marker=".", color="tab:blue", label="images just trained on")
        said = f"{after.count:,} test images afterwards: {words}"
        axes.axhline(in_test, linestyle="--", color="tab:orange", label=said)
        for number, begin in enumerate(begins[:-1], start=1):
            axes.axvline(begin, color="0.8", linewidth=1, zorder=0)
            place = (begin, 1.0)
            transform = axes.get_xaxis_transform()
            axes.annotate(
                f" epoch {number}", place, xycoords=transform, va="bottom", fontsize=8, color="0.4"
            )
        axes.set_ylabel(name)
        axes.set_xlim(0, begins[-1] * 1.01)
        axes.legend(loc="center right", fontsize=8)
    figure.axes[0].set_ylim(bottom=0)
    figure.axes[1].set_ylim(0, 100)
    figure.axes[1].set_xlabel("images trained on, averages over 100 each")
    return figure
