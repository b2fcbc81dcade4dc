"""Ways of calling a candidate, each of which is a binding as soon as it is known how it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnnspec.bindings.binding import LAYER, Binding
from cnnspec.bindings.candidates import Candidate
from cnnspec.bindings.layers import is_module
from cnnspec.bindings.signatures import Argument, does_more, written


@dataclass(frozen=True)
class Way:
    """One way of calling a candidate, without its options, and the options that it has.

    Attributes
    ----------
    candidate : Candidate
    given, runs : tuple of Argument
        Those of a function or a constructor, and those of the method that runs a layer.
    chosen : mapping
        The values of the arguments that are needed.
    method : str
        The method that runs a layer, "" for a function.
    statements : tuple of str
        What gives a layer its parameters.
    left : str
        The attribute in which it leaves its result, "" if it returns it.
    mode : str
        Of a module that is trained or not.
    passes_options : bool
        Whether options are passed if nothing is said of them.
    """

    candidate: Candidate
    given: tuple[Argument, ...]
    chosen: Mapping[str, str]
    runs: tuple[Argument, ...] = ()
    method: str = ""
    statements: tuple[str, ...] = ()
    left: str = ""
    mode: str = ""
    passes_options: bool = True

    def binding(self, options: Mapping[str, str | None] | None = None) -> Binding:
        """Return the binding that passes options, each by default with its likeliest value."""
        likeliest = {one.name: one.values[0] for one in self.options if self.passes_options}
        every = {**self.chosen, **likeliest, **(options or {})}
        candidate, chosen = self.candidate, {n: code for n, code in every.items() if code}
        passed = written(self.given, chosen)
        if not self.method:
            return Binding(candidate.operation, candidate.named, f"{candidate.code}({passed})")
        made = f"{candidate.code}({passed})" if candidate.is_class else candidate.code
        run = written(self.runs, chosen)
        call = f"{LAYER}({run})" if self.method == "__call__" else f"{LAYER}.{self.method}({run})"
        if self.left:
            call = f"({call}, {LAYER}.{self.left})[-1]"
        tensors = "torch" if is_module(kind_of(candidate.thing)) else ""
        return Binding(
            candidate.operation,
            candidate.named,
            call,
            made,
            self.statements,
            tensors=tensors,
            mode=self.mode,
        )

    @property
    def does_more(self) -> bool:
        """Whether it must be told what to do with its result, and was told nothing."""
        return any(one.is_needed and does_more(one) for one in (*self.given, *self.runs))

    @property
    def options(self) -> list[Argument]:
        """The arguments that may be left out, each with the values that it may want."""
        return [one for one in (*self.given, *self.runs) if not one.is_needed]


def kind_of(thing: Any) -> type:
    """Return the class of an object, or a class itself."""
    return thing if isinstance(thing, type) else type(thing)
