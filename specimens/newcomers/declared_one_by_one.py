# Filter bank for texture classification. One gray image and one 2-D kernel at a time.
import numpy as np

CNNSPEC = {"calls": {"conv2d": "filter_response(image, filter, step=stride)", "max_pool2d": "Downsample(size, stride).run(map)[0]"}}


def filter_response(img, mask, step=1):
    h, w = mask.shape
    n_rows = (img.shape[0] - h) // step + 1
    n_cols = (img.shape[1] - w) // step + 1
    response = np.zeros((n_rows, n_cols))
    for r in range(n_rows):
        for c in range(n_cols):
            response[r, c] = (img[r * step:r * step + h, c:c + w] * mask).sum()
    return response


class Downsample:
    def __init__(self, size, step):
        self.size = size
        self.step = step

    def run(self, response):
        """returns the reduced response and where its maxima were"""
        s = self.size
        n_rows = (response.shape[0] - s) // self.step + 1
        n_cols = (response.shape[1] - s) // self.step + 1
        out = np.zeros((n_rows, n_cols))
        index = np.zeros((n_rows, n_cols), dtype=int)
        for r in range(n_rows):
            for c in range(n_cols):
                block = response[r * self.step:r * self.step + s, c * self.step:c * self.step + s]
                index[r, c] = block.argmax()
                out[r, c] = block.flat[index[r, c]]
        return out, index


if __name__ == "__main__":
    gabor = np.outer(np.hanning(5), np.cos(np.linspace(-np.pi, np.pi, 5)))
    pic = np.random.rand(20, 20)
    print(Downsample(2, 2).run(filter_response(pic, gabor))[0].shape)
