"""LeNet-like network on 8x8 digits, written for the seminar. Run the file to train."""
import numpy as np


def init(rng, *shape):
    return rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)


class Conv:
    def __init__(self, rng, in_ch, out_ch, k):
        self.K = init(rng, out_ch, in_ch, k, k)
        self.b = np.zeros(out_ch)

    def forward(self, X):
        self.X = X
        k = self.K.shape[-1]
        win = np.lib.stride_tricks.sliding_window_view(X, (k, k), axis=(2, 3))
        self.win = win
        return np.einsum("ncijab,kcab->nkij", win, self.K) + self.b.reshape(1, -1, 1, 1)

    def step(self, d, lr):
        self.K -= lr * np.einsum("nkij,ncijab->kcab", d, self.win)
        self.b -= lr * d.sum(axis=(0, 2, 3))


class ReLU:
    def forward(self, X):
        self.on = X > 0
        return np.where(self.on, X, 0)

    def back(self, d):
        return d * self.on


class Dense:
    def __init__(self, rng, n_in, n_out):
        self.W = init(rng, n_out, n_in).T
        self.b = np.zeros(n_out)

    def forward(self, X):
        self.X = X
        return X.dot(self.W)

    def back(self, d, lr):
        dX = d.dot(self.W.T)
        self.W -= lr * self.X.T.dot(d)
        self.b -= lr * d.sum(axis=0)
        return dX


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def nll(P, y):
    return -np.log(P[np.arange(len(y)), y]).mean()


class Net:
    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        self.conv, self.act, self.fc = Conv(rng, 1, 6, 3), ReLU(), Dense(rng, 6 * 6 * 6, 4)

    def forward(self, X):
        H = self.act.forward(self.conv.forward(X))
        self.shape = H.shape
        return softmax(self.fc.forward(H.reshape(len(X), -1)))

    def train(self, X, y, lr=0.05):
        P = self.forward(X)
        d = P.copy()
        d[np.arange(len(y)), y] -= 1
        d = self.fc.back(d / len(y), lr).reshape(self.shape)
        self.conv.step(self.act.back(d), lr)
        return nll(P, y)


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    y = rng.integers(0, 4, 200)
    X = rng.random((200, 1, 8, 8)) * 0.3
    for n, k in enumerate(y):
        X[n, 0, 4 * (k // 2):4 * (k // 2) + 4, 4 * (k % 2):4 * (k % 2) + 4] += 1
    net = Net()
    for epoch in range(20):
        loss = net.train(X, y)
    print("loss", loss, "accuracy", (net.forward(X).argmax(axis=1) == y).mean())
