import numpy as np
import scipy.signal


class Module(object):
    """
    Basically, you can think of a module as of something (black box)
    which can process `input` data and produce `output` data.
    """
    def __init__(self):
        self.output = None
        self.gradInput = None
        self.training = True

    def forward(self, input):
        return self.updateOutput(input)

    def backward(self, input, gradOutput):
        self.updateGradInput(input, gradOutput)
        self.accGradParameters(input, gradOutput)
        return self.gradInput

    def updateOutput(self, input):
        pass

    def updateGradInput(self, input, gradOutput):
        pass

    def accGradParameters(self, input, gradOutput):
        pass

    def zeroGradParameters(self):
        pass

    def getParameters(self):
        return []


class Sequential(Module):
    def __init__(self):
        super(Sequential, self).__init__()
        self.modules = []

    def add(self, module):
        self.modules.append(module)

    def updateOutput(self, input):
        self.output = input
        for module in self.modules:
            self.output = module.forward(self.output)
        return self.output


class Linear(Module):
    """
    input:   batch_size x n_feats1
    output:  batch_size x n_feats2
    """
    def __init__(self, n_in, n_out):
        super(Linear, self).__init__()
        stdv = 1. / np.sqrt(n_in)
        self.W = np.random.uniform(-stdv, stdv, size=(n_out, n_in))
        self.b = np.random.uniform(-stdv, stdv, size=n_out)
        self.gradW = np.zeros_like(self.W)
        self.gradb = np.zeros_like(self.b)

    def updateOutput(self, input):
        self.output = np.dot(input, self.W.T) + self.b
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = np.dot(gradOutput, self.W)
        return self.gradInput

    def accGradParameters(self, input, gradOutput):
        self.gradW += np.dot(gradOutput.T, input)
        self.gradb += np.sum(gradOutput, axis=0)

    def getParameters(self):
        return [self.W, self.b]


class SoftMax(Module):
    def updateOutput(self, input):
        # start with normalization for numerical stability
        output = np.subtract(input, input.max(axis=1, keepdims=True))
        output = np.exp(output)
        self.output = output / output.sum(axis=1, keepdims=True)
        return self.output


class LogSoftMax(Module):
    def updateOutput(self, input):
        shifted = np.subtract(input, input.max(axis=1, keepdims=True))
        self.output = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return self.output


class ReLU(Module):
    def updateOutput(self, input):
        self.output = np.maximum(input, 0)
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = np.multiply(gradOutput, input > 0)
        return self.gradInput


class Conv2d(Module):
    """
    input:  batch_size x in_channels x h x w
    output: batch_size x out_channels x h x w (zero padding of kernel_size // 2, kernel_size is odd)
    """
    def __init__(self, in_channels, out_channels, kernel_size):
        super(Conv2d, self).__init__()
        assert kernel_size % 2 == 1, kernel_size
        stdv = 1. / np.sqrt(in_channels)
        self.W = np.random.uniform(-stdv, stdv, size=(out_channels, in_channels, kernel_size, kernel_size))
        self.b = np.random.uniform(-stdv, stdv, size=(out_channels,))
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size

    def updateOutput(self, input):
        pad_size = self.kernel_size // 2
        batch_size, _, h, w = input.shape
        padded = np.zeros((batch_size, self.in_channels, h + 2 * pad_size, w + 2 * pad_size))
        padded[:, :, pad_size:pad_size + h, pad_size:pad_size + w] = input
        output = np.zeros((batch_size, self.out_channels, h, w))
        for n in range(batch_size):
            for k in range(self.out_channels):
                for c in range(self.in_channels):
                    output[n, k] += scipy.signal.correlate(padded[n, c], self.W[k, c], mode='valid', method='direct')
                output[n, k] += self.b[k]
        self.output = output
        return self.output


class MaxPool2d(Module):
    def __init__(self, kernel_size):
        super(MaxPool2d, self).__init__()
        self.kernel_size = kernel_size

    def updateOutput(self, input):
        input_h, input_w = input.shape[-2:]
        # your may remove these asserts and implement MaxPool2d with padding
        assert input_h % self.kernel_size == 0
        assert input_w % self.kernel_size == 0
        k = self.kernel_size
        windows = input.reshape(input.shape[:2] + (input_h // k, k, input_w // k, k))
        self.output = windows.max(axis=(3, 5))
        return self.output


class Criterion(object):
    def forward(self, input, target):
        return self.updateOutput(input, target)


class ClassNLLCriterion(Criterion):
    """input: batch_size x n_feats (log probabilities), target: one-hot of the same shape"""
    def updateOutput(self, input, target):
        self.output = -np.sum(input * target) / input.shape[0]
        return self.output
