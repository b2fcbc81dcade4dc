"""What ``cnnspec explore`` takes."""

from pathlib import Path

from cnnspec.commands.arguments import Commands, add_wishes, positive, positive_number, seed
from cnnspec.operations.registry import OPERATIONS

#: Calls of each operation, unless it is said how many or how long.
CASES = 1000


def add_explore(commands: Commands) -> None:
    """Add ``cnnspec explore``."""
    exploring = commands.add_parser(
        "explore",
        help="judge calls that no list holds, on as many processes or machines as there are",
        description="Draw calls of every operation: sizes, options, dtypes, numbers and layouts in"
        " memory, and judge each against the exact answer. What is wrong is made small and grouped"
        " by its diagnosis. The same seed gives the same calls and findings, wherever it runs."
        " Exit status: 0 all judged calls are right, 1 some are wrong, 2 could not be loaded, 3 no"
        " call was judged, 130 interrupted.",
    )
    exploring.add_argument("implementation", metavar="X", help="as for check")
    exploring.add_argument(
        "--operation",
        action="append",
        default=[],
        choices=[name for name, one in OPERATIONS.items() if one.space is not None],
        metavar="NAME",
        help="explore only this one; may be given several times",
    )
    exploring.add_argument(
        "--cases",
        type=positive,
        metavar="N",
        help=f"calls of each operation (default: {CASES}, or no end with --minutes)",
    )
    exploring.add_argument(
        "--minutes", type=positive_number, metavar="M", help="begin no more calls after M minutes"
    )
    exploring.add_argument(
        "--seed", type=seed, default=0, metavar="S", help="draw other calls (default: 0)"
    )
    exploring.add_argument(
        "--exhaustive",
        action="store_true",
        help="walk all small calls in order, instead of drawn ones",
    )
    add_wishes(exploring)
    where = exploring.add_mutually_exclusive_group()
    where.add_argument(
        "-n", type=positive, default=1, metavar="N", help="processes of this machine (default: 1)"
    )
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="a Dask cluster, such as tcp://10.0.0.1:8786"
    )
    exploring.add_argument(
        "--corpus",
        type=Path,
        metavar="FOLDER",
        help="keep the calls that are wrong in FOLDER, for `cnnspec check --corpus`, and what was"
        " walked: the same exploration goes on from there",
    )
    exploring.add_argument("--json", type=Path, metavar="FILE", help="write the report to FILE")
    exploring.add_argument(
        "--html", type=Path, metavar="FILE", help="write a page of what was covered and found"
    )
    exploring.add_argument(
        "--isolated",
        action="store_true",
        help="give the implementation a process of its own: slower; what crashes ends no more"
        " than that",
    )
    exploring.add_argument(
        "--profile", choices=("article", "general"), help="as for check (default: found)"
    )
