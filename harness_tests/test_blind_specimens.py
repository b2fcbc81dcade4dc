"""The specimens whose author knew nothing of the diagnosis: each has the one mistake it claims."""

import pytest

pytest.importorskip("specimens.run", reason="only in a checkout")

from harness_tests.helpers import by_turns
from specimens.blind4.verify import HERE, MENDED, compared, shows


def test_all_of_them_are_verified() -> None:
    assert {file.stem for file in HERE.glob("*.py")} == MENDED.keys()


@pytest.mark.parametrize("name", MENDED)
@by_turns
@pytest.mark.filterwarnings("ignore")
def test_a_file_is_wrong_until_its_mistake_is_mended(name: str) -> None:
    as_is, mended = compared(name, most=200)
    assert as_is > 0
    assert mended == 0


@pytest.mark.parametrize("name", MENDED)
@pytest.mark.filterwarnings("ignore")
def test_the_call_that_a_file_names_shows_its_mistake(name: str) -> None:
    assert shows(name)
