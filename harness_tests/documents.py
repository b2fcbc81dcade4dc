"""Executing what the documents show: every fenced block is recognised, and run or checked.

A block that nothing recognises is an error, so that none can be added without being checked.
"""

import ast
import contextlib
import inspect
import io
import json
import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from sybil import Document, Example, Region
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.markdown.lexers import FencedCodeBlockLexer

from cnnspec.commands.parser import command_parser
from cnnspec.commands.project import project
from cnnspec.faults.manners import RIGHT
from cnnspec.operations.registry import OPERATIONS
from cnnspec.run.known_failures import read_known_failures

ROOT = Path(__file__).parent.parent

#: Where a document's own files are, in its namespace.
FOLDER = "folder"

#: The first words of commands that are checked and not run.
PROGRAMS = ("cnnspec", "pytest", "python", "pip", "cc", ".venv/bin/pip", "printf")

#: Before a block that shows a file of the repository, or parts of it.
_SHOWN = re.compile(r"<!-- (examples/\S+) -->\n\Z")

_MARK = re.compile(r"<!-- (into|in) (\S+?)(?:: (.*?))? -->\n\Z")


class Fences:
    """A parser of Sybil's: every fenced block, each with what is to be done with it."""

    def __init__(self) -> None:
        self._lexer = FencedCodeBlockLexer(language="[a-z]*")
        self._doctests = DocTestStringParser(DocTestEvaluator())

    def __call__(self, document: Document) -> Iterable[Region]:
        """Yield a region for every block; a prompt's every statement is one of its own."""
        for region in self._lexer(document):
            source, language = region.lexemes["source"], region.lexemes["language"]
            if language == "python" and source.startswith(">>> "):
                for statement in self._doctests(source, document.path):
                    statement.adjust(region, source)
                    yield statement
            else:
                region.parsed = (language, str(source))
                region.evaluator = evaluate
                yield region


def evaluate(example: Example) -> str | None:
    """Run or check a block; return what is wrong with it."""
    language, source = example.parsed
    before = example.document.text[: example.start]
    folder: Path = example.namespace[FOLDER]
    if language == "python":
        return _python(source, before, folder)
    if language:
        return _BY_LANGUAGE[language](source, folder)
    return _plain(source, before)


def _json(source: str, _folder: Path) -> str | None:
    return _problem(lambda: [json.loads(one) for one in objects(source)])


def _math(source: str, _folder: Path) -> str | None:
    return None if source.count("{") == source.count("}") else "a brace is left open"


def _toml(source: str, folder: Path) -> str | None:
    """Read what a project says of itself, or else a list of known failures."""
    if "[tool.cnnspec]" in source:
        own = folder / "project"
        own.mkdir(exist_ok=True)
        (own / "pyproject.toml").write_text(source, "utf-8")
        with contextlib.chdir(own):
            return _problem(project)
    (folder / "list.toml").write_text(source, "utf-8")
    return _problem(lambda: read_known_failures(folder / "list.toml"))


def _yaml(source: str, _folder: Path) -> str | None:
    """Check the commands of a job."""
    return _commands(re.findall(r"(?:run: |^ {10})((?:cnnspec|pytest) .*)$", source, re.MULTILINE))


# --- programs and prompts --------------------------------------------------------------------


def _console(source: str, folder: Path) -> str | None:
    """Run the commands behind $, and compare what they print."""
    complaints = []
    for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n?)*)", source, re.MULTILINE):
        if _lacks_torch(command, folder):
            continue
        printed = run(command, folder)
        if not agree(expected, printed):
            complaints.append(f"$ {command}\nexpected:\n{expected}\nprinted:\n{printed}")
    return "\n".join(complaints) or None


def _lacks_torch(command: str, folder: Path) -> bool:
    """Return whether a command judges a file that needs PyTorch, where there is none."""
    files = (folder / name for name in re.findall(r"[\w/]+\.py", command))
    needs = any("import torch\n" in file.read_text("utf-8") for file in files if file.is_file())
    return needs and find_spec("torch") is None


def agree(expected: str, printed: str) -> bool:
    """Return whether a command printed what is expected, or a file holds it.

    A line of "..." stands for any lines, or none, and "..." in a line for any part of it. Empty
    lines and indentation do not count.
    """
    pattern = "".join(
        r"(?:.*\n)*" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in _told(expected)
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _told(printed))) is not None


