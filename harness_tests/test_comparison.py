"""Comparisons of several implementations."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cnnspec.commands.line import main
from cnnspec.report.entries import Json
from cnnspec.run.check import CheckError, check
from cnnspec.run.comparison import (
    NOTHING,
    Judged,
    Table,
    as_markdown,
    as_page,
    exit_status,
    judged,
    read_report,
    tables,
)
from harness_tests.helpers import by_turns

RIGHT = "import numpy as np\n\ndef relu(x):\n    return np.maximum(x, 0)\n"
LEAKY = "import numpy as np\n\ndef relu(x):\n    return np.where(np.asarray(x) > 0, x, x / 100)\n"
SHARED = "\n\ndef softmax(logits):\n    raise NotImplementedError\n"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Json]:
    folder = tmp_path_factory.mktemp("compared")
    found = {}
    for name, source in (("right", RIGHT), ("leaky", LEAKY + SHARED)):
        file = folder / f"{name}.py"
        file.write_text(source, "utf-8")
        found[name] = check(str(file))
    return found


@pytest.fixture
def found(reports: dict[str, Json]) -> list[Judged]:
    return [
        Judged("right.py", reports["right"], 3.2),
        Judged("leaky.py", reports["leaky"]),
        Judged("gone.py", None, problem="there is no file gone.py"),
    ]


def table(found: list[Judged], title: str) -> Table:
    return next(one for one in tables(found) if one.title == title)


def row(found: list[Judged], title: str, begins: str) -> list[str]:
    return next(cells[1:] for cells in table(found, title).rows if cells[0].startswith(begins))


@by_turns
def test_verdicts_stand_beside_each_other(found: list[Judged]) -> None:
    assert row(found, "Verdicts", "verdict") == ["conforms", "does not conform", "not judged"]
    assert row(found, "Verdicts", "`relu`") == ["conforms", "does not conform", NOTHING]
    assert row(found, "Verdicts", "seconds") == ["3", NOTHING, NOTHING]
    assert "there is no file gone.py" in table(found, "Verdicts").says


def test_counts_are_those_of_the_reports(found: list[Judged], reports: dict[str, Json]) -> None:
    entries = [reports[name]["requirements"] for name in ("right", "leaky")]
    failed = [str(sum(one["status"] == "failed" for one in each)) for each in entries]
    assert row(found, "Verdicts", "requirements failed") == [*failed, NOTHING]


def test_only_requirements_that_not_all_pass_are_shown(found: list[Judged]) -> None:
    shown = {cells[0].split()[0]: cells[1:] for cells in table(found, "Requirements").rows}
    assert shown["RELU-01"] == ["passed", "failed", NOTHING]
    assert "RELU-09" not in shown  # both leave their argument alone
    assert not any(name.startswith("CONV") for name in shown)


def test_only_behaviours_that_differ_are_shown(
    found: list[Judged], reports: dict[str, Json]
) -> None:
    right, leaky = (
        {entry["question"]: entry["answer"] for entry in reports[name]["behaviours"]}
        for name in ("right", "leaky")
    )
    differ = {question for question in right if right[question] != leaky.get(question)}
    shown = {cells[0] for cells in table(found, "Behaviours").rows} if differ else set()
    assert shown == {question for question in differ if question in leaky}


def test_nothing_is_shown_of_equals(reports: dict[str, Json]) -> None:
    twice = [Judged("one.py", reports["right"]), Judged("two.py", reports["right"])]
    assert "Behaviours" not in {one.title for one in tables(twice)}
    assert len(set(table(twice, "Verdicts").head)) == 3  # names that are the same are told apart


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        (["conforms"], 0),
        (["conforms", "incomplete"], 3),
        (["incomplete", "does not conform"], 1),
        (["does not conform", None], 2),
    ],
)
def test_the_exit_status_is_that_of_the_worst(verdicts: list[str | None], status: int) -> None:
    found = [Judged("x", {"verdict": verdict} if verdict else None) for verdict in verdicts]
    assert exit_status(found) == status


def test_the_markdown_is_a_table_whatever_the_names_are(reports: dict[str, Json]) -> None:
    name = {"implementation": reports["right"]["implementation"] | {"name": "a|b"}}
    found = [Judged("x", reports["right"] | name), Judged("y", reports["leaky"])]
    lines = [line for line in as_markdown(found).splitlines() if line.startswith("|")]
    assert all(line.replace("\\|", "").count("|") == 4 for line in lines)
    assert any("a\\|b" in line for line in lines)


class Page(HTMLParser):
    """What a page holds."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))


def test_the_page_escapes_names_and_refers_to_nothing_else(reports: dict[str, Json]) -> None:
    name = {"implementation": reports["right"]["implementation"] | {"name": "<script>x</script>"}}
    written = as_page([Judged("x", reports["right"] | name), Judged("y", reports["leaky"])])
    page = Page()
    page.feed(written)
    identities = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert "script" not in {tag for tag, _ in page.tags}
    assert len(identities) == len(set(identities)) >= 4
    assert "http" not in written
    assert {"verdicts", "requirements"} <= set(identities)


def test_reports_can_be_read(reports: dict[str, Json], tmp_path: Path) -> None:
    file = tmp_path / "right.json"
    file.write_text(json.dumps(reports["right"]), "utf-8")
    assert judged(str(file)).report == reports["right"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "cnnspec-report/2"}'])
def test_other_files_are_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text(text, "utf-8")
    with pytest.raises(CheckError, match="report"):
        read_report(file)
    assert "report" in judged(str(file)).problem


def test_the_command(
    reports: dict[str, Json], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for name, report in reports.items():
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(report), "utf-8")
        files.append(str(file))
    page = tmp_path / "page.html"
    assert main(["compare", *files, "--html", str(page)]) == 1
    assert "| RELU-01 (MUST)" in capsys.readouterr().out
    assert "does not conform" in page.read_text("utf-8")
    assert main(["compare", *files, str(tmp_path / "missing.json")]) == 2
    assert "missing.json" in capsys.readouterr().err
