"""Exact answers that are kept: the same as those worked out, whatever has become of the files."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.cases import kept_answers
from cnnspec.cases.answers import exact_answer
from cnnspec.cases.kept_answers import VARIABLE, KeptAnswers, folder_of_answers, key_of, stamp
from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case, distinct, integers, reals
from cnnspec.operations.registry import OPERATIONS
from harness_tests.helpers import by_turns

DOUBLE, SINGLE = np.dtype("float64"), np.dtype("float32")

IMAGE, FILTERS = reals("image", 6, 5, 2), reals("filters", 3, 3, 3, 2)
CONV = Case("conv", "conv2d", {"image": IMAGE, "filters": FILTERS, "stride": 2})
POOL = Case("pool", "max_pool2d", {"maps": distinct("maps", 6, 4, 2)})
SPECIAL = Case("special", "relu", {"x": np.array([-0.0, 0.0, np.nan, np.inf, -np.inf, 5e-324])})
LOSS = Case("loss", "softmax_cross_entropy", {"logits": reals("logits", 4), "label": 2})

#: Calls of every kind of answer: sums, selections, numbers, none of which is 0.
CASES = (CONV, CONV.cast("float32"), POOL, SPECIAL, LOSS)


def asked(case: Case, **differing: Any) -> tuple[Any, ...]:
    asked_for = {"dtype": DOUBLE, "accuracy": "componentwise", "reduction": "", **differing}
    return (case, *asked_for.values())


def bits(answer: Answer) -> list[Any]:
    """Return all that an answer holds, to the last bit."""
    found = [getattr(answer, field.name) for field in fields(answer)]
    return [
        (type(value), value.dtype.str, value.shape, value.tobytes())
        if isinstance(value, np.ndarray | np.generic)
        else (type(value), value)
        for value in found
    ]


def kept_in(folder: Path, *cases: Case) -> KeptAnswers:
    """Return answers kept in a folder, after those to some cases were written."""
    answers = KeptAnswers(folder)
    for case in cases:
        answers.answer(*asked(case))
    answers.write()
    return KeptAnswers(folder)


def file_of(folder: Path, case: Case) -> Path:
    return folder / stamp() / case.operation


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Count whose answers are worked out, not read: the ids of the cases."""
    found: list[str] = []

    def counting(case: Case, *others: Any) -> Answer:
        found.append(case.id)
        return exact_answer(case, *others)

    monkeypatch.setattr(kept_answers, "exact_answer", counting)
    return iter([found])


@pytest.fixture(name="ids")
def _ids(worked_out: Iterator[list[str]]) -> list[str]:
    return next(worked_out)


def test_what_was_kept_is_read_and_is_the_same_to_the_last_bit(
    tmp_path: Path, ids: list[str]
) -> None:
    answers = kept_in(tmp_path, *CASES)
    assert ids == [case.id for case in CASES]
    del ids[:]
    for case in CASES:
        found = answers.answer(*asked(case))
        assert bits(found) == bits(exact_answer(*asked(case)))
        assert type(found.terms) is int
        assert all(a.flags.writeable for a in vars(found).values() if isinstance(a, np.ndarray))
    assert ids == []


def test_answers_of_every_operation_are_the_same(tmp_path: Path, ids: list[str]) -> None:
    cases = [
        Case(f"{name}-{number}", name, arguments)
        for name, operation in OPERATIONS.items()
        if operation.plain_calls is not None
        for number, arguments in enumerate(operation.plain_calls()[:4])
    ]
    assert len({case.operation for case in cases}) > 8
    answers = kept_in(tmp_path, *cases)
    del ids[:]
    for case in cases:
        assert bits(answers.answer(*asked(case))) == bits(exact_answer(*asked(case)))
    assert ids == []


