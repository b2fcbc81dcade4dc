"""A layer in the manner of Keras: NHWC, kernel (h, w, out, in), strides, padding "valid" or "same".

exit: 1
says: every number tested is right
turned: conv_transpose2d = lambda image, filters, bias=None, stride=1: keras_call(m.Conv2DTranspose(filters.shape[3], filters.shape[1], strides=stride), image, filters, bias)
shows: conv_transpose2d(whole(2, 3, 4, 2), whole(2, 3, 3, 5), stride=2)
"""
import numpy as np


class Conv2DTranspose:
    def __init__(self, filters, kernel_size, strides=1, padding="valid", use_bias=True):
        self.filters, self.kernel_size, self.strides, self.padding = filters, kernel_size, strides, padding
        self.use_bias = use_bias
        self.kernel = None
        self.bias = np.zeros(filters)

    def call(self, inputs):
        batch, height, width, channels = inputs.shape
        size, step = self.kernel_size, self.strides
        total = max(size - step, 0)
        outputs = np.zeros((batch, (height - 1) * step + max(size, step), (width - 1) * step + max(size, step), self.filters))
        for row in range(height):
            for column in range(width):
                patch = np.tensordot(inputs[:, row, column], self.kernel, (1, 3))
                outputs[:, row * step:row * step + size, column * step:column * step + size] += patch
        if self.padding == "same":
            outputs = outputs[:, total // 2:total // 2 + height * step, total // 2:total // 2 + width * step]
        elif size < step:
            outputs = outputs[:, :(height - 1) * step + size, :(width - 1) * step + size]
        return outputs + self.bias if self.use_bias else outputs

    __call__ = call
