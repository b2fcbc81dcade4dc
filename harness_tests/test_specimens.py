"""The specimens: each is what it claims to be, and the runner tells right verdicts from wrong."""

from pathlib import Path

import pytest

pytest.importorskip("specimens.run", reason="only in a checkout")

from harness_tests.helpers import by_turns, sample
from specimens.calls import problems
from specimens.run import (
    COMPILERS,
    FOLDER,
    LIMITS,
    Judged,
    Specimen,
    _mistakes,
    judge,
    judge_quickly,
    main,
    read,
    specimens,
    table,
    tabled,
)

ALL = specimens()

#: Kinds of which one side cannot exist: a right implementation has no diagnosis.
WRONG_ONLY = {
    *("adversarial", "certain", "invented"),
    *("blind", "blind2", "blind3", "blind4", "blind5", "blind6", "blind7"),
}

#: These are judged in full here; all of them by ``python specimens/run.py``.
SAMPLE = (
    "called_wrongly/right/softmax_of_tensors",
    "crashes/wrong/strided_helper",
    "manners/right/relu_seeds_generator",
    "refusals/wrong/loss_label_wraps",
    "sizes/right/relu_chunks",
    "special/wrong/relu_mask",
)


def names(specimen: Specimen) -> str:
    return specimen.name


@pytest.mark.parametrize("specimen", sample(ALL, 4), ids=names)
@pytest.mark.filterwarnings("ignore")
def test_a_specimen_is_what_it_claims(specimen: Specimen) -> None:
    assert list(problems(specimen, most=80)) == []


def test_a_specimen_says_what_is_expected() -> None:
    for specimen in ALL:
        assert specimen.what, specimen.name
        assert specimen.exit in ((0, 1, 3) if specimen.right else (1,)), specimen.name
        assert set(specimen.limits) <= LIMITS.keys(), specimen.name
        if specimen.right and specimen.exit == 1:
            (said,) = specimen.says
            assert said.startswith("every number tested is right"), specimen.name


def test_one_specimen_can_be_chosen() -> None:
    (one,) = specimens(["pooled/pool_nchw_functional"])
    assert one.name == "pooled/right/pool_nchw_functional"
    both = tabled(["newcomers3/pure_python.py"])  # by all facets, and without refusals
    assert {entry.file.name for entry in both} == {"pure_python.py"}
    assert len(both) == 2
    with pytest.raises(SystemExit, match="no such kind: pooled/nothing"):
        specimens(["pooled/nothing"])


def test_every_kind_has_three_of_both() -> None:
    for kind in {one.kind for one in ALL}:
        sides = [one.right for one in ALL if one.kind == kind]
        assert sides.count(False) >= 3, kind
        assert sides.count(True) >= (0 if kind in WRONG_ONLY else 3), kind


def test_every_limit_has_a_specimen() -> None:
    assert {limit for one in ALL for limit in one.limits} == LIMITS.keys()


def test_the_folder_holds_nothing_else() -> None:
    files = {file for suffix in (".py", *COMPILERS) for file in FOLDER.rglob(f"*{suffix}")}
    others = {file.relative_to(FOLDER).as_posix() for file in files - {one.file for one in ALL}}
    foreign = {file.parent.name for file in FOLDER.glob("*/expected.toml")}  # test_newcomers.py
    others = {name for name in others if name.partition("/")[0] not in foreign}
    helpers = {"backwards.py", "calls.py", "conventions.py", "drawing.py", "run.py", "turned.py"}
    verified = {
        f"{kind}/verify.py" for kind in ("blind4", "blind5", "blind6", "blind7", "gradients")
    }
    assert others == helpers | verified


@pytest.mark.parametrize(
    "specimen", [one for one in ALL if one.file.suffix in COMPILERS], ids=names
)
@by_turns
def test_programs_in_other_languages_are_judged_rightly(specimen: Specimen) -> None:
    if specimen.missing:
        pytest.skip(f"there is no {specimen.missing}")
    judged = judge_quickly(specimen)
    assert judged.mistakes == (), judged.first_line


@pytest.mark.parametrize("name", sample(SAMPLE, 3))
@by_turns
def test_a_sample_is_judged_rightly(name: str) -> None:
    judged = judge(read(FOLDER / f"{name}.py"))
    assert judged.mistakes == (), judged.first_line


@pytest.mark.parametrize("name", sample(SAMPLE, 3))
@by_turns
def test_a_quick_judgement_is_the_same(name: str) -> None:
    judged = judge_quickly(read(FOLDER / f"{name}.py"))
    assert judged.mistakes == (), judged.first_line


@by_turns
def test_a_wrong_verdict_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "any" / "right"
    folder.mkdir(parents=True)
    file = folder / "mine.py"
    file.write_text('"""No code.\n\nexit: 1\nsays: nothing\nlimit: gray only\n"""\nprint()\n')
    judged = judge(read(file))
    assert judged.mistakes[0] == "exit status 3, expected 1"
    assert "nothing" in judged.mistakes[1]
    assert "gray only" in judged.mistakes[2]


def test_the_table_counts_both_sides() -> None:
    good = Judged("a/right/one", "a", right=True, status=0, first_line="", mistakes=())
    bad = Judged("a/wrong/two", "a", right=False, status=0, first_line="fine", mistakes=("exit",))
    told = table([good, bad])
    assert "| a | 1 of 1 | 0 of 1 |" in told
    assert "a/wrong/two: exit\n    fine" in told


def test_an_unknown_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["run.py", "nope"])
    with pytest.raises(SystemExit, match="no such kind: nope"):
        main()


def test_words_are_regular_expressions(tmp_path: Path) -> None:
    file = tmp_path / "any" / "right" / "mine.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        '"""No code.\n\nexit: 3\nsays: OFFERS? (none|nothing)|no code\nnever: R[E]LU\n"""\n'
    )
    first = "relu: mine.py offers nothing"
    assert [*_mistakes(read(file), 3, first, "[]")] == ["the first line says 'R[E]LU'"]
    assert [*_mistakes(read(file), 3, "none", "[]")] == [
        "the first line does not say 'OFFERS? (none|nothing)|no code'"
    ]


def test_a_broken_expression_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text('"""What.\n\nsays: ln(p +\n"""\n')
    with pytest.raises(ValueError, match="no regular expression"):
        read(file)


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text('"""What.\n\nexpects: 1\n"""\n')
    with pytest.raises(ValueError, match="unknown line"):
        read(file)
