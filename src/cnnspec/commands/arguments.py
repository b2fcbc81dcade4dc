"""What options of several commands take."""

import argparse
import math
from typing import Any, TypeAlias

from cnnspec.cases.requirements import FACETS
from cnnspec.run.facets import facets_named

#: What `ArgumentParser.add_subparsers` returns, whose class is argparse's own matter.
Commands: TypeAlias = Any

#: Seeds of NumPy's generators lie below this.
_SEEDS = 2**32


def add_facets(command: argparse.ArgumentParser) -> None:
    """Add ``--facets``."""
    command.add_argument(
        "--facets",
        type=facets_named,
        default=FACETS,
        metavar="FACET,FACET",
        help=f"judge these alone, of {', '.join(FACETS)} (default: all)",
    )


def positive(text: str) -> int:
    """Return a whole number from 1 on."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {number}")
    return number


def positive_number(text: str) -> float:
    """Return a finite number above 0."""
    number = float(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"must be above 0, and finite, got {number}")
    return number


def seed(text: str) -> int:
    """Return what random numbers can begin with."""
    number = int(text)
    if not 0 <= number < _SEEDS:
        raise argparse.ArgumentTypeError(f"must be from 0 to {_SEEDS - 1}, got {number}")
    return number


#: How argparse names what a text should have been.
positive.__name__, seed.__name__, positive_number.__name__ = "whole number", "seed", "number"
