"""Forms of the articles in which an operation may come, and how it is offered then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class Unavailable(Exception):  # noqa: N818 - a signal from a form to its caller
    """Raised by a form for a call that it cannot express."""


@dataclass(frozen=True)
class Offer:
    """How an operation is offered: by a function, or by whoever calls for the implementation.

    ``keywords`` are the optional parameters that it may take, and ``ranks`` the numbers of axes
    that its form allows for the first argument (``None``: any). Calls tell the rest. ``recipe`` is
    Python code that makes a call on the implementation, known as ``mine``, for people to copy;
    without one, it is a call of the operation's name. ``{options}`` stands for the optional
    arguments. ``binding`` is how it is called where that was found or declared
    (`cnnspec.bindings.binding.Binding`). ``is_composed`` says that the suite makes it of calls of
    other operations. ``kinds`` are the kinds of values that parameters have by default, where they
    are known, and ``swallowed`` the parameters that it takes without naming them.
    """

    function: Callable[..., Any] | None
    keywords: frozenset[str] = frozenset()
    ranks: frozenset[int] | None = None
    recipe: str = ""
    binding: Any = None
    is_composed: bool = False
    kinds: Mapping[str, str] = field(default_factory=dict, hash=False)
    swallowed: frozenset[str] = frozenset()


class LayerObjects(Protocol):
    """The objects of a class of layers, one for each choice of sizes."""

    def get(self, *sizes: int, **parameters: Any) -> Any:
        """Return a layer of these sizes that holds these parameters."""
        ...

    def run(self, layer: Any, data: Any) -> Any:
        """Return what a layer makes of its input."""
        ...

    def recipe(self, lines: str) -> str:
        """Return the lines of a program that run a layer; ``run(`` is how it is called."""
        ...


@dataclass(frozen=True, kw_only=True)
class ArticleFunction:
    """A function of the first article.

    Attributes
    ----------
    name : str
    offer : callable
        Returns what the function offers.
    written : callable
        Returns the function as somebody wrote it who computes what a function of the operation
        does, mistakes included.
    beside_others : bool
        Whether it is the article's only where another of its functions is, too.
    """

    name: str
    offer: Callable[[Callable[..., Any]], Offer]
    written: Callable[[Callable[..., Any]], Callable[..., Any]]
    beside_others: bool = False


@dataclass(frozen=True, kw_only=True)
class LayerCall:
    """The code by which a layer object runs an operation: it is made, set up, and called."""

    made: str
    setup: tuple[str, ...]
    call: str


@dataclass(frozen=True, kw_only=True)
class ArticleLayer:
    """A class of the second article: how it is made, what the suite sets, and what it offers.

    ``written`` returns the class as somebody wrote it who computes what functions of the operations
    do, mistakes included. ``function`` is what would be judged in its place. ``part_of`` says how a
    layer that does more runs an operation, so that it can be run backwards.
    """

    name: str
    sizes: Sequence[str]
    parameters: Sequence[str]
    translate: Callable[[LayerObjects], dict[str, Offer]]
    written: Callable[[Mapping[str, Callable[..., Any]]], type]
    function: str
    part_of: Mapping[str, LayerCall] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ArticleWhole:
    """A function that runs through layer objects beside it.

    Attributes
    ----------
    function : str
    layers : mapping
        What the objects are called, and which parameters each holds, of the operation's names.
    in_words : str
        Which objects there have to be.
    recipe : str
    """

    function: str
    layers: Mapping[str, Sequence[str]]
    in_words: str
    recipe: str


@dataclass(frozen=True, kw_only=True)
class ArticleStep:
    """A step of training: one function of everything, or one beside the layer objects of a whole.

    Attributes
    ----------
    function : str
        It is given the parameters, and returns the loss and new ones.
    names : sequence of tuple of str
        What its arguments are called: by them it is told from others of its name.
    in_words : str
        The same for people.
    beside_layers : str
        It is given what the layer objects do not hold, and moves the parameters that they hold.
    recipe_of_function, recipe_of_layers : str
        ``{rate}`` is the keyword of the last argument, where it takes one.
    """

    function: str
    names: Sequence[tuple[str, ...]]
    in_words: str
    beside_layers: str
    recipe_of_function: str
    recipe_of_layers: str


Form = ArticleFunction | ArticleLayer | ArticleWhole | ArticleStep
