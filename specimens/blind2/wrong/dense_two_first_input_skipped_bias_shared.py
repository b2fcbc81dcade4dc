r"""Two mistakes of a port from a language that counts from 1: the sum begins at the second input, and every node gets the first bias, whose index was not moved along.

says: first (input|row|weight|element|term)|input 0|second input|(input|row|weight)s?[^.]*(skip|left out|miss|ignor|omit|lost|not used|unused|second)|(skip|omit|ignor|miss|leav)[^.]*(input|row)
says: bias\[0\]|first bias|bias[^.]*(first|same|one|single|every|all|wrong|another|other|shared|node)|(same|one|single|wrong|another) bias
shows: dense(whole(6), whole(6, 1), whole(1))
shows: dense(np.array([0.0, 1.0]), whole(2, 3), whole(3))
"""
import numpy as np

def _checked(x, weights, bias):
    x, weights, bias = np.asarray(x), np.asarray(weights), np.asarray(bias)
    for one in (x, weights, bias):
        if one.dtype.kind not in "fiub":
            raise TypeError(f"real numbers expected, got {one.dtype}")
    if weights.ndim != 2 or 0 in weights.shape:
        raise ValueError(f"weights must be (inputs, nodes), got {weights.shape}")
    if x.size != weights.shape[0]:
        raise ValueError(f"{x.size} inputs for weights {weights.shape}")
    if bias.shape != weights.shape[1:]:
        raise ValueError(f"bias {bias.shape} for {weights.shape[1]} nodes")
    return x.astype(np.float64), weights.astype(np.float64), bias.astype(np.float64)


def dense(x, weights, bias):
    x, weights, bias = _checked(x, weights, bias)
    flat = x.ravel()
    logits = np.zeros(weights.shape[1])
    for k in range(1, len(flat)):
        logits += flat[k] * weights[k]
    return logits + bias[0]
