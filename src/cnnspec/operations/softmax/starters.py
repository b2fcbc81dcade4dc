"""The article's class of dense and softmax, to start from."""

from cnnspec.declaration.writing import LayerClass

LAYER_CLASS = LayerClass(
    "Softmax",
    """\
    def __init__(self, input_len: int, nodes: int) -> None:
        self.weights = np.random.randn(input_len, nodes) / input_len
        self.biases = np.zeros(nodes)

""",
    ("SOFTMAX-05", "SOFTMAX-17", "SOFTMAX-19"),
)
