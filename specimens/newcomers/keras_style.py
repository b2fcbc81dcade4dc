"""A pocket Keras: layers with build / call / get_weights / set_weights, in numpy only."""
import numpy as np


class Layer:
    def __init__(self, name=None):
        self.name = name or type(self).__name__.lower()
        self.built = False

    def build(self, input_shape):
        self.built = True

    def call(self, inputs):
        raise NotImplementedError

    def __call__(self, inputs):
        if not self.built:
            self.build(inputs.shape)
        return self.call(inputs)

    def get_weights(self):
        return []

    def set_weights(self, weights):
        if weights:
            raise ValueError(f"layer {self.name} has no weights")


class Conv2D(Layer):
    def __init__(self, filters, kernel_size, strides=1, padding="valid", activation=None, use_bias=True, name=None):
        super().__init__(name)
        self.filters = filters
        self.kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        self.strides = (strides, strides) if isinstance(strides, int) else strides
        self.padding = padding
        self.activation = activation
        self.use_bias = use_bias

    def build(self, input_shape):
        kh, kw = self.kernel_size
        limit = np.sqrt(6 / (kh * kw * (input_shape[-1] + self.filters)))
        self.kernel = np.random.uniform(-limit, limit, (kh, kw, input_shape[-1], self.filters))
        self.bias = np.zeros(self.filters)
        super().build(input_shape)

    def get_weights(self):
        return [self.kernel, self.bias] if self.use_bias else [self.kernel]

    def set_weights(self, weights):
        if self.use_bias:
            self.kernel, self.bias = weights
        else:
            (self.kernel,) = weights

    def call(self, inputs):
        kh, kw = self.kernel_size
        sh, sw = self.strides
        if self.padding == "same":
            rows, cols = kh - 1, kw - 1
            inputs = np.pad(inputs, ((0, 0), (rows // 2, rows - rows // 2), (cols // 2, cols - cols // 2), (0, 0)))
        n, h, w, _ = inputs.shape
        out = np.zeros((n, (h - kh) // sh + 1, (w - kw) // sw + 1, self.filters))
        for a in range(kh):
            for b in range(kw):
                part = inputs[:, a:a + sh * (out.shape[1] - 1) + 1:sh, b:b + sw * (out.shape[2] - 1) + 1:sw]
                out += part @ self.kernel[a, b]
        if self.use_bias:
            out += self.bias
        return self.activation(out) if self.activation else out


class ReLU(Layer):
    def call(self, inputs):
        return np.maximum(inputs, 0)


class MaxPooling2D(Layer):
    reduce = staticmethod(np.max)

    def __init__(self, pool_size=(2, 2), strides=None, name=None):
        super().__init__(name)
        self.pool_size = (pool_size, pool_size) if isinstance(pool_size, int) else pool_size
        strides = self.pool_size if strides is None else strides
        self.strides = (strides, strides) if isinstance(strides, int) else strides

    def call(self, inputs):
        (ph, pw), (sh, sw) = self.pool_size, self.strides
        n, h, w, c = inputs.shape
        rows, cols = (h - ph) // sh + 1, (w - pw) // sw + 1
        out = np.zeros((n, rows, cols, c))
        for i in range(rows):
            for j in range(cols):
                out[:, i, j] = self.reduce(inputs[:, i * sh:i * sh + ph, j * sw:j * sw + pw], axis=(1, 2))
        return out


class AveragePooling2D(MaxPooling2D):
    reduce = staticmethod(np.mean)


class Flatten(Layer):
    def call(self, inputs):
        return inputs.reshape(len(inputs), -1)


class Dense(Layer):
    def __init__(self, units, activation=None, name=None):
        super().__init__(name)
        self.units = units
        self.activation = activation

    def build(self, input_shape):
        limit = np.sqrt(6 / (input_shape[-1] + self.units))
        self.kernel = np.random.uniform(-limit, limit, (input_shape[-1], self.units))
        self.bias = np.zeros(self.units)
        super().build(input_shape)

    def get_weights(self):
        return [self.kernel, self.bias]

    def set_weights(self, weights):
        self.kernel, self.bias = weights

    def call(self, inputs):
        out = np.dot(inputs, self.kernel) + self.bias
        return self.activation(out) if self.activation else out


class Softmax(Layer):
    def __init__(self, axis=-1, name=None):
        super().__init__(name)
        self.axis = axis

    def call(self, inputs):
        e = np.exp(inputs - inputs.max(axis=self.axis, keepdims=True))
        return e / e.sum(axis=self.axis, keepdims=True)


class Sequential:
    def __init__(self, layers):
        self.layers = layers

    def predict(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


if __name__ == "__main__":
    model = Sequential([Conv2D(8, 3, activation=ReLU()), MaxPooling2D(2), Flatten(), Dense(10), Softmax()])
    print(model.predict(np.random.rand(5, 28, 28, 1)).shape)
