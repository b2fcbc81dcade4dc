"""What the spec tests are written with: the same examples, whatever else is loaded."""

import pytest
from hypothesis import strategies as st

from cnnspec.judge.testing import for_all

providers = pytest.importorskip("hypothesis.internal.conjecture.providers")


@pytest.mark.skipif(
    not hasattr(providers, "_get_local_constants"), reason="this hypothesis reads no constants"
)
def test_no_example_is_drawn_from_the_source_of_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bool] = []
    constants = providers._get_local_constants  # noqa: SLF001 - what must not be called

    def reading() -> object:
        read.append(True)
        return constants()

    monkeypatch.setattr(providers, "_get_local_constants", reading)
    drawn: list[float] = []

    @for_all(number=st.floats(-1e6, 1e6), count=st.integers(-(10**6), 10**6))
    def test(number: float, count: int) -> None:
        drawn.extend((number, count))

    test()
    assert len(drawn) > 20
    assert not read
    assert providers._get_local_constants is reading  # noqa: SLF001 - it is put back
