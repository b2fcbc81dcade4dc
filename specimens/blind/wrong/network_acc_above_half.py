"""acc is 1 if the label's probability is above one half, as for two classes; with ten, the label may be the most probable class with less.

says: half|0\\.5|50 ?%|acc(uracy)?\\b[^.]*(probab|above|\\b0\\b|too|wrong|label|not)|thresh
never: pixels|loss of|filters
shows: forward(np.full((28, 28), 128), 0)
"""
import numpy as np
from scipy.special import softmax as _softmax
from types import SimpleNamespace

conv = SimpleNamespace(filters=np.random.randn(8, 3, 3) / 9)
softmax = SimpleNamespace(weights=np.random.randn(1352, 10) / 1352, biases=np.zeros(10))


def forward(image, label):
    if label < 0 or label >= 10:
        raise ValueError(f"label {label}")
    pixels = np.asarray(image) / 255 - 0.5
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (3, 3))
    maps = np.einsum("ijab,kab->ijk", windows, conv.filters)
    pooled = np.maximum(np.maximum(maps[::2, ::2], maps[1::2, ::2]), np.maximum(maps[::2, 1::2], maps[1::2, 1::2]))
    out = _softmax(pooled.reshape(-1) @ softmax.weights + softmax.biases)
    return out, -np.log(out[label]), 1 if out[label] > 0.5 else 0
