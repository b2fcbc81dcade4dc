"""How an operation is written as code: a call, what it returns, a class to start from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Writing:
    """The code of a call and of its result.

    Attributes
    ----------
    call : str
        With slots for the operation's name and for what is passed; "" where no call is short
        enough to be written out.
    array : str
        The array in what a call returns, ``result``.
    maps : str
        What a result that consists of maps is called, one behind the other along the last axis; ""
        where the last two axes are read together.
    """

    call: str = "{name}({passed})"
    array: str = "result"
    maps: str = ""


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
