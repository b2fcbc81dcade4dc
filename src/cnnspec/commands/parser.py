"""What the command line takes."""

import argparse
from difflib import get_close_matches
from pathlib import Path

from cnnspec import __version__
from cnnspec.cases.requirements import EFFORTS, PROFILES, requirements
from cnnspec.commands.arguments import (
    Commands,
    add_facets,
    add_wishes,
    positive,
    positive_number,
)
from cnnspec.commands.explore_parser import add_explore
from cnnspec.commands.network_parser import add_demo, add_network
from cnnspec.document import adapter_table
from cnnspec.document.program_starters import LANGUAGES
from cnnspec.kills.dressing import FORMS, PLAIN
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.processes.process import GIB, Limits
from cnnspec.subject.profiles import AUTO


def command_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; what it returns names the ``command``."""
    parser = argparse.ArgumentParser(
        prog="cnnspec", description="Judge the layers of convolutional networks."
    )
    parser.add_argument("--version", action="version", version=f"cnnspec {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for add in _ADDED:
        add(commands)
    return parser


def _add_check(commands: Commands) -> None:
    checking = commands.add_parser(
        "check",
        help="judge an implementation",
        description="Judge an implementation. Exit status: 0 conforms, 1 does not conform, or a"
        " known failure passes, 2 could not be loaded, or a known failure matches nothing,"
        " 3 incomplete. Where only some requirements are selected (--requirement, -k) and all of"
        " them hold, the status is 3: the other MUSTs did not run.",
    )
    checking.add_argument(
        "implementation",
        nargs="?",
        metavar="X",
        help="module, module:object, file.py, file.py:object, a notebook, the folder of a package,"
        " the name of a bundled adapter, or cmd:PROGRAM (default: what [tool.cnnspec] of"
        " pyproject.toml names, else the reference)",
    )
    _add_profile(checking)
    add_wishes(checking)
    _add_effort(checking)
    add_facets(checking)
    checking.add_argument(
        "--corpus",
        type=Path,
        metavar="FOLDER",
        help="ask the calls first that `cnnspec explore --corpus FOLDER` found wrong",
    )
    checking.add_argument(
        "--requirement",
        action="append",
        type=_requirement,
        metavar="ID",
        help="check only this requirement, such as CONV-03; may be given several times",
    )
    checking.add_argument(
        "--verbose", "-v", action="store_true", help="show the smallest case of all that failed"
    )
    checking.add_argument("--json", metavar="FILE", type=Path, help="write the report to FILE")
    checking.add_argument(
        "--html", metavar="FILE", type=Path, help="write a page with pictures to FILE"
    )
    checking.add_argument(
        "--junit-xml",
        metavar="FILE",
        type=Path,
        help="write JUnit XML to FILE, one test case for each requirement",
    )
    checking.add_argument(
        "--badge", metavar="FILE", type=Path, help="write the verdict as a badge (SVG) to FILE"
    )
    checking.add_argument("--images", type=positive, metavar="N", help="MNIST images to use")
    checking.add_argument(
        "--behaviours",
        action="store_true",
        help="show in what correct implementations differ, and what this one does",
    )
    checking.add_argument(
        "--in-process",
        action="store_true",
        help="run the implementation in the suite's own process: faster, and at its mercy",
    )
    checking.add_argument(
        "-n",
        "--processes",
        type=positive,
        default=1,
        metavar="N",
        help="so many processes share the requirements; the report is the same (default: 1)",
    )
    checking.add_argument(
        "--watch", action="store_true", help="judge again whenever a file is saved, until Ctrl-C"
    )
    checking.add_argument(
        "--no-cache",
        action="store_true",
        help="work out all exact answers anew, and keep none (they are kept in the user's cache"
        " folder, or in the one that CNNSPEC_CACHE names)",
    )
    checking.add_argument(
        "--time-limit",
        type=positive_number,
        default=Limits.seconds,
        metavar="SECONDS",
        help="for one call (default: %(default)g); importing may take 6 times as long",
    )
    checking.add_argument(
        "--memory-limit",
        type=positive_number,
        default=Limits.memory / GIB,
        metavar="GIB",
        help="for the implementation's process (default: %(default)g)",
    )
    checking.add_argument(
        "--known-failures",
        metavar="FILE",
        help="a TOML list of requirements and cases that may fail, with the reasons",
    )
    checking.add_argument("-k", metavar="EXPRESSION", help="run only the tests that match")


def _add_compare(commands: Commands) -> None:
    comparing = commands.add_parser(
        "compare",
        help="judge several implementations and show where they differ",
        description="Judge several implementations and show where they differ: tables on a"
        " terminal, else Markdown. Exit status: 0 all conform, 1 one does not, 2 one could not be"
        " judged, 3 one is incomplete.",
    )
    comparing.add_argument(
        "implementations",
        nargs="+",
        metavar="X",
        help="as for check, or a report that check --json has written (FILE.json)",
    )
    _add_profile(comparing)
    _add_effort(comparing)
    comparing.add_argument("--html", metavar="FILE", type=Path, help="write a page to FILE")


def _add_profile(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--profile",
        choices=(*PROFILES, AUTO),
        default=AUTO,
        help="rules for filters that are oblong or of even size: article refuses them, general"
        " computes them, auto takes what is declared, or else what is found (default: auto)",
    )


def _add_effort(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--effort",
        choices=EFFORTS,
        default=EFFORTS[0],
        help="thorough: whole layers of real networks too, some 3 billion multiply-adds, for code"
        " that is compiled or vectorised",
    )


def _add_explain(commands: Commands) -> None:
    explaining = commands.add_parser(
        "explain",
        help="say what a requirement demands, or what a mistake is",
        description="Print what SPEC.md says of requirements, and what is known of the mistakes"
        " that a report names; of an operation or a chapter, its requirements in a line each. Exit"
        " status: 2 if there is no such id.",
    )
    explaining.add_argument(
        "ids",
        nargs="+",
        metavar="ID",
        help="a requirement (CONV-03), a mistake (conv2d-kernel-rotated), an operation (conv2d),"
        " or a chapter (CONV)",
    )


def _add_init(commands: Commands) -> None:
    starting = commands.add_parser(
        "init",
        help="write a file to start an implementation from",
        description="Write a file in which every operation raises NotImplementedError and has its"
        " requirements in the docstring. Exit status: 2 if the file is there already.",
    )
    starting.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        type=Path,
        help="the file to write (default: my_cnn.py, or my_cnn with the ending of the language)",
    )
    starting.add_argument(
        "--language",
        choices=[*LANGUAGES],
        default="",
        help="write a program that talks with cnnspec, and in which every operation answers that"
        " it is not offered; cnnspec says how it is built and judged",
    )
    starting.add_argument(
        "--for",
        dest="theirs",
        metavar="THEIRS",
        type=Path,
        help="write a file beside this one that says how its functions are called (default:"
        " THEIRS_cnnspec.py)",
    )
    starting.add_argument(
        "--layers",
        action="store_true",
        help="write the articles' layer classes, Conv3x3, MaxPool2 and Softmax, not functions",
    )
    starting.add_argument(
        "--operations",
        type=_names,
        default=[],
        metavar="NAME,NAME",
        help="which operations, for example conv2d,relu (default: all)",
    )
    starting.add_argument("--force", action="store_true", help="replace a file that is there")


def _add_spec(commands: Commands) -> None:
    spec = commands.add_parser("spec", help="print the specification (SPEC.md)")
    spec.add_argument(
        "--pictures", metavar="FOLDER", type=Path, help="write its pictures to FOLDER, too"
    )


def _add_kills(commands: Commands) -> None:
    killing = commands.add_parser(
        "kills",
        help="print the kill matrix (KILLS.md)",
        description="Judge every known mistake, and print which requirement catches which. Exit"
        " status 1: a mistake survives, a requirement catches nothing, or a diagnosis is wrong.",
    )
    either = killing.add_mutually_exclusive_group()  # the table is of all mistakes
    either.add_argument("--json", metavar="FILE", type=Path, help="write it as data to FILE")
    killing.add_argument("--processes", type=positive, metavar="N", help="default: one a core")
    either.add_argument(
        "--sample",
        "--every",
        type=positive,
        default=1,
        metavar="N",
        help="judge one of every N mistakes only, and compare with faults/kills.json",
    )
    killing.add_argument(
        "--form",
        choices=[*FORMS],
        default=PLAIN,
        help="judge the mistakes as they are written in a form, and say which are caught and named"
        f" (default: {PLAIN}, of which the table is)",
    )
    killing.add_argument(
        "--of",
        action="append",
        choices=[*OPERATIONS],
        metavar="OPERATION",
        help="judge the mistakes of an operation only, and take the rest from faults/kills.json",
    )
    either.add_argument(
        "--recorded",
        action="store_true",
        help="only see that every mistake is caught by the requirements of faults/kills.json",
    )
    behind = killing.add_mutually_exclusive_group()
    behind.add_argument(
        "--layouts",
        action="store_true",
        help="see which convention is found for each mistake behind each dialect, by small calls",
    )
    behind.add_argument(
        "--dialects",
        action="store_true",
        help="see that every mistake is caught in each dialect, in its declared convention",
    )


def _add_adapters(commands: Commands) -> None:
    names = adapter_table.every_name()
    adapters = commands.add_parser(
        "adapters",
        help="judge the bundled adapters and print their table (ADAPTERS.md)",
        description="Judge the bundled adapters and print their table. Exit status: 1 if one fails"
        " a requirement that is not confirmed in adapters/confirmed.toml, or passes one that is.",
    )
    adapters.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"which, of {', '.join(names)} (default: all, some of which take minutes)",
    )


def _requirement(text: str) -> str:
    identity = text.upper()
    if identity not in requirements():
        close = get_close_matches(identity, requirements(), n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise argparse.ArgumentTypeError(f"there is no requirement {text!r}{hint}")
    return identity


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


#: In the order of the help.
_ADDED = (
    _add_check,
    _add_compare,
    add_explore,
    add_network,
    add_demo,
    _add_explain,
    _add_init,
    _add_spec,
    _add_kills,
    _add_adapters,
)
