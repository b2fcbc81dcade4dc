"""Samples of the cases of a test, as `.ci/run` takes them under the oldest versions."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parent.parent / "conftest.py"

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="only in a checkout")

MANY = [f"test_a.py::many[{number}]" for number in range(9)]
TWO = ["test_a.py::two[x[0]]", "test_a.py::two[y]"]
IDS = [*MANY, *TWO, "test_a.py::alone"]


@pytest.fixture(scope="module")
def conftest() -> ModuleType:
    spec = spec_from_file_location("conftest_of_the_checkout", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_of_each_test_some_cases_are_run(conftest: ModuleType) -> None:
    assert conftest.sample(IDS, 4, 0) == {MANY[0], MANY[4], MANY[8], TWO[0], IDS[-1]}
    assert conftest.sample(IDS, 4, 3) == {MANY[3], MANY[7], TWO[1], IDS[-1]}
    assert conftest.sample(IDS, 1, 5) == {*IDS}


def test_every_case_has_its_turn(conftest: ModuleType) -> None:
    assert {one for turn in range(4) for one in conftest.sample(IDS, 4, turn)} == {*IDS}
