"""Where stretches are walked: in this process, in several, or on a cluster by Dask.

All give the same, in the same order: a stretch follows from its seed, and one that is lost with
its process is walked again.
"""

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import get_context
from typing import Any

from cnnspec.exploration.stretches import Stretch, Walked, walk
from cnnspec.exploration.subject import Source

#: Yields what came of stretches, in their order; more of them are taken only as they are walked.
Scheduler = Callable[[Source, Iterable[Stretch]], Iterator[Walked]]

#: Stretches that wait, for each process.
_AHEAD = 3

#: How often a process may die in the midst of one and the same stretch.
_LIVES = 3


class SchedulerError(Exception):
    """What was to walk stretches is not there, or goes away again and again."""


def in_turn(source: Source, stretches: Iterable[Stretch]) -> Iterator[Walked]:
    """Walk one after the other in this process."""
    for stretch in stretches:
        yield walk(source, stretch)


def in_processes(processes: int) -> Scheduler:
    """Return what walks in several processes of this machine."""

    def scheduler(source: Source, stretches: Iterable[Stretch]) -> Iterator[Walked]:
        left: deque[Stretch] = deque()
        more, lives = iter(stretches), _LIVES
        while True:
            try:
                with _pool(processes) as pool:
                    for walked in _in_order(pool.submit, source, left, more, processes):
                        lives = _LIVES
                        yield walked
            except BrokenProcessPool as error:
                lives -= 1
                if not lives:
                    raise SchedulerError(f"processes die in {left[0]}") from error
            else:
                return

    return scheduler


@contextlib.contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool whose processes end at once when they are not needed any more."""
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(
    submit: Callable[..., Any],
    source: Source,
    left: deque[Stretch],
    more: Iterator[Stretch],
    processes: int,
) -> Iterator[Walked]:
    """Yield what came of the stretches that are ``left``, and of more of them, in their order.

    What is still in ``left`` when this breaks off was not yielded.
    """
    waiting = deque(submit(walk, source, stretch) for stretch in left)
    while True:
        while len(waiting) < _AHEAD * processes and (stretch := next(more, None)) is not None:
            left.append(stretch)
            waiting.append(submit(walk, source, stretch))
        if not waiting:
            return
        walked = waiting.popleft().result()
        left.popleft()
        yield walked


def on_dask(address: str) -> Scheduler:
    """Return what walks on the workers of a Dask cluster, given by its scheduler's address.

    The workers need cnnspec of this version, and what is explored, under the same name.

    Raises
    ------
    SchedulerError
        If Dask is not installed, or no scheduler answers.
    """
    try:
        distributed: Any = import_module("dask.distributed")  # typed only where it is installed
    except ImportError as error:
        raise SchedulerError(
            "this needs Dask: pip install 'cnnspec[dask]', here and where the workers run"
        ) from error

    def scheduler(source: Source, stretches: Iterable[Stretch]) -> Iterator[Walked]:
        try:
            client = distributed.Client(address, timeout="30s")
        except (OSError, TimeoutError, ValueError) as error:
            raise SchedulerError(f"no Dask scheduler answers at {address}: {error}") from error
        with client:
            workers = max(len(client.scheduler_info()["workers"]), 1)

            def submit(function: Callable[..., Any], *given: Any) -> Any:
                # Not pure: what Dask takes for the same call may come of other code today.
                return client.submit(function, *given, pure=False, retries=_LIVES)

            yield from _in_order(submit, source, deque(), iter(stretches), workers)

    return scheduler
