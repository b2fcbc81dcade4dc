"""Layers are built from a config (a dict, usually read from json)."""
import json

import numpy as np

DEFAULT = """
[{"kind": "conv", "in_channels": 1, "out_channels": 6, "kernel": 5, "stride": 1, "pad": 2},
 {"kind": "activation", "fn": "relu"},
 {"kind": "pool", "kernel": 2, "stride": 2},
 {"kind": "fc", "inputs": 1176, "outputs": 10}]
"""


class Layer:
    def __init__(self, cfg):
        self.cfg = dict(cfg)
        self.setup(**{k: v for k, v in cfg.items() if k != "kind"})

    def setup(self, **kwargs):
        pass

    def __call__(self, *inputs):
        return self.run(*inputs)


class Conv(Layer):
    def setup(self, in_channels, out_channels, kernel, stride=1, pad=0):
        self.stride, self.pad = stride, pad
        n = in_channels * kernel ** 2
        self.W = np.random.normal(0, (2 / n) ** 0.5, (out_channels, in_channels, kernel, kernel))
        self.b = np.zeros(out_channels)

    def run(self, x):
        p, s = self.pad, self.stride
        x = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)]).astype(float)
        f, g = self.W.shape[2:]
        maps = []
        for w, b in zip(self.W, self.b):
            acc = b
            for i in range(f):
                for j in range(g):
                    last_i, last_j = x.shape[2] - f + i + 1, x.shape[3] - g + j + 1
                    part = x[:, :, i:last_i:s, j:last_j:s] * w[:, i, j].reshape(1, -1, 1, 1)
                    acc = acc + part.sum(axis=1)
            maps.append(acc)
        return np.stack(maps, axis=1)


class Pool(Layer):
    def setup(self, kernel=2, stride=2):
        self.kernel, self.stride = kernel, stride

    def run(self, x):
        k, s = self.kernel, self.stride
        last_i, last_j = x.shape[2] - k + 1, x.shape[3] - k + 1
        best = x[:, :, :last_i:s, :last_j:s]
        for i in range(k):
            for j in range(k):
                best = np.maximum(best, x[:, :, i:last_i + i:s, j:last_j + j:s])
        return best


class Activation(Layer):
    table = {"relu": lambda v: np.maximum(v, 0), "tanh": np.tanh, "none": lambda v: v}

    def setup(self, fn="relu"):
        self.fn = self.table[fn]

    def run(self, x):
        return self.fn(x)


class FC(Layer):
    def setup(self, inputs, outputs):
        self.W = np.random.normal(0, inputs ** -0.5, (outputs, inputs))
        self.b = np.zeros(outputs)

    def run(self, x):
        return x.reshape(len(x), -1) @ self.W.T + self.b


KINDS = {"conv": Conv, "pool": Pool, "activation": Activation, "fc": FC}


def build(config=DEFAULT):
    return [KINDS[c["kind"]](c) for c in json.loads(config)]


def run(layers, x):
    for layer in layers:
        x = layer(x)
    return x


if __name__ == "__main__":
    print(run(build(), np.random.rand(3, 1, 28, 28)).shape)
