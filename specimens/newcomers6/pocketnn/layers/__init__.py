from .activations import ReLU
from .conv import Conv2D
from .linear import Flatten, Linear
from .pooling import AvgPool2D, MaxPool2D

__all__ = ["AvgPool2D", "Conv2D", "Flatten", "Linear", "MaxPool2D", "ReLU"]
