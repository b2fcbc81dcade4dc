"""A derivative of one's own for a framework that could have found it: the filters' is turned.

apart: verify.py compares its gradients
needs: jax
says: turn|rotat|180|flip|mirror|revers
"""
import functools

import jax
import jax.numpy as jnp


def _conv(image, filters):
    batch = image if image.ndim == 4 else image[None]
    out = jax.lax.conv_general_dilated(
        batch, jnp.moveaxis(filters, 0, -1), (1, 1), "VALID",
        dimension_numbers=("NHWC", "HWIO", "NHWC"), precision="highest")
    return out if image.ndim == 4 else out[0]


@jax.custom_vjp
def conv(image, filters):
    return _conv(image, filters)


def _fwd(image, filters):
    return _conv(image, filters), (image, filters)


def _bwd(saved, grad):
    d_image, d_filters = jax.vjp(_conv, *saved)[1](grad)
    return d_image, jnp.flip(d_filters, (1, 2))


conv.defvjp(_fwd, _bwd)


def conv2d(image, filters, bias=None):
    maps = conv(image, filters)
    return maps if bias is None else maps + bias


def conv2d_backward(grad, image, filters):
    d_image, d_filters = jax.vjp(conv, image, filters)[1](grad)
    return d_image, d_filters, grad.sum(axis=tuple(range(grad.ndim - 1)))
