"""The page: well-formed, self-contained, escaped, and complete; looked at in a real browser."""

import copy
import json
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import numpy as np
import pytest

import cnnspec
from cnnspec import reference
from cnnspec.commands.line import main
from cnnspec.page.heat_maps import heat_maps
from cnnspec.page.page import page
from cnnspec.page.plots import error_plot
from cnnspec.reference import article2
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from cnnspec.run.known_failures import known_failures
from cnnspec.subject.sources.recognition import recognise
from harness_tests.browser import SCHEMES, SCREENS, Browser, find_browser
from harness_tests.helpers import by_turns, judge_alone

Json = dict[str, Any]

SCHEMA = json.loads((Path(cnnspec.__file__).parent / "report.schema.json").read_text("utf-8"))

SCRIPT = "<script>alert('x')</script> & \"more\""

VOID = {"meta", "link", "br", "rect", "path", "line", "circle", "polyline"}


class Page(HTMLParser):
    """A page as its parser sees it; what is wrong with it raises an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        assert len(attrs) == len(dict(attrs)), f"an attribute of <{tag}> occurs twice"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element without content."""
        assert tag in VOID, f"<{tag}/>"
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the element that was opened last."""
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """The words of the page, with single spaces."""
        return " ".join(" ".join(self.words).split())

    def having(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements of a kind."""
        return [attributes for found, attributes in self.tags if found == tag]


def rotated(image: Any, filters: Any, bias: Any = None) -> Any:
    turned = np.asarray(filters)[:, ::-1, ::-1]
    return reference.conv2d(image, turned, bias)


def raising(x: Any) -> Any:
    if np.shape(x) == (6,):  # or it would only be called wrongly
        return reference.relu(x)
    raise RuntimeError(SCRIPT)


def network() -> Json:
    parts = {name: getattr(reference, name) for name in ("conv2d", "dense", "softmax")}
    module = SimpleNamespace(max_pool2d=lambda maps: reference.max_pool2d(maps) + 1.0, **parts)
    return check(
        recognise(module, name="mine", source="mine"),
        modules=["test_network"],
        images=2,
        select="NET-12",
    )


def with_known() -> Json:
    entries = [{"requirement": "RELU-03", "reason": SCRIPT}]
    return judge_alone("relu", np.abs, known=known_failures(entries))


def whole_network() -> Json:
    conv, pool, softmax = article2.Conv3x3(8), article2.MaxPool2(), article2.Softmax(1352, 10)

    def forward(image: Any, label: Any) -> Any:
        pixels = np.asarray(image) / 256 - 0.5
        out = softmax.forward(pool.forward(conv.forward(pixels)))
        return out, -np.log(out[label]), int(np.argmax(out) == label)

    module = SimpleNamespace(conv=conv, pool=pool, softmax=softmax, forward=forward)
    return check(
        recognise(module, name="mine", source="mine"),
        modules=["test_network"],
        images=1,
        select="NET-06",
    )


MAKERS: dict[str, Callable[[], Json]] = {
    "conforms": lambda: judge_alone("cross_entropy", reference.cross_entropy),
    "rotated": lambda: judge_alone("conv2d", rotated, select="CONV-01 or CONV-07 or CONV-12"),
    "raising": lambda: judge_alone("relu", raising, select="RELU-01 or RELU-11"),
    "known": with_known,
    "network": network,
    "whole": whole_network,
    "nothing": lambda: check(
        recognise(SimpleNamespace(), name="mine", source="mine"), select="RELU"
    ),
}


@pytest.fixture(scope="module")
def reports() -> dict[str, Json]:
    return {name: make() for name, make in MAKERS.items()}


@pytest.mark.parametrize("name", MAKERS)
@by_turns
def test_it_is_well_formed_and_needs_nothing_else(name: str, reports: dict[str, Json]) -> None:
    report = json.loads(json.dumps(reports[name]))
    jsonschema.validate(report, SCHEMA)
    text = page(report)
    found = Page(text)
    identities = Counter(at["id"] for _, at in found.tags if "id" in at)
    assert max(identities.values()) == 1
    for attributes in found.having("a"):
        assert str(attributes["href"])[1:] in identities
    for _, attributes in found.tags:
        for key in ("src", "href", "xlink:href", "action", "data"):
            assert str(attributes.get(key) or "#").startswith(("#", "data:")), attributes
        assert not any(key.startswith("on") for key in attributes)
    assert not re.search(r"https?://|@import|url\(", text)
    assert not found.having("script")
    assert found.having("html")[0]["lang"] == "en"


