"""Writing SPEC.md: the chapters' prose, and what the code, the tables and the examples say.

The prose stands in ``chapters/``. Its ``{{slots}}`` are filled with what is found elsewhere, so
that nothing is said in two places.
"""

import importlib.resources
import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np

from cnnspec import __version__
from cnnspec.cases.requirements import CHAPTERS
from cnnspec.document import drawings, errata
from cnnspec.document.sections import requirement_section, requirements_of
from cnnspec.document.worked_examples import IMPORTS
from cnnspec.exact import arithmetic, bounds
from cnnspec.faults.manners import RIGHT
from cnnspec.operations.network import exact as exact_network

_RULES = {
    "Rule D: convolution, dense layer, mean": bounds.rule_d,
    "Rule F: convolution by transforms, if it is declared": bounds.rule_f,
    "Rule M: means by running sums or tables of sums, if it is declared": bounds.rule_m,
    "Rule S: softmax": bounds.rule_s,
    "Rule sum: the sum of the probabilities": bounds.rule_sum,
    "Rule loss: cross-entropy": bounds.rule_loss,
}


@cache
def specification() -> str:
    """Return the specification as Markdown."""
    body = [
        _filled("proves", {}),
        _filled("close", _closeness()),
        *(part for chapter in CHAPTERS for part in _chapter(chapter)),
        _filled("errata", {"table": errata.as_markdown()}),
        _filled("adding", {}),
    ]
    head = _filled("head", {"version": __version__, "imports": IMPORTS})
    return "\n".join([head, _contents(body), *body])


def _filled(name: str, slots: Mapping[str, str]) -> str:
    """Return the prose of a file of ``chapters/``, its slots filled."""
    chapters = importlib.resources.files("cnnspec.document") / "chapters"
    text = (chapters / f"{name}.md").read_text("utf-8")
    for slot, content in slots.items():
        text = text.replace(f"{{{{{slot}}}}}", content)
    return text


def _contents(body: list[str]) -> str:
    """Return the table of contents: the sections, and the requirements of each."""
    lines = ["## Contents\n"]
    for part in body:
        heading = part.partition("\n")[0]
        if heading.startswith("## "):
            title = heading.removeprefix("## ")
            lines.append(f"- [{title}](#{_anchor(title)})")
            lines += _numbers(title)
    return "\n".join([*lines, ""])


#: How the titles of chapters begin that are about more than one operation.
_TITLES = {"NET": "The networks", "POOL": "max_pool2d", "CALL": "Calls", "WHOLE": "Whole layers"}


def _numbers(title: str) -> Iterator[str]:
    """Return a chapter's requirements in one line of links."""
    for chapter, operations in CHAPTERS.items():
        begins = _TITLES.get(chapter, f"{operations[0]}:")
        if title.startswith(begins):
            links = [
                f"[{one.id.removeprefix(f'{chapter}-')}](#{one.id})"
                for one in requirements_of(chapter)
            ]
            yield f"  {chapter}- {' '.join(links)}"


def _anchor(title: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    kept = "".join(c for c in title.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def _chapter(chapter: str) -> Iterator[str]:
    """Return a chapter: what the operation is, then its requirements."""
    slots = {name: drawings.as_markdown(name) for name in drawings.NAMES}
    yield _filled(chapter.lower(), slots | {"signatures": _signatures(CHAPTERS[chapter])})
    for requirement in requirements_of(chapter):
        yield requirement_section(requirement)


def _signatures(operations: tuple[str, ...]) -> str:
    """Return the signatures of the reference's functions, without types."""
    lines = []
    for operation in operations:
        signature = inspect.signature(RIGHT[operation])
        bare = [one.replace(annotation=one.empty) for one in signature.parameters.values()]
        shown = str(signature.replace(parameters=bare, return_annotation=signature.empty))
        quoted = shown.replace("'", '"')
        lines.append(f"{operation}{quoted}")
    return "\n".join(["```python", *lines, "```"])


# --- how close is close enough ---------------------------------------------------------------


def _closeness() -> dict[str, str]:
    """Return what the section on error bounds takes from docstrings, and computes."""
    return {
        "bounds": _description(bounds),
        "coarsest": _description(bounds.coarsest),
        "numbers": _in_numbers(),
        "rules": "\n".join(
            f"### {title}\n\n{inspect.getdoc(rule)}\n" for title, rule in _RULES.items()
        ),
        "layers": _description(exact_network.exact_logits),
    }


def _description(documented: object) -> str:
    """Return a docstring without its first line, the summary."""
    return (inspect.getdoc(documented) or "").partition("\n\n")[2]


_DTYPES = ("float64", "float32", "float16")


def _in_numbers() -> str:
    """Return a table of the bounds for a few usual sizes."""
    rows: dict[str, Callable[[np.dtype[Any]], float]] = {
        "unit roundoff u": lambda dtype: bounds.precision(dtype).roundoff,
        "smallest normal": lambda dtype: bounds.precision(dtype).smallest_normal,
        "D, 9 products (3x3, gray)": lambda dtype: _sum_bound(bounds.rule_d, 9, dtype),
        "D, 1352 products (13x13x8)": lambda dtype: _sum_bound(bounds.rule_d, 1352, dtype),
        "F, 9 products, 28x28 pixels": lambda dtype: _sum_bound(bounds.rule_f, 9, dtype),
        "S, 10 logits": lambda dtype: bounds.rule_s(0.1, 10, 0.0, 0.0, 1.0, dtype),
        "sum, 10 logits": lambda dtype: bounds.rule_sum(10, 0.0, 1.0, dtype),
        "loss": lambda dtype: bounds.rule_loss(float(np.log(2)), dtype),
    }
    lines = [f"| | {' | '.join(_DTYPES)} |", "|---|---|---|---|"]
    for name, bound in rows.items():
        cells = [f"{bound(np.dtype(dtype)):.2g}" for dtype in _DTYPES]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _sum_bound(rule: bounds.SumRule, terms: int, dtype: np.dtype[Any]) -> float:
    """Return a bound on a sum of products whose magnitude is 1 and which is rounded."""
    one, pixels = np.array(1.0), 28 * 28
    answer = arithmetic.Exact(one, one * 0, one, one * np.inf, terms, one, one * 0, pixels)
    return float(rule(answer, dtype))
