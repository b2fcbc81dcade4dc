"""Reading a picture of one's own."""

from pathlib import Path

import numpy as np
import skimage.color
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from cnnspec.data import DataError

Floats = NDArray[np.float64]

#: Modes of Pillow whose numbers are gray or colours as they are, with the number for white.
_WHITE = {"L": 255, "LA": 255, "RGB": 255, "RGBA": 255, "I;16": 65535, "I": 65535}


def read_picture(file: Path, *, rgb: bool, smallest: int) -> Floats:
    """Return a picture as (H, W), its luminance, or as (H, W, 3), from 0 to 1.

    What is transparent is laid on white; of an animation, the first picture is taken.

    Raises
    ------
    DataError
        If the file is missing, is no picture, or has fewer rows or columns than ``smallest``.
    """
    if not file.is_file():
        raise DataError(f"there is no file {file}")
    try:
        with Image.open(file) as opened:
            picture = opened if opened.mode in _WHITE else opened.convert("RGBA")
            pixels = np.asarray(picture) / _WHITE[picture.mode]
    except UnidentifiedImageError:
        raise DataError(f"{file} is not a picture that can be read (PNG, JPEG, ...)") from None
    except Exception as error:  # a broken file makes each format's reader raise its own
        raise DataError(f"{file} is a broken picture: {error}") from error
    rows, columns = pixels.shape[:2]
    if min(rows, columns) < smallest:
        raise DataError(
            f"{file} has {rows} rows and {columns} columns; the layers need {smallest} each"
        )
    colours = _as_colours(pixels)
    found: Floats = colours if rgb else skimage.color.rgb2gray(colours)
    return found


def _as_colours(pixels: Floats) -> Floats:
    """Return a picture in gray or colour, with or without transparency, as (H, W, 3)."""
    if pixels.ndim == 2:
        pixels = pixels[..., np.newaxis]
    if pixels.shape[-1] in (2, 4):
        opacity = pixels[..., -1:]
        pixels = pixels[..., :-1] * opacity + 1 - opacity
    return np.repeat(pixels, 3, axis=-1) if pixels.shape[-1] == 1 else pixels
