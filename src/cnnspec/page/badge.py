"""The verdict as a badge, an SVG picture of one line."""

from xml.etree import ElementTree as ET

from cnnspec.report.entries import Json
from cnnspec.report.verdict import CONFORMS, DOES_NOT_CONFORM, INCOMPLETE
from cnnspec.report.words import limit_words, rules_words, unjudged_words

LABEL = "cnnspec"

#: White text on these, and on the label's, has a contrast of at least 4.5.
COLOURS = {CONFORMS: "#176537", DOES_NOT_CONFORM: "#b3261e", INCOMPLETE: "#735000"}
_LABEL_COLOUR = "#444b52"

#: In pixels; texts are fitted to their width, whatever font is found.
_HEIGHT, _MARGIN, _LETTER = 20, 7, 6.5


def badge(report: Json) -> str:
    """Return a badge for a report, as SVG: verdict, limits, and by what rules it is one."""
    limits = limit_words(report)
    verdict = f"{report['verdict']}; {limits}" if limits else report["verdict"]
    if cells := unjudged_words(report):
        verdict += f"; not judged: {cells}"
    said = f"{verdict} ({rules_words(report)})"
    spoken = f"{LABEL}: {said}"
    parts = ((LABEL, _LABEL_COLOUR), (said, COLOURS[report["verdict"]]))
    widths = [round(len(text) * _LETTER) + 2 * _MARGIN for text, _ in parts]
    picture = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": str(sum(widths)),
            "height": str(_HEIGHT),
            "role": "img",
            "aria-label": spoken,
        },
    )
    ET.SubElement(picture, "title").text = spoken
    left = 0
    for (text, colour), width in zip(parts, widths, strict=True):
        place = {"x": str(left), "width": str(width), "height": str(_HEIGHT), "fill": colour}
        ET.SubElement(picture, "rect", place)
        letters = {
            "x": str(left + _MARGIN),
            "y": "14",
            "fill": "#fff",
            "font-family": "Verdana, DejaVu Sans, sans-serif",
            "font-size": "11",
            "textLength": str(width - 2 * _MARGIN),
            "lengthAdjust": "spacingAndGlyphs",
        }
        ET.SubElement(picture, "text", letters).text = text
        left += width
    return ET.tostring(picture, encoding="unicode") + "\n"
