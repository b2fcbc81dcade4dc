"""How soon exploration finds the known mistakes, by drawn calls alone.

    python benchmarks/exploration.py --every 20

prints, of every twentieth mistake that must fail, how many were found within the limit, how long
that took in CPU seconds (median and worst), and which were not found. ``--seed`` draws other calls.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from cnnspec.exploration.stretches import Stretch, walked_by
from cnnspec.exploration.subject import Subject
from cnnspec.faults import FAILS, FAULTS, Fault
from cnnspec.kills.dressing import with_fault
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.profiles import OPTION, Profile

#: Calls between two looks at the clock.
LENGTH = 25


@dataclass(frozen=True)
class Search:
    """What came of the search for one mistake: ``calls`` is 0 if it was not found."""

    fault: str
    calls: int
    seconds: float


def search(fault: Fault, limit: float, seed: int) -> Search:
    """Explore a mistake until a call is wrong, or the limit of CPU seconds is reached."""
    mistaken = with_fault(fault)
    subject = Subject(mistaken, Capabilities(mistaken), Profile(fault.profile, OPTION))
    began, start = time.process_time(), 0
    try:
        while time.process_time() - began < limit:
            walked = walked_by(subject, Stretch(fault.operation, start, start + LENGTH, seed))
            start += LENGTH
            if walked.wrong:
                return Search(fault.id, start, time.process_time() - began)
    finally:
        mistaken.close()
    return Search(fault.id, 0, limit)


def main(arguments: Sequence[str] | None = None) -> None:
    """Search for some mistakes and print what came of it."""
    parser = argparse.ArgumentParser(description="How soon exploration finds mistakes.")
    parser.add_argument("--every", type=int, default=20, metavar="N", help="one of N mistakes")
    parser.add_argument("--limit", type=float, default=60, metavar="SECONDS", help="CPU, for each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--operation", help="only mistakes of this one")
    options = parser.parse_args(arguments)
    failing = [one for one in FAULTS.values() if one.effect == FAILS]
    if options.operation:
        failing = [one for one in failing if one.operation == options.operation]
    chosen = failing[:: options.every]
    explored = [one for one in chosen if OPERATIONS[one.operation].space is not None]
    found = [search(one, options.limit, options.seed) for one in explored]
    seen = [one for one in found if one.calls]
    print(f"{len(seen)} of {len(explored)} mistakes found ({len(chosen)} chosen)")
    if seen:
        seconds = sorted(one.seconds for one in seen)
        calls = sorted(one.calls for one in seen)
        print(f"CPU: median {statistics.median(seconds):.2f} s, worst {seconds[-1]:.1f} s")
        print(f"calls: median {statistics.median(calls):g}, worst {calls[-1]}")
    for one in found:
        if not one.calls:
            print(f"not found: {one.fault}")


if __name__ == "__main__":
    main()
