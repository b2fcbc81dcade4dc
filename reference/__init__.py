"""The reference: every layer of the specification in plain NumPy.

Arrays are channels-last. Throughout, ``N`` is the number of images in a batch, ``H`` and ``W``
the rows and columns of an image, ``C`` its channels, ``K`` the number of filters and ``f`` the
filter size. Each operation stands in a module of its own, whose ``__all__`` names what this
package offers.
"""

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any


def _offered() -> dict[str, Any]:
    """Return what the modules of this folder offer, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {
        name: getattr(module, name) for module in modules for name in getattr(module, "__all__", ())
    }


_OFFERED = _offered()
globals().update(_OFFERED)

__all__ = sorted(_OFFERED)  # noqa: PLE0605 - it is a list of names

if TYPE_CHECKING:  # what type checkers know; a new operation need not be entered
    from cnnspec.reference.batch_norm import batch_norm as batch_norm
    from cnnspec.reference.batch_norm_backward import batch_norm_backward as batch_norm_backward
    from cnnspec.reference.batch_norm_backward import batch_norm_grad_maps as batch_norm_grad_maps
    from cnnspec.reference.batch_norm_backward import batch_norm_grad_mean as batch_norm_grad_mean
    from cnnspec.reference.batch_norm_backward import (
        batch_norm_grad_offset as batch_norm_grad_offset,
    )
    from cnnspec.reference.batch_norm_backward import batch_norm_grad_scale as batch_norm_grad_scale
    from cnnspec.reference.batch_norm_backward import (
        batch_norm_grad_variance as batch_norm_grad_variance,
    )
    from cnnspec.reference.conv2d import conv2d as conv2d
    from cnnspec.reference.conv2d_backward import conv2d_backward as conv2d_backward
    from cnnspec.reference.conv2d_backward import conv2d_grad_bias as conv2d_grad_bias
    from cnnspec.reference.conv2d_backward import conv2d_grad_filters as conv2d_grad_filters
    from cnnspec.reference.conv2d_backward import conv2d_grad_image as conv2d_grad_image
    from cnnspec.reference.conv_transpose2d import conv_transpose2d as conv_transpose2d
    from cnnspec.reference.conv_transpose2d_backward import (
        conv_transpose2d_backward as conv_transpose2d_backward,
    )
    from cnnspec.reference.conv_transpose2d_backward import (
        conv_transpose2d_grad_bias as conv_transpose2d_grad_bias,
    )
    from cnnspec.reference.conv_transpose2d_backward import (
        conv_transpose2d_grad_filters as conv_transpose2d_grad_filters,
    )
    from cnnspec.reference.conv_transpose2d_backward import (
        conv_transpose2d_grad_image as conv_transpose2d_grad_image,
    )
    from cnnspec.reference.cross_entropy import cross_entropy as cross_entropy
    from cnnspec.reference.cross_entropy_backward import (
        cross_entropy_backward as cross_entropy_backward,
    )
    from cnnspec.reference.dense import dense as dense
    from cnnspec.reference.dense_backward import dense_backward as dense_backward
    from cnnspec.reference.dense_backward import dense_grad_bias as dense_grad_bias
    from cnnspec.reference.dense_backward import dense_grad_weights as dense_grad_weights
    from cnnspec.reference.dense_backward import dense_grad_x as dense_grad_x
    from cnnspec.reference.filters import ARTICLE_EDGES as ARTICLE_EDGES
    from cnnspec.reference.filters import HORIZONTAL_EDGE as HORIZONTAL_EDGE
    from cnnspec.reference.filters import SOBEL_HORIZONTAL as SOBEL_HORIZONTAL
    from cnnspec.reference.filters import SOBEL_VERTICAL as SOBEL_VERTICAL
    from cnnspec.reference.filters import VERTICAL_EDGE as VERTICAL_EDGE
    from cnnspec.reference.flatten import flatten as flatten
    from cnnspec.reference.flatten_backward import flatten_backward as flatten_backward
    from cnnspec.reference.global_avg_pool2d import global_avg_pool2d as global_avg_pool2d
    from cnnspec.reference.global_avg_pool2d_backward import (
        global_avg_pool2d_backward as global_avg_pool2d_backward,
    )
    from cnnspec.reference.leaky_relu import leaky_relu as leaky_relu
    from cnnspec.reference.leaky_relu_backward import leaky_relu_backward as leaky_relu_backward
    from cnnspec.reference.log_softmax import log_softmax as log_softmax
    from cnnspec.reference.log_softmax_backward import log_softmax_backward as log_softmax_backward
    from cnnspec.reference.pooling import avg_pool2d as avg_pool2d
    from cnnspec.reference.pooling import max_pool2d as max_pool2d
    from cnnspec.reference.pooling import min_pool2d as min_pool2d
    from cnnspec.reference.pooling_backward import avg_pool2d_backward as avg_pool2d_backward
    from cnnspec.reference.pooling_backward import max_pool2d_backward as max_pool2d_backward
    from cnnspec.reference.pooling_backward import min_pool2d_backward as min_pool2d_backward
    from cnnspec.reference.relu import relu as relu
    from cnnspec.reference.relu_backward import relu_backward as relu_backward
    from cnnspec.reference.sigmoid import sigmoid as sigmoid
    from cnnspec.reference.sigmoid_backward import sigmoid_backward as sigmoid_backward
    from cnnspec.reference.softmax import softmax as softmax
    from cnnspec.reference.softmax_backward import softmax_backward as softmax_backward
    from cnnspec.reference.softmax_cross_entropy import (
        softmax_cross_entropy as softmax_cross_entropy,
    )
    from cnnspec.reference.softmax_cross_entropy_backward import (
        softmax_cross_entropy_backward as softmax_cross_entropy_backward,
    )
    from cnnspec.reference.tanh import tanh as tanh
    from cnnspec.reference.tanh_backward import tanh_backward as tanh_backward
    from cnnspec.reference.train_step import train_step as train_step
