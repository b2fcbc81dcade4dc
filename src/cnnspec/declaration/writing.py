"""How an operation is written as code, by this suite and by others.

Others have other names for it and its arguments, and other orders of axes. A room declares tables
of these; `cnnspec.bindings` reads code with them. Values are given in Python
code, over the operation's parameters and what is derived of them, so that what is called can be
shown and copied.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

Arguments = Mapping[str, Any]

#: Under this key derived values find the names of the arguments that a call was given.
GIVEN = "*"


# --- by this suite ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Writing:
    """The code of a call and of its result.

    Attributes
    ----------
    call : str
        With slots for the operation's name and for what is passed; "" where no call is short
        enough to be written out.
    array : str
        The array in what a call returns, ``result``.
    maps : str
        What a result that consists of maps is called, one behind the other along the last axis; ""
        where the last two axes are read together.
    """

    call: str = "{name}({passed})"
    array: str = "result"
    maps: str = ""


@dataclass(frozen=True)
class LayerClass:
    """The articles' class that is judged as an operation.

    Attributes
    ----------
    name : str
        Its name in the articles, and in `cnnspec.reference.article2`.
    constructor : str
        Its constructor as code; the suite sets the parameters anew for each call.
    out_of_reach : tuple of str
        The requirements that do not reach it: it has no options and takes one rank.
    """

    name: str
    constructor: str = ""
    out_of_reach: tuple[str, ...] = ()


# --- orders of axes --------------------------------------------------------------------------


def as_it_is(*_axes: int) -> str:
    """Return the code that leaves an array as it is."""
    return "{}"


@dataclass(frozen=True, kw_only=True)
class Order:
    """One order of axes, of several.

    Attributes
    ----------
    name : str
        As people name it: "NCHW".
    there : callable
        Returns from the number of axes the code, with ``{}`` for an array, that turns an array of
        the operation into theirs; "" where it has none.
    back : callable
        Returns from the numbers of axes of a result of theirs and of the operation's data the
        code that turns the result into the operation's.
    """

    name: str
    there: Callable[[int], str] = as_it_is
    back: Callable[[int, int], str] = as_it_is


@dataclass(frozen=True, kw_only=True)
class Orders:
    """The orders in which the axes of a kind of arrays come; the first is the operation's own.

    Attributes
    ----------
    name : str
        Under which it is declared, and found: one for a whole implementation if ``is_shared``.
    of : str
        What has it, in words.
    choices : tuple of Order
    is_shared : bool
    """

    name: str
    of: str
    choices: tuple[Order, ...]
    is_shared: bool = False

    def __getitem__(self, name: str) -> Order:
        return next(choice for choice in self.choices if choice.name == name)

    @property
    def own(self) -> Order:
        """The operation's own."""
        return self.choices[0]


def _channels_first(axes: int) -> str:
    return "np.moveaxis({}, -1, -3)" if axes > 2 else "{}"


def _channels_last(axes: int, _of_data: int) -> str:
    return "np.moveaxis({}, -3, -1)" if axes > 2 else "{}"


#: Images and maps.
IMAGES = Orders(
    name="layout",
    of="images and maps",
    choices=(
        Order(name="NHWC"),
        Order(name="NCHW", there=_channels_first, back=_channels_last),
    ),
    is_shared=True,
)


def _one_row(axes: int) -> str:
    return {1: "{}[np.newaxis]", 2: "{}"}.get(axes, "")


def _first_row(axes: int, of_data: int) -> str:
    return "{}[0]" if axes == 2 and of_data == 1 else "{}"


def _one_column(axes: int) -> str:
    return {1: "{}[:, np.newaxis]", 2: "{}.T"}.get(axes, "")


def _first_column(axes: int, of_data: int) -> str:
    if axes != 2:
        return "{}"
    return "{}[:, 0]" if of_data == 1 else "{}.T"


#: The orders of examples of which every row is one, or every column.
ROWS, COLUMNS = "rows", "columns"

#: Vectors, which many take in batches only: an example a row, or an example a column.
EXAMPLES = Orders(
    name="examples",
    of="a batch of vectors",
    choices=(
        Order(name="one"),
        Order(name=ROWS, there=_one_row, back=_first_row),
        Order(name=COLUMNS, there=_one_column, back=_first_column),
    ),
)


def _a_column(axes: int) -> str:
    return "{}[:, np.newaxis]" if axes == 1 else "{}"


def _one_axis(axes: int, _of_data: int) -> str:
    return "{}.ravel()" if axes == 2 else "{}"


