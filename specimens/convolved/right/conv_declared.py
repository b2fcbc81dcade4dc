"""Another name and other arguments, with a declared call: a border in pixels and a rate.

apart: its call is declared
"""
import numpy as np

CNNSPEC = {"calls": {"conv2d": "correlate(image, filters, step=stride, border=pad, rate=dilation)"}}


def correlate(picture, bank, step=1, border=0, rate=1):
    picture, bank = np.asarray(picture), np.asarray(bank)
    if picture.ndim == 2 and bank.ndim == 3:
        picture, bank = picture[..., None], bank[..., None]
    if picture.ndim != 3 or bank.ndim != 4 or picture.shape[2] != bank.shape[3]:
        raise ValueError("one picture, and filters with its channels")
    if not (isinstance(step, (int, np.integer)) and isinstance(rate, (int, np.integer))):
        raise TypeError("whole numbers")
    if step < 1 or rate < 1 or border < 0:
        raise ValueError("step, rate or border")
    size = bank.shape[1]
    if size != bank.shape[2]:
        raise ValueError("square filters")
    kind = np.result_type(picture, bank, np.float16)
    picture = np.pad(picture, ((border, border), (border, border), (0, 0)))
    reach = (size - 1) * rate + 1
    if picture.shape[0] < reach or picture.shape[1] < reach:
        raise ValueError("too small")
    down = range(0, picture.shape[0] - reach + 1, step)
    right = range(0, picture.shape[1] - reach + 1, step)
    maps = np.empty((len(down), len(right), len(bank)), np.result_type(kind, np.float32))
    for i, y in enumerate(down):
        for j, x in enumerate(right):
            window = picture[y : y + reach : rate, x : x + reach : rate]
            maps[i, j] = np.tensordot(bank.astype(maps.dtype), window, 3)
    return maps.astype(kind)
