"""How a call of an operation, and what it returns, are written as code."""

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
