# The network is a list of dicts; each function gets the data and its dict.
# X: (batch, channels, rows, cols)
import numpy as np

rs = np.random.RandomState(3)


def conv(X, layer):
    W, b = layer["W"], layer["b"]
    s = layer.get("stride", 1)
    p = layer.get("pad", 0)
    X = X.astype(float)
    if p:
        X = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)), "constant")
    K, C, fh, fw = W.shape
    N = X.shape[0]
    oh = (X.shape[2] - fh) // s + 1
    ow = (X.shape[3] - fw) // s + 1
    out = np.zeros((N, K, oh, ow))
    for k in range(K):
        for i in range(oh):
            for j in range(ow):
                window = X[:, :, i * s:i * s + fh, j * s:j * s + fw]
                out[:, k, i, j] = (window * W[k]).sum(axis=(1, 2, 3)) + b[k]
    return out


def relu(X, layer=None):
    return np.maximum(X, 0)


def maxpool(X, layer):
    f = layer["size"]
    s = layer.get("stride", f)
    N, C, H, W = X.shape
    out = np.zeros((N, C, (H - f) // s + 1, (W - f) // s + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = X[:, :, i * s:i * s + f, j * s:j * s + f].max(axis=(2, 3))
    return out


def flatten(X, layer=None):
    return X.reshape(len(X), -1)


def fc(X, layer):
    return X.dot(layer["W"]) + layer["b"]


def softmax(X, layer=None):
    e = np.exp(X - X.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy(P, y):
    return -np.log(P[np.arange(len(y)), y]).mean()


FUNCS = {"conv": conv, "relu": relu, "maxpool": maxpool, "flatten": flatten, "fc": fc, "softmax": softmax}


def forward(net, X):
    outs = [X]
    for layer in net:
        outs.append(FUNCS[layer["type"]](outs[-1], layer))
    return outs


def build(classes=3):
    return [
        {"type": "conv", "W": rs.randn(4, 1, 3, 3) / 3, "b": np.zeros(4)},
        {"type": "relu"},
        {"type": "maxpool", "size": 2},
        {"type": "flatten"},
        {"type": "fc", "W": rs.randn(4 * 3 * 3, classes) / 6, "b": np.zeros(classes)},
        {"type": "softmax"},
    ]


def train(net, X, y, epochs=60, lr=0.5):
    """only the last dense layer learns, the filters stay random"""
    for epoch in range(epochs):
        outs = forward(net, X)
        d = outs[-1].copy()
        d[np.arange(len(y)), y] -= 1
        d /= len(y)
        net[-2]["W"] -= lr * outs[-3].T.dot(d)
        net[-2]["b"] -= lr * d.sum(axis=0)
    return cross_entropy(outs[-1], y)


if __name__ == "__main__":
    y = rs.randint(0, 3, 90)
    X = rs.rand(90, 1, 8, 8)
    X[np.arange(90), 0, 2 + y] += 1.5
    print("loss %.3f" % train(build(), X, y))
