"""Slow is not wrong: calls that do not come back fail, others of their kind are given up."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cnnspec.report.entries import Json
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from cnnspec.subject.boundary import NOT_CALLED, Implementation
from cnnspec.subject.caller import Manner
from cnnspec.subject.lost_calls import LONGEST_WAIT, SMALL, Losses, kind_of
from cnnspec.subject.outcomes import Died, Outcome, Result, TimedOut
from cnnspec.subject.processes.isolation import load_isolated
from cnnspec.subject.processes.process import POSSIBLE, Limits
from harness_tests.helpers import by_turns, implementation, statuses

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="there is no isolation on this system")

X = np.array([[-1.0, 2.0], [3.0, -4.0]])
LARGE = np.ones((40, 40))

#: A call may take half a second, an import and a call that is made again three.
TINY = Limits(seconds=0.5)

HEAD = """
import os, time
from pathlib import Path
import numpy as np
from cnnspec import reference
LOG = Path(__file__).with_name("calls")

def note(what):
    with LOG.open("a") as file:
        file.write(what + "\\n")

def hang():
    while True:
        time.sleep(60)
"""


class Written:
    """A module that writes down its calls, and is closed in the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[Implementation] = []

    def open(self, body: str, limits: Limits = TINY) -> Implementation:
        """Open a module with this text behind the head."""
        self.opened.append(load_isolated(self.write(body), limits))
        (self.folder / "calls").unlink(missing_ok=True)  # those by which it was found
        return self.opened[-1]

    def write(self, body: str) -> str:
        """Write the module, and return its path."""
        file = self.folder / "mine.py"
        file.write_text(HEAD + body, "utf-8")
        return str(file)

    def report(self, body: str, module: str, limits: Limits = TINY) -> Json:
        """Return the report on the module by one module of the spec tests."""
        return check(self.write(body), isolated=True, modules=[module], limits=limits)

    @property
    def calls(self) -> list[str]:
        """What the module has written down."""
        file = self.folder / "calls"
        return file.read_text("utf-8").splitlines() if file.is_file() else []


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    made = Written(tmp_path)
    yield made
    for opened in made.opened:
        opened.close()


def relu(mine: Implementation, x: np.ndarray = X, **how: bool) -> Outcome:
    return mine.call("relu", {"x": x}, **how)


def not_called(outcome: Outcome) -> bool:
    return isinstance(outcome, TimedOut | Died) and outcome.reason.startswith(NOT_CALLED)


# --- slow at first ---------------------------------------------------------------------------

#: Each compiles for longer than a call may take, but not than an import may.
COMPILING = {
    "once": """
COMPILED = set()
def compiled(key):
    if key not in COMPILED:
        note("compiled")
        time.sleep(1.0)
        COMPILED.add(key)
def relu(x):
    compiled("relu")
    return np.maximum(x, 0)
""",
    "each-dtype": """
COMPILED = set()
def compiled(key):
    if key not in COMPILED:
        note("compiled")
        time.sleep(0.8)
        COMPILED.add(key)
def relu(x):
    compiled(x.dtype.name)
    return np.maximum(x, 0)
""",
    "on-disk": """
def relu(x):
    cache = Path(__file__).with_name("compiled")
    if not cache.exists():
        note("compiled")
        cache.touch()
        hang()
    return np.maximum(x, 0)
""",
}


@pytest.mark.parametrize("body", COMPILING.values(), ids=COMPILING.keys())
@by_turns
def test_a_slow_first_call_is_made_once_more(written: Written, body: str) -> None:
    mine = written.open(body)
    for x in (X, X.astype("float32"), X):
        outcome = relu(mine, x)
        assert isinstance(outcome, Result), outcome
        assert outcome.value.tolist() == [[0, 2], [3, 0]]
    assert mine.losses.tell("relu") is None
    fresh = mine.fresh_copy()
    assert fresh is not None
    assert isinstance(relu(fresh), Result)


@pytest.mark.parametrize("way", ["once", "on-disk", "each-dtype"])
@pytest.mark.parametrize("wrong", [False, True], ids=["right", "wrong"])
@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_slow_code_is_judged_by_its_numbers(written: Written, way: str, *, wrong: bool) -> None:
    body = COMPILING[way].replace("np.maximum(x, 0)", "np.abs(x)" if wrong else "np.maximum(x, 0)")
    found = written.report(body, "test_relu")["operations"]["relu"]
    assert bool(found["failed"]) == wrong
    assert found["checks"] > 300
    assert "compiled" in written.calls


