"""cnnspec: a conformance suite for the layers of convolutional networks."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnspec.subject.notebooks import import_notebook

__version__ = "0.2.0"

__all__ = ["__version__", "import_notebook"]


def __getattr__(name: str) -> Any:
    """Import what is asked for only then: most of what is imported here needs the version alone."""
    if name == "import_notebook":
        from cnnspec.subject.notebooks import import_notebook

        return import_notebook
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
