"""What is declared of an operation: its parameters, its place, and its exact answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.adapter_readings import Trial
from cnnspec.declaration.answer import Answer
from cnnspec.declaration.article_forms import Form
from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import Space
from cnnspec.declaration.drawing import Picture
from cnnspec.declaration.exhibit import Exhibit
from cnnspec.declaration.limits import Cell, Kind
from cnnspec.declaration.parameters import Axes, Option
from cnnspec.declaration.symptoms import Symptoms
from cnnspec.declaration.whole_layers import WholeLayers
from cnnspec.declaration.writing import LayerClass, Spelling, Writing
from cnnspec.simulation.hypothesis import Simulator
from cnnspec.simulation.measurement import Measurement

Arguments = Mapping[str, Any]
Shape = tuple[int, ...]

#: Small legal calls by the number of axes of their first argument.
Probes = dict[int, list[dict[str, Any]]]


def ramp(*shape: int) -> NDArray[Any]:
    """Return whole numbers from 0 to 4, for a probe."""
    return np.arange(1.0, np.prod(shape) + 1).reshape(shape) % 5


def no_probes() -> Probes:
    """Return none: what is offered is not found out by calls."""
    return {}


def no_behaviours() -> Sequence[Behaviour]:
    """Return none: nothing is asked that correct implementations answer differently."""
    return ()


def no_trials() -> Sequence[Trial]:
    """Return none: its adapters are not examined."""
    return ()


def no_cases() -> Sequence[Case]:
    """Return none."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Joined:
    """What code may run backwards together with the operation after it: neither alone is right.

    Attributes
    ----------
    operation, gradient : str
        The operation, and its own gradient, which lets through what comes in, if it is there.
    due : callable
        Returns the gradient through both, from the arguments of a call of the later one's.
    words, words_through, words_alone : str
        What the later gradient is, and the earlier one, beside it and where it is not there.
    """

    operation: str
    gradient: str
    due: Callable[[Arguments], Any]
    words: str
    words_through: str
    words_alone: str


