"""The command line: ``cnnspec check``, ``network``, ``demo``, ``spec``, ``kills``, ``adapters``."""

import argparse
import io
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from cnnspec import __version__, adapter_table
from cnnspec.certificate import as_text, tallies
from cnnspec.checking import CheckError, check
from cnnspec.data import DataError, mnist_test_set
from cnnspec.demos import demo_cat, demo_mnist
from cnnspec.kills import as_json, as_markdown, kill_matrix
from cnnspec.kills import complaints as kill_complaints
from cnnspec.known import KnownFailuresError, complaints, exit_status, read_known_failures
from cnnspec.loading import PROFILES, REFERENCE, LoadError
from cnnspec.opening import open_implementation
from cnnspec.process import GIB, Limits
from cnnspec.report import text_report
from cnnspec.specification import specification
from cnnspec.trained import trained_network
from cnnspec.verdict import CONFORMS, DOES_NOT_CONFORM, INCOMPLETE

EXIT_CODES = {CONFORMS: 0, DOES_NOT_CONFORM: 1, INCOMPLETE: 3}
UNUSABLE = 2
INTERRUPTED = 128 + signal.SIGINT


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever letters the terminal lacks
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        status: int = options.run(options)
    except (CheckError, DataError, KnownFailuresError, LoadError, OSError) as error:
        print(f"cnnspec: {error}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("cnnspec: interrupted", file=sys.stderr)
        return INTERRUPTED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cnnspec", description=__doc__)
    parser.add_argument("--version", action="version", version=f"cnnspec {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    checking = commands.add_parser(
        "check",
        help="judge an implementation",
        description="Judge an implementation. Exit status: 0 conforms, 1 does not conform, or a"
        " known failure passes, 2 could not be loaded, or a known failure matches nothing,"
        " 3 incomplete.",
    )
    checking.add_argument(
        "implementation",
        nargs="?",
        default=REFERENCE,
        metavar="X",
        help="module, module:object, file.py, file.py:object, the name of a bundled adapter, or"
        " cmd:PROGRAM (default: the reference)",
    )
    checking.add_argument("--profile", choices=PROFILES, help="rules for filter sizes")
    checking.add_argument("--json", metavar="FILE", type=Path, help="write the report to FILE")
    checking.add_argument("--images", type=_positive, metavar="N", help="MNIST images to use")
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
        "--time-limit",
        type=_positive_number,
        default=Limits.seconds,
        metavar="SECONDS",
        help="for one call (default: %(default)g); importing may take 6 times as long",
    )
    checking.add_argument(
        "--memory-limit",
        type=_positive_number,
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
    checking.set_defaults(run=_check)

    demo = commands.add_parser("demo", help="run the articles' programs and draw their figures")
    programs = demo.add_subparsers(required=True, metavar="PROGRAM")
    digits = programs.add_parser("mnist", help="article 2's network, untrained and trained")
    digits.add_argument("--images", type=_positive, default=1000, metavar="N", help="test images")
    digits.set_defaults(run=_demo_mnist)
    cat = programs.add_parser("cat", help="article 1's three layers on the cat")
    cat.add_argument("--rgb", action="store_true", help="in colour")
    cat.add_argument("--sobel", action="store_true", help="the first filters: Sobel's")
    cat.add_argument("--image", type=Path, metavar="FILE", help="a picture of your own")
    cat.add_argument("--implementation", metavar="X", help="draw its maps too, and the differences")
    cat.set_defaults(run=_demo_cat)
    for program in (digits, cat):
        program.add_argument("--figure", type=Path, metavar="FILE", help="save as .png or .svg")

    network = commands.add_parser(
        "network",
        help="judge the trained MNIST network layer by layer",
        description="Run the trained MNIST network on an implementation's layers, compare each with"
        " its proved bound, and count the images whose class is certain. Exit status: 0 all agrees,"
        " 1 something differs, 2 could not be loaded, 3 no run over the layers was possible.",
    )
    network.add_argument(
        "implementation", nargs="?", default=REFERENCE, metavar="X", help="as for check"
    )
    network.add_argument(
        "--images", type=_positive, default=20, metavar="N", help="test images (20; all: 10000)"
    )
    network.set_defaults(run=_network)

    spec = commands.add_parser("spec", help="print the specification (SPEC.md)")
    spec.set_defaults(run=_spec)

    killing = commands.add_parser(
        "kills",
        help="print the kill matrix (KILLS.md)",
        description="Judge every known mistake, and print which requirement catches which. Exit"
        " status 1: a mistake survives, a requirement catches nothing, or a diagnosis is wrong.",
    )
    killing.add_argument("--json", metavar="FILE", type=Path, help="write it as data to FILE")
    killing.add_argument("--processes", type=_positive, metavar="N", help="default: one a core")
    killing.set_defaults(run=_kills)

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
    adapters.set_defaults(run=_adapters)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {number}")
    return number


def _positive_number(text: str) -> float:
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"must be above 0, got {number}")
    return number


def _check(options: argparse.Namespace) -> int:
    file = options.json.resolve() if options.json else None  # an implementation may change folder
    listed = options.known_failures
    report = check(
        options.implementation,
        profile=options.profile,
        images=options.images,
        select=options.k,
        isolated=not options.in_process,
        limits=Limits(options.time_limit, int(options.memory_limit * GIB)),
        known=read_known_failures(listed) if listed else None,
    )
    print(text_report(report, behaviours=options.behaviours), end="")
    if file:
        file.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    for complaint in complaints(report):
        print(f"cnnspec: {complaint}", file=sys.stderr)
    return exit_status(report) or EXIT_CODES[report["verdict"]]


def _demo_mnist(options: argparse.Namespace) -> int:
    demo_mnist(options.images, figure=options.figure)
    return 0


def _demo_cat(options: argparse.Namespace) -> int:
    demo_cat(
        rgb=options.rgb,
        sobel=options.sobel,
        picture=options.image,
        implementation=options.implementation,
        figure=options.figure,
    )
    return 0


def _network(options: argparse.Namespace) -> int:
    images, labels = mnist_test_set()
    count = options.images
    found = []
    implementation = open_implementation(options.implementation, isolated=True)
    try:
        for tally in tallies(implementation, images[:count], labels[:count], trained_network()):
            print(as_text(tally), end="", flush=True)
            found.append(tally)
    finally:
        implementation.close()
    if any(tally.failures for tally in found):
        return 1
    return 0 if any(tally.agree for tally in found) else EXIT_CODES[INCOMPLETE]


def _kills(options: argparse.Namespace) -> int:
    found = kill_matrix(options.processes)
    print(as_markdown(found), end="")
    if options.json:
        options.json.write_text(json.dumps(as_json(found), indent=1) + "\n", "utf-8")
    wrong = kill_complaints(found)
    for complaint in wrong:
        print(f"cnnspec: {complaint}", file=sys.stderr)
    return 1 if wrong else 0


def _adapters(options: argparse.Namespace) -> int:
    names = options.names or adapter_table.every_name()
    rows = [adapter_table.judged(name) for name in names]
    print(adapter_table.as_markdown(rows), end="")
    wrong = adapter_table.complaints(rows)
    for complaint in wrong:
        print(f"cnnspec: {complaint}", file=sys.stderr)
    return 1 if wrong else 0


def _spec(_options: argparse.Namespace) -> int:
    print(specification(), end="")
    return 0
