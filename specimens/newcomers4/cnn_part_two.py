import numpy as np

'''
A CNN from scratch, part two: training. One image at a time.
'''


class Conv3x3:
  # A Convolution layer using 3x3 filters.

  def __init__(self, num_filters):
    self.num_filters = num_filters
    # filters is a 3d array with dimensions (num_filters, 3, 3)
    self.filters = np.random.randn(num_filters, 3, 3) / 9

  def iterate_regions(self, image):
    h, w = image.shape
    for i in range(h - 2):
      for j in range(w - 2):
        im_region = image[i:(i + 3), j:(j + 3)]
        yield im_region, i, j

  def forward(self, input):
    self.last_input = input
    h, w = input.shape
    output = np.zeros((h - 2, w - 2, self.num_filters))
    for im_region, i, j in self.iterate_regions(input):
      output[i, j] = np.sum(im_region * self.filters, axis=(1, 2))
    return output

  def backprop(self, d_L_d_out, learn_rate):
    '''
    Performs a backward pass of the conv layer.
    - d_L_d_out is the loss gradient for this layer's outputs.
    - learn_rate is a float.
    '''
    d_L_d_filters = np.zeros(self.filters.shape)

    for im_region, i, j in self.iterate_regions(self.last_input):
      for f in range(self.num_filters):
        d_L_d_filters[f] += d_L_d_out[i, j, f] * im_region

    # Update filters
    self.filters -= learn_rate * d_L_d_filters

    # Nothing is returned: this is the first layer of our CNN.
    return None


class MaxPool2:
  # A Max Pooling layer using a pool size of 2.

  def iterate_regions(self, image):
    h, w, _ = image.shape
    for i in range(h // 2):
      for j in range(w // 2):
        im_region = image[(i * 2):(i * 2 + 2), (j * 2):(j * 2 + 2)]
        yield im_region, i, j

  def forward(self, input):
    self.last_input = input
    h, w, num_filters = input.shape
    output = np.zeros((h // 2, w // 2, num_filters))
    for im_region, i, j in self.iterate_regions(input):
      output[i, j] = np.amax(im_region, axis=(0, 1))
    return output

  def backprop(self, d_L_d_out):
    d_L_d_input = np.zeros(self.last_input.shape)
    for im_region, i, j in self.iterate_regions(self.last_input):
      h, w, f = im_region.shape
      amax = np.amax(im_region, axis=(0, 1))
      for i2 in range(h):
        for j2 in range(w):
          for f2 in range(f):
            # If this pixel was the max value, copy the gradient to it.
            if im_region[i2, j2, f2] == amax[f2]:
              d_L_d_input[i * 2 + i2, j * 2 + j2, f2] = d_L_d_out[i, j, f2]
    return d_L_d_input


class Softmax:
  # A standard fully-connected layer with softmax activation.

  def __init__(self, input_len, nodes):
    self.weights = np.random.randn(input_len, nodes) / input_len
    self.biases = np.zeros(nodes)

  def forward(self, input):
    self.last_input_shape = input.shape
    input = input.flatten()
    self.last_input = input
    totals = np.dot(input, self.weights) + self.biases
    exp = np.exp(totals - np.max(totals))
    self.last_out = exp / np.sum(exp, axis=0)
    return self.last_out

  def backprop(self, d_L_d_out, learn_rate):
    out = self.last_out
    # d_out_d_t[i, k]: how out[i] changes with totals[k]
    d_out_d_t = np.diag(out) - np.outer(out, out)
    d_L_d_t = d_L_d_out @ d_out_d_t

    d_L_d_w = self.last_input[np.newaxis].T @ d_L_d_t[np.newaxis]
    d_L_d_b = d_L_d_t
    d_L_d_inputs = self.weights @ d_L_d_t

    self.weights -= learn_rate * d_L_d_w
    self.biases -= learn_rate * d_L_d_b
    return d_L_d_inputs.reshape(self.last_input_shape)


# the mnist package was not available on the cluster: noise will do
np.random.seed(1)
train_images = np.random.randint(0, 256, (12, 28, 28))
train_labels = np.random.randint(0, 10, 12)

conv = Conv3x3(8)                  # 28x28x1 -> 26x26x8
pool = MaxPool2()                  # 26x26x8 -> 13x13x8
softmax = Softmax(13 * 13 * 8, 10) # 13x13x8 -> 10


def forward(image, label):
  out = conv.forward((image / 255) - 0.5)
  out = pool.forward(out)
  out = softmax.forward(out)
  loss = -np.log(out[label])
  acc = 1 if np.argmax(out) == label else 0
  return out, loss, acc


def train(im, label, lr=.005):
  '''
  Completes a full training step on the given image and label.
  '''
  out, loss, acc = forward(im, label)
  gradient = np.zeros(10)
  gradient[label] = -1 / out[label]
  gradient = softmax.backprop(gradient, lr)
  gradient = pool.backprop(gradient)
  gradient = conv.backprop(gradient, lr)
  return loss, acc


print('MNIST CNN initialized!')
loss = 0
num_correct = 0
for i, (im, label) in enumerate(zip(train_images, train_labels)):
  l, acc = train(im, label)
  loss += l
  num_correct += acc
print('Average Loss %.3f | Accuracy: %d of %d' % (loss / (i + 1), num_correct, i + 1))
