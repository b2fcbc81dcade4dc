"""Whether batches are answered by one number: the mean of what is due for each item, or the sum."""

import numpy as np

from cnnspec.cases.answers import exact_answer
from cnnspec.declaration.case import Case, cast
from cnnspec.operations.registry import OPERATIONS
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
