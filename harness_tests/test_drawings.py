"""The pictures of the specification: their numbers, and that they can be read by everybody."""

import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest

from cnnspec.commands.line import main
from cnnspec.declaration.drawing import STYLE, WIDTH
from cnnspec.document import drawings
from cnnspec.document.sample_report import FILE as SAMPLE_REPORT
from harness_tests.helpers import spec_md

FOLDER = Path(__file__).parent.parent / drawings.FOLDER
SVG = "{http://www.w3.org/2000/svg}"

#: Drawn by Matplotlib: see test_mnist_training.py.
CURVES = "training.svg"

EACH = pytest.mark.parametrize(
    "name", sorted(file.name for file in FOLDER.glob("*.svg") if file.name != CURVES)
)
OF_THE_SPECIFICATION = pytest.mark.parametrize("name", drawings.pictures().keys())


@cache
def drawn(name: str) -> ET.Element:
    return ET.parse(FOLDER / name).getroot()  # noqa: S314 - we wrote it


def numbers(name: str) -> list[str]:
    return [text.text or "" for text in drawn(name).iter(f"{SVG}text") if text.get("class") == "n"]


@pytest.mark.skipif(not FOLDER.is_dir(), reason="only in a checkout")
def test_the_specification_and_its_pictures_are_up_to_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["spec", "--pictures", str(tmp_path / "new")]) == 0
    renew = "run: cnnspec spec --pictures pictures > SPEC.md"
    assert capsys.readouterr().out == spec_md(), renew
    made = {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}
    kept = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    del kept[Path(SAMPLE_REPORT).name], kept[CURVES]  # test_sample_report.py
    assert made == kept, renew


@OF_THE_SPECIFICATION
def test_the_specification_shows_it_with_a_text_in_its_place(name: str) -> None:
    (shown,) = re.findall(rf'<img src="pictures/{name}" width="440" alt="([^"]+)">', spec_md())
    assert len(shown) > 60


@EACH
def test_it_has_a_title_and_a_description(name: str) -> None:
    root = drawn(name)
    labels = {part.get("id"): part.text for part in root if part.get("id")}
    assert root.get("role") == "img"
    assert set((root.get("aria-labelledby") or "").split()) == labels.keys()
    assert all(labels.values())


@EACH
def test_nothing_is_drawn_outside(name: str) -> None:
    root = drawn(name)
    height = float(root.get("height") or 0)
    for part in root.iter():
        if part.tag == f"{SVG}rect":
            assert float(part.get("x") or 0) + float(part.get("width") or 0) <= WIDTH
            assert float(part.get("y") or 0) + float(part.get("height") or 0) <= height
        if part.tag == f"{SVG}text":
            assert 0 < float(part.get("y") or 0) < height
            letters = len(part.text or "") * 8.0
            assert float(part.get("x") or 0) + letters * (not part.get("text-anchor")) <= WIDTH + 20


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_can_be_read_on_every_colour(dark: bool) -> None:
    light_style, dark_style = STYLE.split("@media")
    style = dark_style if dark else light_style
    fills = dict(re.findall(r"(?:^|\s)([.\w]+) \{ fill: (#\w{6})", style))
    for ink in ("text", ".soft"):
        for paper in (".paper", ".cell", ".a", ".b", ".c", ".d", ".off"):
            if ink == ".soft" and paper != ".paper":
                continue
            one, two = sorted([luminance(fills[ink]), luminance(fills[paper])])
            assert (two + 0.05) / (one + 0.05) >= 4.5, (ink, paper)


def test_the_numbers_of_the_sliding_window() -> None:
    assert numbers("sliding-window.svg")[25:29] == ["29", "-192", "-35", "-22"]
    assert [text for text in numbers("sliding-window.svg") if text.startswith("=")] == [
        "= 62 - 33 = 29",
        "= 108 - 300 = -192",
        "= 31 - 66 = -35",
        "= 247 - 269 = -22",
    ]


def test_the_numbers_of_pooling() -> None:
    found = numbers("pooling-windows.svg")
    assert found[0] == "size 2, stride 2: (5 - 2) // 2 + 1 = 2"
    assert found[26:30] == ["7", "9", "17", "19"]
    assert found[-4:] == ["13", "15", "23", "25"]


def test_the_order_of_flattening() -> None:
    assert numbers("flatten-order.svg")[:7] == ["map 0", "0", "2", "4", "6", "8", "10"]
