"""
Port of my C inference code. All blobs are flat float arrays in CHW order, as in C:
index = w + width * (h + height * c).
"""
import numpy as np

CNNSPEC = {"calls": {"conv2d": "run_convolutional(image, filters, bias_or_none, stride)", "relu": "activate_array(x)", "max_pool2d": "run_maxpool(maps, size, stride)", "dense": "run_connected(x, weights, bias)", "softmax": "softmax(logits, len(logits), 1.0)"}, "layout": "NCHW"}

FLT_MIN = 1.175494351e-38


class layer:
    """struct layer"""
    def __init__(self, **fields):
        self.__dict__.update(fields)


def make_convolutional_layer(h, w, c, n, size_y, size_x, stride, pad):
    l = layer(h=h, w=w, c=c, n=n, size_y=size_y, size_x=size_x, stride=stride, pad=pad)
    l.out_h = (h + 2 * pad - size_y) // stride + 1
    l.out_w = (w + 2 * pad - size_x) // stride + 1
    l.weights = np.zeros(n * c * size_y * size_x)
    l.biases = np.zeros(n)
    return l


def make_maxpool_layer(h, w, c, size, stride):
    l = layer(h=h, w=w, c=c, size=size, stride=stride)
    l.out_h = (h - size) // stride + 1
    l.out_w = (w - size) // stride + 1
    return l


def im2col_get_pixel(im, height, width, row, col, channel, pad):
    row -= pad
    col -= pad
    if row < 0 or col < 0 or row >= height or col >= width:
        return 0.0
    return im[col + width * (row + height * channel)]


def im2col_cpu(im, l):
    rows = l.c * l.size_y * l.size_x
    col = np.zeros((rows, l.out_h * l.out_w))
    for r in range(rows):
        w_offset = r % l.size_x
        h_offset = (r // l.size_x) % l.size_y
        c_im = r // l.size_x // l.size_y
        for h in range(l.out_h):
            for w in range(l.out_w):
                im_row = h_offset + h * l.stride
                im_col = w_offset + w * l.stride
                col[r, h * l.out_w + w] = im2col_get_pixel(im, l.h, l.w, im_row, im_col, c_im, l.pad)
    return col


def forward_convolutional_layer(l, input):
    b = im2col_cpu(input, l)
    output = np.dot(l.weights.reshape(l.n, -1), b)
    for i in range(l.n):
        output[i] += l.biases[i]
    return output.ravel()


def forward_maxpool_layer(l, input):
    output = np.zeros(l.c * l.out_h * l.out_w)
    for k in range(l.c):
        for i in range(l.out_h):
            for j in range(l.out_w):
                out_index = j + l.out_w * (i + l.out_h * k)
                best = FLT_MIN
                for n in range(l.size):
                    for m in range(l.size):
                        cur_h = i * l.stride + n
                        cur_w = j * l.stride + m
                        index = cur_w + l.w * (cur_h + l.h * k)
                        best = np.maximum(best, input[index])
                output[out_index] = best
    return output


def forward_connected_layer(weights, biases, input):
    return np.dot(weights, input) + biases


def activate_array(x):
    return np.maximum(x, 0)


def softmax(input, n, temp):
    largest = np.max(input[:n])
    e = np.exp(input[:n] / temp - largest / temp)
    return e / np.sum(e)


# from here on arrays with a shape, for the notebooks

def run_convolutional(image, filters, bias=None, stride=1, pad=0):
    if image.ndim == 2:  # gray
        image, filters = image[None], filters[:, None]
    c, h, w = image.shape
    n, filter_c, size_y, size_x = filters.shape
    if filter_c != c:
        raise ValueError("channels of filters and image differ")
    l = make_convolutional_layer(h, w, c, n, size_y, size_x, stride, pad)
    l.weights = filters.astype(float).ravel()
    if bias is not None:
        l.biases = bias
    return forward_convolutional_layer(l, image.ravel()).reshape(n, l.out_h, l.out_w)


def run_maxpool(maps, size, stride=None):
    c, h, w = maps.shape
    l = make_maxpool_layer(h, w, c, size, size if stride is None else stride)
    return forward_maxpool_layer(l, maps.ravel()).reshape(c, l.out_h, l.out_w)


def run_connected(x, weights, bias):
    return forward_connected_layer(weights.T, bias, x.ravel())
