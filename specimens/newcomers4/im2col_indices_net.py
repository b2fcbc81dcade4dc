"""CNN in numpy, im2col with fancy indices. Weights are updated by the optimizer at the end."""
import numpy as np


def get_im2col_indices(x_shape, field_height, field_width, padding=1, stride=1):
    N, C, H, W = x_shape
    out_height = (H + 2 * padding - field_height) // stride + 1
    out_width = (W + 2 * padding - field_width) // stride + 1

    i0 = np.repeat(np.arange(field_height), field_width)
    i0 = np.tile(i0, C)
    i1 = stride * np.repeat(np.arange(out_height), out_width)
    j0 = np.tile(np.arange(field_width), field_height * C)
    j1 = stride * np.tile(np.arange(out_width), out_height)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), field_height * field_width).reshape(-1, 1)
    return k, i, j


def im2col_indices(x, field_height, field_width, padding=1, stride=1):
    p = padding
    x_padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), mode='constant')
    k, i, j = get_im2col_indices(x.shape, field_height, field_width, padding, stride)
    cols = x_padded[:, k, i, j]
    C = x.shape[1]
    return cols.transpose(1, 2, 0).reshape(field_height * field_width * C, -1)


def col2im_indices(cols, x_shape, field_height=3, field_width=3, padding=1, stride=1):
    N, C, H, W = x_shape
    H_padded, W_padded = H + 2 * padding, W + 2 * padding
    x_padded = np.zeros((N, C, H_padded, W_padded), dtype=cols.dtype)
    k, i, j = get_im2col_indices(x_shape, field_height, field_width, padding, stride)
    cols_reshaped = cols.reshape(C * field_height * field_width, -1, N).transpose(2, 0, 1)
    np.add.at(x_padded, (slice(None), k, i, j), cols_reshaped)
    if padding == 0:
        return x_padded
    return x_padded[:, :, padding:-padding, padding:-padding]


class Conv():
    def __init__(self, X_dim, n_filter, h_filter, w_filter, stride, padding):
        self.d_X, self.h_X, self.w_X = X_dim
        self.n_filter, self.h_filter, self.w_filter = n_filter, h_filter, w_filter
        self.stride, self.padding = stride, padding
        self.W = np.random.randn(n_filter, self.d_X, h_filter, w_filter) / np.sqrt(n_filter / 2.)
        self.b = np.zeros((n_filter, 1))
        self.params = [self.W, self.b]
        self.h_out = (self.h_X - h_filter + 2 * padding) // stride + 1
        self.w_out = (self.w_X - w_filter + 2 * padding) // stride + 1
        self.out_dim = (n_filter, self.h_out, self.w_out)

    def forward(self, X):
        W, b = self.params
        self.n_X = X.shape[0]
        self.X_shape = X.shape
        self.X_col = im2col_indices(X, self.h_filter, self.w_filter, stride=self.stride, padding=self.padding)
        W_row = W.reshape(self.n_filter, -1)
        out = W_row @ self.X_col + b
        out = out.reshape(self.n_filter, self.h_out, self.w_out, self.n_X)
        return out.transpose(3, 0, 1, 2)

    def backward(self, dout):
        W, b = self.params
        dout_flat = dout.transpose(1, 2, 3, 0).reshape(self.n_filter, -1)
        dW = (dout_flat @ self.X_col.T).reshape(W.shape)
        db = np.sum(dout, axis=(0, 2, 3)).reshape(self.n_filter, -1)
        W_flat = W.reshape(self.n_filter, -1)
        dX_col = W_flat.T @ dout_flat
        dX = col2im_indices(dX_col, self.X_shape, self.h_filter, self.w_filter, self.padding, self.stride)
        return dX, [dW, db]


