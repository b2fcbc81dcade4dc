"""What rooms are written in: an operation's parameters, exact answers, cases.

It may import `exact`; it knows what is said of an operation, and names none.
Below: exact numbers; above: the rooms of the operations, which declare themselves in it.
"""