DIFFERING: dict[str, Callable[[Case], tuple[Any, ...]]] = {
    "a number": lambda c: asked(_with(c, image=IMAGE + np.eye(6, 5)[..., np.newaxis])),
    "the sign of a zero": lambda c: asked(_with(c, bias=np.array([0.0, -0.0, 0.0]))),
    "a shape": lambda c: asked(_with(c, image=IMAGE.reshape(5, 6, 2))),
    "a dtype": lambda c: asked(_with(c, image=IMAGE.astype("float32").astype("float64"))),
    "the dtype alone": lambda c: asked(_with(c, filters=np.ones_like(FILTERS, "int64"))),
    "an option": lambda c: asked(_with(c, stride=1)),
    "the type of an option": lambda c: asked(_with(c, stride=(2, 2))),
    "one option more": lambda c: asked(_with(c, padding="valid")),
    "the dtype of the result": lambda c: asked(c, dtype=SINGLE),
    "the accuracy": lambda c: asked(c, accuracy="normwise"),
    "the order in memory": lambda c: asked(_with(c, image=np.asfortranarray(IMAGE))),
}


def _with(case: Case, **arguments: Any) -> Case:
    return replace(case, arguments={**case.arguments, **arguments})


@pytest.mark.parametrize("what", DIFFERING)
def test_whatever_differs_is_another_call(what: str, tmp_path: Path, ids: list[str]) -> None:
    base = _with(CONV, bias=np.zeros(3)) if what == "the sign of a zero" else CONV
    base = _with(CONV, filters=np.ones_like(FILTERS)) if what == "the dtype alone" else base
    answers = kept_in(tmp_path, base)
    del ids[:]
    other = DIFFERING[what](base)
    assert bits(answers.answer(*other)) == bits(exact_answer(*other))
    assert len(ids) == 1


def test_arguments_do_not_run_into_each_other() -> None:
    one, two = np.arange(4.0), np.arange(2.0)
    assert len({key_of({"a": one, "b": two}), key_of({"a": two, "b": one})}) == 2
    assert key_of({"a": 1}) != key_of({"a": True}) != key_of({"a": 1.0}) != key_of({"a": "1"})
    assert key_of({"a": [1, 2]}) != key_of({"a": (1, 2)})
    assert key_of({"a": one}, "x", "y") != key_of({"a": one}, "xy", "")
    assert key_of({"a": np.array([None])}) is None
    assert key_of({"a": object()}) is None


def test_what_has_no_plain_form_is_worked_out(tmp_path: Path, ids: list[str]) -> None:
    case = _with(LOSS, label=np.int64(2))
    answers = kept_in(tmp_path, case)
    assert bits(answers.answer(*asked(case))) == bits(exact_answer(*asked(case)))
    assert len(ids) == 2


# --- stale ------------------------------------------------------------------------------------


