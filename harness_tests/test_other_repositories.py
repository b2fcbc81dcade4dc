"""The suite in other people's repositories: their settings, their plugins, their test classes."""

import json
import xml.etree.ElementTree as ET
from types import SimpleNamespace
from typing import cast

import pytest

from cnnspec.run.collection import find_spec_tests
from harness_tests.helpers import by_turns

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "cnnspec.pytest_plugin", "--pyargs")
SUITE = (*PLUGIN, "cnnspec.spec_tests.test_relu", "cnnspec.spec_tests.test_network")

#: A right ReLU, but for infinity.
MINE = """
import numpy as np


def relu(x):
    return np.where(np.isinf(x), 0, np.maximum(x, 0))
"""

SETTINGS = """
[pytest]
addopts = --strict-markers --strict-config --doctest-modules -p linter
testpaths = tests
python_files = check_*.py
python_functions = it_*
xfail_strict = true
filterwarnings = error
"""

CONFTEST = """
import pytest


@pytest.fixture
def images():
    return "theirs"


@pytest.fixture
def judge():
    return "theirs"


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    items.reverse()
"""

#: A plugin that makes a test of every file, as those of linters do.
LINTER = """
import pytest


class Linted(pytest.Item):
    def runtest(self):
        pass


class Linter(pytest.File):
    def collect(self):
        return [Linted.from_parent(self, name="lint")]


def pytest_collect_file(file_path, parent):
    return Linter.from_parent(parent, path=file_path)
"""

KNOWN = """
[[known]]
requirement = "RELU-03"
reason = "infinity does not occur here"
"""

ID = "cnnspec/spec_tests/test_relu.py::test_infinities[relu/infinity]"


