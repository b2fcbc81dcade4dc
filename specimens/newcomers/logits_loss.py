import numpy as np


class Linear:
    """fully connected layer, weight has shape (out_features, in_features)"""

    def __init__(self, in_features, out_features):
        bound = 1 / np.sqrt(in_features)
        self.weight = np.random.uniform(-bound, bound, (out_features, in_features))
        self.bias = np.random.uniform(-bound, bound, out_features)

    def forward(self, x):
        self.x = x
        return x @ self.weight.T + self.bias

    def backward(self, grad):
        self.grad_weight = grad.T @ self.x
        self.grad_bias = grad.sum(0)
        return grad @ self.weight

    __call__ = forward


class ReLU:
    def forward(self, x):
        self.x = x
        return x.clip(min=0)

    def backward(self, grad):
        return grad * (self.x > 0)

    __call__ = forward


class SoftmaxCrossEntropy:
    """log-softmax and negative log likelihood in one layer; takes logits and integer labels"""

    def forward(self, logits, labels):
        shifted = logits - logits.max(axis=1, keepdims=True)
        self.log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.labels = labels
        return -self.log_probs[np.arange(len(labels)), labels].mean()

    def backward(self):
        grad = np.exp(self.log_probs)
        grad[np.arange(len(self.labels)), self.labels] -= 1
        return grad / len(self.labels)

    __call__ = forward


def main():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(200, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    fc1, act, fc2, loss_fn = Linear(2, 16), ReLU(), Linear(16, 2), SoftmaxCrossEntropy()
    for step in range(20):
        loss = loss_fn(fc2(act(fc1(X))), y)
        fc1.backward(act.backward(fc2.backward(loss_fn.backward())))
        for layer in (fc1, fc2):
            layer.weight -= 0.5 * layer.grad_weight
            layer.bias -= 0.5 * layer.grad_bias
        if step % 5 == 0:
            print(f"step {step}: loss {loss:.4f}")


main()
