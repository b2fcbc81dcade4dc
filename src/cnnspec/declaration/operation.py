"""What is declared of an operation: its parameters, its place, and its exact answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.drawing import Picture
from cnnspec.declaration.exhibit import Exhibit
from cnnspec.declaration.writing import LayerClass, Writing

Arguments = Mapping[str, Any]

#: Small legal calls by the number of axes of their first argument.
Probes = dict[int, list[dict[str, Any]]]


def ramp(*shape: int) -> NDArray[Any]:
    """Return whole numbers from 0 to 4, for a probe."""
    return np.arange(1.0, np.prod(shape) + 1).reshape(shape) % 5


def no_probes() -> Probes:
    """Return none: what is offered is not found out by calls."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One layer function.

    Attributes
    ----------
    name
    place : int
        Where it stands among all operations, in SPEC.md for example.
    chapter : str
        What the numbers of its requirements begin with.
    required : tuple of str
        Parameters that every call passes, by position.
    probes : callable
        Returns small legal calls, by which it is found out what is offered.
    optional : tuple of str
        Parameters that a call may pass, by keyword.
    answer : callable
        Returns the exact answer of a call, from its arguments, the coarsest dtype in play, and the
        accuracy that is declared: "componentwise" or "normwise".
    reported_as : str
        The operation under which the report counts its checks.
    is_layer : bool
        Whether an implementation offers it under this very name.
    has_whole_layers : bool
        Whether whole layers of real networks are made of it.
    exhibit : Exhibit
        How a failing call is shown.
    writing : Writing
        How a call is written as code.
    layer_class : LayerClass or None
        The articles' class that is judged as it.
    pictures : tuple of Picture
        Those that its prose shows.
    labels : tuple of str
        Parameters that are a class, counted from 0.
    is_shortest : bool
        Whether beginners write it first.
    room : str
        The stem of its files, which the registry enters.
    """

    name: str
    place: int
    chapter: str
    required: tuple[str, ...]
    answer: Callable[[Arguments, np.dtype[Any], str], Answer]
    probes: Callable[[], Probes] = no_probes
    optional: tuple[str, ...] = ()
    reported_as: str = ""
    is_layer: bool = True
    has_whole_layers: bool = True
    exhibit: Exhibit = field(default_factory=Exhibit)
    writing: Writing = field(default_factory=Writing)
    layer_class: LayerClass | None = None
    pictures: tuple[Picture, ...] = ()
    labels: tuple[str, ...] = ()
    is_shortest: bool = False
    room: str = ""

    @property
    def key(self) -> str:
        """The operation's key in the report."""
        return self.reported_as or self.name

    @property
    def data(self) -> str:
        """The parameter that the layer works on; all others tell how."""
        return self.required[0]

    @property
    def is_network(self) -> bool:
        """Whether it is several layers in a row, each judged by itself too."""
        return not self.is_layer and not self.reported_as
