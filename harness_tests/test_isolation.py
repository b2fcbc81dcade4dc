"""Implementations that hang, crash or lie: each gets an outcome, and a verdict that names it."""

import os
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.declaration.case import UNUSUAL
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.lost_calls import Losses
from cnnspec.subject.outcomes import (
    OVERWRITING,
    Died,
    Gone,
    NotOffered,
    Outcome,
    Rejected,
    Result,
    TimedOut,
)
from cnnspec.subject.processes.isolation import load_isolated
from cnnspec.subject.processes.process import POSSIBLE, Limits
from cnnspec.subject.processes.source import open_implementation
from cnnspec.subject.sources.importing import LOADING_LIMIT, LoadError, loading_limit
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import SPECIMENS, by_turns

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="there is no isolation on this system")

X = np.array([[-1.0, 2.0], [3.0, -4.0]])
RIGHT = [[0, 2], [3, 0]]

#: Seconds, and bytes beyond what NumPy takes by itself.
LIMITS = Limits(seconds=5.0, memory=400 * 2**20)


class Opener:
    """Opens implementations from their text, and closes them in the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[Implementation] = []

    def open(self, text: str, limits: Limits = LIMITS) -> Implementation:
        """Open a module of this text."""
        file = self.folder / f"mine_{len(self.opened)}.py"
        file.write_text(text, "utf-8")
        self.opened.append(load_isolated(str(file), limits))
        return self.opened[-1]


@pytest.fixture
def isolated(tmp_path: Path) -> Iterator[Opener]:
    opener = Opener(tmp_path)
    yield opener
    for implementation in opener.opened:
        implementation.close()


#: Does in each call what the module says that lies beside it then.
CHANGING = """
import os
from pathlib import Path

there = Path(__file__).with_name("now.py")
modules = {}


def relu(x):
    written = there.stat().st_mtime_ns
    if written not in modules:
        modules[written] = {}
        exec(compile(there.read_text("utf-8"), there, "exec"), modules[written])
    return modules[written]["relu"](x)
"""


class Running:
    """One process, started once: what is no matter of starting needs none of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "changing.py").write_text(CHANGING, "utf-8")
        self.implementation = load_isolated(str(folder / "changing.py"), LIMITS)

    def become(self, text: str) -> Implementation:
        """Let it be as a module of this text is, of which no call was lost yet."""
        now = self.folder / "now.py"
        now.write_text(text, "utf-8")
        os.utime(now, ns=(0, time.time_ns()))  # never the same, however coarse the clock of files
        return replace(self.implementation, losses=Losses())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    process = Running(tmp_path_factory.mktemp("running"))
    yield process
    process.implementation.close()


def relu(body: str) -> str:
    lines = textwrap.indent(body, "    ")
    return f"import os, sys\nimport numpy as np\nkept = []\ndef relu(x):\n{lines}\n"


def opened_here(folder: Path, text: str) -> Implementation:
    """Open a module of this text in the suite's own process."""
    file = folder / "mine.py"
    file.write_text(text, "utf-8")
    return load(str(file))


def call(implementation: Implementation, **how: Any) -> Outcome:
    return implementation.call("relu", {"x": X}, **how)


# --- what correct implementations meet ---------------------------------------------------------


def test_numbers_arrive_as_they_are(isolated: Opener) -> None:
    mine = isolated.open(
        "def relu(x):\n    return x\n"
        "def cross_entropy(probabilities, label):\n    return type(label).__name__"
    )
    for label in (1, np.uint8(1)):
        outcome = mine.call("cross_entropy", {"probabilities": X[0], "label": label})
        assert isinstance(outcome, Result)
        assert "not real numbers" in outcome.problem  # a text
    for values in (
        np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324]),
        np.array(3, np.int8),
        np.zeros((0, 3), np.float16),
        np.arange(24, dtype=">f4").reshape(2, 3, 4),
        np.array([[True, False]]),
    ):
        outcome = mine.call("relu", {"x": values})
        assert isinstance(outcome, Result)
        native = values.astype(values.dtype.newbyteorder("="))
        assert outcome.value.dtype == native.dtype
        assert outcome.value.shape == native.shape
        assert outcome.value.tobytes() == native.tobytes()


