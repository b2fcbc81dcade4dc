import numpy as np

# ---------------------------------------------------------------- layers


def affine_forward(x, w, b):
    out = x.reshape(len(x), -1) @ w + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(len(x), -1).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


def relu_forward(x):
    return np.maximum(0, x), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def conv_forward(x, w, b, conv_param):
    """x (N, C, H, W), w (F, C, HH, WW), b (F,), conv_param {'stride', 'pad'}"""
    stride, pad = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    H_out, W_out = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    out = np.zeros((N, F, H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            window = x_padded[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW]
            for f in range(F):
                out[:, f, i, j] = np.sum(window * w[f], axis=(1, 2, 3)) + b[f]
    return out, (x, w, b, conv_param)


def conv_backward(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx_padded = np.zeros(x_padded.shape)
    dw = np.zeros(w.shape)
    db = np.sum(dout, axis=(0, 2, 3))
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i * stride, i * stride + HH), slice(j * stride, j * stride + WW)
            window = x_padded[:, :, rows, cols]
            for f in range(F):
                d = dout[:, f, i, j][:, None, None, None]
                dw[f] += np.sum(window * d, axis=0)
                dx_padded[:, :, rows, cols] += d * w[f]
    return dx_padded[:, :, pad:pad + H, pad:pad + W], dw, db


def max_pool_forward(x, pool_param):
    h, w, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - h) // s + 1, (W - w) // s + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = np.max(x[:, :, i * s:i * s + h, j * s:j * s + w], axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward(dout, cache):
    x, pool_param = cache
    h, w, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros(x.shape)
    N, C, H_out, W_out = dout.shape
    for i in range(H_out):
        for j in range(W_out):
            window = x[:, :, i * s:i * s + h, j * s:j * s + w].reshape(N, C, -1)
            idx = window.argmax(axis=2)
            n, c = np.ogrid[:N, :C]
            dx[n, c, i * s + idx // w, j * s + idx % w] += dout[:, :, i, j]
    return dx


def softmax_loss(x, y):
    shifted = x - x.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    N = len(x)
    loss = -log_probs[np.arange(N), y].sum() / N
    dx = np.exp(log_probs)
    dx[np.arange(N), y] -= 1
    return loss, dx / N


# ---------------------------------------------------------------- network


class ThreeLayerConvNet(object):
    """conv - relu - 2x2 max pool - affine - relu - affine - softmax"""

    def __init__(self, input_dim=(1, 8, 8), num_filters=4, filter_size=3, hidden_dim=16, num_classes=3,
                 weight_scale=1e-1, reg=0.0):
        C, H, W = input_dim
        self.reg = reg
        rng = np.random.RandomState(231)
        self.params = {
            'W1': weight_scale * rng.randn(num_filters, C, filter_size, filter_size), 'b1': np.zeros(num_filters),
            'W2': weight_scale * rng.randn(num_filters * H * W // 4, hidden_dim), 'b2': np.zeros(hidden_dim),
            'W3': weight_scale * rng.randn(hidden_dim, num_classes), 'b3': np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        p = self.params
        conv_param = {'stride': 1, 'pad': (p['W1'].shape[2] - 1) // 2}
        pool_param = {'pool_height': 2, 'pool_width': 2, 'stride': 2}
        a, cache_conv = conv_forward(X, p['W1'], p['b1'], conv_param)
        a, cache_relu1 = relu_forward(a)
        a, cache_pool = max_pool_forward(a, pool_param)
        a, cache_fc1 = affine_forward(a, p['W2'], p['b2'])
        a, cache_relu2 = relu_forward(a)
        scores, cache_fc2 = affine_forward(a, p['W3'], p['b3'])
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        grads = {}
        da, grads['W3'], grads['b3'] = affine_backward(dscores, cache_fc2)
        da = relu_backward(da, cache_relu2)
        da, grads['W2'], grads['b2'] = affine_backward(da, cache_fc1)
        da = max_pool_backward(da, cache_pool)
        da = relu_backward(da, cache_relu1)
        _, grads['W1'], grads['b1'] = conv_backward(da, cache_conv)
        for name in ('W1', 'W2', 'W3'):
            loss += 0.5 * self.reg * np.sum(p[name] ** 2)
            grads[name] += self.reg * p[name]
        return loss, grads


def eval_numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=['multi_index'], op_flags=['readwrite'])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + h
        fp = f(x)
        x[ix] = old - h
        fm = f(x)
        x[ix] = old
        grad[ix] = (fp - fm) / (2 * h)
        it.iternext()
    return grad


def rel_error(x, y):
    return np.max(np.abs(x - y) / (np.maximum(1e-8, np.abs(x) + np.abs(y))))


if __name__ == '__main__':
    rng = np.random.RandomState(0)
    X, y = rng.randn(6, 1, 8, 8), rng.randint(3, size=6)
    model = ThreeLayerConvNet(reg=0.1)
    loss, grads = model.loss(X, y)
    for name in sorted(grads):
        num = eval_numerical_gradient(lambda _: model.loss(X, y)[0], model.params[name])
        print(name, rel_error(num, grads[name]))
    for it in range(20):
        loss, grads = model.loss(X, y)
        for name in grads:
            model.params[name] -= 0.1 * grads[name]
        print(it, loss)
