"""Judged code finds what it finds anywhere: real streams, its own name, processes of its own."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cnnspec.run.check import check
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.outcomes import Died, Result
from cnnspec.subject.processes.process import POSSIBLE, Limits
from cnnspec.subject.processes.source import open_implementation
from harness_tests.helpers import by_turns, sample

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="there is no isolation on this system")

X = np.array([[-1.0, 2.0], [3.0, -4.0]])
RIGHT = [[0, 2], [3, 0]]

BOTH = pytest.mark.parametrize("isolated", [True, False], ids=["apart", "here"])


class Opener:
    """Opens implementations from their text, and closes them in the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[Implementation] = []

    def open(self, text: str, name: str = "streamed", *, isolated: bool) -> Implementation:
        """Open a module of this text and name."""
        file = self.folder / f"{name}.py"
        file.write_text(text, "utf-8")
        limits = Limits(seconds=60.0)  # a process is started in it, on a busy machine
        self.opened.append(open_implementation(str(file), isolated=isolated, limits=limits))
        return self.opened[-1]


@pytest.fixture
def opener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("CNNSPEC_JUDGED_FOLDERS", "")
    opener = Opener(tmp_path)
    yield opener
    for implementation in opener.opened:
        implementation.close()


def answered(implementation: Implementation | None) -> None:
    """Check that a call is answered rightly."""
    assert implementation is not None
    outcome = implementation.call("relu", {"x": X})
    assert isinstance(outcome, Result), outcome
    assert outcome.value.tolist() == RIGHT


def relu_verdict(folder: Path, text: str) -> str:
    """Return the verdict on the ReLU of a module of this text, in a process of its own."""
    file = folder / "mine.py"
    file.write_text(text, "utf-8")
    report = check(str(file), isolated=True, modules=["test_relu"], limits=Limits(seconds=60.0))
    relu = report["operations"]["relu"]
    assert relu["checks"] > 300
    return "does not conform" if relu["failed"] else "conforms"  # that networks use it is untested


# --- streams ---------------------------------------------------------------------------------

RELU = "\ndef relu(x):\n    used()\n    return np.maximum(x, 0)\n"
WRONG = RELU.replace("np.maximum(x, 0)", "np.abs(x)")

#: What code does with its standard streams, in a function that is run on import and in each call.
USES = {
    "buffer": "sys.stdout.buffer.write(b'\\xff'); sys.stderr.buffer.flush()",
    "descriptor": "assert not os.isatty(sys.stdout.fileno() + 0 * sys.stderr.fileno())",
    "reconfigured": "sys.stdout.reconfigure(encoding='latin-1', line_buffering=True); print('ü')",
    "faulthandler": "faulthandler.enable(); faulthandler.dump_traceback()",
    "subprocess": "subprocess.run(['true'], stdout=sys.stdout, stderr=sys.stderr, check=True)",
    "redirected": """\
kept = os.dup(sys.stdout.fileno())
    with open(os.devnull, 'w') as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
    print('to the file', flush=True)
    os.dup2(kept, sys.stdout.fileno())
    os.close(kept)""",
    "wrapped": "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, 'utf-8'); print('€', flush=True)",
    "detached": "sys.stderr = io.TextIOWrapper(sys.stderr.detach(), 'utf-8'); sys.stderr.flush()",
    "closed": "print('once'); sys.stdout.close()",
    "kept": "print('€ \\udc80', file=kept, flush=True)",
}


def using(use: str, relu: str = RELU) -> str:
    """Return a module that uses its streams, when it is imported and in each call."""
    modules = "import faulthandler, io, os, subprocess, sys\nimport numpy as np\n"
    return f"{modules}kept = sys.stderr\ndef used():\n    {use}\nused()\n{relu}"


@BOTH
@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
@by_turns
def test_streams_are_real(
    opener: Opener, use: str, capfd: pytest.CaptureFixture[str], *, isolated: bool
) -> None:
    mine = opener.open(using(use), isolated=isolated)
    assert mine.notes == []
    for _ in range(2):
        answered(mine)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("use", sample(["buffer", "redirected", "wrapped"], 3))
@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_code_that_uses_its_streams_is_judged_by_its_numbers(tmp_path: Path, use: str) -> None:
    assert relu_verdict(tmp_path, using(USES[use])) == "conforms"
    assert relu_verdict(tmp_path, using(USES[use], WRONG)) == "does not conform"


def test_a_crash_is_placed_although_the_fault_handler_was_turned_elsewhere(opener: Opener) -> None:
    crash = "import ctypes, faulthandler\nfaulthandler.enable()\n"
    mine = opener.open(f"{crash}def relu(x):\n    ctypes.string_at(0)\n", isolated=True)
    outcome = mine.call("relu", {"x": X})
    assert isinstance(outcome, Died)
    assert "at line" in outcome.reason


# --- processes -------------------------------------------------------------------------------

POOLS = """
import contextlib, functools, multiprocessing, os, pickle
from concurrent.futures import ProcessPoolExecutor
import numpy as np
from beside import Wrapped

class Part:
    def __init__(self, x):
        self.x = x

def work(part):
    assert isinstance(part, Part), type(part)
    return Wrapped(np.maximum(part.x, 0)), os.getpid()

workers = {workers}

def relu(x):
    part = Part(x)
    assert pickle.loads(pickle.dumps(work)) is work
    assert type(pickle.loads(pickle.dumps(part))) is Part
    with workers() as them:
        done, who = {task}
    assert type(done) is Wrapped and who != os.getpid()
    return done.x
"""