@pytest.mark.parametrize("name", MAKERS)
def test_every_picture_has_words(name: str, reports: dict[str, Json]) -> None:
    text = page(reports[name])
    pictures = Page(text).having("svg")
    assert all(picture["role"] == "img" and picture["aria-label"] for picture in pictures)
    assert text.count("<title>") == len(pictures) + 1
    assert bool(pictures) == (name != "nothing")


def test_it_says_what_the_report_says(reports: dict[str, Json]) -> None:
    report = reports["rotated"]
    shown = Page(page(report)).text
    failed = [entry for entry in report["requirements"] if entry["status"] == "failed"]
    assert failed
    for entry in failed:
        assert f"{entry['id']} failed" in shown
        assert entry["text"] in shown
        failure = entry["failures"][0]
        assert failure["case"] in shown
        assert " ".join(failure["snippet"].split()) in shown
    diagnosis = report["operations"]["conv2d"]["diagnosis"][0]
    assert f"conv2d: {diagnosis['explanation']}" in shown
    assert diagnosis["remedy"] in shown
    assert report["spec_hash"] in shown
    assert report["environment"]["packages"]["numpy"] in shown
    for entry in report["behaviours"]:
        assert entry["question"] in shown
    for entry in report["accuracy"]:
        assert f"at most {entry['error_over_bound']:g}" in shown
        assert (f"as precise as {entry['precision']}" in shown) == bool(entry["precision"])


def test_it_shows_the_layer_that_differs_first(reports: dict[str, Json]) -> None:
    shown = Page(page(reports["network"])).text
    assert "The first layer that differs is pool, everywhere" in shown
    assert "conv agrees pool differs everywhere logits not compared" in shown
    (failure,) = (f for e in reports["network"]["requirements"] for f in e["failures"][:1])
    assert failure["layers"] == {"agree": ["conv"], "differs": "pool", "where": "everywhere"}


def test_a_failure_of_the_network_shows_its_whole_digit(reports: dict[str, Json]) -> None:
    text = page(reports["whole"])
    shown = Page(text).text
    assert "image: 28 by 28 values" in shown
    assert not re.search(r"shown: (rows|columns)", shown)
    said = "Not shown: filters, float64[8, 3, 3], from "
    assert said in shown
    assert "; weights, float64[1352, 10], from " in shown
    assert re.search(r"not shown: filters, float64\[8, 3, 3\]", text_report(reports["whole"]))


def test_known_failures_are_shown_apart(reports: dict[str, Json]) -> None:
    shown = Page(page(reports["known"])).text
    assert "1 known failure" in shown
    assert f"RELU-03 (fails, 1): {SCRIPT}" in shown


def test_what_is_not_ours_is_escaped(reports: dict[str, Json]) -> None:
    report = copy.deepcopy(reports["raising"])
    report["implementation"].update(name=SCRIPT, source=SCRIPT, notes=[SCRIPT, "\ud800"])
    text = page(report)
    assert "\\ud800" in text
    assert text.encode("utf-8")
    assert SCRIPT in Page(text).text
    assert "<script" not in text


def test_a_report_without_the_newer_keys_makes_a_page_too(reports: dict[str, Json]) -> None:
    report = copy.deepcopy(reports["rotated"])
    for key in ("spec_hash", "accuracy", "adapter", "known_failures"):
        del report[key]
    for entry in report["requirements"]:
        for failure in entry["failures"]:
            for key in ("exhibit", "layers", "snippet", "size", "complaint"):
                failure.pop(key, None)
    jsonschema.validate(report, SCHEMA)
    assert "CONV-01 failed" in Page(page(report)).text


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(
        "import os\nos.chdir('/')\ndef relu(x):\n    return abs(x)\n", "utf-8"
    )
    selected = ["--requirement", "RELU-01", "--in-process"]
    assert main(["check", "mine.py", *selected, "--html", "it.html", "--json", "it.json"]) == 1
    written = (tmp_path / "it.html").read_text("utf-8")
    assert written == page(json.loads((tmp_path / "it.json").read_text("utf-8")))


# --- drawings ------------------------------------------------------------------------------------


def drawn(values: Any, **more: Any) -> Json:
    rows, columns = np.shape(values)
    panel = {
        "role": "got",
        "name": "got",
        "dtype": "float64",
        "shape": [rows, columns],
        "size": [rows, columns],
        "first": [0, 0],
        "values": values,
        **more,
    }
    return heat_maps([panel])[0]


