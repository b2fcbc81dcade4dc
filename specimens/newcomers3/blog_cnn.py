import numpy as np

'''
Code of the blog post "A CNN, one image at a time".
Images are 2d numpy arrays, feature maps are 3d (height, width, filters).
'''


class Conv:
  # A convolution layer: square filters, no padding, stride 1

  def __init__(self, num_filters, filter_size=3):
    self.num_filters = num_filters
    self.filter_size = filter_size
    # filters is a 3d array with dimensions (num_filters, size, size)
    self.filters = np.random.randn(num_filters, filter_size, filter_size) / filter_size ** 2
    self.biases = np.zeros(num_filters)

  def iterate_regions(self, image):
    '''
    Generates all possible image regions using valid padding.
    - image is a 2d numpy array
    '''
    h, w = image.shape
    f = self.filter_size

    for i in range(h - f + 1):
      for j in range(w - f + 1):
        im_region = image[i:(i + f), j:(j + f)]
        yield im_region, i, j

  def forward(self, input):
    '''
    Returns a 3d numpy array with dimensions (h', w', num_filters).
    '''
    input = input.astype(float)
    self.last_input = input
    h, w = input.shape
    f = self.filter_size
    output = np.zeros((h - f + 1, w - f + 1, self.num_filters))

    for im_region, i, j in self.iterate_regions(input):
      for k in range(self.num_filters):
        output[i, j, k] = np.sum(im_region * self.filters[k]) + self.biases[k]

    return output


class MaxPool:
  # A max pooling layer, the stride is the pool size

  def __init__(self, size=2):
    self.size = size

  def iterate_regions(self, image):
    h, w, _ = image.shape
    s = self.size

    for i in range(h // s):
      for j in range(w // s):
        yield image[(i * s):(i * s + s), (j * s):(j * s + s)], i, j

  def forward(self, input):
    self.last_input = input
    h, w, num_filters = input.shape
    output = np.zeros((h // self.size, w // self.size, num_filters))

    for im_region, i, j in self.iterate_regions(input):
      output[i, j] = np.amax(im_region, axis=(0, 1))

    return output


class Softmax:
  # A fully-connected layer with softmax activation.

  def __init__(self, input_len, nodes):
    self.weights = np.random.randn(input_len, nodes) / input_len
    self.biases = np.zeros(nodes)

  def forward(self, input):
    '''
    Returns a 1d numpy array containing the probabilities.
    - input can be any array with any dimensions.
    '''
    self.last_input_shape = input.shape
    input = input.flatten()
    self.last_input = input

    totals = np.dot(input, self.weights) + self.biases
    self.last_totals = totals

    exp = np.exp(totals - totals.max())
    return exp / np.sum(exp, axis=0)


conv = Conv(8)                    # 28x28x1 -> 26x26x8
pool = MaxPool()                  # 26x26x8 -> 13x13x8
softmax = Softmax(13 * 13 * 8, 10)  # 13x13x8 -> 10


def forward(image, label):
  '''
  Completes a forward pass of the CNN and calculates the accuracy and cross-entropy loss.
  '''
  out = conv.forward((image / 255) - 0.5)
  out = pool.forward(out)
  out = softmax.forward(out)
  loss = -np.log(out[label])
  acc = 1 if np.argmax(out) == label else 0
  return out, loss, acc


if __name__ == '__main__':
  for image in np.random.randint(0, 256, (5, 28, 28)):
    print(forward(image, 3)[1:])