@dataclass(frozen=True, kw_only=True)
class Gradient:
    """A gradient, which is an operation of its own: it returns one array.

    Attributes
    ----------
    of : str
        The operation, which need not be offered.
    to : str
        Its parameter.
    function : str
        The function that returns the gradients to all of the operation's parameters, in their
        order, as a tuple; the only one it returns as it is.
    place, count : int
        Which of so many it is.
    shape : callable
        Returns the shape that it has, from the arguments of a call.
    cases : callable
        Returns calls on which the manners are looked at that all gradients have. The first two or
        three differ in numbers only.
    is_rare : bool
        Whether functions that return fewer gradients leave out this one, and others that are rare.
    joined : Joined or None
        What it is often run backwards together with.
    """

    of: str
    to: str
    function: str
    shape: Callable[[Arguments], Shape]
    place: int = 0
    count: int = 1
    cases: Callable[[], Sequence[Case]] = no_cases
    is_rare: bool = False
    joined: Joined | None = None


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
    options : mapping
        Parameters that a call may pass, by keyword, and what is declared of each.
    answer : callable
        Returns the exact answer of a call, from its arguments, the coarsest dtype in play, and the
        accuracy that is declared: "componentwise" or "normwise".
    exact : callable or None
        The exact result of the same arguments, where the exact answer is a function of them alone.
    reported_as : str
        The operation under which the report counts its checks.
    is_layer : bool
        Whether an implementation offers it under this very name.
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
    axes : Axes
        How the axes of its data are read.
    limits : tuple of Kind
        The kinds of calls that code may not take, apart from those of all arrays.
    cells : tuple of Cell
        The kinds of calls that are refused by the articles' rules only.
    is_limited_by_arrays : bool
        Whether code may not take some numbers, dtypes and layouts in memory that arrays may have.
    plain_calls : callable or None
        Returns small calls that few limits touch; one that is answered is what others differ from.
    forms : tuple of Form
        The forms of the articles in which it may come.
    composed_of : tuple of str
        The operations that make it up, one after another. A single one: it is that operation,
        called with another kind of data; what refuses all of them does not offer it.
    results : int
        How many arrays it returns.
    mend : callable or None
        Returns the arguments of the legal call nearest to a bad one.
    whole_layers : WholeLayers or None
        How whole layers of real networks are judged that are made of it.
    room : str
        The stem of its files, which the registry enters.
    behaviours : callable
        Returns what it is asked that correct implementations answer differently.
    trials : callable
        Returns calls that tell readings of adapters apart; the next of them are made only if no
        call of the ones before is answered.
    simulator : Simulator or None
        Its formula with slots, and what may be done in them by mistake.
    measurement : Measurement or None
        What is measured of a wrong one and shown beside what is due, by its kind.
    symptoms : Symptoms
        What its results are, so that wrong ones show what was mistaken.
    reductions : mapping
        What may be returned for a batch in the place of a number for each of its items, by names
        such as "mean"; each makes that answer from theirs, for a dtype.
    takes_whole_numbers : bool
        Whether some arguments are whole by their nature, as labels and pixels: they say nothing of
        the dtype in which it computes.
    is_outsized : callable or None
        Returns whether windows are larger than what they are moved over, so that they fit if it is
        padded.
    spelling : Spelling or None
        How it is commonly written, by other names and with other orders of axes.
    computed_of : str
        The parameter that it is computed of, if that is not the first.
    gradient : Gradient or None
        What it is the gradient of.
    space : Space or None
        All its legal calls, of which exploration draws some.
    """

    name: str
    place: int
    chapter: str
    required: tuple[str, ...]
    answer: Callable[[Arguments, np.dtype[Any], str], Answer]
    probes: Callable[[], Probes] = no_probes
    options: Mapping[str, Option] = field(default_factory=dict)
    exact: Callable[..., Any] | None = None
    reported_as: str = ""
    is_layer: bool = True
    exhibit: Exhibit = field(default_factory=Exhibit)
    writing: Writing = field(default_factory=Writing)
    layer_class: LayerClass | None = None
    pictures: tuple[Picture, ...] = ()
    labels: tuple[str, ...] = ()
    is_shortest: bool = False
    axes: Axes = field(default_factory=Axes)
    limits: tuple[Kind, ...] = ()
    cells: tuple[Cell, ...] = ()
    is_limited_by_arrays: bool = True
    plain_calls: Callable[[], list[Arguments]] | None = None
    forms: tuple[Form, ...] = ()
    composed_of: tuple[str, ...] = ()
    results: int = 1
    mend: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    whole_layers: WholeLayers | None = None
    room: str = ""
    behaviours: Callable[[], Sequence[Behaviour]] = no_behaviours
    trials: Callable[[], Sequence[Trial]] = no_trials
    simulator: Simulator | None = None
    measurement: Measurement | None = None
    symptoms: Symptoms = field(default_factory=Symptoms)
    reductions: Mapping[str, Callable[[Answer, np.dtype[Any]], Answer]] = field(
        default_factory=dict
    )
    takes_whole_numbers: bool = False
    is_outsized: Callable[[Arguments], bool] | None = None
    spelling: Spelling | None = None
    computed_of: str = ""
    gradient: Gradient | None = None
    space: Space | None = None

    @property
    def key(self) -> str:
        """The operation's key in the report."""
        return self.reported_as or self.name

    @property
    def optional(self) -> tuple[str, ...]:
        """The parameters that a call may pass, by keyword."""
        return (*self.options,)

    @property
    def data(self) -> str:
        """The parameter that the operation is computed of: the first, unless another is said."""
        return self.computed_of or self.required[0]

    @property
    def is_probed(self) -> bool:
        """Whether small legal calls find out what is offered of it."""
        return self.probes is not no_probes

    @property
    def is_a_kind(self) -> bool:
        """Whether it is another operation, called with a kind of data that code may refuse."""
        return len(self.composed_of) == 1

    @property
    def has_whole_layers(self) -> bool:
        """Whether whole layers of real networks are made of it."""
        return self.whole_layers is not None

    @property
    def is_network(self) -> bool:
        """Whether it is several layers in a row, each judged by itself too."""
        return not self.is_layer and not self.reported_as
