"""Softmax regression with one hidden layer; all weights are one flat vector, so that scipy can minimise."""
import numpy as np
from scipy.optimize import minimize


def unpack(theta, sizes):
    params, start = [], 0
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        W = theta[start:start + n_in * n_out].reshape(n_in, n_out)
        start += n_in * n_out
        b = theta[start:start + n_out]
        start += n_out
        params.append((W, b))
    return params


def pack(grads):
    return np.concatenate([np.concatenate([gW.ravel(), gb]) for gW, gb in grads])


def affine(X, W, b):
    return np.matmul(X, W) + b


def rectify(A):
    return np.where(A < 0, 0, A)


def soft_max(A):
    A = A - A.max(axis=1)[:, None]
    E = np.exp(A)
    return E / E.sum(axis=1)[:, None]


def neg_log_likelihood(P, y):
    return -np.mean(np.log(P[np.arange(y.size), y]))


def cost(theta, sizes, X, y):
    (W1, b1), (W2, b2) = unpack(theta, sizes)
    A1 = affine(X, W1, b1)
    H = rectify(A1)
    P = soft_max(affine(H, W2, b2))
    J = neg_log_likelihood(P, y)
    D = P.copy()
    D[np.arange(y.size), y] -= 1
    D /= y.size
    D1 = (D @ W2.T) * (A1 > 0)
    return J, pack([(X.T @ D1, D1.sum(axis=0)), (H.T @ D, D.sum(axis=0))])


def predict(theta, sizes, X):
    (W1, b1), (W2, b2) = unpack(theta, sizes)
    return soft_max(affine(rectify(affine(X, W1, b1)), W2, b2)).argmax(axis=1)


def fit(X, y, hidden=12, maxiter=100, seed=0):
    sizes = (X.shape[1], hidden, int(y.max()) + 1)
    n = sum(a * b + b for a, b in zip(sizes[:-1], sizes[1:]))
    theta0 = np.random.RandomState(seed).normal(scale=0.3, size=n)
    res = minimize(cost, theta0, args=(sizes, X, y), jac=True, method="L-BFGS-B", options={"maxiter": maxiter})
    return res.x, sizes


if __name__ == "__main__":
    r = np.random.RandomState(1)
    y = r.randint(0, 3, 150)
    X = r.normal(size=(150, 2)) + np.array([[0, 3], [3, 0], [-3, -3]])[y]
    theta, sizes = fit(X, y)
    print((predict(theta, sizes, X) == y).mean())
