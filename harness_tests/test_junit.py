"""The report as JUnit XML."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from cnnspec.commands.line import main
from cnnspec.report.junit import junit_xml
from cnnspec.run.known_failures import known_failures
from harness_tests.helpers import by_turns, judge_alone

#: What junit-10 allows: the attributes of each element (those required first), and its children.
FORM: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"skipped", "time", "timestamp", "hostname", "id", "package"},
        {"properties", "testcase"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": ({"name"}, {"classname", "time", "group"}, {"failure", "skipped"}),
    "failure": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
}


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    entries = [{"requirement": "RELU-03", "reason": "issue 12"}]
    return judge_alone("relu", np.abs, known=known_failures(entries))


def read(report: dict[str, Any]) -> ET.Element:
    return ET.fromstring(junit_xml(report))  # noqa: S314 - our own


@by_turns
def test_it_has_the_form_that_tools_read(report: dict[str, Any]) -> None:
    for element in read(report).iter():
        required, optional, children = FORM[element.tag]
        assert required <= set(element.keys()) <= required | optional, element.tag
        assert {child.tag for child in element} <= children


def test_every_requirement_is_a_test_case(report: dict[str, Any]) -> None:
    root = read(report)
    kinds = {"failed": ["failure"], "passed": []}
    for entry in report["requirements"]:
        (case,) = (
            c for c in root.iter("testcase") if str(c.get("name")).startswith(f"{entry['id']}: ")
        )
        assert [child.tag for child in case] == kinds.get(entry["status"], ["skipped"])


def test_the_level_is_a_property_and_the_counts_are_right(report: dict[str, Any]) -> None:
    for suite in read(report):
        properties = {p.get("name"): p.get("value") for p in suite.iter("property")}
        level = properties["level"]
        entries = [entry for entry in report["requirements"] if entry["level"] == level]
        assert suite.get("tests") == str(len(entries)) == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(sum(e["status"] == "failed" for e in entries))
        others = ("advised", "known failure", "not tested")
        assert suite.get("skipped") == str(sum(e["status"] in others for e in entries))
        assert properties["spec_hash"] == report["spec_hash"]
        assert properties["verdict"] == "does not conform"


def case_of(root: ET.Element, identity: str) -> ET.Element:
    return next(c for c in root.iter("testcase") if str(c.get("name")).startswith(identity))


def test_what_it_says_of_each(report: dict[str, Any]) -> None:
    root = read(report)
    failed = case_of(root, "RELU-01")
    assert failed.get("classname") == "relu"
    (failure,) = failed
    assert failure.get("type") == "wrong values"
    assert "values are wrong" in str(failure.get("message"))
    assert "to mend it: return 0 for negative elements" in str(failure.text)
    (known,) = case_of(root, "RELU-03")
    assert known.get("message") == "known failure: issue 12"
    (untested,) = case_of(root, "DENSE-01")
    assert str(untested.get("message")).startswith("not tested: ")
    assert case_of(root, "NET-01").get("classname") == "network"
    assert case_of(root, "POOL-01").get("classname") == "pooling"


def test_what_xml_cannot_hold_is_escaped() -> None:
    def raising(x: Any) -> Any:
        raise RuntimeError("<a & b>\x00\x1b[31m\ud800]]>")

    report = judge_alone("relu", raising, select="RELU-01")
    (failure,) = case_of(read(report), "RELU-01")
    assert "<a & b>\\x00\\x1b[31m\\ud800]]>" in str(failure.get("message"))


def test_the_command_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("def relu(x):\n    return abs(x)\n", "utf-8")
    written = tmp_path / "junit.xml"
    arguments = ["--requirement", "RELU-01", "--in-process", "--junit-xml", str(written)]
    assert main(["check", str(file), *arguments]) == 1
    assert len(ET.parse(written).findall(".//failure")) == 1  # noqa: S314 - our own
