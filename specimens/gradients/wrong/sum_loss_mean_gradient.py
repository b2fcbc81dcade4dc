"""The loss is summed over the batch, its gradient is divided by the number of rows.

apart: verify.py compares its gradients
says: batch|mean|averag|divid|1/N|times N|summed
"""
import numpy as np


class SoftmaxCrossEntropy:
    def fprop(self, scores, targets):
        shifted = scores - scores.max(1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
        self.p, self.targets = np.exp(log_p), targets
        return -np.sum(log_p[targets == 1])

    def bprop(self):
        return (self.p - self.targets) / self.targets.shape[0]