BESIDE = "class Wrapped:\n    def __init__(self, x):\n        self.x = x\n"

_CONTEXT = "multiprocessing.get_context({!r})"
_POOL = "{}.Pool(1)", "them.map(work, [part])[0]"
_EXECUTOR = "ProcessPoolExecutor(1, {})", "them.submit(work, part).result()"

WAYS = {
    f"{name}-{method}": (pool.format(_CONTEXT.format(method)), task)
    for name, (pool, task) in {"pool": _POOL, "executor": _EXECUTOR}.items()
    for method in ("fork", "spawn")
}


#: How long processes are there: for each call, or for ever.
FOR_A_CALL = "lambda: {}"
KEPT = "functools.cache(lambda: contextlib.nullcontext({}))"


def pooled(opener: Opener, way: str, kept: str = FOR_A_CALL) -> str:
    """Return a module whose work is done by other processes, with a module beside it."""
    (opener.folder / "beside.py").write_text(BESIDE, "utf-8")
    pool, task = WAYS[way]
    return POOLS.format(workers=kept.format(pool), task=task)


@BOTH
@pytest.mark.parametrize("way", WAYS)
@by_turns
def test_processes_find_the_judged_module(opener: Opener, way: str, *, isolated: bool) -> None:
    mine = opener.open(pooled(opener, way), f"pools_{way.replace('-', '_')}", isolated=isolated)
    answered(mine)
    fresh = mine.fresh_copy()
    for copy in (fresh, mine, fresh):  # neither is in the other's way
        answered(copy)


@pytest.mark.parametrize("way", sample(["pool-fork", "pool-spawn", "executor-spawn"], 3))
@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_code_with_processes_is_judged_by_its_numbers(opener: Opener, way: str) -> None:
    text = pooled(opener, way, KEPT)
    assert relu_verdict(opener.folder, text) == "conforms"
    wrong = text.replace("np.maximum(part.x, 0)", "np.abs(part.x)")
    assert relu_verdict(opener.folder, wrong) == "does not conform"


def test_joblib(opener: Opener) -> None:
    pytest.importorskip("joblib")
    (opener.folder / "beside.py").write_text(BESIDE, "utf-8")
    task = "them(joblib.delayed(work)(part) for _ in range(2))[0]"
    text = "import joblib\n" + POOLS.format(workers="lambda: joblib.Parallel(2)", task=task)
    for isolated in (True, False):
        answered(opener.open(text, f"joblib_{isolated}", isolated=isolated))


@BOTH
@pytest.mark.parametrize(
    "name",
    ["numpy", "random", "json", "test", "conv2d", "test_relu", "cnnspec", "worker", "a b", "a.b"],
)
@by_turns
def test_a_file_of_any_name_shadows_nothing(opener: Opener, name: str, *, isolated: bool) -> None:
    # No module can be called a.b, and a checkout's own is looked for last.
    way = "pool-fork" if name in ("a.b", "cnnspec") else "pool-spawn"
    mine = opener.open(pooled(opener, way), name, isolated=isolated)
    answered(mine)
    answered(mine.fresh_copy())
    if not isolated:
        there = sys.modules.get(name)
        assert str(opener.folder) not in str(getattr(there, "__file__", ""))
        spec = importlib.util.find_spec(name) if name in sys.stdlib_module_names else None
        assert str(opener.folder) not in str(getattr(spec, "origin", ""))


def test_a_module_has_its_own_name(opener: Opener) -> None:
    text = "import sys, numpy as np\nassert __name__ == 'streamed' and sys.argv == [__file__]\n"
    mine = opener.open(
        f"{text}import streamed\ndef relu(x): return np.maximum(x, 0)\n", isolated=True
    )
    assert mine.notes == []
    answered(mine)


@by_turns
def test_spawned_processes_do_not_run_the_suite(opener: Opener) -> None:
    """They import the judged module only where it is needed, and nothing of the suite."""
    loaded = "[name for name in __import__('sys').modules if name.startswith('cnnspec')]"
    text = pooled(opener, "pool-spawn").replace(
        "isinstance(part, Part), type(part)", f"__name__ == 'streamed' and not {loaded}"
    )
    answered(opener.open(text, isolated=True))


@by_turns
def test_a_forked_process_may_exit(opener: Opener) -> None:
    """Where the suite shares its process, a copy of that must not go on judging."""
    text = """
import os, numpy as np
def relu(x):
    child = os.fork()
    if child == 0:
        os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    return np.maximum(x, 0)
"""
    judge = os.getpid()
    answered(opener.open(text, isolated=False))
    assert os.getpid() == judge


def test_copies_do_not_take_the_place_of_the_original(opener: Opener) -> None:
    text = "import sys\ndef relu(x):\n    return float(vars(sys.modules[__name__]) is globals())\n"
    mine = opener.open(text, isolated=False)
    before = dict(sys.modules)
    for copy in (mine, mine.fresh_copy(), mine):
        assert copy is not None
        outcome = copy.call("relu", {"x": X})
        assert isinstance(outcome, Result)
        assert outcome.value == 1
        assert all(sys.modules[name] is one for name, one in before.items())
