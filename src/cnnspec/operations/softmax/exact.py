"""Exact probabilities, in decimal numbers."""

from decimal import Decimal

from cnnspec.exact.decimals import DECIMAL, exp


def softmax(logits: list[Decimal]) -> list[Decimal]:
    """Return the probabilities of one row of logits, right in more than 50 digits."""
    largest = max(logits)
    of = {x: exp(DECIMAL.subtract(x, largest)) for x in set(logits)}
    exponentials = [of[x] for x in logits]
    total = Decimal(0)
    for exponential in exponentials:
        total = DECIMAL.add(total, exponential)
    return [DECIMAL.divide(exponential, total) for exponential in exponentials]
