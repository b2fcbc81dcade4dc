"""Numbers: exact sums and quotients, decimals, and the bounds on rounding.

Nothing here knows an operation's callers: it takes arrays and returns arrays.
It imports nothing of the suite.
"""
