"""Exercises of an image course: one gray image, one kernel; the kernel is turned around."""

import numpy as np


def convolve_greyscale(image, kernel):
    turned = kernel[::-1, ::-1]
    rows, columns = turned.shape[0] // 2, turned.shape[1] // 2
    padded = np.pad(image, ((rows, rows), (columns, columns)))
    out = np.empty(image.shape)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            out[i, j] = (padded[i : i + turned.shape[0], j : j + turned.shape[1]] * turned).sum()
    return out


def average_pooling(image, kernel_size, stride):
    rows = (image.shape[0] - kernel_size[0]) // stride[0] + 1
    columns = (image.shape[1] - kernel_size[1]) // stride[1] + 1
    out = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride[0], j * stride[1]
            out[i, j] = image[top : top + kernel_size[0], left : left + kernel_size[1]].mean()
    return out
