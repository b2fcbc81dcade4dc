"""What may be done with a layer's options in any of its gradients by mistake."""

from collections.abc import Iterator
from dataclasses import replace

from cnnspec.operations.conv2d.backward.slots import GRAD
from cnnspec.operations.conv2d.option_hypotheses import of_options as of_options_of_layers
from cnnspec.simulation import gradients, orders, quantities, windows
from cnnspec.simulation.hypothesis import Hypothesis

#: Slots of the layer's formula that the gradients' have not.
_ABSENT = ("extents",)

#: What would give more windows than there are elements of grad.
_MORE = ("incomplete", "as if they had no size", "(length - stride)")

#: Without the images of a batch, whose number is seldom mistaken for another.
_BUT_IMAGES = (1, 2, 3)

#: Margins that differ behind the image alone: elements of grad say how many windows there are.
BEHIND = (
    r"^margins: (the zeros at the top and on the left are put at the bottom and on the right too"
    r"|zeros that are the same on both sides are put at the top and on the left only"
    r"|only above and on the left it is padded"
    r"|the zeros (at the bottom|on the right) are left out)$"
)


def of_options(*absent: str) -> Iterator[Hypothesis]:
    """Return what may be done with stride, padding, dilation and groups, as in the layer."""
    for one in gradients.without(of_options_of_layers(), BEHIND):
        if one.slot not in (*_ABSENT, *absent):
            yield one
    for one in windows.of_starts():
        if not any(words in one.words for words in _MORE):
            yield replace(one, remedy="windows lie where they lay in the layer: a stride apart")


def of_grad() -> Iterator[Hypothesis]:
    """Return what may be done with the incoming gradient."""
    yield from gradients.incoming(GRAD.slot)
    yield from orders.along_axes(GRAD)
    yield from orders.of_axes(GRAD, _BUT_IMAGES)
    yield from quantities.casts(GRAD)
    yield from quantities.factors(GRAD, {})
