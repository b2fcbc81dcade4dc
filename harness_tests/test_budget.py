"""The budget: what a default check makes an implementation compute.

Loops in Python take about a second for every million multiply-adds, so that each of them counts.
"""

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from cnnspec import reference
from cnnspec.run.check import check
from cnnspec.subject.sources.recognition import recognise
from harness_tests.helpers import by_turns

#: Multiply-adds of all operations together. It is a promise: cases that break it must be smaller.
BUDGET = 60_000_000

#: Those of whole layers: enough to be worth it, and few enough for compiled code.
LEAST, MOST = 2_000_000_000, 3_500_000_000

MODULES = ("test_conv2d", "test_dense", "test_pooling")


def work_of(operation: str, given: dict[str, Any], result: Any) -> int:
    """Return the multiply-adds of a call in plain loops; for pooling, the elements it looks at."""
    if operation == "conv2d":
        return int(np.size(result) * np.prod(np.shape(given["filters"])[1:]))
    if operation == "dense":
        return int(np.size(given["weights"]))
    return int(np.size(result) * given.get("size", 2) ** 2)


def counting(operation: str, done: Counter[str]) -> Callable[..., Any]:
    """Return the reference's operation, which counts its work."""
    function = getattr(reference, operation)
    names = ("image", "filters", "bias") if operation == "conv2d" else ("x", "weights", "bias")
    names = ("maps", "size", "stride") if operation.endswith("pool2d") else names

    @functools.wraps(function)
    def counted(*args: Any, **options: Any) -> Any:
        result = function(*args, **options)
        given = {**dict(zip(names, args, strict=False)), **options}
        done[operation] += work_of(operation, given, result)
        return result

    return counted


def work_of_a_check(modules: Sequence[str], effort: str) -> Counter[str]:
    """Return the work of each operation in a check."""
    done: Counter[str] = Counter()
    operations = ("conv2d", "dense", "max_pool2d", "avg_pool2d")
    layers = SimpleNamespace(**{name: counting(name, done) for name in operations})
    counted = recognise(layers, name="counting", source="counting")
    counted.time_limit = 600.0  # every call is counted, on however busy a machine
    check(counted, modules=modules, effort=effort)
    assert set(done) == set(operations)
    return done


@by_turns
def test_a_default_check_stays_within_its_budget() -> None:
    done = work_of_a_check([*MODULES, "test_whole_layers"], "default")
    assert done.total() <= BUDGET, dict(done)


@by_turns
def test_whole_layers_stay_within_their_budget() -> None:
    done = work_of_a_check(["test_whole_layers"], "thorough")
    assert LEAST <= done.total() <= MOST, dict(done)


def test_work_is_counted_by_the_shapes() -> None:
    done: Counter[str] = Counter()
    counting("conv2d", done)(np.ones((4, 5, 2)), np.ones((3, 3, 3, 2)))
    counting("dense", done)(np.ones(4), np.ones((4, 5)), np.ones(5))
    counting("max_pool2d", done)(np.ones((4, 6, 2)))
    assert done == {"conv2d": 2 * 3 * 3 * 18, "dense": 20, "max_pool2d": 48}
