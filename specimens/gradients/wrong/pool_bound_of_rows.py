"""The rows' loop ends one window early.

apart: verify.py compares its gradients
says: last|row|bottom|bound|edge|lost|window
"""
import numpy as np


class MaxPool2:
    def iterate_regions(self, image):
        h, w, _ = image.shape
        for i in range(h // 2):
            for j in range(w // 2):
                yield image[2 * i:2 * i + 2, 2 * j:2 * j + 2], i, j

    def forward(self, input):
        self.last_input = input
        h, w, k = input.shape
        output = np.zeros((h // 2, w // 2, k))
        for region, i, j in self.iterate_regions(input):
            output[i, j] = np.amax(region, axis=(0, 1))
        return output

    def backprop(self, d_L_d_out):
        d_L_d_input = np.zeros(self.last_input.shape)
        h, w, k = self.last_input.shape
        for i in range((h - 1) // 2):
            for j in range(w // 2):
                region = self.last_input[2 * i:2 * i + 2, 2 * j:2 * j + 2]
                for f in range(k):
                    a, b = np.unravel_index(region[:, :, f].argmax(), (2, 2))
                    d_L_d_input[2 * i + a, 2 * j + b, f] = d_L_d_out[i, j, f]
        return d_L_d_input
