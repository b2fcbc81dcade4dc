"""Facets that are selected are judged alone, and every form of a report says so."""

import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.cases.requirements import FACETS, requirements
from cnnspec.commands.line import main
from cnnspec.page.badge import badge
from cnnspec.page.page import page
from cnnspec.report.entries import Json
from cnnspec.report.junit import junit_xml
from cnnspec.report.text import text_report
from cnnspec.report.words import verdict_words
from cnnspec.run.check import check
from cnnspec.run.comparison import Judged, as_markdown
from cnnspec.run.facets import facets_named
from cnnspec.subject.sources.importing import LoadError
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import implementation, statuses

pytest_plugins = ["pytester"]

LEGAL = ("values", "special", "dtypes", "manners")


def lenient(maps: Any, size: Any = 2, stride: int | None = None) -> Any:
    """Pool rightly, and refuse nothing: a window larger than the maps is their one window."""
    rows, columns = np.shape(maps)[-3:-1]
    if isinstance(size, int | np.integer) and 0 < min(rows, columns) < size:
        return np.max(maps, axis=(-3, -2), keepdims=True)
    return reference.max_pool2d(maps, size, stride)


@pytest.fixture(scope="module")
def numbers() -> Json:
    """Return the report on a pooling without refusals, judged by its numbers and manners."""
    judged = implementation(max_pool2d=lenient)
    return check(judged, facets=LEGAL)


@pytest.fixture(scope="module")
def everything() -> Json:
    """Return the report on the same pooling, judged by all facets."""
    return check(implementation(max_pool2d=lenient))


def test_names_of_facets() -> None:
    assert facets_named("special, values") == ("values", "special")
    with pytest.raises(ArgumentTypeError, match="there is no facet 'shapes'; there are values,"):
        facets_named("values,shapes")


def test_what_is_not_selected_fails_nothing(numbers: Json, everything: Json) -> None:
    assert everything["verdict"] == "does not conform"
    assert everything["headline"].startswith("every number tested is right; not refused are: ")
    assert numbers["operations"]["max_pool2d"]["verdict"] == "conforms"
    assert numbers["headline"] == ""
    assert {entry["facet"] for entry in numbers["requirements"]} == {*LEGAL}
    of_pooling = numbers["operations"]["max_pool2d"]["facets"]
    assert of_pooling["refusals"]["status"] == "not tested"
    before = everything["operations"]["max_pool2d"]["facets"]
    assert {one: of_pooling[one] for one in LEGAL} == {one: before[one] for one in LEGAL}


def test_verdict_badge_junit_and_page_name_the_facets(numbers: Json, everything: Json) -> None:
    said = "article profile, facets values, special, dtypes and manners only"
    assert verdict_words(numbers)[1].startswith(f"{said}, ")
    assert said in badge(numbers)
    assert said in page(numbers)
    assert "facets values, special, dtypes and manners only, cnnspec" in text_report(numbers)
    assert "refusals" not in text_report(numbers).partition("conforms")[0]
    assert "facets" not in verdict_words(everything)[1]
    values = {
        one.get("name"): one.get("value")
        for one in ET.fromstring(junit_xml(numbers)).iter("property")  # noqa: S314 - ours
    }
    assert (values["profile"], values["facets"]) == ("article", "values, special, dtypes, manners")
    first = ET.fromstring(junit_xml(everything)).find(".//property[@name='says']")  # noqa: S314
    assert first is not None
    assert first.get("value") == everything["headline"]


def test_unequal_judgements_are_not_compared_as_equal(numbers: Json, everything: Json) -> None:
    told = as_markdown([Judged("one", numbers), Judged("other", everything)])
    assert "The reports are of different facets: their verdicts do not mean the same." in told
    assert "| facets | values, special, dtypes and manners | all |" in told
    strict = {**everything, "profile": "general"}
    told = as_markdown([Judged("one", strict), Judged("other", everything)])
    assert "The reports are of different profiles" in told
    assert "| facets |" not in told


def test_refusals_alone_are_judged_where_the_right_call_is_answered() -> None:
    judged = implementation(max_pool2d=reference.max_pool2d)
    report = check(judged, facets=["refusals"])
    assert report["operations"]["max_pool2d"]["verdict"] == "conforms"

    def no_batches(maps: Any, size: int = 2, stride: int | None = None) -> Any:
        if np.ndim(maps) == 4:
            raise ValueError("one image at a time")
        return reference.max_pool2d(maps, size, stride)

    judged = implementation(max_pool2d=no_batches)
    report = check(judged, facets=["refusals"])
    assert report["verdict"] == "conforms"


def test_a_run_without_a_must_is_incomplete() -> None:
    judged = implementation(relu=reference.relu)
    report = check(judged, facets=["refusals"])
    assert report["verdict"] == "incomplete"
    assert "of relu no MUST of refusals was tested" in report["implementation"]["notes"]


def test_what_asks_nothing_of_an_operation_leaves_the_others_complete() -> None:
    judged = implementation(relu=reference.relu, max_pool2d=reference.max_pool2d)
    report = check(judged, facets=["refusals"])
    assert report["verdict"] == "conforms"
    assert [*report["operations"]] == ["max_pool2d"]


def test_what_answers_no_legal_call_is_incomplete() -> None:
    def raising(maps: Any, size: int = 2, stride: int | None = None) -> Any:
        raise ValueError("never")

    report = check(implementation(max_pool2d=raising), facets=["refusals"])
    assert report["verdict"] == "incomplete"


def test_the_command_line_selects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine, report = tmp_path / "mine.py", tmp_path / "report.json"
    mine.write_text("import numpy as np\n\n\ndef relu(x):\n    return np.maximum(x, 0)\n")
    selected = ["--facets", "special", "--in-process", "--json", str(report)]
    assert main(["check", str(mine), *selected]) == 0
    found = json.loads(report.read_text())
    assert found["facets"] == ["special"]
    special = {identity for identity, one in requirements().items() if one.facet == "special"}
    assert {*statuses(found)} <= special
    assert "facets special only" in capsys.readouterr().out
    assert main(["check", str(mine), "--facets", "special", "--requirement", "RELU-01"]) == 2
    assert "RELU-01 is of the facet values" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["check", str(mine), "--facets", "all"])


def test_no_file_selects_its_own(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text("CNNSPEC = {'facets': ['values']}\n\n\ndef relu(x):\n    return x\n")
    with pytest.raises(LoadError, match="facets"):
        load(str(mine))


def test_the_network_is_run_for_some_facets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", "--images", "1", "--facets", "values"]) == 0
    told = capsys.readouterr().out
    assert "layers in float64" in told
    assert "float32" not in told
    assert told.endswith("article profile, facets values only\n")
    assert main(["network", "--images", "1", "--facets", "refusals"]) == 3
    assert main(["network", "--images", "1", "--facets", "values,dtypes"]) == 0
    assert "layers in float32" in capsys.readouterr().out


def test_pytest_selects(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(mine="import numpy as np\n\n\ndef relu(x):\n    return np.abs(x)\n")
    spec = str(Path(__file__).parent.parent / "spec_tests" / "test_relu.py")
    options = ("-p", "cnnspec.pytest_plugin", "--implementation=mine.py", "--facets=special")
    result = pytester.runpytest_subprocess(*options, spec)
    result.stdout.fnmatch_lines(["*verdict: mine.py * (article profile, facets special only, *"])
    assert result.ret == 1


def test_every_facet_is_asked_of_something() -> None:
    assert {one.facet for one in requirements().values() if one.level == "MUST"} == {*FACETS}
