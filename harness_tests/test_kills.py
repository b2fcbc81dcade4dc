"""The kill matrix: what it complains of, and that the committed one is whole."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from cnnspec.cases.requirements import requirements
from cnnspec.faults import ADVISED, FAILS, FAULTS
from cnnspec.kills import kill_matrix as kills
from cnnspec.kills import recorded_kills
from cnnspec.kills.dressing import with_fault
from cnnspec.kills.kill_matrix import (
    Kill,
    as_json,
    as_markdown,
    caught_by,
    complaints,
    complaints_of_sample,
    kill_matrix,
    with_the_rest,
)
from harness_tests.helpers import by_turns

ROOT = Path(__file__).parent.parent


def perfect() -> list[Kill]:
    """Return a made-up matrix in which nothing is wrong."""
    found = []
    for fault in FAULTS.values():
        of_its_own = [identity for identity in requirements() if identity.startswith("CONV")]
        every = list(requirements()) if fault.id == next(iter(FAULTS)) else of_its_own
        failed, advised = (every, []) if fault.effect == FAILS else ([], every)
        found.append(Kill(fault.id, failed, advised, fault.id, certain=True, on_first_screen=True))
    return found


def test_a_perfect_matrix_has_no_complaints() -> None:
    assert complaints(perfect()) == []


def test_survivors_are_complained_of() -> None:
    first, *rest = perfect()
    unseen = Kill(first.fault, [], first.failed, first.fault, certain=True, on_first_screen=True)
    assert any(
        "should have the effect 'fails', has 'advised'" in c for c in complaints([unseen, *rest])
    )
    nothing = Kill(first.fault, [], [], first.fault, certain=True, on_first_screen=True)
    assert any("has 'none'" in complaint for complaint in complaints([nothing, *rest]))


def test_idle_requirements_are_complained_of() -> None:
    first, *rest = perfect()
    idle = [identity for identity in first.failed if identity != "RELU-01"]
    without = Kill(first.fault, idle, [], first.fault, certain=True, on_first_screen=True)
    assert complaints([without, *rest]) == ["RELU-01 catches no fault"]


def test_wrong_certainties_are_complained_of() -> None:
    first, second, *rest = perfect()
    mistaken = Kill(first.fault, first.failed, [], second.fault, certain=True, on_first_screen=True)
    assert complaints([mistaken, second, *rest]) == [
        f"{first.fault} is certainly taken for {second.fault}"
    ]
    guess = Kill(first.fault, first.failed, [], second.fault, certain=False, on_first_screen=False)
    assert complaints([guess, second, *rest]) == []


def test_names_beyond_the_first_screen_are_complained_of() -> None:
    first, *rest = perfect()
    scrolled = replace(first, on_first_screen=False)
    assert complaints([scrolled, *rest]) == [
        f"{first.fault} is named, but not on the report's first screen"
    ]


def test_too_few_names_are_complained_of() -> None:
    nameless = [
        replace(kill, diagnosis=None, certain=False, on_first_screen=False) for kill in perfect()
    ]
    assert any("are named by the diagnosis" in complaint for complaint in complaints(nameless))


def test_a_sample_is_compared_with_the_table() -> None:
    table = {
        entry["fault"]: Kill(**{key: value for key, value in entry.items() if key != "effect"})
        for entry in kills.table()["faults"]
    }
    some = list(table.values())[:3]
    assert complaints_of_sample(some) == []
    missed = replace(some[1], failed=["CONV-01"])
    assert complaints_of_sample([some[0], missed, some[2]]) == [
        f"{missed.fault} is no longer as in faults/kills.json"
    ]
    survived = replace(some[1], failed=[], advised=[])
    assert f"{survived.fault} should have the effect" in complaints_of_sample([survived])[0]


def test_a_sample_is_judged_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    by_id = {kill.fault: kill for kill in perfect()}
    monkeypatch.setattr(kills, "ProcessPoolExecutor", ThreadPoolExecutor)
    monkeypatch.setattr(
        kills, "_judge", lambda chunk, form: [by_id[identity] for identity in chunk]
    )
    assert [kill.fault for kill in kill_matrix(1, every=7)] == list(FAULTS)[::7]


def test_mistakes_of_one_operation_are_judged_beside_the_rest_of_the_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_id = {kill.fault: kill for kill in perfect()}
    monkeypatch.setattr(kills, "ProcessPoolExecutor", ThreadPoolExecutor)
    monkeypatch.setattr(
        kills, "_judge", lambda chunk, form: [by_id[identity] for identity in chunk]
    )
    found = kill_matrix(1, operations=["dense"])
    assert {FAULTS[kill.fault].operation for kill in found} == {"dense"}
    last = {entry["fault"]: entry for entry in kills.table()["faults"]}
    for kill in with_the_rest(found):
        if kill in found:
            assert kill == by_id[kill.fault]
        else:
            assert kill.failed == last[kill.fault]["failed"]
    assert [kill.fault for kill in with_the_rest(found)] == list(FAULTS)


def test_the_page_shows_every_fault_and_requirement() -> None:
    page = as_markdown(perfect())
    assert all(f"| {identity} |" in page for identity in requirements())
    assert all(f'<a id="{identity}"></a>**{identity}** (' in page for identity in FAULTS)


@pytest.mark.parametrize("identity", ["relu-identity", "relu-reversed-refused"])
@by_turns
def test_one_fault_judged(identity: str) -> None:
    (kill,) = kills._judge([identity])  # noqa: SLF001 - the work of one process
    assert kill.effect == FAULTS[identity].effect
    assert kill.diagnosis == identity
    assert {key.split("-")[0] for key in kill.failed + kill.advised} <= {"RELU", "NET"}


RECORDED = ["relu-identity", "relu-answers-drift", "cross_entropy-negative-label"]


@pytest.mark.parametrize("identity", RECORDED)
def test_what_caught_a_fault_catches_it_again(identity: str) -> None:
    assert recorded_kills.missing(FAULTS[identity], caught_by()[identity]) == []


@by_turns
def test_what_catches_a_fault_no_longer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"relu-leaky": ("RELU-01", "LOSS-01"), "relu-step": ()}
    monkeypatch.setattr(recorded_kills, "ProcessPoolExecutor", ThreadPoolExecutor)
    monkeypatch.setattr(recorded_kills, "FAULTS", {fault: FAULTS[fault] for fault in table})
    monkeypatch.setattr(recorded_kills, "caught_by", lambda: table)
    assert recorded_kills.survivors(1) == [
        "LOSS-01 no longer catches relu-leaky",
        "relu-step is not in faults/kills.json",
    ]


def test_faults_in_the_reference_leave_the_rest_right() -> None:
    mistaken = with_fault(FAULTS["relu-identity"])
    assert {"conv2d", "softmax_layer", "cross_entropy"} <= mistaken.offers.keys()


@pytest.mark.skipif(not (ROOT / "faults" / "kills.json").is_file(), reason="only in a checkout")
def test_the_committed_matrix_is_of_this_catalogue() -> None:
    matrix = json.loads((ROOT / "faults" / "kills.json").read_text("utf-8"))
    assert [entry["fault"] for entry in matrix["faults"]] == list(FAULTS)
    found = [
        Kill(**{key: value for key, value in entry.items() if key != "effect"})
        for entry in matrix["faults"]
    ]
    assert complaints(found) == []
    assert as_json(found) == matrix
    assert (ROOT / "KILLS.md").read_text("utf-8") == as_markdown(found)
    assert {kill.effect for kill in found} == {FAILS, ADVISED}
