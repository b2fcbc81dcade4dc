from .conv import Conv2D
from .pooling import AvgPool2D, MaxPool2D
