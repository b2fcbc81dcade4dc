"""All axes of length 1 are taken away after the mean: a batch of one image loses its axis, a single map too.

says: squeez|(axis|axes|dimension)[^.]*(1|one|lost|miss|dropp|remov|away|batch|image)|(batch|one|single)[^.]*(image|map|axis|lost|miss|dropp)
shows: global_avg_pool2d(np.ones((1, 2, 2, 3)))
"""
import numpy as np


def global_avg_pool2d(maps):
    maps = np.asarray(maps)
    maps = maps.astype(np.float64) if maps.dtype.kind in "iub" else maps
    means = maps.mean(axis=(-3, -2), dtype=np.result_type(maps, np.float32), keepdims=True)
    return np.squeeze(means).astype(maps.dtype)
