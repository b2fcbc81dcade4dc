"""What options of several commands take."""

import argparse
import math
from typing import Any, TypeAlias

from cnnspec.bindings.wishes import ORDERS, WishError, Wishes, declared_call
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


def add_wishes(command: argparse.ArgumentParser) -> None:
    """Add ``--call``, and an option for each order of axes."""
    command.add_argument(
        "--call",
        action="append",
        default=[],
        type=_call,
        metavar="OPERATION=EXPRESSION",
        help="how an operation is called, such as 'conv2d=convolve(image, filter, step=stride)'",
    )
    for name, orders in ORDERS.items():
        command.add_argument(
            f"--{name}",
            choices=[order.name for order in orders.choices],
            help=f"the order of the axes of {orders.of} (default: found by small calls)",
        )


def _call(text: str) -> tuple[str, str]:
    try:
        return declared_call(text)
    except WishError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def wishes_of(options: argparse.Namespace) -> Wishes:
    """Return what options say of calls and orders of axes."""
    orders = {name: chosen for name in ORDERS if (chosen := getattr(options, name))}
    return Wishes(dict(options.call), orders)


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
