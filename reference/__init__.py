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

if TYPE_CHECKING:

    def __getattr__(name: str) -> Any: ...
