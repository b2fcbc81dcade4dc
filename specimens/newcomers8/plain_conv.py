"""A convolution of one gray image and one kernel, as nested lists."""


def conv2d(image, kernel, stride=1, padding=0):
    height, width = len(image) + 2 * padding, len(image[0]) + 2 * padding
    padded = [[0] * width for _ in range(height)]
    for i, row in enumerate(image):
        for j, value in enumerate(row):
            padded[i + padding][j + padding] = value
    out = []
    for i in range(0, height - len(kernel) + 1, stride):
        line = []
        for j in range(0, width - len(kernel[0]) + 1, stride):
            total = 0
            for a, weights in enumerate(kernel):
                for b, weight in enumerate(weights):
                    total += padded[i + a][j + b] * weight
            line.append(total)
        out.append(line)
    return out