def _told(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def run(command: str, folder: Path) -> str:
    """Run a command in a folder, with this environment's programs, and return what it prints."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(  # noqa: S602 - it stands in our own documents
        command,
        shell=True,
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def _python(source: str, before: str, folder: Path) -> str | None:
    """Put code where the text says, or compare it with its file, check signatures, or run it."""
    if shown := _SHOWN.search(before):
        held = (ROOT / shown[1]).read_text("utf-8")
        return None if agree(f"...\n{source}...\n", held) else f"{shown[1]} holds something else"
    if mark := _MARK.search(before):
        how, name, line = mark.groups()
        file = folder / name
        text = file.read_text("utf-8")
        changed = _with_function(text, source) if how == "into" else _with_lines(text, line, source)
        file.write_text(changed, "utf-8")
        return None
    if named := re.search(r"Say this is `(\w+\.py)`:\n\n\Z", before):
        (folder / named[1]).write_text(source, "utf-8")
    if all(re.match(r"\w+\(.*\)$", line) for line in source.splitlines()):
        return _signatures(source)
    return _problem(lambda: exec(compile(source, "<document>", "exec"), {"__name__": "shown"}))  # noqa: S102


def _with_function(text: str, function: str) -> str:
    """Return a module with a function in the place of the one of its name."""
    name = re.findall(r"^def (\w+)", function, re.MULTILINE)[0]
    (old,) = [
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: old.lineno - 1], function, *lines[old.end_lineno :]])


def _with_lines(text: str, line: str, others: str) -> str:
    """Return a module with other lines in the place of one, indented like it."""
    ((found, indent),) = re.findall(rf"^(( *){re.escape(line)}\n)", text, re.MULTILINE)
    return text.replace(found, textwrap.indent(textwrap.dedent(others), indent))


_BY_LANGUAGE = {"console": _console, "json": _json, "math": _math, "toml": _toml, "yaml": _yaml}


# --- what is checked -------------------------------------------------------------------------


def _plain(source: str, before: str) -> str | None:
    """Check a block without a language by what it looks like."""
    lines = [line for line in source.splitlines() if line.strip()]
    first = lines[0].split()[0]
    elsewhere = (
        before.endswith("really printed. -->\n"),  # test_readme.py
        lines[0].startswith("arguments or results are passed on wrongly"),  # test_documents.py
    )
    if any(elsewhere):
        return None
    if all(line[:3] in ("> {", "< {") for line in lines):
        return _problem(lambda: [json.loads(line[2:]) for line in lines])
    if first.endswith("/"):
        return "\n".join(f"there is no {path}" for path in _missing(lines)) or None
    if first in PROGRAMS:
        return _commands(re.sub(r"\n +(?=-)", " ", source).splitlines())
    return _signatures(source)


def _missing(lines: list[str]) -> Iterator[str]:
    paths = (line.split()[0] for line in lines)
    return (path for path in paths if not (ROOT / path).exists())


def _signatures(source: str) -> str | None:
    """Compare signatures with those of the reference: names and defaults.

    README.md states the articles' operations, without the options of the family.
    """
    found = re.findall(r"\b((?:max_|min_|avg_)?\w+)(\([^()]*\))?(?= ->|,|$)", source, re.MULTILINE)
    signed = [(name, given) for name, given in found if name in RIGHT and given]
    wrong = []
    for name, given in signed:
        every = [
            (one.name, one.default, one.kind)
            for one in inspect.signature(RIGHT[name]).parameters.values()
        ]
        options = OPERATIONS[name].options
        names = [one for one in every if one[0] not in options or not options[one[0]].may_be_absent]
        scope: dict[str, object] = {}
        exec(f"def shown{given}: ...", scope)  # noqa: S102 - our own document
        shown = inspect.signature(scope["shown"]).parameters.values()  # type: ignore[arg-type]
        if [(one.name, one.default, one.kind) for one in shown] not in (every, names):
            wrong.append(f"{name}{given} is not the signature of the reference")
    return "\n".join(wrong) or (None if signed else "no signature is recognised")


def _commands(lines: Iterable[str]) -> str | None:
    """Check that commands can be given: cnnspec's by its own parser."""
    complaints = [problem for line in lines if line.strip() and (problem := bad_command(line))]
    return "\n".join(complaints) or None


def bad_command(line: str) -> str | None:
    """Return what is wrong with a command, if it is one of cnnspec."""
    words = shlex.split(line.partition(" > ")[0].partition(" | ")[0], comments=True)
    if not words or words[0] != "cnnspec":
        return None
    named_only = ["--help"] if len(words) == 2 else []  # as in: `cnnspec init` writes a file
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            command_parser().parse_args([*words[1:], *named_only])
    except SystemExit as ended:
        return f"{line}: {said.getvalue()}" if ended.code else None
    return None


def objects(text: str) -> Iterator[str]:
    """Yield the JSON objects that stand in a text, one after the other."""
    decoder, place = json.JSONDecoder(), 0
    while place < len(text.rstrip()):
        _, end = decoder.raw_decode(text, place)
        yield text[place:end]
        place = end + len(text[end:]) - len(text[end:].lstrip())


def _problem(action: object) -> str | None:
    try:
        action()  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001 - whatever it is, the example is wrong
        return f"{type(error).__name__}: {error}"
    return None
