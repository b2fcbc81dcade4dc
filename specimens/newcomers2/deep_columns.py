import numpy as np

# L-layer network, examples are columns: X is (n_x, m)


def linear_forward(A_prev, W, b):
    Z = W @ A_prev + b
    assert Z.shape == (W.shape[0], A_prev.shape[1])
    return Z


def relu(Z):
    return np.maximum(0, Z)


def softmax(Z):
    expZ = np.exp(Z - np.max(Z))
    return expZ / np.sum(expZ)


def linear_activation_forward(A_prev, W, b, activation):
    Z = linear_forward(A_prev, W, b)
    if activation == "relu":
        return relu(Z)
    return softmax(Z)


def compute_cost(AL, Y):
    m = Y.shape[1]
    picked = (AL * Y).sum(axis=0)
    return float(-np.log(picked).sum() / m)


if __name__ == "__main__":
    X = np.random.randn(5, 1)
    W1, b1 = np.random.randn(4, 5), np.zeros((4, 1))
    W2, b2 = np.random.randn(3, 4), np.zeros((3, 1))
    AL = linear_activation_forward(linear_activation_forward(X, W1, b1, "relu"), W2, b2, "softmax")
    print("sums to", AL.sum())
