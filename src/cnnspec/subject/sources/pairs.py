"""A softmax and its loss that are run backwards together.

Much code lets the loss return the gradient to the logits, and the softmax let it through, or have
no backward pass: together they are right, and neither is a gradient by itself.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnspec.bindings.binding import Bound
from cnnspec.bindings.probing import Guard, plain_probes
from cnnspec.bindings.search import Found
from cnnspec.declaration.article_forms import Offer, Unavailable

_LOSS, _SOFTMAX = "cross_entropy_backward", "softmax_backward"

_WHY = "it is the gradient to the logits, of the softmax and the loss together"
_THROUGH = "it lets through what comes in, for the loss returns the gradient to the logits"


def see_pairs(
    found: Found, offers: Mapping[str, Offer], names: dict[str, Any], guard: Guard
) -> None:
    """Note that neither is judged by itself where both are right together."""
    offered = {*offers, *found.bindings}
    if _LOSS not in offered or "softmax" not in offered:
        return
    functions = {
        name: Bound(found.bindings[name], names)
        if name in found.bindings
        else offers[name].function
        for name in (_LOSS, _SOFTMAX)
        if name in offered
    }
    if not _is(functions[_LOSS], _LOSS, _to_the_logits, guard):
        return
    if _SOFTMAX in offered:
        if not _is(functions[_SOFTMAX], _SOFTMAX, lambda given: given["grad"], guard):
            return
        found.absent[_SOFTMAX] = _THROUGH
    found.absent[_LOSS] = _WHY


def _to_the_logits(given: Mapping[str, Any]) -> Any:
    """Return the probabilities, and 1 less at the label."""
    probabilities, label = np.asarray(given["probabilities"]), np.asarray(given["label"])
    return probabilities - (np.arange(probabilities.shape[-1]) == label[..., np.newaxis])


def _is(
    function: Callable[..., Any] | None,
    operation: str,
    due: Callable[[Mapping[str, Any]], Any],
    guard: Guard,
) -> bool:
    """Return whether small calls are answered by something else than the gradient."""
    assert function is not None
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
