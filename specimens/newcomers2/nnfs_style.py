import numpy as np

CNNSPEC = {"calls": {"relu": "run(Activation_ReLU(), x)", "dense": "run(dense_of(weights, bias), x.reshape(1, -1))[0]", "softmax": "run(Activation_Softmax(), np.atleast_2d(logits)).reshape(np.shape(logits))", "cross_entropy": "Loss_CategoricalCrossentropy().forward(np.atleast_2d(probabilities), np.array([label]))[0]"}}


# Dense layer
class Layer_Dense:

    # Layer initialization
    def __init__(self, n_inputs, n_neurons):
        self.weights = 0.01 * np.random.randn(n_inputs, n_neurons)
        self.biases = np.zeros((1, n_neurons))

    # Forward pass
    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.dot(inputs, self.weights) + self.biases


# ReLU activation
class Activation_ReLU:
    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.maximum(0, inputs)


# Softmax activation
class Activation_Softmax:
    def forward(self, inputs):
        exp_values = np.exp(inputs - np.max(inputs, axis=1, keepdims=True))
        self.output = exp_values / np.sum(exp_values, axis=1, keepdims=True)


# Common loss class
class Loss:
    def calculate(self, output, y):
        return np.mean(self.forward(output, y))


# Cross-entropy loss, takes labels or one-hot
class Loss_CategoricalCrossentropy(Loss):
    def forward(self, y_pred, y_true):
        samples = len(y_pred)
        y_pred_clipped = np.clip(y_pred, 1e-12, 1 - 1e-12)
        if len(y_true.shape) == 1:
            correct_confidences = y_pred_clipped[range(samples), y_true]
        else:
            correct_confidences = np.sum(y_pred_clipped * y_true, axis=1)
        return -np.log(correct_confidences)


def dense_of(weights, bias):
    layer = Layer_Dense(*weights.shape)
    layer.weights = weights
    layer.biases = bias.reshape(1, -1)
    return layer


def run(layer, inputs):
    layer.forward(inputs)
    return layer.output


if __name__ == "__main__":
    np.random.seed(0)
    X, y = np.random.randn(30, 2), np.arange(30) % 3
    out = run(Activation_Softmax(), run(Layer_Dense(2, 3), X))
    print("loss:", Loss_CategoricalCrossentropy().calculate(out, y))
