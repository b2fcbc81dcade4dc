"""A layer for batches only, channels last.
"""


class GlobalAveragePooling2D:
    def __call__(self, x):
        return x.mean(axis=(1, 2))