#: A bias beside such vectors.
BESIDE_EXAMPLES = Orders(
    name=EXAMPLES.name,
    of=EXAMPLES.of,
    choices=(
        Order(name="one"),
        Order(name=ROWS, back=_one_axis),
        Order(name=COLUMNS, there=_a_column, back=_one_axis),
    ),
)


# --- values ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A value that follows from the arguments of a call.

    Attributes
    ----------
    of : callable
        Returns it, from the arguments and what those mean that are not given. It raises
        `Unavailable` for calls that it cannot express.
    parameter : str
        The one that it stands for, "" for a size that says nothing new.
    kind : str
        The kind of that parameter's values that all of it expresses (`parameters.Kind`).
    in_batches : str
        What is said of data that is handed over in batches only, single ones in batches of one.
    is_of_one : bool
        Whether it is one of several that there may be. That this is meant is believed only beside
        something that is called for each.
    """

    of: Callable[[Arguments], Any]
    parameter: str = ""
    kind: str = ""
    in_batches: str = ""
    is_of_one: bool = False


@dataclass(frozen=True, kw_only=True)
class Role:
    """What an argument may be called, and the values that it may want, the commonest first.

    Attributes
    ----------
    names : str
        Separated by spaces, in small letters without underscores.
    values : tuple of str
        Code, over parameters and derived values.
    """

    names: str
    values: tuple[str, ...]

    def means(self, name: str) -> bool:
        """Return whether an argument of this name has the role."""
        return plain(name) in self.names.split()


def plain(name: str) -> str:
    """Return a name in small letters without underscores, in English."""
    return in_english(name.replace("_", "").lower())


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """How an operation is commonly written.

    Attributes
    ----------
    names : str
        Of functions and classes, separated by spaces, in small letters, without what says nothing
        of the operation: see `cnnspec.bindings.names`.
    orders : mapping
        The orders of axes by argument, parameters and derived values.
    of_result : tuple of Orders
        Those of the result.
    derived : mapping
        Values that follow from the arguments, by name.
    each : mapping
        Derived values of which there is one after another, and along which of the axes; the
        results are stacked along the last.
    roles : tuple of Role
        What arguments are called, of functions.
    sizes : tuple of Role
        What arguments of constructors are called, beside those of functions.
    held : tuple of Role
        Which attributes of layer objects hold a parameter: each has one value.
    instead : mapping
        What is handed over in the place of other values, all together, where every call with these
        is refused.
    entries : tuple of str
        What arguments are called that are dictionaries of options.
    probes : callable
        Returns small calls by which it is found out how code reads its arguments: no two sizes
        equal.
    is_scalar : bool
        Whether its result is one number.
    weak : str
        Names that others have, too: what has one must answer rightly to be taken for the operation.
    others : str
        What other operations are called that have nearly the same names, and their arguments.
    is_of_vectors : bool
        Whether it may be written for one vector, and then takes all elements for one, however many
        axes they have.
    chained : callable
        From the names of a function's parameters, the arguments of several layers after one another
        in which each column is an example, and what may then come back; ``None`` for other
        functions.
    is_of_evaluation : bool
        Whether layers that are trained have to be told that they are not: in training they compute
        something else.
    """

    names: str
    roles: tuple[Role, ...]
    probes: Callable[[], list[dict[str, Any]]]
    orders: Mapping[str, tuple[Orders, ...]] = field(default_factory=dict)
    of_result: tuple[Orders, ...] = ()
    derived: Mapping[str, Derived] = field(default_factory=dict)
    each: Mapping[str, int] = field(default_factory=dict)
    sizes: tuple[Role, ...] = ()
    held: tuple[Role, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)
    entries: tuple[str, ...] = ()
    is_scalar: bool = False
    weak: str = ""
    others: str = ""
    is_of_vectors: bool = False
    is_of_evaluation: bool = False
    chained: Callable[[Sequence[str]], tuple[Arguments, Sequence[Any]] | None] | None = None

    def is_another(self, argument: str) -> bool:
        """Return whether an argument of this name belongs to another operation."""
        return plain(argument) in self.others.split()

    @property
    def families(self) -> tuple[Orders, ...]:
        """All orders of axes that tell ways of reading apart, each once."""
        found = [*self.of_result, *(one for orders in self.orders.values() for one in orders)]
        return tuple({one.name: one for one in found}.values())


# --- other languages -------------------------------------------------------------------------


@cache
def _english() -> dict[str, str]:
    """Return English words by those of other languages."""
    text = files(__package__).joinpath("words.toml").read_text("utf-8")
    return {foreign: word for word, others in tomllib.loads(text).items() for foreign in others}


def in_english(name: str) -> str:
    """Return a name in English, where it is a word of another language."""
    return _english().get(name, name)
