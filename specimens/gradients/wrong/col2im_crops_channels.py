"""col2im takes the padding away from the channels, as if they came last.

apart: verify.py compares its gradients
says: shape|axes|axis|crop|padding|channel
"""
import numpy as np


def conv_forward_im2col(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    oh, ow = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    cols = np.zeros((N, oh * ow, C * HH * WW))
    for i in range(oh):
        for j in range(ow):
            cols[:, i * ow + j] = xp[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW].reshape(N, -1)
    out = (cols @ w.reshape(F, -1).T + b).transpose(0, 2, 1).reshape(N, F, oh, ow)
    return out, (x, w, b, conv_param, cols)


def col2im(cols, shape, HH, WW, stride, pad, oh, ow):
    N, C, H, W = shape
    img = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(oh):
        for j in range(ow):
            img[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW] += cols[:, i * ow + j].reshape(N, C, HH, WW)
    if pad > 0:
        return img[:, pad:-pad, pad:-pad, :]
    return img


def conv_backward_im2col(dout, cache):
    x, w, b, conv_param, cols = cache
    stride, pad = conv_param['stride'], conv_param['pad']
    F, C, HH, WW = w.shape
    N, _, oh, ow = dout.shape
    flat = dout.reshape(N, F, oh * ow)
    dw = np.einsum('nfp,npd->fd', flat, cols).reshape(w.shape)
    db = dout.sum(axis=(0, 2, 3))
    dcols = np.einsum('nfp,fd->npd', flat, w.reshape(F, -1))
    return col2im(dcols, x.shape, HH, WW, stride, pad, oh, ow), dw, db
