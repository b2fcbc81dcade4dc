"""
Simple CNN from scratch: conv -> relu -> maxpool -> fc -> softmax, trained with SGD.

    python mnist_network.py
"""
import numpy as np

np.random.seed(42)


class ConvLayer:
    def __init__(self, num_filters, filter_size, in_channels=1):
        self.num_filters = num_filters
        self.filter_size = filter_size
        self.filters = np.random.randn(num_filters, in_channels, filter_size, filter_size) / filter_size**2
        self.biases = np.zeros(num_filters)

    def forward(self, image):
        """image: (channels, height, width)"""
        self.last_input = image
        _, h, w = image.shape
        f = self.filter_size
        output = np.zeros((self.num_filters, h - f + 1, w - f + 1))
        for i in range(h - f + 1):
            for j in range(w - f + 1):
                region = image[:, i:i + f, j:j + f]
                output[:, i, j] = np.sum(region * self.filters, axis=(1, 2, 3)) + self.biases
        return output

    def backprop(self, d_out, lr):
        d_filters = np.zeros(self.filters.shape)
        f = self.filter_size
        for i in range(d_out.shape[1]):
            for j in range(d_out.shape[2]):
                region = self.last_input[:, i:i + f, j:j + f]
                d_filters += d_out[:, i, j][:, None, None, None] * region
        self.filters -= lr * d_filters
        self.biases -= lr * d_out.sum(axis=(1, 2))


class ReLULayer:
    def forward(self, x):
        self.mask = x > 0
        return np.maximum(x, 0)

    def backprop(self, d_out):
        return d_out * self.mask


class MaxPoolLayer:
    def __init__(self, size=2):
        self.size = size

    def forward(self, maps):
        self.last_input = maps
        k, h, w = maps.shape
        s = self.size
        out = np.zeros((k, h // s, w // s))
        for i in range(h // s):
            for j in range(w // s):
                out[:, i, j] = np.amax(maps[:, i * s:(i + 1) * s, j * s:(j + 1) * s], axis=(1, 2))
        return out

    def backprop(self, d_out):
        d_in = np.zeros(self.last_input.shape)
        s = self.size
        for i in range(d_out.shape[1]):
            for j in range(d_out.shape[2]):
                region = self.last_input[:, i * s:(i + 1) * s, j * s:(j + 1) * s]
                top = np.amax(region, axis=(1, 2), keepdims=True)
                d_in[:, i * s:(i + 1) * s, j * s:(j + 1) * s] = (region == top) * d_out[:, i, j][:, None, None]
        return d_in


class FCLayer:
    def __init__(self, n_inputs, n_outputs):
        self.weights = np.random.randn(n_inputs, n_outputs) / np.sqrt(n_inputs)
        self.biases = np.zeros(n_outputs)

    def forward(self, x):
        self.last_shape = x.shape
        self.last_input = x.flatten()
        return np.dot(self.last_input, self.weights) + self.biases

    def backprop(self, d_out, lr):
        d_in = self.weights @ d_out
        self.weights -= lr * np.outer(self.last_input, d_out)
        self.biases -= lr * d_out
        return d_in.reshape(self.last_shape)


def softmax(logits):
    exp = np.exp(logits - np.max(logits))
    return exp / np.sum(exp)


def cross_entropy_loss(probs, label):
    return -np.log(probs[label])


class CNN:
    def __init__(self):
        self.conv = ConvLayer(4, 3)
        self.relu = ReLULayer()
        self.pool = MaxPoolLayer(2)
        self.fc = FCLayer(4 * 5 * 5, 3)

    def forward(self, image):
        out = self.conv.forward(image)
        out = self.relu.forward(out)
        out = self.pool.forward(out)
        return softmax(self.fc.forward(out))

    def train_step(self, image, label, lr=0.05):
        probs = self.forward(image)
        loss = cross_entropy_loss(probs, label)
        grad = probs.copy()
        grad[label] -= 1
        grad = self.fc.backprop(grad, lr)
        grad = self.pool.backprop(grad)
        grad = self.relu.backprop(grad)
        self.conv.backprop(grad, lr)
        return loss, int(np.argmax(probs) == label)


def make_bars(n):
    """horizontal, vertical and diagonal bars on 12 x 12 pixels"""
    images, labels = np.random.rand(n, 1, 12, 12) * 0.2, np.random.randint(0, 3, n)
    for image, label in zip(images, labels):
        at = np.random.randint(2, 10)
        if label == 0:
            image[0, at] = 1
        elif label == 1:
            image[0, :, at] = 1
        else:
            image[0][np.arange(12), np.arange(12)] = 1
    return images, labels


if __name__ == "__main__":
    model = CNN()
    for epoch in range(3):
        images, labels = make_bars(100)
        total, correct = 0.0, 0
        for image, label in zip(images, labels):
            loss, right = model.train_step(image, label)
            total += loss
            correct += right
        print(f"epoch {epoch + 1}: loss {total / 100:.3f}, accuracy {correct} %")
