"""Reading a picture of one's own."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import skimage.color
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from cnnspec.cases.data import DataError

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Modes of Pillow whose numbers are gray or colours as they are; the rest is made RGBA.
_PLAIN = ("L", "LA", "RGB", "RGBA", "I;16", "I;16L", "I;16B", "I;16N", "I", "F")

#: Formats whose whole numbers have two bytes even where Pillow gives them four (its mode "I").
_OF_TWO_BYTES = ("PNG", "PPM")


class Picture(NamedTuple):
    """A picture, and how it came to be.

    Attributes
    ----------
    pixels : (H, W), the luminance, or (H, W, 3)
        From 0 to 1.
    scaling : str
        What is to be said of how its numbers got there, "" if they have a range of their own.
    """

    pixels: Floats
    scaling: str


def read_picture(file: Path, *, rgb: bool, smallest: int) -> Picture:
    """Return a picture as (H, W), its luminance, or as (H, W, 3), from 0 to 1.

    It is turned as its EXIF data say. What is transparent is laid on white; of an animation, the
    first picture is taken. Whole numbers of one or two bytes are divided by the largest there is,
    real numbers from 0 to 1 are taken as they are, and all others are scaled from their smallest
    to their largest.

    Raises
    ------
    DataError
        If the file is missing, is no picture, holds NaN or infinity, or has fewer rows or columns
        than ``smallest``.
    """
    if not file.is_file():
        raise DataError(f"there is no file {file}")
    try:
        with Image.open(file) as opened:
            numbers = _numbers(opened)
    except UnidentifiedImageError:
        raise DataError(f"{file} is not a picture that can be read (PNG, JPEG, ...)") from None
    except Exception as error:  # a broken file makes each format's reader raise its own
        raise DataError(f"{file} is a broken picture: {error}") from error
    rows, columns = numbers.shape[:2]
    if min(rows, columns) < smallest:
        raise DataError(
            f"{file} has {rows} rows and {columns} columns; the layers need {smallest} each"
        )
    if not np.isfinite(numbers).all():
        raise DataError(f"{file} holds NaN or infinity, which no pixel is")
    pixels, scaling = _scaled(numbers)
    colours = _as_colours(pixels)
    return Picture(colours if rgb else skimage.color.rgb2gray(colours), scaling)


def _numbers(opened: Image.Image) -> Array:
    """Return the numbers of a picture in gray or colour, right side up."""
    format_ = opened.format  # what is made of the picture has none
    upright = ImageOps.exif_transpose(opened)
    numbers = np.asarray(upright if upright.mode in _PLAIN else upright.convert("RGBA"))
    of_two_bytes = upright.mode == "I" and format_ in _OF_TWO_BYTES
    return numbers.astype(np.uint16) if of_two_bytes else numbers


def _scaled(numbers: Array) -> tuple[Floats, str]:
    """Return numbers as 0 to 1, and what is to be said of it."""
    if numbers.dtype.kind == "u":
        return numbers / np.iinfo(numbers.dtype).max, ""
    values = numbers.astype(np.float64)
    lowest, highest = float(values.min()), float(values.max())
    if numbers.dtype.kind == "f" and lowest >= 0 and highest <= 1:
        return values, ""
    scaled = (values - lowest) / ((highest - lowest) or 1)
    return scaled, f", its numbers from {lowest:g} to {highest:g} scaled to 0 to 1"


def _as_colours(pixels: Floats) -> Floats:
    """Return a picture in gray or colour, with or without transparency, as (H, W, 3)."""
    if pixels.ndim == 2:
        pixels = pixels[..., np.newaxis]
    if pixels.shape[-1] in (2, 4):
        opacity = pixels[..., -1:]
        pixels = pixels[..., :-1] * opacity + 1 - opacity
    return np.repeat(pixels, 3, axis=-1) if pixels.shape[-1] == 1 else pixels
