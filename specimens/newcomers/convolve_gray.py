# Image filtering demo: blur, sharpen, edges
import numpy as np

KERNELS = {
    "edges": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "blur": np.ones((3, 3)) / 9,
}


def convolve(image, kernel):
    """Slide `kernel` over a grayscale `image`, no padding."""
    m, n = kernel.shape
    y, x = image.shape
    new_image = np.zeros((y - m + 1, x - n + 1))
    for i in range(y - m + 1):
        for j in range(x - n + 1):
            new_image[i][j] = np.sum(image[i:i + m, j:j + n] * kernel)
    return new_image


if __name__ == "__main__":
    picture = np.zeros((12, 12))
    picture[3:9, 3:9] = 255
    for name, kernel in KERNELS.items():
        print(name)
        print(convolve(picture, kernel).round())
