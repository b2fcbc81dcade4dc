"""A gather in the order of the results, with names of its own that are declared.

limit: one image
turned: conv_transpose2d = lambda image, filters, stride=1, padding=0: m.upsample(image, filters, hop=stride, crop=padding)
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5), stride=2, padding=1)
"""
import numpy as np

CNNSPEC = {"calls": {"conv_transpose2d": "upsample(image, filters, hop=stride, crop=padding)"}}


def upsample(picture, stamps, hop=1, crop=0):
    """Every place asks which pixels' stamps reach it."""
    if picture.ndim != 3:
        raise ValueError("one picture at a time")
    height, width, depth = picture.shape
    tall, wide, maps = stamps.shape[1:]
    rows, columns = (height - 1) * hop + tall - 2 * crop, (width - 1) * hop + wide - 2 * crop
    if stamps.shape[0] != depth or rows < 1 or columns < 1:
        raise ValueError("these do not fit")
    made = np.zeros((rows, columns, maps))
    for y in range(rows):
        for x in range(columns):
            for a in range(tall):
                i, odd = divmod(y + crop - a, hop)
                if odd or not 0 <= i < height:
                    continue
                for b in range(wide):
                    j, odd = divmod(x + crop - b, hop)
                    if not odd and 0 <= j < width:
                        made[y, x] += picture[i, j] @ stamps[:, a, b]
    return made
