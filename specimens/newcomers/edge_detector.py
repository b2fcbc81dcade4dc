import numpy as np


def conv2D(image, kernel, padding=0, strides=1):
    # Cross Correlation
    kernel = np.flipud(np.fliplr(kernel))

    # shapes of kernel and image
    kh, kw = kernel.shape
    ih, iw = image.shape

    # shape of output
    oh = (ih - kh + 2 * padding) // strides + 1
    ow = (iw - kw + 2 * padding) // strides + 1
    output = np.zeros((oh, ow))

    # equal padding on all sides
    if padding != 0:
        padded = np.zeros((ih + padding * 2, iw + padding * 2))
        padded[padding:-padding, padding:-padding] = image
    else:
        padded = image

    for y in range(oh):
        for x in range(ow):
            window = padded[y * strides:y * strides + kh, x * strides:x * strides + kw]
            output[y, x] = (kernel * window).sum()
    return output


if __name__ == "__main__":
    # vertical edge kernel
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    image = np.tile(np.arange(8.0) ** 2, (8, 1))
    print(conv2D(image, kernel, padding=1))
