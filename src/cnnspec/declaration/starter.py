"""What a file to start from holds of an operation, beside its function."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LayerClass:
    """The articles' class that is judged as an operation.

    Attributes
    ----------
    name : str
        Its name in the articles, and in `cnnspec.reference.article2`.
    constructor : str
        Its constructor as code; the suite sets the parameters anew for each call.
    out_of_reach : tuple of str
        The requirements that do not reach it: it has no options and takes one rank.
    """

    name: str
    constructor: str = ""
    out_of_reach: tuple[str, ...] = ()
