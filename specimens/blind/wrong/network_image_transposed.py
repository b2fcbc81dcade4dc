"""The image is transposed, because the files of EMNIST, for which this was written, hold the digits on their side.

says: transpos|rows? and columns?|on (its|their) side|swap|axes|exchang|mirror
never: flatten|255|accuracy
shows: forward(np.arange(784).reshape(28, 28) % 256, 3)
"""
import numpy as np


class Conv:
    filters = np.zeros((8, 3, 3))

    def forward(self, x):
        h, w = x.shape
        out = np.zeros((h - 2, w - 2, len(self.filters)))
        for a in range(3):
            for b in range(3):
                out += x[a:h - 2 + a, b:w - 2 + b, None] * self.filters[:, a, b]
        return out


class Softmax:
    weights = np.zeros((1352, 10))
    biases = np.zeros(10)

    def forward(self, x):
        z = x.ravel() @ self.weights + self.biases
        e = np.exp(z - z.max())
        return e / e.sum()


conv, softmax = Conv(), Softmax()


def forward(image, label):
    if not 0 <= label <= 9:
        raise ValueError("label")
    x = np.asarray(image).T / 255 - 0.5
    x = conv.forward(x)
    x = x.reshape(13, 2, 13, 2, -1).max((1, 3))
    p = softmax.forward(x)
    return p, -np.log(p[label]), int(p.argmax() == label)