@by_turns
def test_who_was_slow_is_not_ended_again(written: Written) -> None:
    """What was compiled would end with its process."""
    mine = written.open(COMPILING["each-dtype"])
    for dtype in ("float64", "float32", "float16"):
        for _ in range(2):
            assert isinstance(relu(mine, X.astype(dtype)), Result)
    assert len(written.calls) == 4  # the first was made twice


@by_turns
def test_a_copy_that_was_slow_goes_on_in_the_next_process(written: Written) -> None:
    mine = written.open("""
def relu(x):
    note("called")
    if len(LOG.read_text().splitlines()) == 2:
        hang()
    return np.maximum(x, 0)
""")
    assert isinstance(relu(mine), Result)
    fresh = mine.fresh_copy()
    assert fresh is not None
    assert isinstance(relu(fresh), Result)
    assert isinstance(relu(mine), Result)


def test_behaviours_are_asked_once(written: Written) -> None:
    mine = written.open("def relu(x):\n    note('called')\n    hang()\n")
    assert isinstance(relu(mine, once=True), TimedOut)
    assert len(written.calls) == 1


# --- what is given up ------------------------------------------------------------------------

#: Calls that hang while it is found how relu is called: one, in its own form.
FINDING = 1

HANGS = "def relu(x):\n    note('called')\n    hang()\n"


@by_turns
def test_two_plain_calls_give_up_an_operation(written: Written) -> None:
    mine = written.open(HANGS + "def softmax(logits):\n    return reference.softmax(logits)\n")
    for _ in range(2):
        outcome = relu(mine)
        assert isinstance(outcome, TimedOut)
        assert not not_called(outcome)
    assert len(written.calls) == 3  # only of the first it could not be known
    for x in (X, LARGE, X.astype("float32")):
        assert not_called(relu(mine, x))
    assert len(written.calls) == 3
    assert isinstance(mine.call("softmax", {"logits": X}), Result)


SPECIAL = {
    "dtype": ("x.dtype == 'float32'", X.astype("float32")),
    "size": ("x.size > 1000", LARGE),
    "batch": ("x.ndim == 4", X[np.newaxis, np.newaxis]),
}


@pytest.mark.parametrize(("condition", "x"), SPECIAL.values(), ids=SPECIAL.keys())
@by_turns
def test_only_calls_of_the_kind_are_given_up(written: Written, condition: str, x: object) -> None:
    mine = written.open(f"def relu(x):\n    if {condition}: hang()\n    return np.maximum(x, 0)\n")
    assert isinstance(x, np.ndarray)
    assert [not_called(relu(mine, x)) for _ in range(3)] == [False, False, True]
    for other in (X, X.astype("float16"), X[0]):
        assert isinstance(relu(mine, other), Result)


@by_turns
def test_deaths_are_given_up_by_kind_too(written: Written) -> None:
    mine = written.open("""
def max_pool2d(maps, size=2, stride=None):
    if stride is not None:
        os._exit(3)
    return reference.max_pool2d(maps, size)
""")
    maps = {"maps": np.ones((4, 4, 1))}
    for due in (False, False, True):
        outcome = mine.call("max_pool2d", maps | {"stride": 1})
        assert isinstance(outcome, Died)
        assert not_called(outcome) == due
    assert isinstance(mine.call("max_pool2d", maps | {"size": 1}), Result)


@by_turns
def test_bad_arguments_give_up_no_legal_call(written: Written) -> None:
    mine = written.open("def relu(x):\n    if not x.size: hang()\n    return np.maximum(x, 0)\n")
    nothing = np.zeros(0)
    found = [not_called(relu(mine, nothing, should_refuse=True)) for _ in range(3)]
    assert found == [False, False, True]
    assert isinstance(relu(mine), Result)


