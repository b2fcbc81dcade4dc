"""From the parameters of a function or a constructor to the code of its arguments.

An argument has its role by name, else by position. Where it may want one of several values, all of
them are kept: calls tell.
"""

import ast
import inspect
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from cnnspec.bindings.methods import applied, takes_context
from cnnspec.bindings.names import AFTER, BESIDE, ENTRIES, FLAG, NONE, SWITCH
from cnnspec.bindings.spellings import parameter_of, parameters, spelling_of, values_of
from cnnspec.declaration.article_forms import Unavailable
from cnnspec.declaration.parameters import Option
from cnnspec.declaration.writing import Role, plain
from cnnspec.operations.registry import OPERATIONS

#: How values end that may be `None`.
_OR_NONE = "_or_none"

#: Names of so many letters say too little to be taken for their plurals.
_SHORT = 4

#: What beside a target is no target, and else is one.
_PREDICTED = "y"

#: The most ways in which one function's arguments are tried.
_MOST = 48


@dataclass(frozen=True)
class Argument:
    """One argument: its parameter, and the code of the values that it may want.

    ``is_option`` says whether it may be left out, ``by_keyword`` whether it is passed by its name,
    and ``is_guessed`` whether its name says nothing: then it is passed only where calls show what
    it means.
    """

    name: str
    values: tuple[str, ...]
    is_option: bool
    by_keyword: bool
    is_guessed: bool = False

    @property
    def is_needed(self) -> bool:
        """Whether every call passes it: it has no default, or says which operation is meant."""
        return not self.is_option or all(map(_is_text, self.values))

    def code(self, value: str) -> str:
        """Return the argument with a value."""
        return f"{self.name}={value}" if self.by_keyword else value


def does_more(argument: Argument) -> bool:
    """Return whether an argument says what is done with the result."""
    return argument.values == AFTER.values


def _is_text(value: str) -> bool:
    node = ast.parse(value, mode="eval").body
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


class Unreadable(Exception):  # noqa: N818 - a signal to whoever looks for a way to call
    """Raised for parameters whose meaning is not known; the message names them."""


def signature_of(function: Callable[..., Any]) -> inspect.Signature | None:
    """Return a signature; of compiled functions, the one that their documentation begins with.

    Torch's own functions are applied to what their forward method takes.
    """
    kind = applied(function)
    try:
        signature = inspect.signature(kind.forward if kind else function)  # type: ignore[attr-defined]
        its_own = [*signature.parameters.values()][1 if kind and takes_context(kind) else 0 :]
        return signature.replace(parameters=its_own)
    except (TypeError, ValueError):
        pass
    head = (inspect.getdoc(function) or "").lstrip().partition("\n")[0].partition("->")[0].strip()
    try:
        tree = ast.parse(f"def {head}: ...")
        space: dict[str, Any] = {}
        exec(compile(tree, "<documentation>", "exec"), {}, space)  # noqa: S102
        (made,) = space.values()
    except Exception:  # noqa: BLE001 - it is no signature
        return None
    return inspect.signature(made)


def arguments(
    operation: str,
    signature: inspect.Signature,
    roles: Sequence[Role],
    needed: Sequence[str],
    constants: frozenset[str] = frozenset(),
    sizes: Sequence[Role] = (),
) -> list[Argument]:
    """Return the arguments of a call, of an operation's values.

    Parameters
    ----------
    operation : str
    signature : inspect.Signature
        Without ``self``.
    roles : sequence of Role
        By which names are read.
    needed : sequence of str
        The parameters that unknown names may mean, by position.
    constants : frozenset of str
        Texts in the function's code, among them the keys of its dictionaries.
    sizes : sequence of Role
        What a single unknown argument of a constructor may be, if nothing else is.

    Raises
    ------
    Unreadable
        If a parameter without default means nothing known.
    """
    found: list[Argument] = []
    free = [p for p in signature.parameters.values() if not _is_rest(p)]
    if not free and any(map(_is_rest, signature.parameters.values())):
        return [Argument(name, (name,), False, False) for name in needed]
    named = _named(free, (*roles, SWITCH, FLAG, AFTER))
    _give_away(operation, free, named, needed, roles)
    said = {_first_parameter(operation, role) for role in named.values()}
    unsaid = [name for name in needed if name not in said]
    spare = [name for name, one in _options(operation) if one.is_array and name not in said]
    spare = [] if sizes else spare
    unknown = []
    others = [role for role in roles if role not in named.values()]
    for parameter in free:
        name, is_option = parameter.name, parameter.default is not parameter.empty
        if name in named:
            values = _fitting(operation, named[name].values, parameter)
        elif plain(name) in spelling_of(operation).entries and not (
            unsaid and not is_option and ENTRIES.means(name)
        ):
            values = (_dictionary(operation, others, constants, ()),)
        elif not is_option and ENTRIES.means(name):
            entries = _dictionary(operation, (*others, *sizes), constants, unsaid)
            values = (entries, *_pairs(operation, unsaid)) if entries == "{}" else (entries,)
            unsaid.clear()
        else:
            values = () if is_option else _nameless(operation, name, unsaid or spare, roles)
        if not values and not is_option:
            unknown.append(name)
            values = tuple(role.values[0] for role in sizes if role not in named.values())
            if not values or len(unknown) > 1:
                raise Unreadable(f"what its argument {unknown[0]!r} means is not known")
        is_guessed = not values
        if is_guessed and is_option and parameter.default is not None:
            values = _guesses(operation, parameter, roles, said)
        if values:
            found.append(Argument(name, values, is_option, _by_keyword(parameter), is_guessed))
    return found


