"""What comes of small calls in an operation's own form, and where another way is better."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cnnspec.bindings.beside import is_of_columns
from cnnspec.bindings.binding import Binding
from cnnspec.bindings.candidates import Candidate
from cnnspec.bindings.probing import (
    Fit,
    Guard,
    TookTooLong,
    Tried,
    is_right_where_answered,
    plain_probes,
    result_of,
)
from cnnspec.bindings.search import Found
from cnnspec.bindings.signatures import is_like_own, signature_of
from cnnspec.bindings.spellings import spelling_of
from cnnspec.declaration.article_forms import Offer
from cnnspec.operations.registry import NETWORKS

#: Forms that are not read otherwise, but where they are not answered as the form is.
BY_FUNCTIONS = "article functions"
FIXED = (BY_FUNCTIONS, "article layers", *NETWORKS)


def tried_as_offered(operation: str, offer: Offer, guard: Guard) -> Tried:
    """Return what comes of small calls in the operation's own form."""
    fit, refusal, is_slow = Fit(), "", False
    calls = plain_probes(operation)
    assert offer.function is not None
    for given in calls:
        try:
            with guard():
                copies = {n: v.copy() if hasattr(v, "copy") else v for n, v in given.items()}
                got = offer.function(*copies.values())
        except Exception as error:  # noqa: BLE001 - it is the implementation's own code
            fit.refuse(operation, given)
            refusal = refusal or f"{type(error).__name__}: {error}"
            is_slow = isinstance(error, TookTooLong)
            if is_slow:
                break
        else:
            fit.enter(operation, got, given)
    own = {one.name: one.own.name for one in spelling_of(operation).families}
    result = result_of(
        fit, Binding(operation, operation, operation, reading=own), len(calls), refusal
    )
    return replace(result, is_slow=is_slow)


def may_be_better(one: Candidate, own: Mapping[str, Tried], forms: Mapping[str, str]) -> bool:
    """Return whether a candidate may have to be called otherwise than by the operation's form."""
    if one.operation not in own:
        return True
    if forms.get(one.operation) in FIXED:
        return not own[one.operation].score.shaped
    is_known = own[one.operation].is_right or own[one.operation].is_slow
    return not (one.is_own and is_known and _is_own_signature(one))


def _is_own_signature(one: Candidate) -> bool:
    signature = signature_of(one.thing)
    return signature is None or is_like_own(one.operation, signature)


def is_better(
    found: Found,
    operation: str,
    own: Tried,
    forms: Mapping[str, str],
    names: Mapping[str, Any],
) -> bool:
    """Return whether a binding answers better than the operation's own form."""
    result = found.results[operation]
    if is_of_columns(result):
        return not own.is_right
    if forms.get(operation) in FIXED:
        is_alone = not own.answered and is_right_where_answered(result)
        return result.is_right or is_alone or _is_as_beside(found, result)
    function = names.get(operation)
    signature = signature_of(function) if callable(function) else None
    if signature is not None and not is_like_own(operation, signature):
        return result.score[:3] >= own.score[:3]
    return result.score[:3] > own.score[:3]


def _is_as_beside(found: Found, result: Tried) -> bool:
    """Return whether all answers are right in an order of axes that another operation has, too.

    By itself it would be a mistake: what is beside it hands it maps in that order.
    """
    families = spelling_of(result.binding.operation).families
    orders = {one.name: result.binding.reading.get(one.name) for one in families if one.is_shared}
    return is_right_where_answered(result) and any(
        other is not result
        and is_right_where_answered(other)
        and not other.is_own
        and all(other.binding.reading.get(name) == order for name, order in orders.items())
        for other in found.results.values()
    )
