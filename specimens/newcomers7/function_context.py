"""A minimal copy of torch.autograd.Function, to learn how it works.

Every operation is a class with two static methods. `forward` puts what `backward` will need
into ctx, `backward` gets the gradient of the output and returns one gradient for each input.
Shapes are (N, C, H, W), as in PyTorch.
"""
import numpy as np


class Context:
    """Keeps whatever forward wants to keep."""

    def __init__(self):
        self.saved_tensors = ()

    def save_for_backward(self, *tensors):
        self.saved_tensors = tensors


class Function:
    @staticmethod
    def forward(ctx, *args, **kwargs):
        raise NotImplementedError

    @staticmethod
    def backward(ctx, grad_output):
        raise NotImplementedError


class ReLU(Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return np.maximum(input, 0)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        return grad_output * (input > 0)


class Sigmoid(Function):
    @staticmethod
    def forward(ctx, input):
        e = np.exp(-np.abs(input))
        output = np.where(input >= 0, 1 / (1 + e), e / (1 + e))
        ctx.save_for_backward(output)
        return output

    @staticmethod
    def backward(ctx, grad_output):
        (output,) = ctx.saved_tensors
        return grad_output * output * (1 - output)


class Linear(Function):
    @staticmethod
    def forward(ctx, input, weight, bias):
        ctx.save_for_backward(input, weight)
        return input @ weight.T + bias

    @staticmethod
    def backward(ctx, grad_output):
        input, weight = ctx.saved_tensors
        grad_input = grad_output @ weight
        grad_weight = grad_output.T @ input
        grad_bias = grad_output.sum(axis=0)
        return grad_input, grad_weight, grad_bias


class Conv2d(Function):
    @staticmethod
    def forward(ctx, input, weight, bias, stride=1, padding=0):
        ctx.save_for_backward(input, weight)
        ctx.stride, ctx.padding = stride, padding
        p = padding
        padded = np.pad(input, ((0, 0), (0, 0), (p, p), (p, p)))
        n, c, h, w = padded.shape
        k, c2, kh, kw = weight.shape
        assert c == c2, "channels of input and weight do not match"
        oh = (h - kh) // stride + 1
        ow = (w - kw) // stride + 1
        output = np.zeros((n, k, oh, ow))
        for i in range(oh):
            for j in range(ow):
                patch = padded[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
                output[:, :, i, j] = np.tensordot(patch, weight, axes=([1, 2, 3], [1, 2, 3]))
        return output + bias.reshape(1, -1, 1, 1)

    @staticmethod
    def backward(ctx, grad_output):
        input, weight = ctx.saved_tensors
        stride, p = ctx.stride, ctx.padding
        padded = np.pad(input, ((0, 0), (0, 0), (p, p), (p, p)))
        kh, kw = weight.shape[2:]
        grad_padded = np.zeros(padded.shape)
        grad_weight = np.zeros(weight.shape)
        for i in range(grad_output.shape[2]):
            for j in range(grad_output.shape[3]):
                rows = slice(i * stride, i * stride + kh)
                columns = slice(j * stride, j * stride + kw)
                g = grad_output[:, :, i, j]
                grad_weight += np.tensordot(g, padded[:, :, rows, columns], axes=([0], [0]))
                grad_padded[:, :, rows, columns] += np.tensordot(g, weight, axes=([1], [0]))
        h, w = input.shape[2:]
        grad_input = grad_padded[:, :, p:p + h, p:p + w]
        return grad_input, grad_weight, grad_output.sum(axis=(0, 2, 3))


class MaxPool2d(Function):
    @staticmethod
    def forward(ctx, input, kernel_size=2, stride=None):
        stride = stride or kernel_size
        n, c, h, w = input.shape
        oh = (h - kernel_size) // stride + 1
        ow = (w - kernel_size) // stride + 1
        output = np.zeros((n, c, oh, ow))
        where = np.zeros((n, c, oh, ow), dtype=int)
        for i in range(oh):
            for j in range(ow):
                window = input[:, :, i * stride:i * stride + kernel_size,
                               j * stride:j * stride + kernel_size].reshape(n, c, -1)
                where[:, :, i, j] = window.argmax(axis=2)
                output[:, :, i, j] = window.max(axis=2)
        ctx.save_for_backward(where)
        ctx.shape, ctx.kernel_size, ctx.stride = input.shape, kernel_size, stride
        return output

    @staticmethod
    def backward(ctx, grad_output):
        (where,) = ctx.saved_tensors
        grad_input = np.zeros(ctx.shape)
        for n, c, i, j in np.ndindex(*grad_output.shape):
            a, b = divmod(where[n, c, i, j], ctx.kernel_size)
            grad_input[n, c, i * ctx.stride + a, j * ctx.stride + b] += grad_output[n, c, i, j]
        return grad_input


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 8, 8))
    weight, bias = rng.normal(size=(4, 3, 3, 3)), np.zeros(4)
    ctx = Context()
    y = Conv2d.forward(ctx, x, weight, bias, stride=2, padding=1)
    gx, gw, gb = Conv2d.backward(ctx, np.ones_like(y))
    print(gx.shape, gw.shape, gb.shape)
