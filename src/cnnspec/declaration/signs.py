"""Signs: what an operation's results are, so that a wrong one shows what was mistaken."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Arguments = Mapping[str, Any]
Shape = tuple[int, ...]


def _none(_given: Arguments) -> Iterable[Any]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Signs:
    """What is declared of results.

    Attributes
    ----------
    has_maps : bool
        Whether rows, columns and maps are the last three axes.
    is_sum : bool
        Whether every element is a sum of terms of any sign and size.
    is_distribution : bool
        Whether every row holds probabilities, by the exponentials of logits.
    is_loss : bool
        Whether it is the negative logarithm of a probability.
    is_bounded_normwise : bool
        Whether there is a rule for errors that are spread over the whole result.
    transforms : str
        What spreads its errors so and is right all the same.
    bias : str
        The parameter that is added to the logits of a distribution.
    other_windows : callable
        Returns calls whose answers are those of windows elsewhere, each after what is said of it.
    mistaken_shapes : callable
        Returns the shapes that a mistake gives a result: pattern, what is said, remedy, and the
        rows and columns.
    """

    has_maps: bool = False
    is_sum: bool = False
    is_distribution: bool = False
    is_loss: bool = False
    is_bounded_normwise: bool = False
    transforms: str = ""
    bias: str = ""
    other_windows: Callable[[Arguments], Iterable[tuple[str, Arguments]]] = _none
    mistaken_shapes: Callable[[Arguments], Iterable[tuple[str, str, str, Shape]]] = _none
