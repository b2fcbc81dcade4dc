"""Making a call that is wrong small: a greedy search in a fixed order, with a limit of steps.

No clock has a say, so that what is found follows from the call alone.
"""

from collections.abc import Callable

from cnnspec.declaration.combinations import Row, Space

#: Calls that are made at most to make one small.
STEPS = 120


def shrunk(space: Space, row: Row, is_as_wrong: Callable[[Row], bool]) -> Row:
    """Return a row of which every factor has the simplest level with which it is as wrong.

    ``is_as_wrong`` judges the call of a row.
    """
    steps = 0
    while True:
        for simpler in space.simpler(row):
            if space.made(simpler) is None:
                continue
            if steps >= STEPS:
                return row
            steps += 1
            if is_as_wrong(simpler):
                row = simpler
                break
        else:
            return row