@pytest.mark.parametrize("layout", ["fortran", "strided", "read-only", "x:slice", *UNUSUAL])
def test_layouts_are_made_over_there(running: Running, layout: str) -> None:
    flags = {
        "fortran": "x.flags.f_contiguous and not x.flags.c_contiguous",
        "strided": "x.strides == (64, 16)",
        "slice": "x.strides == (40, 8)",
        "reversed": "x.strides == (-16, -8)",
        "reversed-first-axis": "x.strides == (-16, 8)",
        "reversed-last-axis": "x.strides == (16, -8)",
        "read-only": "not x.flags.writeable",
        "record-field": "x.strides == (18, 9) and not x.flags.aligned",
        "odd-offset": "x.ctypes.data % 2 and not x.flags.aligned",
        **dict.fromkeys(
            ("swapped-first-axes", "swapped-last-axes", "swapped-outer-axes"),
            "x.strides == (8, 16)",
        ),
        "swapped-middle-axes": "x.flags.c_contiguous",
        "x:slice": "x.strides == (40, 8)",
        "big-endian": "x.dtype.byteorder == '>'",
    }
    mine = running.become(relu(f"assert {flags[layout]}, x.flags\nreturn np.maximum(x, 0)"))
    outcome = call(mine, layout=layout)
    assert isinstance(outcome, Result), outcome
    assert outcome.value.tolist() == RIGHT
    if layout != "swapped-middle-axes":  # it takes three
        assert isinstance(call(mine), Rejected)


@pytest.mark.parametrize(
    ("layout", "x", "strides"),
    [("zero-strides", [[1, 2], [1, 2]], (0, 8)), ("overlapping", [[1, 2], [2, 3]], (8, 8))],
)
def test_memory_is_shared_over_there(
    running: Running, layout: str, x: list[list[float]], strides: tuple[int, int]
) -> None:
    mine = running.become(relu(f"assert x.strides == {strides}, x.strides\nreturn x"))
    outcome = mine.call("relu", {"x": np.array(x, np.float64)}, layout=layout)
    assert isinstance(outcome, Result), outcome
    assert outcome.value.tolist() == x


def test_an_argument_that_comes_again_is_the_same_object(running: Running) -> None:
    mine = running.become(relu("kept.append(x)\nreturn float(len({id(one) for one in kept}))"))
    found = []
    for x, in_place in ((X, False), (X, False), (X.copy(), False), (X + 1, True)):
        outcome = mine.call("relu", {"x": x}, in_place=in_place)
        assert isinstance(outcome, Result)
        found.append(float(outcome.value))
    assert found == [1, 1, 2, 2]


@pytest.mark.parametrize("apart", [True, False], ids=["apart", "here"])
@pytest.mark.parametrize(
    "spoil", ["x.setflags(write=False)", "x.resize((1, 4), refcheck=False)", "x.shape = (4,)"]
)
def test_an_argument_that_was_spoilt_is_handed_over_anew(
    running: Running, tmp_path: Path, *, spoil: str, apart: bool
) -> None:
    text = relu(f"r = np.maximum(x, 0)\n{spoil}\nreturn r")
    mine = running.become(text) if apart else opened_here(tmp_path, text)
    for x, in_place in ((X, False), (X, False), (X, True), (X + 1, True)):
        outcome = mine.call("relu", {"x": x.copy()}, in_place=in_place)
        assert isinstance(outcome, Result), outcome
        assert outcome.value.tolist() == np.maximum(x, 0).tolist()


def test_a_mistake_of_the_suite_is_not_blamed_on_the_implementation(isolated: Opener) -> None:
    break_it = "from cnnspec.subject import caller\ncaller.same = None\nreturn np.maximum(x, 0)"
    mine = isolated.open(relu(f"if x[0, 0] < 0: return np.maximum(x, 0)\n{break_it}"))
    outcome = mine.call("relu", {"x": -X})
    assert isinstance(outcome, Died)
    assert "the suite's own code failed in the process of the implementation" in outcome.reason
    assert "TypeError: 'NoneType' object is not callable, at line" in outcome.reason
    assert "caller.py" in outcome.reason
    assert isinstance(call(mine), Result)  # in a new process


