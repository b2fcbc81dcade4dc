"""The article's softmax layer adds the biases to the probabilities, after the softmax: a line slipped down.

says: bias.*(after|probabilit|outside|behind|result)|(after|outside|behind).*softmax
never: bias.*(ignored|missing|subtracted)
apart: an article's class is no function
"""
import numpy as np

class Softmax:
    def __init__(self, input_len, nodes):
        self.weights = np.random.randn(input_len, nodes) / input_len
        self.biases = np.zeros(nodes)

    def forward(self, input):
        input = np.asarray(input, float).flatten()
        if len(input) != len(self.weights):
            raise ValueError(f"{len(input)} inputs, but {len(self.weights)} rows of weights")
        if np.shape(self.biases) != (np.shape(self.weights)[1],):
            raise ValueError("one bias for each node")
        totals = np.dot(input, self.weights)
        exp = np.exp(totals - np.max(totals))
        return exp / np.sum(exp, axis=0) + self.biases
