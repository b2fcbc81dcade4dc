"""The catalogue: what a fault is, and the list of all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

FAILS = "fails"
ADVISED = "advised"


@dataclass(frozen=True)
class Fault:
    """One known mistake: the reference's operation with a single thing wrong.

    Attributes
    ----------
    id : str
        Begins with the operation's name.
    operation : str
    explanation : str
        What the mistaken code does, in one sentence.
    remedy : str
        How to mend it, in one sentence.
    seen : str
        Where it was seen.
    effect : str
        "fails": does not conform. "advised": conforms, with advice.
    make : callable
        Returns a fresh mistaken function with the operation's parameters.
    profile : str
        The profile in which it is a mistake.
    effort : str
        "default", or "thorough" if it shows on whole layers only.
    beside : mapping
        Functions of other operations that are mistaken with it, by their names.
    """

    id: str
    operation: str
    explanation: str
    remedy: str
    seen: str
    effect: str
    make: Callable[[], Callable[..., Any]]
    profile: str = "article"
    effort: str = "default"
    beside: Mapping[str, Callable[..., Any]] = field(default_factory=dict, hash=False)


#: All faults by id.
FAULTS: dict[str, Fault] = {}


def fault(
    identity: str,
    explanation: str,
    remedy: str,
    *,
    operation: str | None = None,
    seen: str = "public implementations",
    effect: str = FAILS,
    makes: bool = False,
    profile: str = "article",
    effort: str = "default",
    beside: Mapping[str, Callable[..., Any]] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a mistaken function into the catalogue.

    With ``makes`` the decorated function has no parameters and returns the mistaken function, which
    then starts with a fresh memory for every implementation.
    """

    def enter(function: Callable[..., Any]) -> Callable[..., Any]:
        if identity in FAULTS:
            raise ValueError(f"the fault {identity} is in the catalogue twice")
        make = function if makes else lambda: function
        name = operation or identity.split("-", maxsplit=1)[0]
        FAULTS[identity] = Fault(
            identity, name, explanation, remedy, seen, effect, make, profile, effort, beside or {}
        )
        return function

    return enter
