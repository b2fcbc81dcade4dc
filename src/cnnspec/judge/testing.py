"""What the spec tests are written with."""

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any

import hypothesis
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase

from cnnspec.cases.hand_computed import hand_computed_cases
from cnnspec.declaration.case import SHARING, UNUSUAL, Case
from cnnspec.judge.nonconformance import NotCalledError, NotOfferedError, NotTestedError

Test = Callable[..., None]


def requirement(identity: str) -> pytest.MarkDecorator:
    """Mark a test as showing the requirement of this id."""
    return pytest.mark.requirement(identity)


def each(cases: Iterable[Case]) -> pytest.MarkDecorator:
    """Run a test on each of the cases."""
    return pytest.mark.parametrize("case", list(cases), ids=str)


def each_group(groups: Mapping[str, Sequence[Case]]) -> pytest.MarkDecorator:
    """Run a test on each group of cases: many small ones take less time together."""
    return pytest.mark.parametrize("cases", groups.values(), ids=groups.keys())


def each_spoilt(named: Mapping[str, tuple[Case, Case, Any]]) -> pytest.MarkDecorator:
    """Run a test on each case with a strange number, a clean one, and where the two differ."""
    return pytest.mark.parametrize("beside", named.values(), ids=named.keys())


def each_layout(cases: Iterable[Case]) -> pytest.MarkDecorator:
    """Run a test on the cases of each operation in each unusual layout.

    All their arrays are laid out so together, and each array alone: what refuses one of them may
    misread another.
    """
    groups = []
    by_operation: dict[str, list[Case]] = {}
    for case in cases:
        by_operation.setdefault(case.operation, []).append(case)
    for operation, its in by_operation.items():
        names = {name: None for case in its for name in _arrays(case)}
        prefix = f"{operation}-" if len(by_operation) > 1 else ""
        for whose in ("", *names) if len(names) > 1 else ("",):
            given = [case for case in its if whose in ("", *_arrays(case))]
            layouts = [f"{whose}:{kind}" if whose else kind for kind in UNUSUAL]
            groups += [pytest.param(one, given, id=f"{prefix}{one}") for one in layouts]
    return pytest.mark.parametrize(("layout", "cases"), groups)


def each_shared(cases: Iterable[Case]) -> pytest.MarkDecorator:
    """Run a test on views that show the same memory more than once, one array at a time."""
    groups = [
        pytest.param(layout, made(case, name), id=f"{case.operation}-{number}-{name}-{layout}")
        for number, case in enumerate(cases)
        for name in _arrays(case)
        for layout, made in SHARING.items()
        if made(case, name)
    ]
    return pytest.mark.parametrize(("layout", "cases"), groups)


def _arrays(case: Case) -> list[str]:
    return [name for name, value in case.arguments.items() if isinstance(value, np.ndarray)]


def by_hand(identity: str) -> pytest.MarkDecorator:
    """Run a test on each of the hand-computed cases of a requirement."""
    return each(hand_computed_cases(identity))


#: For tests of relations: the same examples in every run, none written to disk, no deadlines.
_explored = hypothesis.settings(
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    max_examples=20,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def for_all(**strategies: Any) -> Callable[[Test], Test]:
    """Run a test on examples that hypothesis draws, deterministically."""

    def decorate(test: Test) -> Test:
        @wraps(test)
        def on_what_is_offered(*args: Any, **kwargs: Any) -> None:
            try:
                test(*args, **kwargs)
            except (NotOfferedError, NotCalledError):
                raise  # there is nothing to look for
            except NotTestedError:
                hypothesis.reject()

        explored = _explored(hypothesis.given(**strategies)(on_what_is_offered))

        @wraps(explored)
        def by_itself(*args: Any, **kwargs: Any) -> None:
            with _without_constants_of_modules():
                explored(*args, **kwargs)

        return by_itself

    return decorate


@contextlib.contextmanager
def _without_constants_of_modules() -> Iterator[None]:
    """Keep hypothesis from drawing what it has read in the source of the modules that are loaded.

    They are others on another machine, and reading them takes a second.
    """
    providers = sys.modules.get("hypothesis.internal.conjecture.providers")
    before = getattr(providers, "_get_local_constants", None)
    nothing = getattr(providers, "Constants", None)
    if before is None or nothing is None:  # a version of hypothesis that does not read them
        yield
        return
    providers._get_local_constants = nothing  # type: ignore[union-attr] # noqa: SLF001
    try:
        yield
    finally:
        providers._get_local_constants = before  # type: ignore[union-attr] # noqa: SLF001