class Maxpool():
    def __init__(self, X_dim, size, stride):
        self.d_X, self.h_X, self.w_X = X_dim
        self.params = []
        self.size, self.stride = size, stride
        self.h_out = (self.h_X - size) // stride + 1
        self.w_out = (self.w_X - size) // stride + 1
        self.out_dim = (self.d_X, self.h_out, self.w_out)

    def forward(self, X):
        self.n_X = X.shape[0]
        X_reshaped = X.reshape(X.shape[0] * X.shape[1], 1, X.shape[2], X.shape[3])
        self.X_col = im2col_indices(X_reshaped, self.size, self.size, padding=0, stride=self.stride)
        self.max_indexes = np.argmax(self.X_col, axis=0)
        out = self.X_col[self.max_indexes, range(self.max_indexes.size)]
        out = out.reshape(self.h_out, self.w_out, self.n_X, self.d_X).transpose(2, 3, 0, 1)
        return out

    def backward(self, dout):
        dX_col = np.zeros(self.X_col.shape)
        dout_flat = dout.transpose(2, 3, 0, 1).ravel()
        dX_col[self.max_indexes, range(self.max_indexes.size)] = dout_flat
        shape = (self.n_X * self.d_X, 1, self.h_X, self.w_X)
        dX = col2im_indices(dX_col, shape, self.size, self.size, padding=0, stride=self.stride)
        dX = dX.reshape(self.n_X, self.d_X, self.h_X, self.w_X)
        return dX, []


class Flatten():
    def __init__(self):
        self.params = []

    def forward(self, X):
        self.X_shape = X.shape
        return X.ravel().reshape(X.shape[0], -1)

    def backward(self, dout):
        return dout.reshape(self.X_shape), ()


class FullyConnected():
    def __init__(self, in_size, out_size):
        self.W = np.random.randn(in_size, out_size) / np.sqrt(in_size / 2.)
        self.b = np.zeros((1, out_size))
        self.params = [self.W, self.b]

    def forward(self, X):
        self.X = X
        return self.X @ self.params[0] + self.params[1]

    def backward(self, dout):
        dW = self.X.T @ dout
        db = np.sum(dout, axis=0)
        dX = dout @ self.params[0].T
        return dX, [dW, db]


class ReLU():
    def __init__(self):
        self.params = []

    def forward(self, X):
        self.X = X
        return np.maximum(0, X)

    def backward(self, dout):
        dX = dout.copy()
        dX[self.X <= 0] = 0
        return dX, []


def SoftmaxLoss(X, y):
    m = y.shape[0]
    shifted = X - X.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    p = np.exp(log_p)
    loss = np.sum(-log_p[range(m), y]) / m
    dx = p.copy()
    dx[range(m), y] -= 1
    dx /= m
    return loss, dx


def sgd_momentum(layers_and_grads, velocity, learning_rate=0.05, mu=0.9):
    for v, (layer, grads) in zip(velocity, layers_and_grads):
        for i, g in enumerate(grads):
            v[i] = mu * v[i] + learning_rate * g.reshape(layer.params[i].shape)
            layer.params[i] -= v[i]


if __name__ == '__main__':
    np.random.seed(3)
    X, y = np.random.rand(16, 1, 10, 10), np.random.randint(0, 3, 16)
    conv = Conv((1, 10, 10), n_filter=4, h_filter=3, w_filter=3, stride=1, padding=1)
    pool = Maxpool(conv.out_dim, size=2, stride=2)
    net = [conv, ReLU(), pool, Flatten(), FullyConnected(int(np.prod(pool.out_dim)), 3)]
    velocity = [[np.zeros_like(p) for p in layer.params] for layer in net]
    for step in range(15):
        out = X
        for layer in net:
            out = layer.forward(out)
        loss, dout = SoftmaxLoss(out, y)
        found = []
        for layer in reversed(net):
            dout, grad = layer.backward(dout)
            found.append(grad)
        sgd_momentum(zip(net, reversed(found)), velocity)
        print('loss = %.4f' % loss)
