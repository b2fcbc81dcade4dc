"""Functions for NCHW; with ceil_mode the last window may start behind the map.

apart: its maps have their channels first
says: ceil_mode|window|last
"""
import numpy as np

def max_pool2d(x, kernel_size=2, stride=None, padding=0, ceil_mode=False):
    stride = kernel_size if stride is None else stride
    if stride < 1 or kernel_size < 1 or padding < 0 or padding > kernel_size // 2:
        raise ValueError("kernel_size, stride or padding")
    h, w = x.shape[-2:]
    rnd = np.ceil if ceil_mode else np.floor
    oh = int(rnd((h + 2 * padding - kernel_size) / stride)) + 1
    ow = int(rnd((w + 2 * padding - kernel_size) / stride)) + 1
    if oh < 1 or ow < 1:
        raise ValueError("kernel_size")
    low = np.finfo(x.dtype).min if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    eh, ew = (oh - 1) * stride + kernel_size - h - padding, (ow - 1) * stride + kernel_size - w - padding
    pads = [(0, 0)] * (x.ndim - 2) + [(padding, max(eh, 0)), (padding, max(ew, 0))]
    wide = np.pad(x, pads, constant_values=low)
    view = np.lib.stride_tricks.sliding_window_view(wide, (kernel_size, kernel_size), axis=(-2, -1))
    return view[..., ::stride, ::stride, :, :].max(axis=(-2, -1))
