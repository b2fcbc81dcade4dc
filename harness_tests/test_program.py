"""Programs that speak the line protocol, well and badly."""

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.diagnosis.patterns import lost
from cnnspec.judge.nonconformance import Complaint
from cnnspec.run.check import check
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.outcomes import Died, NotOffered, Outcome, Rejected, Result, TimedOut
from cnnspec.subject.processes.array_messages import decode_array, encode_array
from cnnspec.subject.processes.channel import Garbled
from cnnspec.subject.processes.process import POSSIBLE, Limits
from cnnspec.subject.processes.program import Lines
from cnnspec.subject.processes.source import open_implementation
from cnnspec.subject.sources.importing import LoadError
from harness_tests.helpers import SPECIMENS, by_turns

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="there are no programs on this system")

X = np.array([-1.0, 2.0, -0.0, 1e-300])


def command(way: str = "well") -> str:
    return f"cmd:{sys.executable} {SPECIMENS / 'program.py'} {way}"


def opened(way: str, seconds: float = 10.0) -> Implementation:
    return open_implementation(command(way), limits=Limits(seconds=seconds))


def relu(way: str, x: Any = X, seconds: float = 10.0) -> Outcome:
    implementation = opened(way, seconds)
    try:
        return implementation.call("relu", {"x": x})
    finally:
        implementation.close()


@by_turns
def test_a_right_program_conforms() -> None:
    report = check(command())
    assert report["implementation"]["name"] == "a program"
    assert report["implementation"]["form"] == "program"
    assert report["verdict"] == "conforms", [
        entry for entry in report["requirements"] if entry["failures"]
    ]
    assert set(report["operations"]) == {"relu", "dense", "softmax", "cross_entropy"}
    assert report["operations"]["softmax"]["checks"] > 100


@pytest.mark.parametrize(
    ("way", "note"),
    [
        (
            "whole-numbers",
            "takes none of float64, float32, float16, so not judged:"
            " cross_entropy, dense, relu, softmax",
        ),
        ("denies", "relu offers no small legal call, so not judged: relu is asleep"),
    ],
)
@by_turns
def test_why_a_program_is_not_judged(way: str, note: str) -> None:
    report = check(command(way), select="RELU")
    assert report["verdict"] == "incomplete"
    assert report["implementation"]["notes"] == [note]


def test_a_call_and_its_answers() -> None:
    outcome = relu("well")
    assert isinstance(outcome, Result)
    assert outcome.value.tolist() == [0, 2, 0, 1e-300]
    assert outcome.value.dtype == np.float64
    assert isinstance(relu("refuses"), Rejected)
    assert isinstance(relu("well", X.astype(np.float16)), NotOffered)
    assert isinstance(relu("well", np.arange(3)), NotOffered)


def test_softmax_layers_are_composed_of_two_calls() -> None:
    mine = opened("well")
    arguments = {"x": np.array([1.0, 2.0]), "weights": np.ones((2, 3)), "bias": np.zeros(3)}
    outcome = mine.call("softmax_layer", arguments)
    mine.close()
    assert isinstance(outcome, Result)
    assert outcome.value.tolist() == [1 / 3] * 3


def test_softmax_layers_of_programs_whose_softmax_takes_rows_only() -> None:
    mine = opened("rows")
    arguments = {"x": np.array([1.0, 2.0]), "weights": np.ones((2, 3)), "bias": np.zeros(3)}
    outcome = mine.call("softmax_layer", arguments)
    mine.close()
    assert isinstance(outcome, Result)
    assert outcome.value.tolist() == [1 / 3] * 3


def test_what_programs_cannot_be_asked() -> None:
    mine = opened("well")
    for how in ({"layout": "fortran"}, {"by_position": True}, {"in_place": True}):
        assert isinstance(mine.call("relu", {"x": X}, **how), NotOffered)
    mine.close()


