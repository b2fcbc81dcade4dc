"""How the axes of an operation's data are read, the data being its first argument."""

from collections.abc import Callable
from dataclasses import dataclass

_NUMBERS = ("no", "one", "two", "three", "four", "five")


def words_of_ranks(ranks: frozenset[int]) -> str:
    """Return in words that only so many axes are taken."""
    highest = max(ranks)
    if ranks == set(range(1, highest + 1)):
        return "vectors only" if highest == 1 else f"up to {_NUMBERS[highest]} axes"
    named = " or ".join(str(rank) for rank in sorted(ranks))
    return f"{named} axes only"


@dataclass(frozen=True, kw_only=True)
class Axes:
    """How the axes of an operation's data are read.

    Attributes
    ----------
    of_a_batch : int or None
        How many axes a batch has, where data of one number of axes only are a batch.
    of_a_result : callable or None
        Returns how many axes an answer has, by those of the data; ``None``: what has others is
        judged as an answer.
    in_batches : bool
        Whether a single one may be handed over as a batch of one.
    without_channels : tuple of str
        The arrays that get a channel axis where data without one are not taken.
    flattens : bool
        Whether the data are read as one axis, however many they have.
    each_element : bool
        Whether every element is computed alone, so that axes of length 1 change nothing.
    in_words : callable
        Returns in words that only so many axes are taken.
    """

    of_a_batch: int | None = None
    of_a_result: Callable[[int], int] | None = None
    in_batches: bool = False
    without_channels: tuple[str, ...] = ()
    flattens: bool = False
    each_element: bool = False
    in_words: Callable[[frozenset[int]], str] = words_of_ranks