def test_another_stamp_has_other_answers(
    tmp_path: Path, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_in(tmp_path, CONV)
    monkeypatch.setattr(kept_answers, "stamp", lambda: "another")
    kept_in(tmp_path, CONV)
    assert ids == ["conv", "conv"]
    assert {folder.name for folder in tmp_path.iterdir()} == {stamp(), "another"}


SOURCES = Path(kept_answers.__file__).parents[1]


@pytest.mark.parametrize(
    "changed",
    ["exact/bounds.py", "exact/sums.py", "operations/conv2d/exact.py", "declaration/answer.py"],
)
def test_the_stamp_changes_with_whatever_answers_are_worked_out_by(
    changed: str, tmp_path: Path
) -> None:
    for folder in ("exact", "operations", "declaration", "cases"):
        shutil.copytree(SOURCES / folder, tmp_path / folder)
    stamp_of = stamp.__wrapped__
    assert stamp_of(tmp_path) == stamp()
    file = tmp_path / changed
    file.write_text(f"{file.read_text('utf-8')}\n", "utf-8")
    assert stamp_of(tmp_path) != stamp()


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("numpy.__version__", "0.0"),
        ("platform.platform", lambda: "another"),
        ("platform.python_version", lambda: "0"),
    ],
)
def test_the_stamp_changes_with_the_machine(
    where: str, what: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stamp()
    monkeypatch.setattr(where, what)
    assert stamp.__wrapped__() != before


def test_the_stamp_sees_all_that_answers_import() -> None:
    """Whatever is imported to work out answers lies in a folder that the stamp reads."""
    program = (
        "import sys; from cnnspec.exact import bounds, sums, windows, bounds_of_softmax_gradients;"
        "print(*[n for n in sys.modules if n.startswith('cnnspec.')])"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    floors = {name.split(".")[1] for name in done.stdout.split()}
    assert floors <= {"exact"}


# --- damaged, foreign -------------------------------------------------------------------------


def test_damaged_files_are_worked_out_anew_and_mended(tmp_path: Path, ids: list[str]) -> None:
    kept_in(tmp_path, POOL)
    file = file_of(tmp_path, POOL)
    whole = file.read_bytes()
    expected = bits(exact_answer(*asked(POOL)))
    damaged = [whole[:length] for length in range(0, len(whole), 7)]
    damaged += [
        whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :]
        for at in range(0, len(whole), 3)
    ]
    del ids[:]
    for data in damaged:
        file.write_bytes(data)
        answers = KeptAnswers(tmp_path)
        assert bits(answers.answer(*asked(POOL))) == expected
    assert len(ids) == len(damaged)
    answers.write()
    del ids[:]
    assert bits(KeptAnswers(tmp_path).answer(*asked(POOL))) == expected
    assert ids == []


@pytest.mark.parametrize("body", [b"", b"\xff" * 40, b"\x02\0\0\0{}", b"\x04\0\0\0null"])
def test_bodies_of_a_right_checksum_that_are_no_answers_are_worked_out_anew(
    body: bytes, tmp_path: Path
) -> None:
    kept_in(tmp_path, POOL)
    key = key_of(POOL.arguments, DOUBLE.str, "componentwise", "")
    assert key is not None
    kept_answers._write(file_of(tmp_path, POOL), {key: body})  # noqa: SLF001
    found = KeptAnswers(tmp_path).answer(*asked(POOL))
    assert bits(found) == bits(exact_answer(*asked(POOL)))


@pytest.mark.skipif(os.name != "posix", reason="files have owners and modes")
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_what_others_may_write_is_not_believed(mode: int, tmp_path: Path, ids: list[str]) -> None:
    kept_in(tmp_path, POOL)
    file_of(tmp_path, POOL).chmod(mode)
    del ids[:]
    KeptAnswers(tmp_path).answer(*asked(POOL))
    assert ids == ["pool"]


def test_what_belongs_to_others_is_not_believed(
    tmp_path: Path, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_in(tmp_path, POOL)
    monkeypatch.setattr(os, "getuid", lambda: 12345, raising=False)
    del ids[:]
    KeptAnswers(tmp_path).answer(*asked(POOL))
    assert ids == ["pool"]


@pytest.mark.parametrize("content", [b"", b"something else", b"cnnspec answers 0\n" + bytes(99)])
def test_foreign_files_are_replaced(content: bytes, tmp_path: Path, ids: list[str]) -> None:
    file = file_of(tmp_path, POOL)
    file.parent.mkdir()
    file.write_bytes(content)
    answers = kept_in(tmp_path, POOL)
    del ids[:]
    answers.answer(*asked(POOL))
    assert ids == []


# --- others at the same time, and folders that cannot be written ---------------------------------


def test_two_runs_add_to_one_file(tmp_path: Path, ids: list[str]) -> None:
    one, two = KeptAnswers(tmp_path), KeptAnswers(tmp_path)
    one.answer(*asked(CONV))
    two.answer(*asked(CONV.cast("float32")))
    one.write()
    two.write()
    del ids[:]
    after = KeptAnswers(tmp_path)
    after.answer(*asked(CONV))
    after.answer(*asked(CONV.cast("float32")))
    assert ids == []


def test_whoever_reads_while_others_write_gets_right_answers(tmp_path: Path) -> None:
    cases = [Case(f"{n}", "relu", {"x": integers(f"{n}", 9)}) for n in range(60)]
    expected = [bits(exact_answer(*asked(case))) for case in cases]

    def run(turn: int) -> bool:
        for step in range(12):
            chosen = [(turn * 7 + step * 5 + i) % len(cases) for i in range(10)]
            answers = KeptAnswers(tmp_path)
            found = [bits(answers.answer(*asked(cases[i]))) for i in chosen]
            answers.write()
            if found != [expected[i] for i in chosen]:
                return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(run, range(6)))
    assert [file.name for file in (tmp_path / stamp()).iterdir()] == ["relu"]


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path, ids: list[str]) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    answers = kept_in(tmp_path / "file", CONV)
    assert bits(answers.answer(*asked(CONV))) == bits(exact_answer(*asked(CONV)))
    assert ids == ["conv", "conv"]


