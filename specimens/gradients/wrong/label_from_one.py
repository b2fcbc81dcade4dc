"""Labels are taken to begin at 1.

apart: verify.py compares its gradients
says: label|off by one|class before|next to
"""
import numpy as np


class CrossEntropyLoss:
    def forward(self, logits, y):
        self.y = y
        z = logits - logits.max(axis=1, keepdims=True)
        self.p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return -np.log(self.p[range(len(y)), y]).sum()

    def backward(self):
        g = self.p.copy()
        g[range(len(self.y)), self.y - 1] -= 1
        return g
