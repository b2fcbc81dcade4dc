"""Exact losses of logits, in decimal numbers."""

from decimal import Decimal

from cnnspec.exact.decimals import DECIMAL, exp


def loss(logits: list[Decimal], label: int) -> Decimal:
    """Return the loss of one row of logits, right in more than 50 digits."""
    largest = max(logits)
    of = {x: exp(DECIMAL.subtract(x, largest)) for x in set(logits)}
    total = Decimal(0)
    for logit in logits:
        total = DECIMAL.add(total, of[logit])
    return DECIMAL.add(DECIMAL.ln(total), DECIMAL.subtract(largest, logits[label]))
