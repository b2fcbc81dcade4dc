"""The report as JUnit XML, one test case for each requirement, for the tools that read that."""

from xml.etree import ElementTree as ET

from cnnspec.cases.requirements import FACETS, LEVELS, requirements
from cnnspec.report.entries import Json
from cnnspec.report.failures import failure_text
from cnnspec.report.words import effort_of, first_failure, first_line
from cnnspec.texts import escaped

#: Chapters whose requirements count for the first operation that they bind.
_BY_OPERATION = ("CALL",)


def junit_xml(report: Json) -> str:
    """Return a report as JUnit XML, valid by the schema junit-10 that Jenkins reads.

    There is one suite for each level, whose properties say what was judged, and by what, and one
    for other candidates for the same operations. A
    requirement that failed is a failure; one that is advised, a known failure or was not tested
    is skipped, with the reason.
    """
    name = report["implementation"]["name"]
    root = ET.Element("testsuites", name=escaped(f"cnnspec: {name}"))
    for level in LEVELS:
        entries = [entry for entry in report["requirements"] if entry["level"] == level]
        root.append(_suite(report, level, [_test_case(entry) for entry in entries]))
    if candidates := report.get("candidates"):
        root.append(_suite(report, "candidates", [_candidate(one) for one in candidates]))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(report: Json, level: str, cases: list[ET.Element]) -> ET.Element:
    suite = ET.Element(
        "testsuite",
        name=f"cnnspec {level}",
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        errors="0",
        skipped=str(sum(case.find("skipped") is not None for case in cases)),
    )
    properties = ET.SubElement(suite, "properties")
    for key, value in {
        "level": level,
        "implementation": report["implementation"]["source"],
        "verdict": report["verdict"],
        "says": report.get("headline", ""),
        "profile": report["profile"],
        "profile_chosen": report.get("profile_chosen", {}).get("why", ""),
        "effort": effort_of(report),
        "facets": ", ".join(report.get("facets", FACETS)),
        "spec_version": report["spec_version"],
        "spec_hash": report.get("spec_hash", "unknown"),
    }.items():
        ET.SubElement(properties, "property", name=key, value=escaped(value))
    suite.extend(cases)
    return suite


def _test_case(entry: Json) -> ET.Element:
    case = ET.Element(
        "testcase", classname=_class_of(entry["id"]), name=f"{entry['id']}: {entry['text']}"
    )
    status = entry["status"]
    if status == "failed":
        failure = first_failure(entry)
        said = escaped(first_line(failure))
        element = ET.SubElement(
            case, "failure", message=said, type=str(failure.get("complaint", status))
        )
        element.text = escaped(failure_text(entry))
    elif status == "advised":
        said = f"advised: {first_line(first_failure(entry))}"
        element = ET.SubElement(case, "skipped", message=escaped(said))
        element.text = escaped(failure_text(entry))
    elif status != "passed":
        said = f"{status}: {'; '.join(entry['reasons'])}"
        ET.SubElement(case, "skipped", message=escaped(said))
    return case


def _candidate(one: Json) -> ET.Element:
    """Return the test case of another candidate for an operation."""
    name = f"{one['operation']} ({one['name']})"
    case = ET.Element("testcase", classname=one["operation"], name=name)
    if one["failed"]:
        said = one["headline"] or one["verdict"]
        element = ET.SubElement(case, "failure", message=escaped(said), type="candidate")
        element.text = escaped(f"failed: {', '.join(one['failed'])}")
    return case


def _class_of(identity: str) -> str:
    """Return the stem of the room, or of the layers, that a requirement is about."""
    requirement = requirements()[identity]
    if requirement.chapter in _BY_OPERATION:
        return requirement.operations[0]
    return requirement.module.removeprefix("test_")
