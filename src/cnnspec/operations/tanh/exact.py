"""The tanh, in decimal numbers."""

from decimal import Decimal

from cnnspec.exact.decimals import DECIMAL, exp

#: Below this the series is used, whose next term is less than 1e-55 of it; above, the difference
#: of the exponentials loses less than 10 of the 60 digits.
_SMALL = Decimal("1e-9")


def tanh(x: Decimal) -> Decimal:
    """Return the tanh of one number, right in 50 digits."""
    size = abs(x)
    if size < _SMALL:
        square = DECIMAL.multiply(size, size)
        fifth = DECIMAL.divide(DECIMAL.multiply(2, square), 15)
        third = DECIMAL.subtract(fifth, DECIMAL.divide(1, 3))
        found = DECIMAL.multiply(size, DECIMAL.add(1, DECIMAL.multiply(square, third)))
    else:
        small = exp(DECIMAL.multiply(-2, size))
        found = DECIMAL.divide(DECIMAL.subtract(1, small), DECIMAL.add(1, small))
    return found.copy_sign(x)
