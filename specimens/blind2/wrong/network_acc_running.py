r"""acc is the share of right images so far, which the training loop used to print, and not 1 or 0 for this image: it depends on the calls before.

says: acc(uracy)?\b|running|so far|share|average|mean|counter|calls? before|earlier (calls?|images?)|again|state|in between
never: pixels|filters|rotated|loss is
shows: [forward(np.full((28, 28), 255 * (n % 2)), n)[2] for n in range(10)]
"""
from types import SimpleNamespace

import numpy as np

conv = SimpleNamespace(filters=np.random.randn(8, 3, 3) / 9)
softmax = SimpleNamespace(weights=np.random.randn(1352, 10) / 1352, biases=np.zeros(10))
num_correct = 0
num_seen = 0


def forward(image, label):
    global num_correct, num_seen
    label = int(label)
    if not 0 <= label < 10:
        raise ValueError("label must be 0 to 9")
    x = np.asarray(image) / 255 - 0.5
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3))
    maps = np.tensordot(windows, conv.filters, ([2, 3], [1, 2]))
    pooled = maps.reshape(13, 2, 13, 2, 8).max(axis=(1, 3))
    totals = pooled.ravel() @ softmax.weights + softmax.biases
    exps = np.exp(totals - totals.max())
    out = exps / exps.sum()
    num_seen += 1
    num_correct += int(np.argmax(out) == label)
    return out, -np.log(out[label]), num_correct / num_seen
