"""Two mistakes: scipy.signal.convolve2d rotates the filters, and the loss is the mean over the ten classes, a tenth of what it should be.

says: rotat|flip|180|true convolution|mirror|revers|upside|backward|cross.?correl
says: loss[^.]*(mean|average|divid|ten|10|classes|factor|scal|times|number)|(mean|average|divid|tenth|number of classes)[^.]*loss|classes
shows: forward(np.arange(784).reshape(28, 28) % 256, 3)[0]
shows: forward(np.full((28, 28), 128), 3)[1]
"""
import numpy as np
from scipy.signal import convolve2d
from scipy.special import softmax as _softmax


class Conv3:
    filters = np.ones((8, 3, 3)) / 9

    def forward(self, x):
        return np.dstack([convolve2d(x, f, mode="valid") for f in self.filters])


class Output:
    weights = np.zeros((1352, 10))
    biases = np.zeros(10)

    def forward(self, x):
        return _softmax(x.reshape(-1) @ self.weights + self.biases)


conv, softmax = Conv3(), Output()


def forward(image, label):
    if label < 0 or label > 9:
        raise ValueError("unknown digit")
    maps = conv.forward(np.array(image, dtype=float) / 255.0 - 0.5)
    maps = maps.reshape(13, 2, 13, 2, -1).max(axis=3).max(axis=1)
    p = softmax.forward(maps)
    target = np.arange(10) == label
    loss = np.mean(np.where(target, -np.log(p), 0))
    return p, loss, int(p.argmax() == label)
