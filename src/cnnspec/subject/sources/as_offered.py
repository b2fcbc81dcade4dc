"""What comes of small calls in an operation's own form."""

from dataclasses import replace

from cnnspec.bindings.binding import Binding
from cnnspec.bindings.probing import Fit, Guard, TookTooLong, Tried, plain_probes, result_of
from cnnspec.bindings.spellings import spelling_of
from cnnspec.declaration.article_forms import Offer


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
