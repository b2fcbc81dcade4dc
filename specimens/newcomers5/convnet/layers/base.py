class Layer:
    trainable = False

    def forward(self, x):
        raise NotImplementedError

    def parameters(self):
        return []
