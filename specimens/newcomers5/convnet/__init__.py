"""convnet: a small numpy library for convolutional networks (NCHW)."""
from .layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Softmax
from .model import Model

__version__ = "0.0.3"
__all__ = ["Conv2d", "Flatten", "Linear", "MaxPool2d", "Model", "ReLU", "Softmax"]
