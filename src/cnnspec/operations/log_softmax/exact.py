"""Exact logarithms of probabilities, in decimal numbers."""

from decimal import Decimal

from cnnspec.exact.decimals import DECIMAL, exp


def log_softmax(logits: list[Decimal]) -> list[Decimal]:
    """Return the logarithms of one row's probabilities, right in more than 50 digits."""
    largest = max(logits)
    below = {x: DECIMAL.subtract(x, largest) for x in logits}
    powers = {x: exp(distance) for x, distance in below.items()}
    total = Decimal(0)
    for logit in logits:
        total = DECIMAL.add(total, powers[logit])
    logarithm = DECIMAL.ln(total)
    return [DECIMAL.subtract(below[x], logarithm) for x in logits]
