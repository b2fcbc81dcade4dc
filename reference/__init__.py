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
    from cnnspec.reference.conv2d import conv2d as conv2d
    from cnnspec.reference.conv_transpose2d import conv_transpose2d as conv_transpose2d
    from cnnspec.reference.cross_entropy import cross_entropy as cross_entropy
    from cnnspec.reference.dense import dense as dense
    from cnnspec.reference.filters import ARTICLE_EDGES as ARTICLE_EDGES
    from cnnspec.reference.filters import HORIZONTAL_EDGE as HORIZONTAL_EDGE
    from cnnspec.reference.filters import SOBEL_HORIZONTAL as SOBEL_HORIZONTAL
    from cnnspec.reference.filters import SOBEL_VERTICAL as SOBEL_VERTICAL
    from cnnspec.reference.filters import VERTICAL_EDGE as VERTICAL_EDGE
    from cnnspec.reference.flatten import flatten as flatten
    from cnnspec.reference.global_avg_pool2d import global_avg_pool2d as global_avg_pool2d
    from cnnspec.reference.leaky_relu import leaky_relu as leaky_relu
    from cnnspec.reference.log_softmax import log_softmax as log_softmax
    from cnnspec.reference.pooling import avg_pool2d as avg_pool2d
    from cnnspec.reference.pooling import max_pool2d as max_pool2d
    from cnnspec.reference.pooling import min_pool2d as min_pool2d
    from cnnspec.reference.relu import relu as relu
    from cnnspec.reference.sigmoid import sigmoid as sigmoid
    from cnnspec.reference.softmax import softmax as softmax
    from cnnspec.reference.softmax_cross_entropy import (
        softmax_cross_entropy as softmax_cross_entropy,
    )
    from cnnspec.reference.tanh import tanh as tanh
    from cnnspec.reference.train_step import train_step as train_step
