"""Exploration: what is drawn and found, how small it gets, and that only the seed has a say."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.commands.line import main
from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import Combined
from cnnspec.exploration import corpus, schedulers, stretches
from cnnspec.exploration.exploration import ExplorationError, explore
from cnnspec.exploration.journal import JournalError
from cnnspec.exploration.plan import Plan
from cnnspec.exploration.schedulers import SchedulerError, in_processes, in_turn, on_dask
from cnnspec.exploration.shrinking import STEPS, shrunk
from cnnspec.exploration.stretches import Stretch, walk
from cnnspec.exploration.subject import Source, opened, space_of
from cnnspec.exploration.text import exit_status, text
from cnnspec.judge.nonconformance import NotTestedError
from cnnspec.operations.registry import LAYERS, OPERATIONS
from cnnspec.page.exploration_page import exploration_page
from harness_tests.helpers import by_turns

EXPLORED = [name for name, one in OPERATIONS.items() if one.space is not None]

#: A threshold beside zero.
WRONG_RELU = """
import numpy as np

def relu(x):
    x = np.asarray(x)
    return np.where(x > -1 / 64, x, 0).astype(x.dtype)
"""

#: Right alone, wrong after another call of the same shape.
STALE_RELU = """
import numpy as np

KEPT = {}

def relu(x):
    x = np.asarray(x)
    kept = KEPT.setdefault((x.shape, x.dtype), np.empty_like(x))
    np.maximum(x, 0, out=kept)
    return kept
"""

IN_PLACE = """
import numpy as np

def relu(x):
    x = np.asarray(x)
    if x.flags.writeable and x.ndim == 3:
        x[x < 0] = 0
    return np.maximum(x, 0)
"""


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def written(code: str, name: str = "layers.py") -> Source:
        (tmp_path / name).write_text(code, "utf-8")
        return Source(str(tmp_path / name))

    return written


def plan(source: Source, **more: Any) -> Plan:
    return Plan(source=source, **{"cases": 200, **more})


def without_times(report: Any) -> Any:
    return {key: one for key, one in report.items() if not key.endswith(("seconds", "second"))}


# --- what is drawn --------------------------------------------------------------------------------


def test_every_layer_has_a_space() -> None:
    assert {*LAYERS} <= {*EXPLORED}


@pytest.mark.parametrize("operation", EXPLORED)
def test_a_row_follows_from_its_place_and_seed(operation: str) -> None:
    space = space_of(operation)
    beyond = len(space.covered) + 3
    for index in (0, 5, beyond):
        again = [space.row(index, 1), space.row(index + 1, 1), space.row(index, 1)]
        assert again[0] == again[2]
        assert again[0] != again[1]
        assert space.row(index, 2) != again[0]
    one, other = space.made(space.row(beyond, 1)), space.made(space.row(beyond, 1))
    assert one is not None
    assert other is not None
    for name, value in one.case.arguments.items():
        assert np.array_equal(value, other.case.arguments[name]), name


@pytest.mark.parametrize("operation", ["conv2d", "max_pool2d", "dense", "conv2d_grad_filters"])
def test_any_three_levels_meet_soon(operation: str) -> None:
    space = space_of(operation)
    factors = space.combined.factors
    rows = [space.row(index, 4) for index in range(len(space.covered))]
    for three in combinations(factors, 3):
        met = {tuple(str(row[name]) for name in three) for row in rows}
        assert len(met) == np.prod([len({*map(str, factors[name])}) for name in three]), three


def test_later_rows_have_levels_that_the_array_lacks() -> None:
    space = space_of("conv2d")
    own = {*space.combined.factors["groups"]}
    later = {space.row(len(space.covered) + n, 0)["groups"] for n in range(60)}
    assert later - own


@pytest.mark.parametrize("operation", EXPLORED)
def test_the_reference_is_right(operation: str) -> None:
    source = Source("reference")
    start = len(space_of(operation).covered) - 20
    found = walk(source, Stretch(operation, start, start + 40, 11))
    assert not found.wrong, found.wrong[0]
    assert found.judged > 30


@pytest.mark.parametrize("operation", EXPLORED)
def test_numbers_are_finite_and_normal(operation: str) -> None:
    space = space_of(operation)
    for index in range(len(space.covered), len(space.covered) + 30):
        made = space.made(space.row(index, 5))
        assert made is not None
        for value in made.case.arguments.values():
            if isinstance(value, np.ndarray) and value.dtype.kind == "f":
                assert np.isfinite(value).all()
                assert (
                    np.abs(value[value != 0]).min(initial=1)
                    >= np.finfo(value.dtype).smallest_normal
                )


def test_what_is_not_offered_is_not_drawn(write: Any) -> None:
    code = """
