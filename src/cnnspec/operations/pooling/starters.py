"""The article's class of pooling, to start from."""

from cnnspec.declaration.writing import LayerClass

LAYER_CLASS = LayerClass(
    "MaxPool2",
    out_of_reach=(
        *("POOL-03", "POOL-07", "POOL-20", "POOL-23"),
        *("POOL-30", "POOL-31", "POOL-32", "POOL-33", "POOL-35", "POOL-36", "POOL-37", "POOL-38"),
        *("POOL-39", "POOL-40", "POOL-41", "POOL-42"),
    ),
)
