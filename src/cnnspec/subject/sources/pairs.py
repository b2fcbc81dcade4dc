"""Operations that are run backwards together.

Much code lets a loss return the gradient to the logits, and the softmax let it through, or have no
backward pass: together they are right, and neither is a gradient by itself.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnspec.bindings.binding import Bound
from cnnspec.bindings.probing import Guard, plain_probes
from cnnspec.bindings.search import Found
from cnnspec.bindings.spellings import INCOMING
from cnnspec.declaration.article_forms import Offer, Unavailable
from cnnspec.declaration.operation import Joined
from cnnspec.operations.registry import GRADIENTS

_Function = Callable[..., Any]


def see_pairs(
    found: Found, offers: Mapping[str, Offer], names: dict[str, Any], guard: Guard
) -> None:
    """Note that neither is judged by itself where both are right together."""
    for name, gradient in GRADIENTS.items():
        if gradient.joined:
            _see_pair(name, gradient.joined, found, _offered(found, offers, names), guard)


def _offered(
    found: Found, offers: Mapping[str, Offer], names: dict[str, Any]
) -> dict[str, _Function]:
    functions = {name: one.function for name, one in offers.items() if one.function}
    return {**functions, **{name: Bound(one, names) for name, one in found.bindings.items()}}


def _see_pair(
    later: str, joined: Joined, found: Found, offered: Mapping[str, _Function], guard: Guard
) -> None:
    if later not in offered or joined.operation not in offered:
        return
    if not _is(offered[later], later, joined.due, guard):
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
