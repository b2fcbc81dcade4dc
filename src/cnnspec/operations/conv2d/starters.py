"""The article's class of convolution, to start from."""

from cnnspec.declaration.writing import LayerClass

LAYER_CLASS = LayerClass(
    "Conv3x3",
    """\
    def __init__(self, num_filters: int) -> None:
        self.num_filters = num_filters
        self.filters = np.random.randn(num_filters, 3, 3) / 9

""",
    (
        *("CONV-04", "CONV-05", "CONV-06", "CONV-07", "CONV-08", "CONV-23", "CONV-27", "CONV-28"),
        *("CONV-31", "CONV-36", "CONV-37"),
        *("CONV-39", "CONV-40", "CONV-41", "CONV-42", "CONV-43", "CONV-44", "CONV-45", "CONV-46"),
        *("CONV-47", "CONV-49", "CONV-50", "CONV-51"),
    ),
)
