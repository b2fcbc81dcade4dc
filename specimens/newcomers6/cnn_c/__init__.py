"""Python side of kernels.c: builds it once with cc, and calls it by ctypes."""
import ctypes
import subprocess
import tempfile
from pathlib import Path

import numpy as np


def _build():
    source = Path(__file__).with_name("kernels.c")
    library = Path(tempfile.mkdtemp(), "kernels.so")
    subprocess.run(["cc", "-O2", "-std=c99", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    return ctypes.CDLL(str(library))


_lib = _build()
_double_p = ctypes.POINTER(ctypes.c_double)


def _arg(array):
    return array.ctypes.data_as(_double_p)


def _doubles(array, ndim):
    array = np.ascontiguousarray(array, dtype=np.float64)
    if array.ndim != ndim:
        raise ValueError(f"expected {ndim} axes, got {array.ndim}")
    return array


def conv2d(x, w, b=None, stride=1):
    x, w = _doubles(x, 4), _doubles(w, 4)
    n, c, h, wd = x.shape
    k, c2, r, s = w.shape
    if c != c2:
        raise ValueError("channels of image and kernel differ")
    if stride < 1 or r > h or s > wd:
        raise ValueError("kernel or stride does not fit")
    y = np.empty((n, k, (h - r) // stride + 1, (wd - s) // stride + 1))
    if b is not None:
        b = _doubles(b, 1)
        if len(b) != k:
            raise ValueError("one bias per kernel")
    _lib.conv2d(_arg(x), _arg(w), _arg(b) if b is not None else None, _arg(y), n, c, h, wd, k, r, s, int(stride))
    return y


def max_pool2d(x, size=2, stride=2):
    x = _doubles(x, 4)
    n, c, h, w = x.shape
    if size < 1 or stride < 1 or size > min(h, w):
        raise ValueError("window or stride does not fit")
    y = np.empty((n, c, (h - size) // stride + 1, (w - size) // stride + 1))
    _lib.max_pool2d(_arg(x), _arg(y), n * c, h, w, int(size), int(stride))
    return y


def relu(x):
    x = np.ascontiguousarray(x, dtype=np.float64)
    y = np.empty_like(x)
    _lib.relu(_arg(x), _arg(y), ctypes.c_size_t(x.size))
    return y


def dense(x, w, b):
    x, w, b = _doubles(x, 2), _doubles(w, 2), _doubles(b, 1)
    if x.shape[1] != w.shape[0] or len(b) != w.shape[1]:
        raise ValueError("shapes do not fit")
    y = np.empty((len(x), len(b)))
    _lib.dense(_arg(x), _arg(w), _arg(b), _arg(y), len(x), *w.shape)
    return y
