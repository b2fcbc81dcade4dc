"""The picture of a report in README.md: drawn from a report, and up to date."""

import re
import shutil
import xml.etree.ElementTree as ET
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from cnnspec.document import sample_report
from cnnspec.document.sample_report import FILE, SAMPLE, picture, report_of_sample
from harness_tests.helpers import by_turns

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(not (ROOT / SAMPLE).is_file(), reason="only in a checkout")

PANELS: list[dict[str, Any]] = [
    {"role": "input", "name": "x[:, :, 0]", "values": [[1.0, 2.0], [3.0, 4.0]], "first": [0, 0]},
    {"role": "expected", "name": "expected", "values": [[5.0]], "first": [0, 0]},
    {"role": "got", "name": "got", "values": [[-7.5]], "first": [0, 0], "wrong": [[0, 0]]},
    {"role": "difference", "name": "got - expected", "values": [[-12.5]], "first": [0, 0]},
]


def report(panels: list[dict[str, Any]], measured: list[dict[str, Any]]) -> dict[str, Any]:
    """Return as much of a report as the picture shows."""
    failure = {"call": "twofold(x=float64[2, 2])", "exhibit": {"panels": panels}}
    kept = {"id": "TWO-01", "status": "passed", "failures": []}
    return {
        "headline": "twofold: the last row is left at zero",
        "operations": {"twofold": {"measured": measured}},
        "requirements": [kept, {"id": "TWO-02", "status": "failed", "failures": [failure]}],
    }


def texts(report: dict[str, Any]) -> list[str]:
    root = ET.fromstring(picture(report).svg())  # noqa: S314 - we wrote it
    return [part.text or "" for part in root.iter("{http://www.w3.org/2000/svg}text")]


def test_it_shows_the_first_line_the_call_and_its_arrays() -> None:
    shown = texts(report(PANELS, []))
    assert shown[0] == "twofold: the last row is left at zero"
    assert shown[1:3] == ["the smallest call that fails TWO-02:", "twofold(x=float64[2, 2])"]
    assert [word for word in shown if word in ("x", "expected", "got", "got - expected")] == [
        "x",
        "expected",
        "got",
    ]
    assert shown[-1] == "-7.5"


def test_what_is_wrong_is_coloured() -> None:
    assert picture(report(PANELS, [])).svg().count('class="cell b"') == 1


def test_it_shows_what_was_measured_below() -> None:
    panels = [
        {"role": "expected", "name": "due", "values": [[1.0, 8.0]], "first": [0, 0]},
        {"role": "got", "name": "measured", "values": [[9.0, 8.0]], "wrong": [[0, 0]]},
    ]
    shown = texts(report(PANELS, [{"caption": "What a 1 adds: 1 of 2.", "panels": panels}]))
    assert [word for word in shown if word in ("due", "measured")] == ["due", "measured"]
    assert "What a 1 adds: 1 of 2." in shown
    assert shown[-4:] == ["1", "8", "9", "8"]


def test_panels_that_are_too_wide_go_below() -> None:
    wide = {"role": "input", "name": "wide", "values": [[1.0] * 12], "first": [0, 0]}
    drawn = picture(report([wide, wide], []))
    ends = [float(x) for x in re.findall(r'<rect x="(\d+)" y="\d+" width="28"', drawn.svg())]
    assert max(ends) + 28 <= 440


@by_turns
def test_the_picture_is_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    renewed = picture(report_of_sample()).svg()
    renew = "run: python -m cnnspec.document.sample_report"
    assert (ROOT / FILE).read_text("utf-8") == renewed, renew


def test_readme_shows_it_with_a_text_in_its_place() -> None:
    drawn = ET.parse(ROOT / FILE).getroot()  # noqa: S314 - we wrote it
    labels = {part.get("id"): part.text for part in drawn if part.get("id")}
    (shown,) = re.findall(rf'<img src="{FILE}" width="440" alt="([^"]+)">', README)
    assert unescape(shown) == f"{labels['title']}. {labels['description']}"


README = (ROOT / "README.md").read_text("utf-8") if (ROOT / "README.md").is_file() else ""


def test_it_is_written_into_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_report, "report_of_sample", lambda: report(PANELS, []))
    (tmp_path / "pictures").mkdir()
    sample_report.renew(tmp_path)
    assert "twofold" in (tmp_path / FILE).read_text("utf-8")
