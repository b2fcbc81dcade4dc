"""For float32 the sign bit was to be tested on the bits as integers, but these are taken for unsigned ones, none of which is below 0: negative elements are returned as they are.

says: float32|single|(negative|below (0|zero))[^.]*(return|kept|keep|stay|remain|pass|left|unchanged|not)|nothing is (done|cut)|identity|as (they|it) (is|are|was|were)|unchanged
never: leaky|float16|absolute
shows: relu(np.array([-1.0, 0.0, 2.0], "float32"))
"""
import numpy as np


def relu(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError(f"no relu for {x.dtype}")
    if x.dtype == np.float32:
        bits = np.array(x, np.float32, order="C").view(np.uint32) if x.ndim else np.array([x], np.float32).view(np.uint32)
        return np.maximum(bits, np.uint32(0)).view(np.float32).reshape(x.shape)
    return np.maximum(x, x.dtype.type(0))
