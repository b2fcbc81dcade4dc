"""
functional.py - numpy versions of the torch.nn.functional ops I use for my thesis.

Same argument names and the same memory layout as torch (N, C, H, W), so that I can swap
`F.` for `functional.` and compare.
"""
import numpy as np


def _pair(v):
    return v if isinstance(v, tuple) else (v, v)


def conv2d(input, weight, bias=None, stride=1, padding=0):
    sh, sw = _pair(stride)
    ph, pw = _pair(padding)
    N, C, H, W = input.shape
    F, Cw, KH, KW = weight.shape
    assert C == Cw, f"expected {Cw} input channels, got {C}"
    x = np.pad(input, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    OH = (H + 2 * ph - KH) // sh + 1
    OW = (W + 2 * pw - KW) // sw + 1
    out = np.empty((N, F, OH, OW), dtype=np.result_type(input, weight, np.float32))
    for i in range(OH):
        for j in range(OW):
            patch = x[:, :, i * sh:i * sh + KH, j * sw:j * sw + KW].astype(out.dtype)
            out[:, :, i, j] = np.tensordot(patch, weight, axes=([1, 2, 3], [1, 2, 3]))
    if bias is not None:
        out = out + bias.reshape(1, -1, 1, 1)
    return out


def relu(input):
    return np.maximum(input, 0)


def _windows(input, kernel_size, stride):
    kh, kw = _pair(kernel_size)
    sh, sw = _pair(kernel_size if stride is None else stride)
    view = np.lib.stride_tricks.sliding_window_view(input, (kh, kw), axis=(2, 3))
    return view[:, :, ::sh, ::sw]


def max_pool2d(input, kernel_size, stride=None):
    return _windows(input, kernel_size, stride).max(axis=(-2, -1))


def avg_pool2d(input, kernel_size, stride=None):
    return _windows(input, kernel_size, stride).mean(axis=(-2, -1))


def linear(input, weight, bias=None):
    """y = x A^T + b, weight is (out_features, in_features) like in torch"""
    out = input @ weight.T
    return out if bias is None else out + bias


def log_softmax(input, dim=-1):
    z = input - input.max(axis=dim, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=dim, keepdims=True))


def softmax(input, dim=-1):
    e = np.exp(input - input.max(axis=dim, keepdims=True))
    return e / e.sum(axis=dim, keepdims=True)


def cross_entropy(input, target, reduction="mean"):
    """input: raw scores (N, classes), target: class indices (N,)"""
    nll = -log_softmax(input, dim=1)[np.arange(len(target)), target]
    if reduction == "mean":
        return nll.mean()
    if reduction == "sum":
        return nll.sum()
    return nll


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 8, 8))
    w = rng.normal(size=(4, 3, 3, 3))
    print(conv2d(x, w, padding=1).shape)
    print(max_pool2d(relu(conv2d(x, w)), 2).shape)