def test_kinds() -> None:
    def kind(x: object = X, *, bad: bool = False, layout: str = "C", **options: object) -> object:
        given = {"image": x, "filters": np.ones((1, 3, 3))} | options
        return kind_of("conv2d", given, Manner(layout=layout), should_refuse=bad)

    plain = kind()
    assert plain == kind(stride=1, padding="valid", bias=None)
    special = [kind(stride=2), kind(padding="same"), kind(bias=np.ones(1)), kind(X > 0)]
    special += [kind(bad=True), kind(layout="slice"), kind(np.ones((1, 3, 3, 1)))]
    for one in special:
        assert one.is_of(plain)  # type: ignore[attr-defined]
        assert not plain.is_of(one)  # type: ignore[attr-defined]
        assert [one.is_of(other) for other in special].count(True) == 1  # type: ignore[attr-defined]
    larger, largest = kind(np.ones((SMALL, 2))), kind(np.ones((SMALL, 3)), stride=2)
    assert largest.is_of(larger)  # type: ignore[attr-defined]
    assert not larger.is_of(largest)  # type: ignore[attr-defined]


def test_a_run_waits_ten_minutes_at_most() -> None:
    losses = Losses()
    kind = kind_of("relu", {"x": X}, Manner(), should_refuse=False)
    for _ in range(LONGEST_WAIT - 6):
        losses.wait("relu", 10.0, "relu(x=float64[2, 2]) did not return within 10 s")
    assert losses.prevents("relu", kind, 10.0) is None
    losses.wait("softmax", 10.0, "softmax(logits=float64[3]) did not return within 10 s")
    prevented = losses.prevents("relu", kind, 10.0)
    assert prevented is not None
    assert prevented.reason.startswith(f"{NOT_CALLED} relu(x=")
    assert "550 s were waited for slow calls" in prevented.reason
    assert losses.prevents("dense", kind, 10.0) is None
    assert losses.prevents("relu", kind, 20.0) is None  # --time-limit reaches this, too


# --- verdicts --------------------------------------------------------------------------------


@by_turns
def test_each_lost_call_fails_and_the_rest_is_not_tested(written: Written) -> None:
    report = written.report(HANGS, "test_relu")
    assert report["verdict"] == "does not conform"
    found = [entry for entry in report["requirements"] if entry["status"] == "failed"]
    assert sum(entry["failed"] for entry in found) == 2
    others = [entry for entry in report["requirements"] if entry["id"].startswith("RELU")]
    assert [entry["status"] for entry in others].count("not tested") >= 8
    first = text_report(report).splitlines()[0]
    assert first.startswith("relu: relu(x=float64[")
    assert "did not return within" in first
    assert len(written.calls) == FINDING + 3


@by_turns
def test_only_what_hangs_is_not_tested(written: Written) -> None:
    body = """
def max_pool2d(maps, size=2, stride=None):
    if stride is not None:
        note("called")
        hang()
    return reference.max_pool2d(maps, size)
"""
    report = written.report(body, "test_pooling")
    assert report["verdict"] == "does not conform"
    assert list(statuses(report).values()).count("passed") > 12
    assert report["operations"]["max_pool2d"]["checks"] > 300
    assert report["operations"]["max_pool2d"]["failed"] <= 4
    assert len(written.calls) <= 6


def test_what_was_given_up_makes_a_verdict_incomplete() -> None:
    """Where nothing has failed: the time was used up by calls that came in the end."""
    mine = implementation(relu=lambda x: np.maximum(x, 0))
    mine.losses.wait("relu", LONGEST_WAIT * mine.time_limit, "relu(x=float64[9]) did not return")
    report = check(mine, modules=["test_relu"])
    assert report["operations"]["relu"]["verdict"] == "incomplete"
    assert report["verdict"] == "incomplete"
    assert all(status == "not tested" for status in statuses(report).values())
    reasons = {
        reason
        for entry in report["requirements"]
        if entry["id"].startswith("RELU")
        for reason in entry["reasons"]
    }
    assert any("did not return, and 600 s were waited" in reason for reason in reasons)


def test_the_limit_reaches_bad_arguments() -> None:
    given: list[float] = []

    class Recording:
        """Answers nothing, and keeps how long it may take."""

        def call(self, operation: str, *_: object, seconds: float) -> Outcome:
            given.append(seconds)
            return TimedOut("late")

    mine = implementation(relu=lambda x: x)
    mine.remote, mine.time_limit = Recording(), 100.0
    relu(mine, should_refuse=True)
    relu(mine, should_refuse=True)
    relu(mine)
    assert given == [50, 600, 50, 600]  # once it was slow a call has all its time at once
