"""What the files of the fourth set offer, each in its own convention: forward and backward.

``python -m specimens.newcomers4.verify`` compares the forward passes with SciPy and plain loops,
and the backward passes with differences of forward passes.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from specimens.backwards import Either, compare
from specimens.backwards import Offered as Backward
from specimens.conventions import Offered, convolved
from specimens.gradients import verify as forms
from specimens.turned import (
    Array,
    each,
    each_filter,
    each_map,
    first,
    last,
    module_call,
    tensor,
    tf_filters,
)

FOLDER = Path(__file__).parent

NEED_TORCH = {"torch_own_functions.py"}

PLAIN: dict[str, Any] = {"strides": (1,), "pads": (0,)}
RATE = forms.RATE


def cs231n_convnet(m: Any) -> Iterator[Either]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Any:
        return m.conv_forward(first(x), first(w), b, {"stride": s, "pad": p})

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        dx, dw, db = m.conv_backward(first(g), conv(x, w, np.zeros(len(w)), s, p)[1])
        return last(dx), last(dw), db

    def pool(x: Array, f: int, s: int) -> Any:
        return m.max_pool_forward(first(x), {"pool_height": f, "pool_width": f, "stride": s})

    yield Offered("conv2d", lambda *given: last(conv(*given)[0]), biases=(True,))
    yield Offered("relu", lambda x: m.relu_forward(x)[0])
    yield Offered("max_pool2d", lambda *given: last(pool(*given)[0]))
    yield Offered("dense", lambda x, w, b: m.affine_forward(x, w, b)[0])
    yield Offered("softmax_cross_entropy", lambda z, at: m.softmax_loss(z, at)[0], mean=True)
    yield Backward("conv2d_backward", conv_back)
    yield Backward(
        "max_pool2d_backward",
        lambda g, x, f, s: last(m.max_pool_backward(first(g), pool(x, f, s)[1])),
    )
    yield Backward(
        "dense_backward",
        lambda g, x, w: m.affine_backward(g, m.affine_forward(x, w, np.zeros(w.shape[1]))[1]),
    )
    yield Backward("relu_backward", lambda g, x: m.relu_backward(g, m.relu_forward(x)[1]))
    yield Backward(
        "softmax_cross_entropy_backward", lambda z, at: m.softmax_loss(z, at)[1], mean=True
    )


def dlfs_convnet(m: Any) -> Iterator[Either]:
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(m.Convolution(first(w), b, s, p).forward(first(x))),
        biases=(True,),
    )
    yield Offered("relu", lambda x: m.Relu().forward(x))
    yield Offered("max_pool2d", lambda x, f, s: last(m.Pooling(f, f, s).forward(first(x))))
    yield Offered("dense", lambda x, w, b: m.Affine(w, b).forward(x))
    yield Offered("softmax", m.softmax)
    yield Backward("conv2d_backward", forms.dlfs_conv(m))
    yield Backward("max_pool2d_backward", forms.dlfs_pool(m))
    yield Backward("dense_backward", forms.dlfs_affine(m))
    yield Backward("relu_backward", forms.through(m.Relu))
    yield Backward("softmax_cross_entropy_backward", forms.loss_layer(m), mean=True)


def cnn_part_two(m: Any) -> Iterator[Either]:
    def conv(image: Array, w: Array) -> Any:
        layer = m.Conv3x3(len(w))
        layer.filters = w[..., 0]
        return layer.forward(image[..., 0])

    def shares(logits: Array) -> Any:
        layer = m.Softmax(6, len(logits))
        layer.biases = logits
        return layer.forward(np.zeros((2, 3)))

    # Of a file whose filters have 3 rows and columns: other sizes are not among the calls.
    def three(x: Array, w: Array, b: None, s: int, p: int) -> Any:
        if w.shape[1:3] == (3, 3):
            return each(conv, x, w)
        return convolved(x, w, None, 1, 0)

    yield Offered("conv2d", three, **PLAIN, biases=(False,), channels=(1,), oblong=False)
    yield Offered(
        "max_pool2d",
        lambda x, f, s: each(m.MaxPool2().forward, x),
        strides=(None,),
        sizes=(2,),
    )
    yield Offered("softmax", lambda z: each(shares, z))
    yield Backward("conv2d_backward", forms.article_conv(m), **forms.ARTICLE_CONV)
    yield Backward("max_pool2d_backward", forms.article_pool(m), **forms.ARTICLE_POOL)
    yield Backward("softmax_backward", forms.article_softmax(m), batches=(1,))


def im2col_indices_net(m: Any) -> Iterator[Either]:
    def layer(x: Array, w: Array, b: Array, s: int, p: int) -> Any:
        made = m.Conv(first(x).shape[1:], len(w), *w.shape[1:3], s, p)
        made.params = [first(w), b.reshape(-1, 1)]
        return made

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        made = layer(x, w, np.zeros(len(w)), s, p)
        made.forward(first(x))
        dx, (dw, db) = made.backward(first(g))
        return last(dx), last(dw), db[:, 0]

    def pool_back(g: Array, x: Array, f: int, s: int) -> Any:
        made = m.Maxpool(first(x).shape[1:], f, s)
        made.forward(first(x))
        return last(made.backward(first(g))[0])

    def connected(w: Array, b: Array) -> Any:
        made = m.FullyConnected(*w.shape)
        made.params = [w, b]
        return made

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        made = connected(w, np.zeros(w.shape[1]))
        made.forward(x)
        dx, (dw, db) = made.backward(g)
        return dx, dw, db

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(layer(x, w, b, s, p).forward(first(x))),
        biases=(True,),
    )
    yield Offered("relu", lambda x: m.ReLU().forward(x))
    yield Offered(
        "max_pool2d",
        lambda x, f, s: last(m.Maxpool(first(x).shape[1:], f, s).forward(first(x))),
    )
    yield Offered("dense", lambda x, w, b: connected(w, b).forward(x))
    yield Offered("softmax_cross_entropy", lambda z, at: m.SoftmaxLoss(z, at)[0], mean=True)
    yield Backward("conv2d_backward", conv_back)
    yield Backward("max_pool2d_backward", pool_back)
    yield Backward("dense_backward", dense_back)
    yield Backward("relu_backward", lambda g, x: forms.through(m.ReLU)(g, x)[0])
    yield Backward(
        "softmax_cross_entropy_backward", lambda z, at: m.SoftmaxLoss(z, at)[1], mean=True
    )


def tensor_autograd(m: Any) -> Iterator[Either]:
    def conv(x: Any, w: Array, b: Array) -> tuple[Any, Any]:
        layer = m.Conv2d(w.shape[3], len(w), w.shape[1])
        layer.w, layer.b = m.Tensor(first(w)), m.Tensor(b)
        return layer, layer(x)

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        leaf = m.Tensor(first(x))
        layer, out = conv(leaf, w, np.zeros(len(w)))
        (out * m.Tensor(first(g))).sum().backward()
        return last(leaf.grad), last(layer.w.grad), layer.b.grad

    def linear(w: Array, b: Array) -> Any:
        layer = m.Linear(*w.shape)
        layer.w, layer.b = m.Tensor(w), m.Tensor(b)
        return layer

    def loss_back(z: Array, at: Any) -> Any:
        leaf = m.Tensor(z)
        leaf.cross_entropy(at).backward()
        return leaf.grad

    def pool_back(g: Array, x: Array, f: int, s: None) -> Any:
        return last(forms.engine(lambda leaf: leaf.max_pool2d(f), m)(first(g), first(x)))

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(conv(m.Tensor(first(x)), w, b)[1].data),
        **PLAIN,
        biases=(True,),
        oblong=False,
    )
    yield Offered("relu", lambda x: m.Tensor(x).relu().data)
    yield Offered(
        "max_pool2d", lambda x, f, s: last(m.Tensor(first(x)).max_pool2d(f).data), strides=(None,)
    )
    yield Offered("dense", lambda x, w, b: linear(w, b)(m.Tensor(x)).data)
    yield Offered(
        "softmax_cross_entropy", lambda z, at: m.Tensor(z).cross_entropy(at).data, mean=True
    )
    yield Backward("conv2d_backward", conv_back, **PLAIN)
    yield Backward("max_pool2d_backward", pool_back, strides=(None,))
    yield Backward("dense_backward", forms.engine_linear(m))
    yield Backward("relu_backward", forms.engine(m.Tensor.relu, m))
    yield Backward("softmax_cross_entropy_backward", loss_back, mean=True)


def fc_xor(m: Any) -> Iterator[Either]:
    def dense(x: Array, w: Array, b: Array) -> Any:
        layer = m.FCLayer(*w.shape)
        layer.weights, layer.bias = w, b[np.newaxis]
        return layer.forward_propagation(x)

    yield Offered("dense", dense)
    yield Offered("relu", lambda x: m.ReLULayer().forward_propagation(x))
    yield Backward("dense_backward", forms.updating_dense(m), batches=(1,))
    yield Backward("relu_backward", forms.through_steps(m.ReLULayer))
    yield Backward("tanh_backward", forms.through_steps(m.TanhLayer))


def optimizers_outside(m: Any) -> Iterator[Either]:
    def layer(w: Array, b: Array, s: int) -> Any:
        made = m.Conv2D(len(w), w.shape[1], w.shape[3], strides=s)
        made.params = {"kernel": tf_filters(w), "bias": b}
        return made

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        made = layer(w, np.zeros(len(w)), s)
        made.forward(x)
        dx = made.backward(g)
        return dx, forms.spread(made.grads["kernel"]), made.grads["bias"]

    def connected(w: Array, b: Array) -> Any:
        made = m.Dense(*w.shape)
        made.params = {"kernel": w, "bias": b}
        return made

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        made = connected(w, np.zeros(w.shape[1]))
        made.forward(x)
        return made.backward(g), made.grads["kernel"], made.grads["bias"]

    only: dict[str, Any] = {"pads": (0,)}
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: layer(w, b, s).forward(x),
        **only,
        biases=(True,),
        oblong=False,
    )
    yield Offered("relu", lambda x: m.ReLU().forward(x))
    yield Offered("dense", lambda x, w, b: connected(w, b).forward(x))
    yield Offered("softmax_cross_entropy", lambda z, at: m.cross_entropy(z, at)[0], mean=True)
    yield Backward("conv2d_backward", conv_back, **only, wrong=True, sometimes_right=True)
    yield Backward("conv2d_backward", lambda *given: conv_back(*given)[:2], **only)
    yield Backward("dense_backward", dense_back)
    yield Backward("relu_backward", forms.through(m.ReLU))
    yield Backward(
        "softmax_cross_entropy_backward", lambda z, at: m.cross_entropy(z, at)[1], mean=True
    )


def torch_own_functions(m: Any) -> Iterator[Either]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Array:
        layer = m.MyConv2d(w.shape[3], len(w), w.shape[1], s, p)
        return last(module_call(layer, first(x).astype(w.dtype), first(w), b))

    yield Offered("conv2d", conv, biases=(True,), oblong=False)
    yield Offered("relu", lambda x: module_call(m.MyReLU(), x))
    yield Offered("dense", lambda x, w, b: module_call(m.MyLinear(*w.shape), x, w.T, b))
    yield Offered(
        "softmax_cross_entropy",
        lambda z, at: m.MyCrossEntropyLoss()(tensor(z), tensor(at)).numpy(),
        mean=True,
    )
    yield Backward("conv2d_backward", forms.torch_conv(m.MyConv2d))
    yield Backward("relu_backward", lambda g, x: forms.derived(m.MyReLU(), g, x))
    yield Backward("dense_backward", forms.torch_dense(m.MyLinear))
    yield Backward(
        "softmax_cross_entropy_backward", forms.torch_loss(m.MyCrossEntropyLoss()), mean=True
    )


def no_numpy(m: Any) -> Iterator[Either]:
    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        """Return the sums of what each filter sends back."""
        found = [
            m.conv2d_backward(g[0, ..., k].tolist(), x[0, ..., 0].tolist(), w[k, ..., 0].tolist())
            for k in range(len(w))
        ]
        dx = np.sum([one[0] for one in found], axis=0)
        return dx[np.newaxis, ..., np.newaxis], np.array([one[1] for one in found])[..., np.newaxis]

    def of_each_map(function: Callable[..., Any], g: Array, x: Array, *more: Any) -> Array:
        parts = [
            [function(g[n, ..., k].tolist(), x[n, ..., k].tolist(), *more) for n in range(len(x))]
            for k in range(x.shape[-1])
        ]
        return np.moveaxis(np.array(parts), 0, -1)

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        dx, dw, db = m.dense_backward(g[0].tolist(), x[0].tolist(), w.T.tolist())
        return [dx], np.transpose(dw), db

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: each_filter(m.conv2d, x, w),
        **PLAIN,
        biases=(False,),
        channels=(1,),
        oblong=False,
    )
    yield Offered("relu", lambda x: each_map(m.relu, x))
    yield Offered("max_pool2d", lambda x, f, s: each_map(m.max_pool, x, f), strides=(None,))
    yield Offered("dense", lambda x, w, b: each(m.dense, x, w.T, b))
    yield Offered("softmax", lambda z: each(m.softmax, z))
    yield Backward("conv2d_backward", conv_back, **PLAIN, channels=(1,), batches=(1,))
    yield Backward("relu_backward", lambda g, x: of_each_map(m.relu_backward, g, x))
    yield Backward(
        "max_pool2d_backward",
        lambda g, x, f, s: of_each_map(m.max_pool_backward, g, x, f),
        strides=(None,),
    )
    yield Backward("dense_backward", dense_back, batches=(1,))


def l_layer_model(m: Any) -> Iterator[Either]:
    yield Offered("dense", lambda x, w, b: m.linear_forward(x.T, w.T, b.reshape(-1, 1))[0].T)
    yield Offered("relu", lambda x: m.relu(x)[0])
    yield Backward("dense_backward", forms.columns_dense(m, parts=True))
    yield Backward("relu_backward", m.relu_backward)
    yield Backward("sigmoid_backward", m.sigmoid_backward)


def keras_clone(m: Any) -> Iterator[Either]:
    def layer(w: Array, b: Array | None, p: int | str) -> Any:
        made = m.Conv2D(len(w), w.shape[1], padding="same" if p else "valid")
        made.kernel = tf_filters(w)
        if b is not None:
            made.bias = b
        return made

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        made = layer(w, None, p)
        made.forward(x)
        dx = made.backward(g)
        return dx, forms.spread(made.d_kernel), made.d_bias

    def connected(w: Array, b: Array) -> Any:
        made = m.Dense(w.shape[1])
        made.kernel, made.bias = w, b
        return made

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        made = connected(w, np.zeros(w.shape[1]))
        made.forward(x)
        return made.backward(g), made.d_kernel, made.d_bias

    # With filters of 3 rows and columns as many zeros as a padding of 1.
    only: dict[str, Any] = {"strides": (1,), "filters": (3,)}
    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: layer(w, b, p).forward(x),
        strides=(1,),
        pads=(0, "same"),
        oblong=False,
    )
    yield Offered("relu", lambda x: m.ReLU().forward(x))
    yield Offered("dense", lambda x, w, b: connected(w, b).forward(x))
    yield Backward("conv2d_backward", conv_back, **only, wrong=True, sometimes_right=True)
    yield Backward("conv2d_backward", conv_back, **only, pads=(0,))
    yield Backward("dense_backward", dense_back)
    yield Backward("relu_backward", forms.through(m.ReLU))
    yield Backward("global_avg_pool2d_backward", forms.through(m.GlobalAveragePooling2D))


def strided_functions(m: Any) -> Iterator[Either]:
    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        saved = m.conv2d_forward(first(x), first(w), np.zeros(len(w)), s, p)[1]
        dx, dw, db = m.conv2d_backward(first(g), saved)
        return last(dx), last(dw), db

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        return m.linear_backward(g, m.linear_forward(x, w, np.zeros(w.shape[1]))[1])

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(m.conv2d_forward(first(x), first(w), b, s, p)[0]),
        biases=(True,),
        oblong=False,
    )
    yield Offered(
        "max_pool2d", lambda x, f, s: last(m.maxpool_forward(first(x), f)[0]), strides=(None,)
    )
    yield Offered("dense", lambda x, w, b: m.linear_forward(x, w, b)[0])
    yield Backward("conv2d_backward", conv_back, wrong=True, sometimes_right=True)
    yield Backward("conv2d_backward", conv_back, strides=(1,))
    yield Backward(
        "max_pool2d_backward",
        lambda g, x, f, s: last(m.maxpool_backward(first(g), m.maxpool_forward(first(x), f)[1])),
        strides=(None,),
    )
    yield Backward("dense_backward", dense_back)
    yield Backward("relu_backward", m.relu_backward)


def layers_of_a_video(m: Any) -> Iterator[Either]:
    def layer(image: Array, w: Array, b: Array) -> Any:
        made = m.Convolutional(image.shape, w.shape[1], len(w))
        made.kernels, made.biases = first(w).copy(), b.reshape(-1, 1, 1).copy()
        return made

    def conv_back(g: Array, x: Array, w: Array, s: int, p: int) -> Any:
        image = first(x)[0]
        made = layer(image, w, np.zeros(len(w)))
        made.forward(image)
        dx = made.backward(first(g)[0], RATE)
        lost = (first(w) - made.kernels) / RATE
        return last(dx[np.newaxis]), last(lost), -made.biases[:, 0, 0] / RATE

    def dense_layer(w: Array, b: Array) -> Any:
        made = m.Dense(*w.shape)
        made.weights, made.bias = w.T.copy(), b.reshape(-1, 1).copy()
        return made

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        made = dense_layer(w, np.zeros(w.shape[1]))
        made.forward(x.T)
        dx = made.backward(g.T, RATE)
        return dx.T, (w - made.weights.T) / RATE, -made.bias[:, 0] / RATE

    def column(make: Callable[[], Any], g: Array, x: Array) -> Any:
        made = make()
        made.forward(x.T)
        return made.backward(g.T, RATE).T

    yield Offered(
        "conv2d",
        lambda x, w, b, s, p: last(each(lambda one: layer(one, w, b).forward(one), first(x))),
        **PLAIN,
        biases=(True,),
        oblong=False,
    )
    yield Offered(
        "dense",
        lambda x, w, b: each(lambda one: dense_layer(w, b).forward(one[:, np.newaxis])[:, 0], x),
    )
    yield Offered("softmax", lambda z: each(lambda one: m.Softmax().forward(one), z))
    yield Backward("conv2d_backward", conv_back, **PLAIN, batches=(1,))
    yield Backward("dense_backward", dense_back, batches=(1,))
    yield Backward("sigmoid_backward", lambda g, x: column(m.Sigmoid, g, x))
    yield Backward("softmax_backward", lambda g, z: column(m.Softmax, g, z), batches=(1,))


def nnfs_mlp(m: Any) -> Iterator[Either]:
    def layer(w: Array, b: Array) -> Any:
        made = m.Layer_Dense(*w.shape)
        made.weights, made.biases = w, b[np.newaxis]
        return made

    def out(made: Any, x: Array) -> Any:
        made.forward(x)
        return made.output

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        made = layer(w, np.zeros(w.shape[1]))
        made.forward(x)
        made.backward(g)
        return made.dinputs, made.dweights, made.dbiases[0]

    def back(make: Callable[[], Any], g: Array, x: Array) -> Any:
        made = make()
        made.forward(x)
        made.backward(g)
        return made.dinputs

    def loss_back(z: Array, at: Any) -> Any:
        made = m.Activation_Softmax_Loss_CategoricalCrossentropy()
        made.forward(z, at)
        made.backward(made.output, at)
        return made.dinputs

    yield Offered("dense", lambda x, w, b: out(layer(w, b), x))
    yield Offered("relu", lambda x: out(m.Activation_ReLU(), x))
    yield Offered("softmax", lambda z: out(m.Activation_Softmax(), z))
    yield Backward("dense_backward", dense_back)
    yield Backward("relu_backward", lambda g, x: back(m.Activation_ReLU, g, x), wrong=True)
    yield Backward("relu_backward", lambda g, x: back(m.Activation_ReLU, g.copy(), x))
    yield Backward("softmax_backward", lambda g, z: back(m.Activation_Softmax, g, z))
    yield Backward("softmax_cross_entropy_backward", loss_back, mean=True)


def conv_step_by_step(m: Any) -> Iterator[Either]:
    def conv(x: Array, w: Array, b: Array, s: int, p: int) -> Any:
        given = {"stride": s, "pad": p}
        return m.conv_forward(x, tf_filters(w), b.reshape(1, 1, 1, -1), given)[0]

    def pool(mode: str) -> Callable[..., Any]:
        return lambda x, f, s: m.pool_forward(x, {"f": f, "stride": s}, mode)[0]

    yield Offered("conv2d", conv, biases=(True,), oblong=False)
    yield Offered("max_pool2d", pool("max"))
    yield Offered("avg_pool2d", pool("average"))
    yield Backward("conv2d_backward", forms.course_conv(m))
    yield Backward("max_pool2d_backward", forms.course_pool(m, "max"))
    yield Backward("avg_pool2d_backward", forms.course_pool(m, "average"))


def digits_training(m: Any) -> Iterator[Either]:
    def connected(w: Array, b: Array) -> Any:
        made = m.Dense(*w.shape)
        made.W, made.b = w, b
        return made

    def dense_back(g: Array, x: Array, w: Array) -> Any:
        made = connected(w, np.zeros(w.shape[1]))
        made.forward(x)
        return made.backward(g), made.dW, made.db

    def loss_back(z: Array, at: Any) -> Any:
        made = m.SoftmaxCrossEntropy()
        made.forward(z, at)
        return made.backward()

    yield Offered("dense", lambda x, w, b: connected(w, b).forward(x))
    yield Offered("relu", lambda x: m.ReLU().forward(x))
    yield Offered("max_pool2d", lambda x, f, s: m.MaxPool(f).forward(x), strides=(None,))
    yield Offered(
        "softmax_cross_entropy", lambda z, at: m.SoftmaxCrossEntropy().forward(z, at), mean=True
    )
    yield Backward("dense_backward", dense_back)
    yield Backward("relu_backward", forms.through(m.ReLU))
    yield Backward(
        "max_pool2d_backward",
        lambda g, x, f, s: forms.through(lambda: m.MaxPool(f))(g, x),
        strides=(None,),
    )
    yield Backward(
        "softmax_cross_entropy_backward", loss_back, mean=True, wrong=True, sometimes_right=True
    )
    yield Backward("softmax_cross_entropy_backward", loss_back)


#: What each file offers; a function bears the name of its file.
BINDINGS: dict[str, Callable[[Any], Iterator[Either]]] = {
    f"{one.__name__}.py": one
    for one in (
        cs231n_convnet,
        dlfs_convnet,
        cnn_part_two,
        im2col_indices_net,
        tensor_autograd,
        fc_xor,
        optimizers_outside,
        torch_own_functions,
        no_numpy,
        l_layer_model,
        keras_clone,
        strided_functions,
        layers_of_a_video,
        nnfs_mlp,
    )
}
BINDINGS["conv_step_by_step.ipynb"] = conv_step_by_step
BINDINGS["digits_training.ipynb"] = digits_training


if __name__ == "__main__":
    sys.exit(compare(FOLDER, BINDINGS, NEED_TORCH))