def test_colours_grow_with_the_numbers() -> None:
    shades = drawn([[0, 1, 2, 4], [-4, -2, "NaN", 0]])["shades"]
    strengths = {(one["side"], float(one["strength"])) for one in shades}
    assert strengths == {
        ("above", 0.125),
        ("above", 0.25),
        ("above", 0.5),
        ("below", 0.5),
        ("below", 0.25),
        ("none", 0.5),
    }


def test_marks_lie_on_their_cells() -> None:
    given = drawn([[1, 2], [3, 4]], first=[5, 7], size=[9, 9], wrong=[[6, 7]], window=[4, 8, 2, 3])
    left, top, across, down = (given[key] for key in ("left", "top", "across", "down"))
    assert given["wrong"] == [{"x": left, "y": top + down}]
    assert given["window"] == {"x": left + across, "y": top, "width": across, "height": down}
    assert [mark["text"] for mark in given["axes"]] == [7, 8, 5, 6]
    assert "shown: rows 5-6 of 9, columns 7-8 of 9" in given["facts"]
    assert given["label"].endswith("1 of those shown are wrong, first 3 at row 6, column 7")
    assert drawn([[1]], window=[5, 5, 2, 2])["window"] is None


def test_numbers_are_rounded_to_fit_or_left_out() -> None:
    (one, *_) = drawn([[1.23456789e-17] * 8])["numbers"]
    assert one["text"] == "1.2e-17"
    assert drawn([[1.23456789e-17] * 24])["numbers"] == []


def test_errors_on_their_scale() -> None:
    entry = {
        "operation": "conv2d",
        "result_dtype": "float64",
        "error_over_bound": 10.0,
        "precision": "",
        "by_terms": [
            {"terms": 1, "error_over_bound": 0.0},
            {"terms": 10, "error_over_bound": 1.0},
            {"terms": 100, "error_over_bound": 10.0},
        ],
    }
    plot = error_plot(entry)
    exact, at_bound, beyond = plot["points"]
    assert exact == {"x": plot["left"], "y": plot["bottom"]}
    assert at_bound == {"x": (plot["left"] + plot["right"]) / 2, "y": plot["bound"]}
    assert beyond == {"x": plot["right"], "y": plot["top"]}


# --- in a browser --------------------------------------------------------------------------------

BROWSER = find_browser()

GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 22, 26)"}

#: How many of the drawings that are seen reach beyond the screen.
CLIPPED = """[...document.querySelectorAll('svg')].filter(
    drawing => drawing.checkVisibility() && drawing.getBoundingClientRect().right > innerWidth
).length"""


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium")
def test_a_browser_shows_it(tmp_path: Path, reports: dict[str, Json]) -> None:
    assert BROWSER is not None
    with Browser(BROWSER) as browser:
        for name in ("rotated", "raising", "network", "whole"):
            file = tmp_path / f"{name}.html"
            file.write_text(page(reports[name]), "utf-8")
            for screen in SCREENS:
                for scheme in SCHEMES:
                    browser.open(file, screen, scheme)
                    browser.unfold()
                    assert browser.errors == []
                    assert set(browser.requests) <= {file.as_uri(), "data:,"}
                    assert browser.overflow() == 0
                    ground = browser.evaluate("getComputedStyle(document.body).backgroundColor")
                    assert (
                        ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 22, 26)"}[scheme]
                    )
                    clipped = (
                        "[...document.querySelectorAll('svg')].filter(e => e.checkVisibility()"
                    )
                    clipped += " && e.getBoundingClientRect().right > innerWidth).length"
                    assert browser.evaluate(clipped) == 0


def test_labels_of_plots_stay_inside() -> None:
    by_terms = [{"terms": n, "error_over_bound": 0.1} for n in (1, 2000)]
    entry = {"operation": "dense", "result_dtype": "float64", "precision": None}
    drawn = error_plot(entry | {"error_over_bound": 0.1, "by_terms": by_terms})
    letter = 0.6 * 11  # of a monospaced font of 11 pixels
    assert any(mark["text"] == "10000" for mark in drawn["marks"])
    for mark in drawn["marks"]:
        after = {"end": 0.0, "middle": 0.5}[mark["anchor"]] * len(mark["text"]) * letter
        assert mark["x"] + after <= drawn["width"], mark


def test_the_first_table_shows_operations_and_facets() -> None:
    shown = Page(page(judge_alone("relu", np.abs, select="RELU-05 or RELU-07")))
    heads = [index for index, (tag, _) in enumerate(shown.tags) if tag == "h2"]
    titles = [shown.tags[index][1]["id"] for index in heads]
    assert titles.index("facets") < titles.index("operations")
    assert "operation values special dtypes manners refusals relu" in shown.text
