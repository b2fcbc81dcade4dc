"""Lab 3: what one feature map looks like after every step. Everything works on ONE 2-D map."""
import numpy as np


def conv(image, kernel):
    H, W = image.shape
    k = kernel.shape[0]
    feature_map = np.zeros((H - k + 1, W - k + 1))
    for row in range(H - k + 1):
        for col in range(W - k + 1):
            total = 0.0
            for a in range(k):
                for b in range(k):
                    total += image[row + a, col + b] * kernel[a, b]
            feature_map[row, col] = total
    return feature_map


def relu(feature_map):
    result = np.zeros_like(feature_map)
    for row in range(feature_map.shape[0]):
        for col in range(feature_map.shape[1]):
            if feature_map[row, col] > 0:
                result[row, col] = feature_map[row, col]
    return result


def max_pooling(feature_map, size=2, stride=2):
    H, W = feature_map.shape
    pooled = np.zeros(((H - size) // stride + 1, (W - size) // stride + 1))
    for i, row in enumerate(range(0, H - size + 1, stride)):
        for j, col in enumerate(range(0, W - size + 1, stride)):
            pooled[i, j] = np.max(feature_map[row:row + size, col:col + size])
    return pooled


if __name__ == "__main__":
    image = np.arange(49.0).reshape(7, 7) % 5
    laplace = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    print(max_pooling(relu(conv(image, laplace))))
