"""Words of a convolution's mistakes, said of a convolution over the incoming gradient."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cnnspec.simulation.hypothesis import Hypothesis

#: What grad and image, maps and channels are called where they have exchanged parts.
_EXCHANGED = {
    "elements of grad": "pixels",
    "of grad": "of the image",
    "the image": "grad",
    "grad[": "image[",
    "image[": "grad[",
    "grad and image": "image and grad",
    "maps": "channels",
    "map": "channel",
    "channels": "maps",
    "channel": "map",
}

_PATTERN = re.compile(
    "|".join(rf"\b{re.escape(said)}" + r"\b" * said[-1].isalpha() for said in _EXCHANGED)
)


def exchanged(found: Iterable[Hypothesis], remedy: str) -> Iterator[Hypothesis]:
    """Return the same of grad in the place of the image, and of its maps in that of channels."""
    for one in found:
        words = _PATTERN.sub(lambda match: _EXCHANGED[match.group()], one.words)
        yield replace(one, words=words, remedy=remedy)