@pytest.fixture
def repository(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Return somebody else's repository, with an implementation and settings of its own."""
    for name in ("PYTEST_ADDOPTS", "CNNSPEC_EVERY"):  # these are of our own test run
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(my_cnn=MINE, linter=LINTER)
    pytester.makefile(".ini", pytest=SETTINGS)
    pytester.makeconftest(CONFTEST)
    pytester.makefile(".toml", known=KNOWN)
    return pytester


def run(repository: pytest.Pytester, *options: str) -> pytest.RunResult:
    return repository.runpytest_subprocess("--implementation=my_cnn.py", *SUITE, *options)


# --- the spec tests ----------------------------------------------------------------------------


@by_turns
def test_ids_failures_and_properties(repository: pytest.Pytester) -> None:
    done = run(repository, "-k", "RELU-03 or NET-03", "--junit-xml=junit.xml", "--json=r.json")
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.assert_outcomes(failed=1, passed=1, deselected=None)
    done.stdout.fnmatch_lines(
        [
            f"FAILED {ID.replace('[', '[[]')}*",
        ]
    )
    cases = ET.parse(repository.path / "junit.xml").iter("testcase")  # noqa: S314 - our own
    (failed,) = (case for case in cases if case.find("failure") is not None)
    assert failed.get("classname") == "cnnspec.spec_tests.test_relu"
    assert failed.get("name") == "test_infinities[relu/infinity]"
    properties = {p.get("name"): p.get("value") for p in failed.iter("property")}
    assert properties == {"requirement": "RELU-03", "level": "MUST"}
    failure = failed.find("failure")
    assert failure is not None
    assert "RELU-03: Infinity stays" in str(failure.text)
    assert "got 0.0, exact inf" in str(failure.text)
    report = json.loads((repository.path / "r.json").read_text("utf-8"))
    assert report["verdict"] == "does not conform"


@by_turns
def test_an_id_may_be_given_back(repository: pytest.Pytester) -> None:
    done = repository.runpytest_subprocess("--implementation=my_cnn.py", *PLUGIN, ID)
    done.assert_outcomes(failed=1)


def test_an_id_is_found_as_that_of_an_installed_package() -> None:
    config = SimpleNamespace(
        args=["tests", ID], option=SimpleNamespace(pyargs=False), addinivalue_line=lambda *_: None
    )
    find_spec_tests(cast("pytest.Config", config))
    assert config.args == ["tests", "cnnspec.spec_tests.test_relu::test_infinities[relu/infinity]"]
    assert config.option.pyargs


@by_turns
def test_the_last_failures_again(repository: pytest.Pytester) -> None:
    assert run(repository, "-k", "RELU-03 or RELU-07", "-x").ret == 1
    done = run(repository, "--lf")
    assert done.ret == 1
    done.assert_outcomes(failed=1, deselected=None)


@by_turns
def test_known_failures(repository: pytest.Pytester) -> None:
    known = "--known-failures=known.toml"
    done = run(repository, "-k", "RELU-03 or NET-03", known, "-rx")
    assert done.ret == pytest.ExitCode.OK
    done.assert_outcomes(xfailed=1, passed=1, deselected=None)
    done.stdout.fnmatch_lines(
        ["*, 1 known failure, *", "*known failure, RELU-03: infinity does not occur here"]
    )
    repository.makepyfile(my_cnn="import numpy as np\ndef relu(x): return np.maximum(x, 0)\n")
    done = run(repository, "-k", "RELU-03", known)
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(["RELU-03 passes: remove it from known.toml"])


@by_turns
def test_a_list_that_cannot_be_used(repository: pytest.Pytester) -> None:
    done = run(repository, "--known-failures=none.toml")
    assert int(done.ret) == 2
    done.stderr.fnmatch_lines(["*none.toml cannot be read*"])
    repository.makefile(".toml", known=KNOWN.replace("RELU-03", "CONV-26"))
    asked = ("--implementation=my_cnn.py", "--known-failures=known.toml", "-k", "RELU-07")
    done = repository.runpytest_subprocess(*asked, *PLUGIN, "cnnspec.spec_tests")
    assert int(done.ret) == 2
    done.stdout.fnmatch_lines(["known.toml lists CONV-26, which matches nothing*"])


@by_turns
def test_nothing_to_judge_is_no_success(repository: pytest.Pytester) -> None:
    repository.makepyfile(my_cnn="x = 1\n")
    assert run(repository, "-k", "RELU").ret == pytest.ExitCode.NO_TESTS_COLLECTED


@by_turns
def test_worker_processes(repository: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xdist")
    monkeypatch.chdir(repository.path)
    some = (*PLUGIN, "cnnspec.spec_tests.test_relu", "-n2", "--json=r.json")
    repository.makefile(
        ".toml", known=KNOWN + '[[known]]\nrequirement = "RELU-07"\nreason = "none"\n'
    )
    done = repository.runpytest_subprocess(
        "--implementation=my_cnn.py", "--known-failures=known.toml", *some
    )
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    assert done.parseoutcomes().get("failed") is None
    assert done.parseoutcomes()["xfailed"] == 1
    done.stdout.fnmatch_lines(["RELU-07 passes: remove it from known.toml"])
    report = json.loads((repository.path / "r.json").read_text("utf-8"))
    assert [entry["state"] for entry in report["known_failures"]] == ["fails", "passes"]
    done = repository.runpytest_subprocess("--implementation=none.py", *some)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*there is no file none.py*"])


# --- the test class ----------------------------------------------------------------------------

CLASSES = """
import my_cnn
from cnnspec.suite import Conformance


class Negative:
    def relu(self, x):
        return -x


class TestFile(Conformance):
    implementation = "my_cnn.py"
    known_failures = "../known.toml"


class TestModule(Conformance):
    implementation = my_cnn


class TestFunctions(Conformance):
    implementation = {"relu": my_cnn.relu}
    known_failures = {"RELU-07": "is no failure", "relu/infinity": "does not occur"}


class TestClass(Conformance):
    implementation = Negative
    profile = "general"


class TestNothing(Conformance):
    implementation = {}


class TestMissing(Conformance):
    implementation = "none.py"
"""


@pytest.fixture
def classes(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return a repository whose tests have classes of ours, with nothing set up for them."""
    pytester.makefile(
        ".ini", pytest="[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n"
    )
    folder = pytester.mkdir("tests")
    (folder / "my_cnn.py").write_text(MINE, "utf-8")
    (folder / "test_mine.py").write_text(CLASSES, "utf-8")
    pytester.makefile(".toml", known=KNOWN)
    return pytester


def outcomes(repository: pytest.Pytester, *options: str) -> dict[str, str]:
    """Run the classes and return what pytest says of every test that was not skipped."""
    done = repository.runpytest_subprocess("-rA", "--junit-xml=junit.xml", *options)
    said = {}
    for line in done.outlines:
        status, _, rest = line.partition(" ")
        if status in ("PASSED", "FAILED", "XFAIL", "SKIPPED"):
            said[rest.partition("::")[2].partition(" - ")[0]] = status
    return said


@by_turns
def test_classes_for_several_implementations(classes: pytest.Pytester) -> None:
    said = outcomes(classes, "-k", "RELU-03 or RELU-07 or CONV-24 or offered or known")
    requirement = "test_requirement[RELU-{:02}]".format
    offered, known = "test_something_is_offered", "test_known_failures_are_up_to_date"
    assert {key: status for key, status in said.items() if key.startswith("TestFile")} == {
        f"TestFile::{requirement(3)}": "XFAIL",
        f"TestFile::{requirement(7)}": "PASSED",
        f"TestFile::{offered}": "PASSED",
        f"TestFile::{known}": "PASSED",
    }
    assert said[f"TestModule::{requirement(3)}"] == "FAILED"
    assert said[f"TestModule::{requirement(7)}"] == "PASSED"
    assert said[f"TestFunctions::{requirement(3)}"] == "XFAIL"
    assert said[f"TestFunctions::{requirement(7)}"] == "PASSED"
    assert said[f"TestFunctions::{known}"] == "FAILED"
    assert said[f"TestClass::{requirement(3)}"] == "FAILED"
    assert said[f"TestNothing::{offered}"] == "FAILED"
    assert f"TestNothing::{requirement(3)}" not in said  # skipped
    missing = {status for key, status in said.items() if key.startswith("TestMissing")}
    assert missing == {"FAILED"}


@by_turns
def test_what_a_class_says_of_a_failure(classes: pytest.Pytester) -> None:
    done = classes.runpytest_subprocess("-k", "TestClass and RELU-01", "--junit-xml=junit.xml")
    done.stdout.fnmatch_lines(
        [
            "RELU-01 failed (MUST): Elements larger than 0 are returned*",
            "*relu/four-numbers: * values are wrong*",
            "*to see it by yourself:",
            "*from test_mine import TestClass as mine",
        ]
    )
    (case,) = ET.parse(classes.path / "junit.xml").iter("testcase")  # noqa: S314 - our own
    assert case.get("name") == "test_requirement[RELU-01]"
    properties = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert properties == {"requirement": "RELU-01", "level": "MUST"}


@by_turns
def test_every_requirement_of_the_profile_is_a_test(classes: pytest.Pytester) -> None:
    done = classes.runpytest_subprocess("--collect-only", "-q", "-k", "CONV-24 or CONV-26")
    assert "tests/test_mine.py::TestFile::test_requirement[CONV-24]" in done.outlines
    assert "tests/test_mine.py::TestFile::test_requirement[CONV-26]" in done.outlines
    assert "tests/test_mine.py::TestClass::test_requirement[CONV-24]" not in done.outlines
    assert "tests/test_mine.py::TestClass::test_requirement[CONV-26]" in done.outlines


@by_turns
def test_advice_is_an_xfail(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import numpy as np
        from cnnspec.suite import Conformance


        class TestLoss(Conformance):
            implementation = {"cross_entropy": lambda probabilities, label: (
                -np.log(probabilities[label % 3 if label < 0 else label]))}
        """
    )
    done = pytester.runpytest_subprocess("-k", "LOSS-10 or LOSS-01", "-rx")
    assert done.ret == pytest.ExitCode.OK
    done.assert_outcomes(passed=1, xfailed=1, deselected=None)
    done.stdout.fnmatch_lines(["XFAIL *LOSS-10] - *advised, LOSS-10: accepted*"])
