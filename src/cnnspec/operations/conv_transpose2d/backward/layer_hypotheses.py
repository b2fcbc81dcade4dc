"""What may be done with a layer's options in its gradients to image and filters by mistake."""

from collections.abc import Iterator

from cnnspec.operations.conv2d.backward.layer_hypotheses import BEHIND
from cnnspec.operations.conv2d.option_hypotheses import of_options as of_options_of_convolutions
from cnnspec.operations.conv_transpose2d.backward.words import exchanged
from cnnspec.simulation import gradients, windows
from cnnspec.simulation.hypothesis import Hypothesis

#: Slots of a convolution's formula that these have not.
_ABSENT = ("extents",)

#: What would give other numbers of windows than there are pixels, or is a matter of "same".
_OTHERS = r'"same"|incomplete|as if they had no size|\(length - stride\)'

_WINDOWS = "the filter of pixel (i, j) lay over the maps from row i * stride - top on"


def of_options(remedy: str, *absent: str) -> Iterator[Hypothesis]:
    """Return what may be done with stride, padding, dilation and groups, as in a convolution."""
    found = gradients.without(of_options_of_convolutions(), BEHIND, _OTHERS)
    for one in exchanged(found, remedy):
        if one.slot not in (*_ABSENT, *absent):
            yield one
    yield from exchanged(gradients.without(windows.of_starts(), _OTHERS), _WINDOWS)
    yield from exchanged(gradients.without(windows.of_borders(), BEHIND), remedy)
