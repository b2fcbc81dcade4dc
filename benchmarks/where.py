"""Where a check's CPU time goes, as a table: the process of the suite by samples, and the others.

    python benchmarks/where.py my_cnn.py --no-cache

What follows is what `cnnspec check` takes. A timer interrupts the process of the suite every 4 ms
of its CPU time; each sample counts for the first of `PARTS` that it meets on its way out of the
function that was interrupted. The implementation's process, its start included, is measured whole.
"""

import resource
import signal
import sys
from collections import Counter
from types import CodeType, FrameType

from cnnspec.commands.line import main

#: Seconds of CPU time between two samples.
EVERY = 0.004

#: What a part is called, what the names of its files hold, and of its functions ("": any).
PARTS = (
    ("imports", "importlib._bootstrap", ""),
    ("exact answers and bounds", "cnnspec/cases/answers.py", "exact_answer"),
    ("answers that are kept", "cnnspec/cases/kept_answers.py", ""),
    ("transport to the isolated process", "cnnspec/subject/processes/", ""),
    ("comparison", "cnnspec/judge/values.py", "compare"),
    ("what is offered", "cnnspec/subject/capabilities.py", ""),
    ("hypothesis", "/hypothesis/", ""),
    ("report and diagnosis", "cnnspec/run/session.py", "report"),
    ("records of tests", "cnnspec/run/records.py", ""),
    ("making arguments, and the tests", "/spec_tests/", ""),
    ("collection", "/_pytest/main.py", "perform_collect"),
    ("loading", "cnnspec/run/check.py", "_opened"),
)

REST = "all else: pytest, the loop, the command"


def part_of(frame: FrameType | None) -> str:
    """Return the part in which a process is."""
    while frame is not None:
        if found := _part(frame.f_code):
            return found
        frame = frame.f_back
    return REST


def _part(code: CodeType) -> str:
    for name, file, function in PARTS:
        if file in code.co_filename and function in code.co_qualname:
            return name
    return ""


def table(samples: Counter[str], suite: float, others: float) -> str:
    """Return the table; the seconds of the suite are shared out by samples."""
    every, total = suite + others, max(1, sum(samples.values()))
    rows = [(name, suite * count / total) for name, count in samples.most_common()]
    rows.append(("the implementation's process", others))
    lines = [f"{name:36}  {seconds:6.2f} s  {seconds / every:5.1%}" for name, seconds in rows]
    return "\n".join([*lines, f"{'together':36}  {every:6.2f} s"])


def _spent(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def measure() -> None:
    """Run a check, and print the table to standard error."""
    samples: Counter[str] = Counter()

    def sample(_signal: int, frame: FrameType | None) -> None:
        samples[part_of(frame)] += 1

    before = _spent(resource.RUSAGE_SELF)  # the suite's own imports
    signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        main(["check", *sys.argv[1:]])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        samples["imports"] += round(before / EVERY)
        spent = _spent(resource.RUSAGE_SELF), _spent(resource.RUSAGE_CHILDREN)
        print(table(samples, *spent), file=sys.stderr)


if __name__ == "__main__":
    measure()
