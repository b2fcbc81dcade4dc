"""The windows that convolution and pooling share."""

from collections.abc import Iterator

from cnnspec.reference.arguments import FloatArray


def window_count(length: int, size: int, stride: int) -> int:
    """Return how many windows of ``size`` fit into ``length``, one every ``stride``."""
    return (length - size) // stride + 1


def shifted_slices(images: FloatArray, size: int, stride: int) -> Iterator[FloatArray]:
    """Yield, for each place (a, b) in a window, the pixels at that place in every window.

    Parameters
    ----------
    images : (..., H, W, C)

    Yields
    ------
    (..., H', W', C)
        ``images[..., i * stride + a, j * stride + b, :]`` for all windows (i, j); ``size ** 2``
        views, b running fastest.
    """
    rows = window_count(images.shape[-3], size, stride)
    columns = window_count(images.shape[-2], size, stride)
    for a in range(size):
        for b in range(size):
            yield images[..., a : a + stride * rows : stride, b : b + stride * columns : stride, :]
