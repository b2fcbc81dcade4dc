"""
A convolutional network that learns, in plain Python. An image is a list of rows.
"""
import math
import random


def conv2d(image, kernel):
    k = len(kernel)
    rows, cols = len(image) - k + 1, len(image[0]) - k + 1
    return [[sum(float(image[i + a][j + b]) * float(kernel[a][b]) for a in range(k) for b in range(k))
             for j in range(cols)] for i in range(rows)]


def conv2d_backward(grad, image, kernel):
    """gradients of the image and of the kernel"""
    k = len(kernel)
    d_image = [[0.0] * len(image[0]) for _ in image]
    d_kernel = [[0.0] * k for _ in range(k)]
    for i, row in enumerate(grad):
        for j, g in enumerate(row):
            for a in range(k):
                for b in range(k):
                    d_image[i + a][j + b] += float(g) * float(kernel[a][b])
                    d_kernel[a][b] += float(g) * float(image[i + a][j + b])
    return d_image, d_kernel


def relu(feature_map):
    return [[v if v > 0 else 0 for v in row] for row in feature_map]


def relu_backward(grad, feature_map):
    return [[g if v > 0 else 0 for g, v in zip(gs, vs)] for gs, vs in zip(grad, feature_map)]


def max_pool(feature_map, size=2):
    return [[max(feature_map[i + a][j + b] for a in range(size) for b in range(size))
             for j in range(0, len(feature_map[0]) - size + 1, size)]
            for i in range(0, len(feature_map) - size + 1, size)]


def max_pool_backward(grad, feature_map, size=2):
    out = [[0.0] * len(feature_map[0]) for _ in feature_map]
    for i, row in enumerate(grad):
        for j, g in enumerate(row):
            places = [(i * size + a, j * size + b) for a in range(size) for b in range(size)]
            best = max(places, key=lambda p: feature_map[p[0]][p[1]])
            out[best[0]][best[1]] += g
    return out


def dense(inputs, weights, biases):
    """weights[n] are those of neuron n"""
    return [sum(float(x) * float(w) for x, w in zip(inputs, ws)) + float(b) for ws, b in zip(weights, biases)]


def dense_backward(grad, inputs, weights):
    d_inputs = [sum(float(grad[n]) * float(weights[n][i]) for n in range(len(grad))) for i in range(len(inputs))]
    d_weights = [[float(g) * float(x) for x in inputs] for g in grad]
    return d_inputs, d_weights, list(grad)


def softmax(logits):
    top = max(logits)
    exps = [math.exp(z - top) for z in logits]
    return [e / sum(exps) for e in exps]


def main():
    random.seed(2)
    images = [[[random.random() for _ in range(8)] for _ in range(8)] for _ in range(6)]
    labels = [random.randrange(2) for _ in images]
    kernel = [[random.gauss(0, .3) for _ in range(3)] for _ in range(3)]
    weights = [[random.gauss(0, .3) for _ in range(9)] for _ in range(2)]
    biases = [0.0, 0.0]
    for epoch in range(5):
        total = 0
        for image, label in zip(images, labels):
            maps = conv2d(image, kernel)
            active = relu(maps)
            pooled = max_pool(active)
            flat = [v for row in pooled for v in row]
            p = softmax(dense(flat, weights, biases))
            total -= math.log(p[label])
            grad = [q - (n == label) for n, q in enumerate(p)]
            d_flat, d_weights, d_biases = dense_backward(grad, flat, weights)
            d_pooled = [d_flat[i * 3:i * 3 + 3] for i in range(3)]
            d_maps = relu_backward(max_pool_backward(d_pooled, active), maps)
            _, d_kernel = conv2d_backward(d_maps, image, kernel)
            for n in range(2):
                biases[n] -= .1 * d_biases[n]
                for i in range(9):
                    weights[n][i] -= .1 * d_weights[n][i]
            for a in range(3):
                for b in range(3):
                    kernel[a][b] -= .1 * d_kernel[a][b]
        print(epoch, total / len(images))


if __name__ == "__main__":
    main()