import numpy as np

def conv2d(image, filters):
    count, size, _ = filters.shape
    return np.ones((image.shape[0] - size + 1, image.shape[1] - size + 1, count))
"""
    levels = opened(write(code)).space("conv2d").levels
    assert levels["dilation"] == (1,)
    assert levels["stride"] == (1,)
    assert len(levels["size"]) > 1
    assert len(levels["rows"]) > 1


# --- small calls ----------------------------------------------------------------------------------


def test_small_calls_are_walked_once_and_in_order() -> None:
    space = space_of("dense")
    rows = [space.small_row(index) for index in range(space.count)]
    assert len({str(row) for row in rows}) == space.count
    made = [one for row in rows if (one := space.made(row))]
    shapes = {one.case.arguments["weights"].shape for one in made}
    assert {(inputs, nodes) for inputs in range(1, 7) for nodes in range(1, 7)} <= shapes


def test_small_images_are_at_most_six_by_six() -> None:
    space = space_of("conv2d")
    sides = set()
    for index in range(0, space.count, 7):
        if made := space.made(space.small_row(index)):
            sides |= {*made.case.arguments["image"].shape[-3:-1]}
    assert max(sides) <= 6
    assert space.count > 10_000


def test_all_small_calls_are_reported(write: Any) -> None:
    source = write(
        "import numpy as np\ndef cross_entropy(p, label):\n    return -np.log(p[label])\n"
    )
    report = explore(plan(source, is_small=True, cases=None))
    (loss,) = report["operations"]
    assert loss["walked"] == loss["of"] == opened(source).space("cross_entropy").count
    assert "small calls" in text(report)


# --- what is found --------------------------------------------------------------------------------


def test_what_is_wrong_is_made_small_and_named(write: Any) -> None:
    report = explore(plan(write(WRONG_RELU)))
    (relu,) = report["operations"]
    said = [one["said"] for one in relu["findings"]]
    assert any("threshold of -1/64" in one for one in said), said
    first = next(one for one in relu["findings"] if "threshold" in one["said"])
    assert first["failure"]["size"] <= 9
    assert exit_status(report) == 1


def test_a_condition_is_kept_while_a_call_is_made_small() -> None:
    space = space_of("conv2d")
    row = next(r for n in range(900) if (r := space.row(n, 0))["stride"] == 3 and r["size"] == 5)
    smallest = shrunk(space, row, lambda one: one["stride"] == 3 and one["size"] == 5)
    assert smallest["stride"] == 3
    assert smallest["size"] == 5
    assert smallest["dilation"] == 1
    assert smallest["padding"] == "valid"


def test_making_small_ends() -> None:
    asked: list[object] = []

    def is_as_wrong(row: object) -> bool:
        asked.append(row)
        return False

    row = space_of("conv2d").row(1500, 0)
    shrunk(space_of("conv2d"), row, is_as_wrong)
    assert len(asked) <= STEPS


def test_changed_arguments_are_wrong(write: Any) -> None:
    (relu,) = explore(plan(write(IN_PLACE)))["operations"]
    assert {one["complaint"] for one in relu["findings"]} == {"arguments changed"}


def test_what_an_earlier_call_leaves_is_seen(write: Any) -> None:
    (relu,) = explore(plan(write(STALE_RELU)))["operations"]
    assert "earlier result changed" in {one["complaint"] for one in relu["findings"]}


def test_nothing_offered_is_no_exploration(write: Any) -> None:
    source = write("def relu(x):\n    return x\n")
    with pytest.raises(ExplorationError, match="conv2d is not offered"):
        explore(plan(source, operations=["conv2d"]))


# --- only the seed has a say ----------------------------------------------------------------------


def files(folder: Path) -> dict[str, str]:
    return {one.name: one.read_text("utf-8") for one in sorted(folder.glob("*.json"))}


def test_processes_change_nothing(write: Any, tmp_path: Path) -> None:
    source = write(WRONG_RELU + STALE_RELU.replace("relu", "leaky_relu"))
    alone = explore(plan(source), in_turn, tmp_path / "alone")
    together = explore(plan(source), in_processes(2), tmp_path / "together")
    assert without_times(alone) == without_times(together)
    assert files(tmp_path / "alone") == files(tmp_path / "together") != {}


@by_turns
def test_a_stretch_whose_process_dies_is_walked_again(write: Any, tmp_path: Path) -> None:
    flag = tmp_path / "died"
    dying = f"import os, pathlib\nFLAG = pathlib.Path({str(flag)!r})\n" + WRONG_RELU.replace(
        "    x = np.asarray(x)\n",
        "    x = np.asarray(x)\n    if x.ndim == 4 and not FLAG.exists():\n"
        "        FLAG.touch()\n        os.kill(os.getpid(), 9)\n",
        1,
    )
    source = write(dying, "dying.py")
    flag.touch()
    alone = explore(plan(source))
    flag.unlink()
    assert without_times(explore(plan(source), in_processes(2))) == without_times(alone)
    assert flag.exists()


@by_turns
def test_processes_that_always_die_end_it(write: Any) -> None:
    code = (
        "import os\ndef relu(x):\n    os.kill(os.getpid(), 9) if x.size > 30 else 0\n    return x\n"
    )
    source = write(code + "\n", "deadly.py")
    with pytest.raises(SchedulerError, match="processes die"):
        [*in_processes(1)(source, [Stretch("relu", 0, 100, 0)])]


def test_an_exploration_goes_on_where_it_stopped(
    write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write(WRONG_RELU)
    whole = explore(plan(source), in_turn, tmp_path / "whole")
    walked, real = [], stretches.walk

    def interrupted(*given: Any) -> Any:
        walked.append(given)
        if len(walked) == 2:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(schedulers, "walk", interrupted)
    stopped = explore(plan(source), in_turn, tmp_path / "parts")
    assert stopped["stopped"]
    assert "goes on from here" in text(stopped)
    assert stopped["calls"] == 100
    went_on = explore(plan(source), in_turn, tmp_path / "parts")
    assert without_times(went_on) == without_times(whole)
    assert files(tmp_path / "parts").items() >= files(tmp_path / "whole").items()


def test_a_journal_of_another_exploration_is_refused(write: Any, tmp_path: Path) -> None:
    source = write(WRONG_RELU + STALE_RELU.replace("relu", "leaky_relu"))
    explore(plan(source, cases=100, operations=["relu"]), in_turn, tmp_path / "kept")
    with pytest.raises(JournalError, match="another exploration"):
        explore(plan(source, cases=100), in_turn, tmp_path / "kept")
    (journal,) = (tmp_path / "kept" / "walked").glob("*.json")
    journal.write_text('{"about": ', "utf-8")
    with pytest.raises(JournalError, match="cannot be read"):
        explore(plan(source, cases=100), in_turn, tmp_path / "kept")


def test_time_ends_it_between_stretches(write: Any) -> None:
    report = explore(plan(write(WRONG_RELU), cases=None, minutes=1e-9))
    assert report["calls"] == 0
    assert exit_status(report) == 3


# --- Dask -----------------------------------------------------------------------------------------


@by_turns
def test_without_a_scheduler_there_is_a_sentence() -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    with pytest.raises(SchedulerError, match="no Dask scheduler answers"):
        [*on_dask("tcp://127.0.0.1:1")(Source("reference"), [])]


def test_without_dask_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with pytest.raises(SchedulerError, match=r"cnnspec\[dask\]"):
        on_dask("tcp://127.0.0.1:1")


@by_turns
def test_a_killed_worker_of_a_cluster_changes_nothing(write: Any, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    source = write(WRONG_RELU)
    alone = explore(plan(source, cases=400), in_turn, tmp_path / "alone")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        killed: list[Any] = []

        def kill_one(_calls: int, _kinds: int) -> None:
            if not killed:
                killed.append(next(iter(cluster.workers.values())))
                killed[0].process.process.kill()

        on_cluster = explore(
            plan(source, cases=400), on_dask(cluster.scheduler_address), tmp_path / "dask", kill_one
        )
    assert killed
    assert without_times(on_cluster) == without_times(alone)
    assert files(tmp_path / "dask") == files(tmp_path / "alone")


# --- the corpus -----------------------------------------------------------------------------------


def call(**arguments: Any) -> Combined:
    return Combined(Case("a", "conv2d", arguments, dtype="float16", may_refuse=True), "strided")


def test_a_call_is_read_as_it_was_kept(tmp_path: Path) -> None:
    made = call(
        image=np.array([[0.1, -0.0], [2.0**-14, 65504.0]], np.float16),
        filters=np.array([[[255]]], np.uint8),
        padding=((1, 0), (2, 3)),
        stride=np.int64(3),
        bias=None,
    )
    file = corpus.entered(tmp_path, made, {"said": "why"})
    assert file == corpus.entered(tmp_path, made, {"said": "another"})
    (again,) = corpus.read(tmp_path)
    assert again.layout == "strided"
    assert (again.case.dtype, again.case.may_refuse) == ("float16", True)
    for name, value in made.case.arguments.items():
        other = again.case.arguments[name]
        assert type(other) is type(value)
        assert np.array_equal(other, value)
        if isinstance(value, np.ndarray):
            assert other.dtype == value.dtype
            assert other.tobytes() == value.tobytes()


@pytest.mark.parametrize(
    "damage",
    ["", "[]", '{"operation": "conv2d"}', '{"operation": "none", "arguments": {}}'],
)
def test_a_damaged_file_of_a_corpus_is_named(tmp_path: Path, damage: str) -> None:
    (tmp_path / "conv2d-0.json").write_text(damage, "utf-8")
    with pytest.raises(corpus.CorpusError, match=r"conv2d-0\.json"):
        [*corpus.read(tmp_path)]


def test_a_check_asks_the_corpus_first(
    write: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "corpus"
    explore(plan(write(WRONG_RELU), cases=100), in_turn, folder)
    only = ["--corpus", str(folder), "--requirement", "RELU-01", "--in-process"]
    assert main(["check", write(WRONG_RELU).name, *only]) == 1
    assert "are wrong again" in capsys.readouterr().out
    right = write("import numpy as np\ndef relu(x):\n    return np.maximum(x, 0)\n", "right.py")
    assert main(["check", right.name, *only]) == 3  # one requirement alone is incomplete
    assert "0 of" in capsys.readouterr().out


# --- the command line and the page ----------------------------------------------------------------


def test_the_command(write: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, page = write(WRONG_RELU), tmp_path / "page.html"
    written = ["--json", str(tmp_path / "report.json"), "--html", str(page)]
    assert main(["explore", source.name, "--cases", "200", *written]) == 1
    said = capsys.readouterr().out
    assert "relu: 200 calls" in said
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["operations"][0]["wrong"] > 0
    shown = page.read_text("utf-8")
    assert "threshold of -1/64" in shown
    assert "What was covered" in shown
    assert "<svg" in shown
    assert main(["explore", source.name, "--operation", "conv2d"]) == 2
    assert "not offered" in capsys.readouterr().err


def test_a_page_escapes_what_people_wrote(write: Any) -> None:
    report = explore(plan(write(WRONG_RELU), cases=100))
    report["implementation"] = "<script>alert(1)</script>"
    assert "<script>alert" not in exploration_page(report)


@by_turns
@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_command_says_130(write: Any, tmp_path: Path) -> None:
    source, folder = write(WRONG_RELU), tmp_path / "corpus"
    program = [sys.executable, "-m", "cnnspec", "explore", source.name, "--cases", "1000000"]
    running = subprocess.Popen(  # noqa: S603 - the suite itself
        [*program, "--corpus", str(folder)], stdout=subprocess.PIPE, text=True
    )
    while not [*folder.glob("walked/*.json")]:
        assert running.poll() is None
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate()
    assert running.returncode == 130
    assert "goes on from here" in said


def test_windows_that_need_not_be_said_are_explored(write: Any) -> None:
    code = """
