"""The article's softmax layer packs its weights at the first call and goes on with those, whatever weights of
the same shape it is given later.

says: first|cache|remember|stale|kept|keeps|previous|earlier|old|not read again|later
never: transpos|flatten
apart: an article's class is no function
"""
import numpy as np

class Softmax:
    def __init__(self, input_len, nodes):
        self.weights = np.random.normal(size=(input_len, nodes)) / input_len
        self.biases = np.zeros(nodes)
        self._packed = None

    def _pack(self):
        shape = np.shape(self.weights)[::-1]
        if self._packed is None or self._packed.shape != shape:
            self._packed = np.array(np.transpose(self.weights), dtype=float, order="C")
        return self._packed

    def forward(self, maps):
        vector = np.asarray(maps, dtype=float).reshape(-1)
        packed = self._pack()
        if vector.size != packed.shape[1]:
            raise ValueError("the maps do not fit the weights")
        if np.shape(self.biases) != (packed.shape[0],):
            raise ValueError("the biases do not fit the weights")
        logits = packed @ vector + self.biases
        logits -= logits.max()
        e = np.exp(logits)
        return e / e.sum()