def test_changed_arguments_are_seen(running: Running) -> None:
    mine = running.become(relu("x[x < 0] = 0\nreturn x"))
    for _ in range(2):
        outcome = call(mine)
        assert isinstance(outcome, Result)
        changes = outcome.see_changes()
        assert changes is not None
        assert changes["x"].tolist() == RIGHT
    assert X[0, 0] == -1


def test_a_result_can_be_looked_at_again(running: Running) -> None:
    made = "if not kept: kept.append(np.zeros(2))"
    mine = running.become(relu(f"{made}\nkept[0][:] = x\nreturn kept[0]"))
    first = mine.call("relu", {"x": np.array([1.0, 2.0])})
    mine.call("relu", {"x": np.array([3.0, 4.0])})
    assert isinstance(first, Result)
    assert first.see_again is not None
    assert first.value.tolist() == [1, 2]
    assert first.see_again().tolist() == [3, 4]
    mine.close()
    call(mine)
    with pytest.raises(Gone):
        first.see_again()


@pytest.mark.parametrize("apart", [True, False], ids=["apart", "here"])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if not kept: kept.append(np.maximum(x, 0))\nreturn kept[0]", [[OVERWRITING] * 2] * 2),
        ("return np.maximum(x, 0)", RIGHT),
        ("return x", X.tolist()),  # the argument itself: the next call gets another
        ("r = np.maximum(x, 0)\nr.setflags(write=False)\nreturn r", RIGHT),
        ("return np.maximum(x, 0).tolist()", RIGHT),
    ],
    ids=["remembered", "new", "the-argument", "read-only", "lists"],
)
def test_a_result_is_written_into(
    running: Running, tmp_path: Path, *, body: str, expected: list[list[float]], apart: bool
) -> None:
    text = relu(body)
    mine = running.become(text) if apart else opened_here(tmp_path, text)
    first = call(mine)
    assert isinstance(first, Result)
    assert first.overwrite is not None
    first.overwrite()
    again = call(mine)
    assert isinstance(again, Result)
    assert again.value.tolist() == expected
    if apart:
        mine.close()
        call(mine)
        with pytest.raises(Gone):
            first.overwrite()


def test_results_are_kept_no_longer_than_they_are_known_here(isolated: Opener) -> None:
    """Otherwise memory would fill up over thousands of calls."""
    made = "import gc\nimport numpy as np\nclass A(np.ndarray): pass\n"
    count = "n = sum(type(one) is A for one in gc.get_objects())"
    mine = isolated.open(made + relu(f"{count}\nreturn np.full(1, n).view(A)"))
    found = []
    for _ in range(5):
        outcome = call(mine)
        assert isinstance(outcome, Result)
        found.append(int(outcome.value[0]))
        del outcome
    assert max(found) <= 2


def test_a_fresh_copy_has_no_past(isolated: Opener) -> None:
    mine = isolated.open(relu("kept.append(1)\nreturn float(len(kept))"))
    call(mine)
    fresh = mine.fresh_copy()
    assert fresh is not None
    for counted, implementation in ((1, fresh), (2, mine), (2, fresh)):
        outcome = call(implementation)
        assert isinstance(outcome, Result)
        assert outcome.value == counted


def test_what_is_not_offered(running: Running) -> None:
    mine = running.become(relu("raise NotImplementedError('later')"))
    assert call(mine) == NotOffered("relu raises NotImplementedError: later")


def test_prints_stay_apart(isolated: Opener, capfd: pytest.CaptureFixture[str]) -> None:
    message = '{\\"type\\": \\"result\\", \\"values\\": []}'
    mine = isolated.open(
        relu(f'print("{message}", flush=True)\nos.write(1, b"{message}")\nreturn np.maximum(x, 0)')
    )
    outcome = call(mine)
    assert isinstance(outcome, Result), outcome
    assert outcome.value.tolist() == RIGHT
    assert capfd.readouterr() == ("", "")


