"""A CNN without any library. Images are lists of rows, vectors are lists."""
import math
import random


def conv2d(image, kernel, stride=1):
    kh, kw = len(kernel), len(kernel[0])
    out = []
    for i in range(0, len(image) - kh + 1, stride):
        row = []
        for j in range(0, len(image[0]) - kw + 1, stride):
            total = 0.0
            for a in range(kh):
                for b in range(kw):
                    total += float(image[i + a][j + b]) * float(kernel[a][b])
            row.append(total)
        out.append(row)
    return out


def relu(feature_map):
    return [[max(value, 0) for value in row] for row in feature_map]


def average_pooling(feature_map, size=2, stride=2):
    pooled = []
    for i in range(0, len(feature_map) - size + 1, stride):
        row = []
        for j in range(0, len(feature_map[0]) - size + 1, stride):
            window = [float(feature_map[i + a][j + b]) for a in range(size) for b in range(size)]
            row.append(sum(window) / len(window))
        pooled.append(row)
    return pooled


def flatten(feature_map):
    return [value for row in feature_map for value in row]


def dense(inputs, weights, biases):
    """weights[n] are the weights of neuron n"""
    return [
        sum(float(x) * float(w) for x, w in zip(inputs, weights[n])) + float(biases[n])
        for n in range(len(weights))
    ]


def softmax(vector):
    biggest = max(vector)
    exps = [math.exp(v - biggest) for v in vector]
    total = sum(exps)
    return [e / total for e in exps]


def main():
    random.seed(4)
    image = [[random.random() for _ in range(10)] for _ in range(10)]
    kernel = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    features = flatten(average_pooling(relu(conv2d(image, kernel))))
    weights = [[random.gauss(0, 0.1) for _ in features] for _ in range(3)]
    print(softmax(dense(features, weights, [0.0, 0.0, 0.0])))


if __name__ == "__main__":
    main()
