"""Pure functions in the style of a framework of transformations; it derives them.

apart: verify.py compares its gradients
needs: jax
options: --facets values,special,dtypes,manners
"""
import jax
import jax.numpy as jnp


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    x = image[..., None] if image.ndim == 2 else image
    w = filters[..., None] if image.ndim == 2 else filters
    batch = x if x.ndim == 4 else x[None]
    out = jax.lax.conv_general_dilated(
        batch, jnp.moveaxis(w, 0, -1), (stride, stride), padding.upper(),
        dimension_numbers=("NHWC", "HWIO", "NHWC"), precision="highest")
    if bias is not None:
        out = out + bias
    return out if x.ndim == 4 else out[0]


def relu(x):
    return jax.nn.relu(x)


def max_pool2d(maps, size=2, stride=None):
    stride = size if stride is None else stride
    lead = (1,) * (maps.ndim - 3)
    return jax.lax.reduce_window(
        maps, -jnp.inf, jax.lax.max, (*lead, size, size, 1), (*lead, stride, stride, 1), "VALID")


def dense(x, weights, bias):
    return jnp.dot(x, weights, precision="highest") + bias


def conv2d_backward(grad, image, filters, *, stride=1, padding="valid"):
    bias = jnp.zeros(filters.shape[0], filters.dtype)
    _, pull = jax.vjp(lambda x, w, b: conv2d(x, w, b, stride=stride, padding=padding), image, filters, bias)
    return pull(grad)


def relu_backward(grad, x):
    return jax.vjp(relu, x)[1](grad)[0]


def max_pool2d_backward(grad, maps, size=2, stride=None):
    return jax.vjp(lambda m: max_pool2d(m, size, stride), maps)[1](grad)[0]


def dense_backward(grad, x, weights):
    bias = jnp.zeros(weights.shape[1], weights.dtype)
    return jax.vjp(dense, x, weights, bias)[1](grad)
