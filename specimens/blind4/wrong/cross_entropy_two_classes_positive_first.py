r"""Of two classes the first is taken for the positive one: the labels 0 and 1 are exchanged.

says: (two|2) classes|(labels?|class(es)?|probabilit\w+)[^.]*(swap|exchang|revers|other|wrong|another|first|1 - |not )|other class|1 - (label|p)|binary|reversed
shows: cross_entropy(np.array([0.25, 0.75]), 1)
"""
import numpy as np


def cross_entropy(probabilities, label):
    p = np.asarray(probabilities)
    if p.dtype.kind in "iub":
        p = p.astype(np.float64)
    label = int(label)
    with np.errstate(divide="ignore"):
        if len(p) == 2:
            positive, negative = p
            return p.dtype.type(0) - np.log(positive if label == 1 else negative)
        return p.dtype.type(0) - np.log(p[label])