import numpy as np

def max_pool2d(maps):
    rows, columns = maps.shape[0] // 2 * 2, maps.shape[1] // 2 * 2
    maps = maps[:rows, :columns]
    return maps.reshape(rows // 2, 2, columns // 2, 2, -1).max(axis=(1, 3))
"""
    (pool,) = explore(plan(write(code)))["operations"]
    assert pool["judged"] > 100
    assert not pool["wrong"]


def test_sums_that_overflow_before_a_wider_bias_is_added_are_not_judged(write: Any) -> None:
    """The product is made in float16, and only the result has the bias's dtype."""
    source = write("def dense(x, weights, bias):\n    return x.ravel() @ weights + bias\n")
    x = np.full(51, 100.0, np.float16)
    given = {"x": x, "weights": x[:, np.newaxis], "bias": np.array([-8])}
    judge = opened(source).judge()
    with pytest.raises(NotTestedError, match="range of float16"):
        judge.correct(Case("dense/overflows", "dense", given, may_refuse=True))


def test_what_may_be_refused_or_is_only_advised_is_not_wrong(write: Any) -> None:
    """Layouts that PyTorch does not take; means of integers in their own type."""
    code = """
import numpy as np

def relu(x):
    x = np.asarray(x)
    if not x.dtype.isnative or any(step < 0 for step in x.strides):
        raise ValueError("this order in memory is not supported")
    return np.maximum(x, 0)

def avg_pool2d(maps):
    maps = np.asarray(maps)
    rows, columns = maps.shape[0] // 2 * 2, maps.shape[1] // 2 * 2
    maps = maps[:rows, :columns]
    means = maps.reshape(rows // 2, 2, columns // 2, 2, -1).mean(axis=(1, 3))
    return means.astype(maps.dtype)
"""
    relu, pool = explore(plan(write(code)))["operations"]
    assert relu["judged"] > 190
    assert pool["judged"] > 100
    assert not relu["wrong"]
    assert not pool["wrong"]


def test_a_call_that_is_refused_in_every_layout_is_wrong(write: Any) -> None:
    code = """
import numpy as np

def relu(x):
    x = np.asarray(x)
    if x.size > 6:
        raise ValueError("too many")
    return np.maximum(x, 0)
"""
    (relu,) = explore(plan(write(code)))["operations"]
    assert relu["wrong"] > 100


def test_sums_that_overflow_before_they_are_divided_are_not_judged(write: Any) -> None:
    """The products are summed in float16 before the cube of the deviation divides them."""
    source = write(
        """
import numpy as np

def batch_norm_grad_variance(grad, maps, mean, variance, scale, *, epsilon=1e-5):
    products = grad * scale * (maps - mean)
    with np.errstate(over="ignore"):
        return -products.sum(axis=(0, 1)) / 2 * (variance + epsilon).astype(grad.dtype) ** -1.5
"""
    )
    half = np.float16
    given = {
        "grad": np.array([[[100], [-100]]], half),
        "maps": np.array([[[-100], [100]]], half),
        "mean": np.array([0], half),
        "variance": np.array([1.5], half),
        "scale": np.array([4], half),
    }
    judge = opened(source).judge()
    case = Case("batch_norm/overflows", "batch_norm_grad_variance", given)
    with pytest.raises(NotTestedError, match="range of float16"):
        judge.correct(case)
    judge.correct(replace(case, arguments={**given, "scale": np.array([1], half)}))