def test_recall() -> None:
    changing, reusing, silent = opened("changes"), opened("reuses"), opened("refuses")
    outcome = changing.call("relu", {"x": X})
    assert isinstance(outcome, Result)
    changes = outcome.see_changes()
    assert changes is not None
    assert changes["x"].tolist() == [0, 2, 0, 1e-300]
    first = reusing.call("relu", {"x": X})
    assert isinstance(first, Result)
    assert first.see_changes() == {}
    reusing.call("relu", {"x": X + 5})
    assert first.see_again is not None
    assert first.see_again().tolist() == (X + 5).tolist()
    outcome = silent.call("cross_entropy", {"probabilities": np.array([1.0]), "label": 0})
    assert isinstance(outcome, Result)
    assert outcome.see_changes() is None
    assert outcome.see_again is None
    for implementation in (changing, reusing, silent):
        implementation.close()


@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_what_is_recalled_is_judged() -> None:
    failed = {
        way: {
            entry["id"]
            for entry in check(command(way), modules=["test_relu"])["requirements"]
            if entry["status"] == "failed"
        }
        for way in ("changes", "reuses", "well")
    }
    assert len(failed["changes"]) == 1
    assert len(failed["reuses"]) == 1
    assert failed["changes"] != failed["reuses"]
    assert not failed["well"]


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("dies", "exit status 3; its last words: no negative numbers, please"),
        ("prints", "a line that is not a message: 'relu is called' (diagnostics belong on"),
        ("other-call", "the answer is to call"),
    ],
)
def test_broken_conversations(way: str, said: str) -> None:
    outcome = relu(way)
    assert isinstance(outcome, Died), outcome
    assert said in outcome.reason


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"hello", "a line that is not a message: 'hello' (diagnostics belong on standard error)"),
        (
            b"\xff{}",
            "a line that is not a message: '\ufffd{}' (diagnostics belong on standard error)",
        ),
        (b"[" * 9**6, "a line that is nested too deeply: '[[["),
        (b'{"value": ' + b"9" * 20000 + b"}", "a line with a number of 20000 digits: '{\"value"),
        (b"[1, 2]", "a line that is not a JSON object: '[1, 2]'"),
    ],
)
def test_lines_that_cannot_be_read(line: bytes, said: str) -> None:
    with pytest.raises(Garbled) as caught:
        Lines().take(bytearray(line + b"\n"))
    assert str(caught.value).startswith(said)


@by_turns
def test_what_does_not_answer() -> None:
    assert isinstance(relu("hangs", seconds=0.5), TimedOut)


def test_results_that_are_no_arrays() -> None:
    outcome = relu("short")
    assert isinstance(outcome, Result)
    assert "4 elements, data has 3" in outcome.problem


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("old", "protocol 0"),
        ("unknown-operation", "no operation 'conv3d'"),
        ("unknown-dtype", "bfloat16"),
        ("no-arrays", "hexadecimal"),
        ("list", "operations must be an object"),
        ("mute", r"did not answer within 0.6 s \(6 times --time-limit\)"),
    ],
)
def test_handshakes_that_fail(way: str, said: str) -> None:
    with pytest.raises(LoadError, match=said):
        opened(way, seconds=0.1 if way == "mute" else 10.0)


@pytest.mark.parametrize("source", ["cmd:", "cmd:no-such-program -x", "cmd:'"])
def test_commands_that_cannot_be_run(source: str) -> None:
    with pytest.raises(LoadError):
        open_implementation(source)


def test_a_program_is_told_to_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "stopped"
    monkeypatch.setenv("STOPPED", str(file))
    opened("well").close()
    assert file.read_text("utf-8") == "stopped"


ARRAYS = [
    np.array([[0.1, -0.0, np.nan], [np.inf, -np.inf, 5e-324]]),
    np.array([[0.1, -0.0], [np.inf, 6e-8]], np.float16),
    np.array(np.float32(0.1)),
    np.arange(6, dtype=np.uint8).reshape(3, 2).T,
    np.array([2**63 - 1, -(2**63)], np.int64),
    np.array([2**64 - 1], np.uint64),
    np.array([True, False]),
    np.zeros((0, 3)),
]


