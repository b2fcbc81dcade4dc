import numpy as np


class SoftmaxCrossEntropyLoss:
    def loss(self, logits, targets):
        """targets are class indices"""
        m = logits.max(axis=1, keepdims=True)
        log_z = m + np.log(np.exp(logits - m).sum(axis=1, keepdims=True))
        return (log_z[:, 0] - logits[np.arange(len(targets)), targets]).mean()

    def grad(self, logits, targets):
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        g = e / e.sum(axis=1, keepdims=True)
        g[np.arange(len(targets)), targets] -= 1
        return g / len(targets)
