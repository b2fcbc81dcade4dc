"""The badge says what the verdict says."""

from xml.etree import ElementTree as ET

import pytest

from cnnspec.page.badge import COLOURS, badge
from cnnspec.report.verdict import CONFORMS, DOES_NOT_CONFORM, INCOMPLETE

NAMESPACE = "{http://www.w3.org/2000/svg}"


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("verdict", [CONFORMS, DOES_NOT_CONFORM, INCOMPLETE])
def test_the_text_is_the_verdict(verdict: str) -> None:
    picture = ET.fromstring(badge({"verdict": verdict, "profile": "general"}))  # noqa: S314 - ours
    texts = [element.text for element in picture.iter(f"{NAMESPACE}text")]
    assert texts == ["cnnspec", f"{verdict} (general profile)"]
    assert picture.get("aria-label") == f"cnnspec: {verdict} (general profile)"
    boxes = list(picture.iter(f"{NAMESPACE}rect"))
    assert sum(int(box.get("width", "")) for box in boxes) == int(picture.get("width", ""))
    assert len({box.get("fill") for box in boxes}) == 2


@pytest.mark.parametrize("colour", COLOURS.values())
def test_white_text_can_be_read(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5