@pytest.mark.parametrize("in_base64", [True, False])
@pytest.mark.parametrize("array", ARRAYS, ids=lambda a: f"{a.dtype}{list(a.shape)}")
def test_arrays_come_back_to_the_last_bit(array: Any, in_base64: bool) -> None:
    found = decode_array(encode_array(array, in_base64=in_base64))
    assert (found.shape, found.dtype) == (array.shape, array.dtype)
    assert np.array_equal(np.isnan(found), np.isnan(array))
    kept = ~np.isnan(array)
    assert found[kept].tobytes() == array[kept].tobytes()


def test_plain_numbers_are_results() -> None:
    assert decode_array(2) == 2
    assert decode_array(-0.5) == -0.5
    assert math.isinf(decode_array("Infinity"))


def plain(**changes: Any) -> dict[str, Any]:
    return {"dtype": "float64", "shape": [2], "data": [1.0, 2.0], **changes}


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "1.0",
        [1.0, 2.0],
        plain(dtype="object"),
        plain(dtype="float128"),
        plain(shape=[-1]),
        plain(shape=[2.0]),
        plain(shape=2),
        plain(shape=[3]),
        plain(shape=[10**6, 10**6]),
        plain(data=[1.0, "two"]),
        plain(data=[[1.0, 2.0]]),
        plain(data={"0": 1.0}),
        plain(data="!!"),
        plain(data="AAAA"),
        plain(dtype="uint8", data=[1, 256]),
        plain(dtype="uint8", data=[1, -1]),
        plain(dtype="int32", data=[1, "NaN"]),
    ],
)
def test_what_is_no_array(value: Any) -> None:
    with pytest.raises(Garbled):
        decode_array(value)


def test_numbers_that_json_cannot_write() -> None:
    line = b'{"dtype": "float64", "shape": [4], "data": ["NaN", NaN, "-Infinity", -Infinity]}\n'
    found = decode_array(Lines().take(bytearray(line)))
    assert np.array_equal(found, [np.nan, np.nan, -np.inf, -np.inf], equal_nan=True)
    with pytest.raises(Garbled, match='\'nan\', which is none of "NaN", "Infinity"'):
        decode_array(plain(data=[1.0, "nan"]))
    with pytest.raises(Garbled, match='data holds null: what JSON cannot write is "NaN"'):
        decode_array(plain(data=[1.0, None]))


def test_a_program_that_answers_twice() -> None:
    mine = opened("twice")
    assert isinstance(mine.call("relu", {"x": X}), Result)
    outcome = mine.call("relu", {"x": X})
    mine.close()
    assert isinstance(outcome, Died)
    (entry,) = lost(Complaint.DIED, outcome.reason)
    # The second answer comes before the next call is made, or instead of its own.
    assert entry["remedy"].startswith(("answer every call with one", "give every call one answer"))


@pytest.mark.parametrize("way", ["same-in-numbers", "same-in-base64"])
@by_turns
def test_snippets_talk_with_the_program(way: str) -> None:
    """Those for the shell, and the programs in Python where its line would be too long."""
    report = check(command(way), modules=["test_relu"])
    snippets = [
        entry["failures"][0]["snippet"] for entry in report["requirements"] if entry["failures"]
    ]
    assert any(snippets)
    for text in filter(None, snippets):
        assert "import cnnspec" not in text
        shell = ["/bin/sh", "-c", text.splitlines()[0]]
        python = [sys.executable, "-c", text]
        done = subprocess.run(  # noqa: S603 - our own
            shell if text.startswith("printf") else python,
            capture_output=True,
            text=True,
            check=True,
        )
        if text.startswith("printf"):
            hello, answer = done.stdout.splitlines()
            assert '"hello"' in hello
            assert '"result"' in answer
        else:
            got, _, expected = done.stdout.partition("expected:")
            assert got.startswith("got: [")
            assert got.removeprefix("got:").split() != expected.split()