def test_a_file_beside_the_implementation_shadows_nothing_of_the_suite(
    isolated: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    (isolated.folder / "json.py").write_text("raise RuntimeError('not me')", "utf-8")
    monkeypatch.chdir(isolated.folder)
    assert isinstance(call(isolated.open(relu("return np.maximum(x, 0)"))), Result)


# --- what hostile ones do ----------------------------------------------------------------------

DEATHS = {
    "os._exit": ("os._exit(0)", "ended its process with exit status 0"),
    "segfault": ("import ctypes\nctypes.string_at(0)", "SIGSEGV (Segmentation fault) at line 7"),
    "abort": ("os.abort()", "SIGABRT"),
    "kill": ("os.kill(os.getpid(), 9)", "SIGKILL"),
    "memory": (
        "while True: kept.append(np.ones(10**6))",
        "used more than 0.390625 GiB of memory",
    ),
    "line-closed": ("os.closerange(3, 4096)", "ended"),
    "line-used": (
        "for fd in range(3, 256):\n"
        "    try: os.write(fd, b'x' * 100)\n"
        "    except OSError: pass\n"
        "return x",
        "broke the line to the suite",
    ),
}


@pytest.mark.parametrize(("body", "said"), DEATHS.values(), ids=DEATHS.keys())
def test_deaths_are_told_and_survived(running: Running, body: str, said: str) -> None:
    deadly = textwrap.indent(body, "    ")
    mine = running.become(relu(f"if x[0, 0] > 0:\n{deadly}\nreturn np.maximum(x, 0)"))
    assert isinstance(call(mine), Result)
    outcome = mine.call("relu", {"x": -X})
    assert isinstance(outcome, Died), outcome
    assert said in outcome.reason
    again = call(mine)
    assert isinstance(again, Result)
    assert again.value.tolist() == RIGHT


@by_turns
def test_a_leak_over_many_quick_calls_is_stopped(isolated: Opener) -> None:
    """No single call is waited for as long as it takes between two looks at the memory."""
    mine = isolated.open(relu("kept.append(np.ones(10 * 2**17))\nreturn np.maximum(x, 0)"))
    outcomes = []
    for _ in range(150):  # 1.5 GB in all
        outcomes.append(call(mine))
        time.sleep(0.002)
    died = [outcome for outcome in outcomes if isinstance(outcome, Died)]
    assert died, "it was never stopped"
    assert "used more than 0.390625 GiB of memory" in died[0].reason
    assert outcomes.index(died[0]) < 120


REFUSALS = {
    "sys.exit": ("sys.exit()", "SystemExit"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "recursion": ("return relu(x)", "RecursionError"),
    "input": ("return float(input())", "EOFError"),
}


@pytest.mark.parametrize(("body", "exception"), REFUSALS.values(), ids=REFUSALS.keys())
def test_exceptions_of_all_kinds(running: Running, body: str, exception: str) -> None:
    outcome = call(running.become(relu(body)))
    assert isinstance(outcome, Rejected), outcome
    assert outcome.exception == exception


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass",
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 30))\nwhile True: pass",
    ],
    ids=["spinning", "sleeping", "deaf"],
)
@by_turns
def test_what_does_not_return_is_ended(isolated: Opener, body: str) -> None:
    mine = isolated.open(relu(body), Limits(seconds=0.5))
    assert isinstance(call(mine), TimedOut)
    assert isinstance(call(mine), TimedOut)
    assert "not called" in str(call(mine))
    fresh = mine.fresh_copy()
    assert fresh is not None
    assert "not called" in str(call(fresh))


UNREADABLE = {
    "text": ("'no'", "not real numbers"),
    "complex": ("x * 1j", "not real numbers"),
    "objects": ("np.full(x.shape, object())", "not real numbers"),
    "gigantic": ("np.broadcast_to(x[0, 0], (10**6, 10**6))", "too large to be read"),
    "None": ("None", "returned None"),
}


