"""Whether batches are answered by one number: the mean of what is due for each item, or the sum.

And whether what is due for a batch, summed over its examples, is their mean instead. Of a loss the
gradient is that of the very loss that the same code returns: see `of_its_loss`.
"""

from collections.abc import Callable

import numpy as np

from cnnspec.cases.answers import exact_answer
from cnnspec.declaration.answer import errors_of
from cnnspec.declaration.case import Case, cast
from cnnspec.operations.registry import GRADIENTS, OPERATIONS, TOGETHER
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.outcomes import Result


def reduction_of(implementation: Implementation, found: Capabilities, operation: str) -> str:
    """Return which of its operation's reductions an implementation uses, "" for none.

    The first batch of the probes that is answered by one number tells: it is the nearest.
    """
    declared = OPERATIONS[operation]
    if not declared.reductions or not found.offers(operation):
        return ""
    if gradient := GRADIENTS.get(operation):
        return _of_gradients(implementation, found, gradient.function)
    batches = [
        call
        for calls in declared.probes().values()
        for call in calls
        if any(getattr(call[name], "ndim", 0) for name in declared.axes.batched)
    ]
    for batch in batches:
        for dtype in found.of(operation).dtypes:
            probe = Case("probe", operation, cast(batch, np.dtype(dtype)))
            outcome = implementation.call(operation, dict(probe.arguments))
            if not isinstance(outcome, Result) or outcome.problem:
                continue
            if outcome.value.size != 1:
                return ""
            got = float(outcome.value.ravel()[0])
            kind = outcome.value.dtype
            due = {
                name: float(exact_answer(probe, kind, implementation.accuracy, name).high)
                for name in declared.reductions
            }
            return min(due, key=lambda name: abs(got - due[name]))
    return ""


def of_its_loss(operation: str, reduction: Callable[[str], str]) -> str | None:
    """Return how the loss is reduced whose gradient this is, ``None`` where that is not known.

    A mean has a gradient that is divided by the number of rows, a sum one that is not. Where no
    loss is offered, where it takes no batches, or where it returns one loss for each row, which the
    caller reduces, either gradient may be meant. ``reduction`` is that of an operation, see
    `reduction_of`.
    """
    gradient = GRADIENTS.get(operation)
    if gradient is None or not (found := reduction(gradient.of)):
        return None
    return found if found in OPERATIONS[operation].reductions else ""


def _of_gradients(implementation: Implementation, found: Capabilities, function: str) -> str:
    """Return the reduction of gradients that one function returns together: one for all."""
    together = [
        name for name in TOGETHER[function] if OPERATIONS[name].reductions and found.offers(name)
    ]
    reductions = {_over_examples(implementation, found, name) for name in together} - {None}
    return next(iter(reductions)) or "" if len(reductions) == 1 else ""


def _over_examples(
    implementation: Implementation, found: Capabilities, operation: str
) -> str | None:
    """Return which reduction the first batch that is answered is nearest to, ``None`` for none."""
    for call in (call for calls in OPERATIONS[operation].probes().values() for call in calls):
        for dtype in found.of(operation).dtypes:
            probe = Case("probe", operation, cast(call, np.dtype(dtype)))
            summed = exact_answer(probe, np.dtype(dtype), implementation.accuracy)
            if summed.examples == 1:
                break
            outcome = implementation.call(operation, dict(probe.arguments))
            if not isinstance(outcome, Result) or outcome.problem:
                continue
            if outcome.value.shape != summed.high.shape:
                return None
            due = {"": summed} | {
                name: exact_answer(probe, np.dtype(dtype), implementation.accuracy, name)
                for name in OPERATIONS[operation].reductions
            }
            distances = {n: float(errors_of(outcome.value, a).sum()) for n, a in due.items()}
            return min(distances, key=lambda name: distances[name])
    return None
