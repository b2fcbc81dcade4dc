"""``cnnspec init``: a file to start from, with every requirement where it will be needed.

Every operation raises `NotImplementedError`, which counts as not offered, so that the suite can be
used test-first: implement one, judge it, go on.
"""

import inspect
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

import numpy as np

from cnnspec.cases.requirements import CHAPTERS, DEFAULT, Requirement, requirements
from cnnspec.document.program_starters import (
    LANGUAGES,
    Language,
    build_line,
    judge_line,
    program_start,
)
from cnnspec.document.reference_functions import reference_function, signature_of
from cnnspec.operations.registry import LAYERS, OPERATIONS
from cnnspec.reference import article2

#: Columns of a line, as Ruff and Black have it.
WIDTH = 88

#: The articles' layer classes by the operation that they are judged as.
_CLASSES = {name: one.layer_class for name, one in OPERATIONS.items() if one.layer_class}
LAYER_CLASSES = {name: layer.name for name, layer in _CLASSES.items()}


def _functions() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in LAYERS:
        gradient = OPERATIONS[name].gradient
        function = gradient.function if gradient and gradient.count > 1 else name
        found.setdefault(function, []).append(name)
    return found


#: The functions that people write, and the operations that each offers: several gradients, or one.
FUNCTIONS = _functions()


class StartError(Exception):
    """The file is not written; the message says why."""


def write_start(
    file: Path,
    *,
    language: str = "",
    layers: bool = False,
    operations: Sequence[str] = (),
    force: bool = False,
) -> str:
    """Write a file to start from, and return in words what comes next.

    Parameters
    ----------
    file : Path
        Ends in ``.py``, or as files of the language do.
    language : str
        Of `LANGUAGES`: a program for the line protocol; "": a module of Python.
    layers : bool
        Write the articles' layer classes instead of functions.
    operations : sequence of str
        Which; all by default.
    force : bool
        Replace a file that is there.

    Raises
    ------
    StartError
        If there is a file already, its name is not that of a module, or there is no such operation.
    OSError
        If it cannot be written.
    """
    if language:
        if layers:
            raise StartError("layer classes are for Python; programs have functions only")
        _is_of(file, language)
        _are_known(operations, LAYERS, "function")
        text = program_start(file.name, language, operations)
        following = _how_to_go_on(file.name, LANGUAGES[language])
    else:
        if file.suffix != ".py":
            raise StartError(
                f"{file} must end in .py, for it will be loaded as Python{_hint(file)}"
            )
        text = start(file.name, layers=layers, operations=operations)
        following = f"judge it with: cnnspec check {file}"
    _write(file, text, force=force)
    return f"{file} is written; {following}"


def default_name(language: str) -> Path:
    """Return the name of a file in a language that is given none; "" is Python."""
    if not language:
        return Path("my_cnn.py")
    its = LANGUAGES[language]
    return Path(("MyCnn" if its.has_class else "my_cnn") + its.suffix)


def _is_of(file: Path, language: str) -> None:
    """Raise if a file has no name for a program in a language."""
    its = LANGUAGES[language]
    if file.suffix != its.suffix:
        raise StartError(f"{file} must end in {its.suffix}, as programs in {its.name} do")
    if its.has_class and not file.stem.isidentifier():
        raise StartError(f"{file.stem} is no name of a class, which it will be in {its.name}")


def _hint(file: Path) -> str:
    """Return how a program is started whose file ends like this, "" if none does."""
    known = (name for name, its in LANGUAGES.items() if its.suffix == file.suffix)
    return "".join(f"; for a program: --language {name}" for name in known)


def _how_to_go_on(file: str, language: Language) -> str:
    judging = f"judge it with: {judge_line(file, language)}"
    built = build_line(file, language)
    return f"build it with: {built}\n{judging}" if built else judging