def _pairs(operation: str, unsaid: Sequence[str]) -> Iterator[str]:
    """Yield the code of a tuple of parameters: those that must be given, and a bias."""
    biases = [name for name, one in _options(operation) if one.is_array and name not in unsaid]
    if unsaid:
        yield f"({', '.join([*unsaid, *biases])},)"


def _options(operation: str) -> Iterable[tuple[str, Option]]:
    return OPERATIONS[operation].options.items()


def _guesses(
    operation: str, parameter: inspect.Parameter, roles: Sequence[Role], said: Container[str]
) -> tuple[str, ...]:
    """Return what an option may mean whose name says nothing: any that nothing else means."""
    options = {name for name, one in _options(operation) if not one.is_array}
    free = [role for role in roles if _first_parameter(operation, role) in options]
    values = [v for one in free if _first_parameter(operation, one) not in said for v in one.values]
    return _fitting(operation, tuple(values), parameter)


def _nameless(
    operation: str, name: str, unsaid: list[str], roles: Sequence[Role]
) -> tuple[str, ...]:
    """Return the values of an argument that must be given and has no role by its name."""
    if beside := next((role.values for role in BESIDE if role.means(name)), ()):
        return beside
    values = _of_parameter(operation, unsaid.pop(0), roles) if unsaid else ()
    return tuple(value for value in values if not value.endswith(_OR_NONE))


def _by_keyword(parameter: inspect.Parameter) -> bool:
    """Return whether an argument is passed by its name."""
    is_option = parameter.default is not parameter.empty
    return (is_option or parameter.kind is parameter.KEYWORD_ONLY) and (
        parameter.kind is not parameter.POSITIONAL_ONLY
    )


def _give_away(
    operation: str,
    free: Sequence[inspect.Parameter],
    named: dict[str, Role],
    needed: Sequence[str],
    roles: Sequence[Role],
) -> None:
    """Let the first of two arguments with one role be what nothing else is: of two labels, say.

    Beside a target, ``y`` is what is predicted.
    """
    must = [p.name for p in free if p.default is p.empty and p.name in named]
    means = [_first_parameter(operation, named[name]) for name in must]
    said = {_first_parameter(operation, role) for role in named.values()}
    missing = [name for name in needed if name not in said]
    pairs = sorted(zip(must, means, strict=True), key=lambda pair: pair[0] != _PREDICTED)
    for name, meaning in pairs:
        if missing and means.count(meaning) > 1:
            found = next((r for r in roles if _first_parameter(operation, r) == missing[0]), None)
            named[name] = found or Role(names=name, values=(missing[0],))
            return


def _is_rest(parameter: inspect.Parameter) -> bool:
    return parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)


def _named(free: Sequence[inspect.Parameter], roles: Sequence[Role]) -> dict[str, Role]:
    """Return the roles of arguments by their names; of two, what no other argument has."""
    means = {p.name: _possible(p.name, roles) for p in free}
    sure = [found[0] for found in means.values() if len(found) == 1]
    return {
        name: next((role for role in found if role not in sure), found[0])
        for name, found in means.items()
        if found
    }


def _possible(name: str, roles: Sequence[Role]) -> list[Role]:
    """Return the roles that a name has, else those of its plural or singular.

    An operation's own name means itself.
    """
    found = [role for role in roles if role.means(name) or name in role.values]
    other = name.removesuffix("s") if name.endswith("s") else f"{name}s"
    is_long = len(plain(name)) > _SHORT
    return found or ([role for role in roles if role.means(other)] if is_long else [])


