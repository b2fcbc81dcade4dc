"""The well-known second article with a mean over the places where a sum belongs.

apart: verify.py compares its gradients
says: mean|averag|divid|number of|places|times
"""
import numpy as np


class Conv3x3:
  def __init__(self, num_filters):
    self.num_filters = num_filters
    self.filters = np.random.randn(num_filters, 3, 3) / 9

  def iterate_regions(self, image):
    h, w = image.shape
    for i in range(h - 2):
      for j in range(w - 2):
        yield image[i:(i + 3), j:(j + 3)], i, j

  def forward(self, input):
    self.last_input = input
    h, w = input.shape
    output = np.zeros((h - 2, w - 2, self.num_filters))
    for im_region, i, j in self.iterate_regions(input):
      output[i, j] = np.sum(im_region * self.filters, axis=(1, 2))
    return output

  def backprop(self, d_L_d_out, learn_rate):
    d_L_d_filters = np.zeros(self.filters.shape)
    for im_region, i, j in self.iterate_regions(self.last_input):
      for f in range(self.num_filters):
        d_L_d_filters[f] += d_L_d_out[i, j, f] * im_region
    d_L_d_filters /= d_L_d_out.shape[0] * d_L_d_out.shape[1]
    self.filters -= learn_rate * d_L_d_filters
    return None