def _write(file: Path, text: str, *, force: bool) -> None:
    try:
        with file.open("w" if force else "x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise StartError(f"{file} is there already; --force replaces it") from None


def start(name: str, *, layers: bool = False, operations: Sequence[str] = ()) -> str:
    """Return what stands in a file of this name, to start from."""
    if layers:
        _are_known(operations, tuple(LAYER_CLASSES), "layer class")
        parts = [_class(one) for one in LAYER_CLASSES if one in (operations or LAYER_CLASSES)]
    else:
        _are_known(operations, (*LAYERS, *FUNCTIONS), "function")
        wanted = {*operations}
        parts = [
            _function(function, of)
            for function, of in FUNCTIONS.items()
            if not wanted or wanted & {function, *of}
        ]
    return "\n".join([_head(name), *("\n" + part for part in parts)])


def _are_known(operations: Sequence[str], possible: Sequence[str], kind: str) -> None:
    """Raise if there is no function, or no class, for one of the operations."""
    if unknown := [operation for operation in operations if operation not in possible]:
        raise StartError(
            f"there is no {kind} for the operation {unknown[0]!r}; choose of {', '.join(possible)}"
        )


def _head(name: str) -> str:
    return f"""\
\"\"\"Layers of a convolutional network, judged by `cnnspec check {name}`.

What raises NotImplementedError counts as not offered and is not judged. Write one
operation, judge it, mend it, then write the next. The numbers are those of the
requirements: `cnnspec explain CONV-01` says more about one, and shows an example.
\"\"\"

import numpy as np
"""


# --- functions -------------------------------------------------------------------------------


def _function(name: str, offered: Sequence[str]) -> str:
    """Return the function of some operations, not yet written."""
    operation = OPERATIONS[offered[0]]
    head = _definition(name, signature_of(operation, name))
    function = reference_function(operation, name)
    documented = (function and inspect.getdoc(function)) or f"Compute {name}."
    return f"{head}\n{_docstring(documented, _binding(offered))}\n    raise NotImplementedError\n"


def _definition(name: str, signature: inspect.Signature) -> str:
    """Return the line, or lines, that begin a function, as Ruff lays them out."""
    parameters = list(_parameters(signature))
    result = _type(signature.return_annotation)
    line = f"def {name}({', '.join(parameters)}) -> {result}:"
    if len(line) <= WIDTH:
        return line
    inner = f"    {', '.join(parameters)}"
    if len(inner) > WIDTH:
        inner = "\n".join(f"    {parameter}," for parameter in parameters)
    return f"def {name}(\n{inner}\n) -> {result}:"


def _parameters(signature: inspect.Signature) -> Iterator[str]:
    """Return the parameters as code: those of the reference, with plain types."""
    found = [*signature.parameters.values()]
    by_keyword = next((one for one in found if one.kind is one.KEYWORD_ONLY), None)
    for parameter in found:
        if parameter is by_keyword:
            yield "*"
        kind = _type(parameter.annotation)
        if parameter.default is parameter.empty:
            yield f"{parameter.name}: {kind}"
        else:
            optional = " | None" if parameter.default is None else ""
            yield f"{parameter.name}: {kind}{optional} = {_quoted(parameter.default)}"


def _type(annotation: Any) -> str:
    """Return a plain type for one of the reference's: a number, a text, arrays, else an array."""
    if get_origin(annotation) is tuple:
        return f"tuple[{', '.join(map(_type, get_args(annotation)))}]"
    if get_origin(annotation) is np.floating:
        return "float"
    types = {*get_args(annotation)} - {type(None)} or {annotation}
    return next((one.__name__ for one in (int, float, str) if types == {one}), "np.ndarray")


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _binding(offered: Sequence[str]) -> list[Requirement]:
    """Return the requirements that bind any of some operations in the article profile."""
    return [
        one
        for one in requirements().values()
        if {*offered} & {*one.operations}
        and one.is_judged("article", DEFAULT)
        and set(CHAPTERS[one.chapter]) & {*LAYERS}
    ]


def _docstring(documented: str, binding: Sequence[Requirement], indent: str = "    ") -> str:
    """Return a docstring: what the reference's says of shapes, and the requirements."""
    shapes = re.split(r"\n\n(?:Raises|Notes)\n-+", documented)[0]
    lines = [f'"""{shapes}', "", *(["What is required:", ""] if binding else [])]
    for one in binding:
        advised = " (advised)" if one.level == "SHOULD" else ""
        lines += textwrap.wrap(
            f"{one.id}{advised}: {one.text}",
            WIDTH - len(indent),
            subsequent_indent="    ",
            break_on_hyphens=False,
        )
    return textwrap.indent("\n".join([*lines, '"""']), indent)


# --- the articles' layers --------------------------------------------------------------------

#: The requirements that do not reach a layer class, which has no options and takes one rank.
OUT_OF_REACH = frozenset(
    {
        *(identity for layer in _CLASSES.values() for identity in layer.out_of_reach),
        *("CALL-01", "CALL-02", "CALL-03", "CALL-04"),  # the suite sets a layer's parameters
    }
)


def _class(operation: str) -> str:
    """Return a layer class, not yet written."""
    name = LAYER_CLASSES[operation]
    layer: Any = getattr(article2, name)
    argument = next(iter(list(inspect.signature(layer.forward).parameters)[1:]))
    binding = [one for one in _binding([operation]) if one.id not in OUT_OF_REACH]
    summary = (inspect.getdoc(layer) or "").partition("\n")[0]
    forward = _docstring(inspect.getdoc(layer.forward) or "", binding, " " * 8)
    return (
        f'class {name}:\n    """{summary}"""\n\n{_CLASSES[operation].constructor}'
        f"    def forward(self, {argument}: np.ndarray) -> np.ndarray:\n{forward}\n"
        "        raise NotImplementedError\n"
    )
