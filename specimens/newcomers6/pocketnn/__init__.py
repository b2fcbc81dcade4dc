"""pocketnn: a neural network library that fits in your pocket."""
from .layers import AvgPool2D, Conv2D, Flatten, Linear, MaxPool2D, ReLU
from .losses import SoftmaxCrossEntropyLoss
from .model import Sequential

__version__ = "0.0.3"
__all__ = ["AvgPool2D", "Conv2D", "Flatten", "Linear", "MaxPool2D", "ReLU", "Sequential",
           "SoftmaxCrossEntropyLoss"]