def _first_parameter(operation: str, role: Role) -> str:
    return parameter_of(operation, role.values[0])


def _of_parameter(operation: str, parameter: str, roles: Sequence[Role]) -> tuple[str, ...]:
    """Return the values that stand for a parameter of an operation."""
    found = (role.values for role in roles if _first_parameter(operation, role) == parameter)
    return next(found, (parameter,))


def _fitting(
    operation: str, values: tuple[str, ...], parameter: inspect.Parameter
) -> tuple[str, ...]:
    """Return the values that are of the kind of a parameter's default."""
    default = parameter.default
    if default is parameter.empty:
        return tuple(value for value in values if not value.endswith(_OR_NONE)) or values
    if values == AFTER.values:
        return (NONE,)
    if default is None:
        return values
    return tuple(value for value in values if is_like(operation, value, default))


def is_like(operation: str, value: str, default: Any) -> bool:
    """Return whether a value is of the kind of a default: a number, a text, a pair, an array."""
    made = _sample(operation, value)
    if made is None:
        return False
    if isinstance(default, bool) or isinstance(made, bool):
        return type(default) is type(made)
    if default == 0 and isinstance(made, int) and made > 0:
        return False  # no size or step: the number of a kind, say
    if isinstance(default, str):
        return isinstance(made, str) and made.isupper() == default.isupper()
    if isinstance(default, tuple | list):
        return isinstance(made, tuple | list) and len(made) == len(default)
    return not isinstance(made, str | tuple | list)


def is_like_own(operation: str, signature: inspect.Signature) -> bool:
    """Return whether a function is called as the operation is: its options have the same names.

    What the others are called does not matter: they are passed by position.
    """
    options, required = OPERATIONS[operation].optional, OPERATIONS[operation].required
    free = [p for p in signature.parameters.values() if not _is_rest(p)]
    named = [p for p in free if p.name in options]
    others = [p for p in free if p.name not in options]
    return len(others) <= len(required) and all(
        p.default is p.empty or p.default is None or is_like(operation, p.name, p.default)
        for p in named
    )


def contradicts(operation: str, function: Any) -> bool:
    """Return whether a function has an argument whose name belongs to another operation."""
    signature = signature_of(function)
    return signature is not None and any(
        map(spelling_of(operation).is_another, signature.parameters)
    )


def _sample(operation: str, value: str) -> Any:
    """Return what some code of a value gives in a small call."""
    given = {**spelling_of(operation).probes()[0]}
    names = tuple(
        name
        for name in (*parameters(operation), *spelling_of(operation).derived)
        if name in {node.id for node in ast.walk(ast.parse(value)) if isinstance(node, ast.Name)}
    )
    try:
        return eval(value, {}, values_of(operation, given, names))  # noqa: S307
    except Unavailable:
        return None


def _dictionary(
    operation: str, roles: Sequence[Role], constants: frozenset[str], unsaid: Sequence[str]
) -> str:
    """Return the code of a dictionary of options, with the keys that a function's code names.

    What must be given and is ``unsaid`` elsewhere stands in it, too.
    """
    said = {*OPERATIONS[operation].required} - {*unsaid}
    options = [role for role in roles if _first_parameter(operation, role) not in said]
    keys = {
        key: next(value for value in role.values if not value.endswith(_OR_NONE))
        for key in sorted(constants)
        for role in options
        if role.means(key)
    }
    written_out = "{" + ", ".join(f"{key!r}: {value}" for key, value in keys.items()) + "}"
    is_nested = _NESTED in constants and bool(unsaid)
    return f"{{{_NESTED!r}: {written_out}}}" if is_nested else written_out


#: Under this key some keep the parameters in a dictionary of variables.
_NESTED = "params"


def written(found: Sequence[Argument], chosen: Mapping[str, str]) -> str:
    """Return the code of all arguments, those by position first."""
    ordered = sorted(found, key=lambda one: one.by_keyword)
    return ", ".join(one.code(chosen[one.name]) for one in ordered if one.name in chosen)


def ways(found: Sequence[Argument]) -> Iterator[dict[str, str]]:
    """Yield the ways in which arguments that are needed may be meant, the commonest first.

    What may want the same, as a height and a width, wants it in the same way.
    """
    must = [one for one in found if one.is_needed]
    kinds = [*dict.fromkeys(one.values for one in must)]
    for number, values in enumerate(product(*kinds)):
        if number == _MOST:
            return
        meant = dict(zip(kinds, values, strict=True))
        yield {one.name: meant[one.values] for one in must}
