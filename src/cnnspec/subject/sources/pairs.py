"""Operations that are run backwards together.

Much code lets a loss return the gradient to the logits, and the softmax let it through, or have no
backward pass: together they are right, and neither is a gradient by itself.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.bindings.binding import Binding, Bound
from cnnspec.bindings.probing import Guard, plain_probes
from cnnspec.bindings.search import Found
from cnnspec.bindings.spellings import INCOMING
from cnnspec.declaration.article_forms import Offer, Unavailable
from cnnspec.declaration.operation import Joined
from cnnspec.declaration.writing import EXAMPLES
from cnnspec.operations.registry import GRADIENTS

_Function = Callable[..., Any]


def see_pairs(
    found: Found, offers: Mapping[str, Offer], names: dict[str, Any], guard: Guard
) -> None:
    """Note that neither is judged by itself where both are right together.

    Nor is what only lets through, where a training loop sends in the gradient through both.
    """
    offered = _offered(found, offers, names)
    for name, gradient in GRADIENTS.items():
        if gradient.joined:
            ways = [*_ways(name, gradient.joined, found, offered, names)]
            _see_pair(name, gradient.joined, found, offered, ways, guard)


def _offered(
    found: Found, offers: Mapping[str, Offer], names: dict[str, Any]
) -> dict[str, _Function]:
    functions = {name: one.function for name, one in offers.items() if one.function}
    return {**functions, **{name: Bound(one, names) for name, one in found.bindings.items()}}


def _ways(
    later: str,
    joined: Joined,
    found: Found,
    offered: Mapping[str, _Function],
    names: dict[str, Any],
) -> Iterator[_Function]:
    """Yield the later gradient as it is called, and as the earlier operation takes its examples.

    Of a loss that is wrong it is not known whether a vector is one example to it.
    """
    if later in offered:
        yield offered[later]
    own, beside = found.bindings.get(later), found.bindings.get(joined.operation)
    if own is not None and beside is not None:
        yield Bound(_read_as(own, beside), names)


def _read_as(own: Binding, beside: Binding) -> Binding:
    """Return a binding that takes examples in the order in which another one takes them."""
    order = beside.reading.get(EXAMPLES.name, EXAMPLES.own.name)
    return replace(own, reading={**own.reading, EXAMPLES.name: order})


def _see_pair(
    later: str,
    joined: Joined,
    found: Found,
    offered: Mapping[str, _Function],
    ways: list[_Function],
    guard: Guard,
) -> None:
    if joined.operation not in offered:
        return
    if later not in offered:
        if joined.gradient in offered and _is(
            offered[joined.gradient], joined.gradient, _incoming, guard
        ):
            found.absent[joined.gradient] = joined.words_alone
        return
    if not any(_is(way, later, joined.due, guard) for way in ways):
        return
    if joined.gradient in offered:
        if not _is(offered[joined.gradient], joined.gradient, _incoming, guard):
            return
        found.absent[joined.gradient] = joined.words_through
    found.absent[later] = joined.words


def _incoming(given: Mapping[str, Any]) -> Any:
    return given[INCOMING.values[0]]


def _is(
    function: _Function, operation: str, due: Callable[[Mapping[str, Any]], Any], guard: Guard
) -> bool:
    """Return whether small calls are answered by something else than the gradient."""
    answered = 0
    for given in plain_probes(operation):
        copies = [np.copy(one) if np.ndim(one) else one for one in given.values()]
        try:
            with guard():
                answer = np.asarray(function(*copies), float)
        except Unavailable:
            continue
        except Exception:  # noqa: BLE001 - it is the implementation's own code
            return False
        expected = np.asarray(due(given))
        if answer.shape != expected.shape or not np.allclose(answer, expected):
            return False
        answered += 1
    return answered > 0
