"""``cnnspec init --language``: a program for the line protocol, to start from.

It talks with the judge, and answers to every operation that it is not offered. What is the same for
all operations stands in a template for each language, ``programs/``.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from cnnspec.declaration.operation import Operation
from cnnspec.document.prose import in_short
from cnnspec.document.reference_functions import signature_of
from cnnspec.operations.registry import LAYERS, OPERATIONS

if TYPE_CHECKING:
    from jinja2 import Environment

#: Columns of a line.
WIDTH = 100


@dataclass(frozen=True)
class Language:
    """A language in which a program can be started.

    Attributes
    ----------
    name : str
        As it is called.
    suffix : str
        What its files end in.
    judge : str
        The command that starts a program, with slots for its ``{file}`` and the file's ``{stem}``.
    build : str
        The line for a shell that builds it first; "" where none is needed.
    has_class : bool
        Whether the program is a class that has the file's name.
    """

    name: str
    suffix: str
    judge: str
    build: str = ""
    has_class: bool = False


LANGUAGES = {
    "c": Language("C", ".c", "./{stem}", "cc -std=c11 -O2 -o {stem} {file} -lm"),
    "cpp": Language("C++", ".cpp", "./{stem}", "c++ -std=c++17 -O2 -o {stem} {file}"),
    "rust": Language("Rust", ".rs", "./{stem}", "rustc --edition 2021 -O -o {stem} {file}"),
    "go": Language("Go", ".go", "./{stem}", "go build -o {stem} {file}"),
    "java": Language("Java", ".java", "java {stem}", "javac {file}", has_class=True),
    "javascript": Language("JavaScript", ".mjs", "node {file}"),
    "julia": Language("Julia", ".jl", "julia --startup-file=no {file}"),
}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a function to be written.

    Attributes
    ----------
    name : str
    form : str
        "array", "integer", "number", "text" or "flag", which may end in " or null": an argument may
        be absent. Of an option of several kinds it is the kind of its default.
    default : int, float, str, bool or None
        What is taken for one that is absent.
    """

    name: str
    form: str
    default: Any


@dataclass(frozen=True)
class Function:
    """A function to be written: an operation's name, parameters and options, what is said of it."""

    name: str
    parameters: tuple[Parameter, ...]
    options: tuple[str, ...]
    says: tuple[str, ...]

    @property
    def entry(self) -> str:
        """What announces it in the handshake: its name and its options, as JSON."""
        return f"{json.dumps(self.name)}: {json.dumps(self.options)}"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its parameters."""
        return tuple(one.name for one in self.parameters)


#: The form of a parameter by the type of its default.
_FORMS = {int: "integer", float: "number", str: "text", bool: "flag"}


def program_start(file: str, language: str, operations: Sequence[str] = ()) -> str:
    """Return what stands in a file of this name, to start a program in a language from.

    Parameters
    ----------
    file : str
        Its name, without a folder.
    language : str
        Of `LANGUAGES`.
    operations : sequence of str
        Which; all by default.
    """
    its = LANGUAGES[language]
    functions = [*_functions([name for name in LAYERS if name in (operations or LAYERS)])]
    return (
        _environment()
        .get_template(f"{language}.txt")
        .render(
            file=file,
            stem=Path(file).stem,
            build=build_line(file, its),
            judge=judge_line(file, its),
            operations=functions,
            forms={one.form for function in functions for one in function.parameters},
        )
    )


def build_line(file: str, language: Language) -> str:
    """Return the line for a shell that builds a program, "" where none is needed."""
    return language.build.format(file=file, stem=Path(file).stem)


def judge_line(file: str, language: Language) -> str:
    """Return the line for a shell that judges a program."""
    started = language.judge.format(file=file, stem=Path(file).stem)
    return f"cnnspec check 'cmd:{started}'"


def _environment() -> "Environment":
    """Return what fills the templates in; its marks begin no word of the languages."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(  # noqa: S701 - what it writes is no HTML
        loader=PackageLoader("cnnspec.document", "programs"),
        undefined=StrictUndefined,
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="«",
        variable_end_string="»",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"json": json.dumps, "camel": _in_camel_case, "declared": _declared}
    return environment


def _declared(
    parameters: Sequence[Parameter],
    types: dict[str, str],
    written: str,
    head: str,
    behind: int = len(") {"),
) -> str:
    """Return the parameters of a function behind its head, one below the other if they are long.

    ``written`` is how one is written, with slots for its ``{name}`` and ``{type}``; ``behind`` are
    the columns that follow.
    """
    found = [written.format(name=one.name, type=types[one.form]) for one in parameters]
    line = ", ".join(found)
    fits = len(head) + len(line) + behind <= WIDTH
    return line if fits else (",\n" + " " * len(head)).join(found)


def _in_camel_case(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _functions(names: Sequence[str]) -> Iterator[Function]:
    """Return the functions; what README.md says of a room stands at its first."""
    said: set[str] = set()
    for name in names:
        operation = OPERATIONS[name]
        says = in_short(operation.room).splitlines() if operation.room not in said else []
        said.add(operation.room)
        parameters = tuple(_parameters(operation))
        yield Function(name, parameters, operation.optional, tuple(says))


def _parameters(operation: Operation) -> Iterator[Parameter]:
    signature = signature_of(operation).parameters
    for name in (*operation.required, *operation.optional):
        kind = "array"
        default = None
        types: set[Any] = set()
        if name in signature:
            found = signature[name]
            types = {*get_args(found.annotation)} or {found.annotation}
            default = None if found.default is found.empty else found.default
        if type(default) in _FORMS:
            kind = _FORMS[type(default)]
        elif name in operation.labels or int in types:
            kind = "integer"
        if kind == "integer" and name in operation.required:
            default = 0  # it is always given
        may_be_null = name in operation.optional and default is None
        yield Parameter(name, f"{kind} or null" if may_be_null else kind, default)
