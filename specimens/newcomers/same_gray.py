#!/usr/bin/env python3
"""Convolution of a gray image, output as large as the input (zeros around it)."""
import sys

import numpy as np


def convolution(image, kernel):
    if len(image.shape) != 2:
        raise ValueError("only gray images, got shape {}".format(image.shape))
    kernel_h, kernel_w = kernel.shape
    if kernel_h % 2 == 0 or kernel_w % 2 == 0:
        raise ValueError("the kernel needs a center, so odd sizes only")
    image_h, image_w = image.shape
    pad_h, pad_w = kernel_h // 2, kernel_w // 2

    padded = np.zeros((image_h + 2 * pad_h, image_w + 2 * pad_w))
    padded[pad_h:pad_h + image_h, pad_w:pad_w + image_w] = image

    output = np.zeros((image_h, image_w))
    for row in range(image_h):
        for col in range(image_w):
            output[row, col] = np.sum(kernel * padded[row:row + kernel_h, col:col + kernel_w])
    return output


def gaussian(size, sigma=1.0):
    x = np.linspace(-(size // 2), size // 2, size)
    g = np.exp(-x ** 2 / (2 * sigma ** 2))
    kernel = np.outer(g, g)
    return kernel / kernel.sum()


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 5
    noisy = np.random.normal(128, 20, (16, 16))
    smooth = convolution(noisy, gaussian(size))
    print("std before", noisy.std(), "after", smooth.std())
