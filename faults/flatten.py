"""Mistakes in flattening."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.faults.catalogue import fault
from cnnspec.reference.flatten import flatten

Array = NDArray[Any]


def _of(order: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """Return a function that flattens each image in another way, and refuses as is due."""

    def mistaken(maps: Array) -> Array:
        right = flatten(maps)
        x = np.asarray(maps, right.dtype)
        if x.ndim == 3:
            return np.array(order(x))
        return np.array([order(image) for image in x]).reshape(len(x), -1)

    return mistaken


fortran = fault(
    "flatten-fortran-order",
    "maps are flattened in Fortran order: the first axis runs fastest",
    "flatten in C order: maps.reshape(-1)",
)(_of(lambda x: x.ravel(order="F")))

map_by_map = fault(
    "flatten-map-by-map",
    "maps are flattened one after the other, as with the channels first",
    "let the last axis run fastest: maps.reshape(-1), without moving it",
    seen="code whose images have the channels first",
)(_of(lambda x: np.moveaxis(x, -1, 0).ravel()))

columns_first = fault(
    "flatten-columns-first",
    "rows and columns are swapped",
    "let the loop over the rows be the outer one",
)(_of(lambda x: x.swapaxes(0, 1).ravel()))

columns_fastest = fault(
    "flatten-columns-fastest",
    "columns and maps are swapped: within a row the columns run fastest",
    "let the maps run fastest, within a column",
)(_of(lambda x: x.swapaxes(1, 2).ravel()))

reverse = fault(
    "flatten-reverse",
    "the vector is in reverse order",
    "begin with the first row, column and map",
)(_of(lambda x: x.ravel()[::-1]))

upside_down = fault(
    "flatten-upside-down",
    "the rows are in reverse order",
    "begin with the first row",
)(_of(lambda x: x[::-1].ravel()))

to_and_fro = fault(
    "flatten-to-and-fro",
    "every second row is flattened in reverse",
    "begin every row at its first column",
)(_of(lambda x: np.concatenate([row.ravel()[:: (-1) ** i] for i, row in enumerate(x)])))

last_map = fault(
    "flatten-last-map-missing",
    "the last of several maps is left out",
    "let the loop over the maps run to the last one",
)(_of(lambda x: (x[..., :-1] if x.shape[-1] > 1 else x).ravel()))

first_map = fault(
    "flatten-first-map-only",
    "only the first map is flattened",
    "flatten all maps of the image",
)(_of(lambda x: x[..., 0].ravel()))

maps_kept = fault(
    "flatten-maps-keep-their-axis",
    "only rows and columns become one axis, the maps keep theirs",
    "make one axis of all three: maps.reshape(-1)",
)(lambda maps: flatten(maps).reshape(*maps.shape[:-3], -1, maps.shape[-1]))

means = fault(
    "flatten-means",
    "the means of the maps are returned: a global average pooling",
    "return every number",
)(_of(lambda x: x.mean(axis=(0, 1))))

negatives_cut = fault(
    "flatten-negatives-cut",
    "negative numbers become 0: ReLU is applied as well",
    "return every number as it is",
)(_of(lambda x: np.maximum(x, 0).ravel()))

zeros_dropped = fault(
    "flatten-zeros-dropped",
    "a last number of 0 is left out",
    "return every number, zeros too",
)(_of(lambda x: x.ravel()[: x.size - (x.size > 1 and x[-1, -1, -1] == 0)]))

scaled = fault(
    "flatten-divided-by-255",
    "the numbers are divided by 255",
    "return every number as it is",
    seen="code for pictures",
)(_of(lambda x: (x / 255).ravel()))

rounded = fault(
    "flatten-rounded-to-float32",
    "float64 numbers are rounded to float32",
    "keep the dtype of the maps",
)(_of(lambda x: x.astype(np.float32).astype(x.dtype).ravel()))

a_column = fault(
    "flatten-column",
    "a column (H * W * K, 1) is returned",
    "return a vector: maps.reshape(-1)",
    seen="networks whose examples are columns",
)(lambda maps: flatten(maps)[..., np.newaxis])


@fault(
    "flatten-as-it-lies-in-memory",
    "the numbers are returned in the order in which they lie in memory, whatever the axes are",
    "flatten in C order: maps.reshape(-1), not order='K' or 'A'",
)
def as_it_lies(maps: Array) -> Array:
    right = flatten(maps)
    if maps.ndim == 3:
        return np.array(maps.ravel(order="K"), right.dtype)
    rows = [image.ravel(order="K") for image in maps]
    return np.array(rows, right.dtype).reshape(right.shape)


@fault(
    "flatten-images-mixed",
    "the images of a batch are mixed: it is reshaped to (-1, N) and transposed",
    "let the first axis stay: maps.reshape(len(maps), -1)",
)
def images_mixed(maps: Array) -> Array:
    flat = flatten(maps)
    return flat if maps.ndim == 3 else flat.reshape(-1, len(maps)).T.copy()


@fault(
    "flatten-first-image-for-all",
    "the whole batch gets the vector of its first image",
    "flatten every image",
)
def first_image_for_all(maps: Array) -> Array:
    flat = flatten(maps)
    return flat if maps.ndim == 3 else flat[:1].repeat(len(maps), axis=0)


@fault(
    "flatten-batch-in-fortran-order",
    "the images of a batch are flattened in Fortran order, single ones rightly",
    "flatten batches in C order, too",
)
def batch_in_fortran_order(maps: Array) -> Array:
    flat = flatten(maps)
    return (
        flat if maps.ndim == 3 else np.array([flatten(one.T) for one in maps]).reshape(flat.shape)
    )


@fault(
    "flatten-square-transposed",
    "square maps are transposed",
    "read square maps like all others",
)
def square_transposed(maps: Array) -> Array:
    flat = flatten(maps)
    square = maps.shape[-3] == maps.shape[-2]
    return flatten(np.swapaxes(maps, -3, -2)) if square else flat


@fault(
    "flatten-bytes-signed",
    "unsigned bytes are taken for signed ones: 200 becomes -56",
    "keep the dtype, or convert it to one that holds all its numbers",
)
def bytes_signed(maps: Array) -> Array:
    return flatten(maps.astype(np.int8) if maps.dtype == np.uint8 else maps)
