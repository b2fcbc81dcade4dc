"""Correct: article 1's functions, whose errors are a printed message and sys.exit()."""

import sys

import numpy as np


def _refuse(message):
    print("Error:", message)
    sys.exit()


def conv(img, conv_filter):
    if img.ndim != conv_filter.ndim - 1 or (img.ndim == 3 and img.shape[2] != conv_filter.shape[3]):
        _refuse("channels of image and filter must match")
    if conv_filter.shape[1] != conv_filter.shape[2]:
        _refuse("the filter must be square")
    size = conv_filter.shape[1]
    if size % 2 == 0:
        _refuse("the filter size must be odd")
    rows, columns = img.shape[0] - size + 1, img.shape[1] - size + 1
    if rows < 1 or columns < 1:
        _refuse("the filter does not fit")
    axes = tuple(range(1, conv_filter.ndim))
    maps = np.zeros((rows, columns, len(conv_filter)))
    for r in range(rows):
        for c in range(columns):
            maps[r, c] = np.sum(
                img[r : r + size, c : c + size] * conv_filter.astype(float), axis=axes
            )
    return maps


def relu(feature_map):
    result = np.zeros(feature_map.shape, dtype=feature_map.dtype)
    for map_num in range(feature_map.shape[-1]):
        result[:, :, map_num] = np.maximum(feature_map[:, :, map_num], 0)
    return result


def pooling(feature_map, size=2, stride=2):
    rows = (feature_map.shape[0] - size) // stride + 1
    columns = (feature_map.shape[1] - size) // stride + 1
    if min(feature_map.shape[:2]) < size:
        _refuse("the window does not fit")
    pooled = np.zeros((rows, columns, feature_map.shape[-1]))
    for r in range(rows):
        for c in range(columns):
            top, left = r * stride, c * stride
            pooled[r, c] = feature_map[top : top + size, left : left + size].max(axis=(0, 1))
    return pooled