def test_a_folder_that_cannot_be_written_is_still_read(
    tmp_path: Path, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_in(tmp_path, CONV)

    def refuse(**_: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    before = file_of(tmp_path, CONV).read_bytes()
    answers = kept_in(tmp_path, CONV, CONV.cast("float32"))
    answers.answer(*asked(CONV))
    assert ids == ["conv", "conv-float32"]
    assert file_of(tmp_path, CONV).read_bytes() == before


def test_what_is_only_read_is_not_written(tmp_path: Path) -> None:
    answers = KeptAnswers(tmp_path / "there", is_written=False)
    answers.answer(*asked(CONV))
    answers.write()
    assert not (tmp_path / "there").exists()


# --- sizes ------------------------------------------------------------------------------------


def test_large_answers_are_not_kept(
    tmp_path: Path, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_answers, "LARGEST", 300)
    answers = kept_in(tmp_path, CONV, LOSS)
    del ids[:]
    answers.answer(*asked(CONV))
    answers.answer(*asked(LOSS))
    assert ids == ["conv"]


def test_all_together_stay_below_a_size_and_the_oldest_go_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("old", "older")):
        monkeypatch.setattr(kept_answers, "stamp", lambda name=name: name)
        kept_in(tmp_path, CONV)
        os.utime(tmp_path / name, (1000 - number, 1000 - number))
    size = (tmp_path / "old" / "conv2d").stat().st_size
    monkeypatch.setattr(kept_answers, "ALL", 2 * size)
    monkeypatch.setattr(kept_answers, "stamp", lambda: "new")
    kept_in(tmp_path, CONV)
    assert {folder.name for folder in tmp_path.iterdir()} == {"old", "new"}
    monkeypatch.setattr(kept_answers, "ALL", size - 1)
    kept_in(tmp_path, CONV.cast("float32"))
    assert {folder.name for folder in tmp_path.iterdir()} == set()


# --- the command ------------------------------------------------------------------------------

WRONG = "import numpy as np\n\n\ndef relu(x):\n    return np.maximum(x, 0) + (np.asarray(x) > 50)\n"


@by_turns
def test_check_says_the_same_with_and_without_kept_answers(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    file, written = tmp_path / "mine.py", tmp_path / "report.json"
    file.write_text(WRONG, "utf-8")

    def judged(*options: str) -> tuple[str, str]:
        command = [sys.executable, "-m", "cnnspec", "check", str(file), "--requirement", "RELU-01"]
        done = subprocess.run(  # noqa: S603 - our own program
            [*command, "--json", str(written), *options],
            check=False,
            capture_output=True,
            text=True,
            env=os.environ | {VARIABLE: str(folder)},
        )
        assert done.returncode == 1
        return done.stdout, written.read_text("utf-8")

    without = judged("--no-cache")
    judged("--in-process")  # what runs in the suite's process may have changed NumPy
    assert not folder.exists()
    assert judged() == without
    assert file_of(folder, SPECIAL).exists()
    assert judged() == without


def test_an_empty_variable_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert folder_of_answers() is None
    monkeypatch.setenv(VARIABLE, "here")
    assert folder_of_answers() == Path.cwd() / "here"
    monkeypatch.delenv(VARIABLE)
    folder = folder_of_answers()
    assert folder is not None
    assert folder.is_absolute()
    assert "cnnspec" in folder.parts
