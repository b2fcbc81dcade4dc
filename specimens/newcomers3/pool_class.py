import numpy as np


class Operation:
    """Base of everything that has forward(); a model is just a list of those."""

    def forward(self, inputs):
        raise NotImplementedError

    def __repr__(self):
        return type(self).__name__


class Convolution(Operation):
    """Channels last. kernels: (n_kernels, rows, cols, channels), biases: (n_kernels,)"""

    def __init__(self, kernels, biases=None, step=1, padding="valid"):
        self.kernels = np.asarray(kernels, dtype=float)
        self.biases = np.zeros(len(self.kernels)) if biases is None else np.asarray(biases)
        self.step = step
        if padding not in ("valid", "same"):
            raise ValueError("unknown padding " + str(padding))
        self.padding = padding

    def forward(self, inputs):
        n, r, c, _ = self.kernels.shape
        if self.padding == "same":
            inputs = np.pad(inputs, ((0, 0), (r // 2, (r - 1) // 2), (c // 2, (c - 1) // 2), (0, 0)))
        rows = range(0, inputs.shape[1] - r + 1, self.step)
        cols = range(0, inputs.shape[2] - c + 1, self.step)
        out = np.zeros((inputs.shape[0], len(rows), len(cols), n))
        for a, y in enumerate(rows):
            for b, x in enumerate(cols):
                field = inputs[:, y:y + r, x:x + c, :]
                for k in range(n):
                    out[:, a, b, k] = np.sum(field * self.kernels[k], axis=(1, 2, 3)) + self.biases[k]
        return out


class Pooling(Operation):
    """mode is "max" or "average" """

    MODES = {"max": np.max, "average": np.mean}

    def __init__(self, pool_size=(2, 2), strides=None, mode="max"):
        self.pool_size = pool_size
        self.strides = strides or pool_size
        self.mode = mode
        self.reduce = self.MODES[mode]

    def forward(self, inputs):
        (ph, pw), (sh, sw) = self.pool_size, self.strides
        n, h, w, c = inputs.shape
        out = np.zeros((n, (h - ph) // sh + 1, (w - pw) // sw + 1, c))
        for y in range(out.shape[1]):
            for x in range(out.shape[2]):
                out[:, y, x, :] = self.reduce(inputs[:, y * sh:y * sh + ph, x * sw:x * sw + pw, :], axis=(1, 2))
        return out


class Rectifier(Operation):
    def forward(self, inputs):
        return np.maximum(inputs, 0)


def run(model, images):
    for op in model:
        images = op.forward(images)
    return images


if __name__ == "__main__":
    sobel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1.0]])
    kernels = np.stack([sobel, sobel.T])[..., None]
    model = [Convolution(kernels, padding="same"), Rectifier(), Pooling(mode="average")]
    print(model, run(model, np.random.rand(1, 10, 10, 1)).shape)