@pytest.mark.parametrize(("expression", "said"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_results_of_other_types(running: Running, expression: str, said: str) -> None:
    outcome = call(running.become(relu(f"return {expression}")))
    assert isinstance(outcome, Result), outcome
    assert said in outcome.problem


@by_turns
def test_a_second_process_has_no_say(isolated: Opener) -> None:
    mine = isolated.open(relu("os.fork()\nreturn np.maximum(x, 0)"))
    for _ in range(5):
        outcome = call(mine)
        assert isinstance(outcome, Result), outcome
        assert outcome.value.tolist() == RIGHT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import os\nos._exit(0)", "exit status 0"),
        ("import ctypes\nctypes.string_at(0)", "SIGSEGV"),
        ("def relu(x", "SyntaxError"),
    ],
)
def test_what_does_not_survive_its_import(isolated: Opener, text: str, said: str) -> None:
    with pytest.raises(LoadError, match=said):
        isolated.open(text)


@by_turns
def test_the_limit_for_importing_follows_the_limit_for_calls(isolated: Opener) -> None:
    assert loading_limit(Limits().seconds) == LOADING_LIMIT
    mine = isolated.open("def relu(x):\n    return x\nwhile True: pass", Limits(seconds=0.1))
    assert "importing takes longer than 0.6 s (6 times --time-limit)" in mine.notes[0]
    here = open_implementation(mine.source, limits=Limits(seconds=0.1))
    assert here.notes == mine.notes


@by_turns
def test_an_import_that_cannot_be_interrupted(isolated: Opener) -> None:
    deaf = "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 30))\n"
    with pytest.raises(LoadError, match=r"importing it takes longer than 0\.6 s \(6 times --time"):
        isolated.open(deaf + "while True: pass", Limits(seconds=0.1))


# --- whole verdicts ----------------------------------------------------------------------------

PATCHED = """
import numpy as np
np.array_equal = np.allclose = lambda *a, **k: True
np.asarray = np.array = np.abs = np.copyto = np.errstate = lambda *a, **k: 0
np.ndarray = list
np.testing.assert_allclose = lambda *a, **k: None
def relu(x):
    return x
"""

OVERRIDING = """
import numpy as np
class Right(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    __le__ = __lt__ = __ge__ = __gt__ = __eq__
    def __sub__(self, other): return np.zeros(self.shape)
    __rsub__ = __sub__
def relu(x):
    return x.copy().view(Right)
"""


@pytest.mark.parametrize("text", [PATCHED, OVERRIDING], ids=["numpy-patched", "comparing"])
@by_turns
def test_lies_change_no_verdict(tmp_path: Path, text: str) -> None:
    file = tmp_path / "liar.py"
    file.write_text(text, "utf-8")
    report = check(str(file), isolated=True, modules=["test_relu"])
    assert report["verdict"] == "does not conform"
    assert "x itself is returned" in text_report(report).splitlines()[0]


@by_turns
def test_deaths_are_named_and_the_rest_is_judged(tmp_path: Path) -> None:
    file = tmp_path / "dying.py"
    file.write_text(
        relu("return np.maximum(x, 0)")
        + "def softmax(logits):\n    os._exit(0)\n"
        + "def cross_entropy(probabilities, label):\n    return -np.log(probabilities[label])\n",
        "utf-8",
    )
    report = check(str(file), isolated=True, modules=["test_relu", "test_softmax"])
    failed = {name: entry["failed"] for name, entry in report["operations"].items()}
    assert not failed["relu"]
    assert failed["softmax"]
    first = text_report(report).splitlines()[0]
    assert first.startswith("softmax: softmax(logits=")
    assert "ended its process with exit status 0" in first


@by_turns
def test_a_process_of_its_own_changes_no_status() -> None:
    source = str(SPECIMENS / "article1_exits.py")
    here, apart = (
        check(source, isolated=isolated, modules=["test_conv2d"], select="CONV-0")
        for isolated in (False, True)
    )
    assert here == apart
