class Model:
    def __init__(self, *layers):
        self.layers = list(layers)

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x.argmax(axis=1)
