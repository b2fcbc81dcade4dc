class Layer:
    """All layers have params and grads, by name."""

    def __init__(self):
        self.params = {}
        self.grads = {}

    def forward(self, inputs):
        raise NotImplementedError

    def backward(self, grad):
        raise NotImplementedError

    def __call__(self, inputs):
        return self.forward(inputs)
