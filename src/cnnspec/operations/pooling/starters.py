"""The article's class of pooling, to start from."""

from cnnspec.declaration.writing import LayerClass

LAYER_CLASS = LayerClass("MaxPool2", out_of_reach=("POOL-03", "POOL-07", "POOL-20", "POOL-23"))
