"""cnnspec: a conformance suite for the layers of convolutional networks."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnspec.run.interactive import Report, check
    from cnnspec.subject.sources.notebooks import import_notebook

__version__ = "0.2.0"

__all__ = ["Report", "__version__", "check", "import_notebook"]


def __getattr__(name: str) -> Any:
    """Import what is asked for only then: most who import this need the version, or a part."""
    if name in ("Report", "check"):
        from cnnspec.run import interactive

        return getattr(interactive, name)
    if name == "import_notebook":
        from cnnspec.subject.sources.notebooks import import_notebook

        return import_notebook
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
