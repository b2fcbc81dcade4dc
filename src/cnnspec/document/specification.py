"""Writing SPEC.md: the chapters' prose, and what the code, the tables and the examples say.

The prose of a room stands in ``docs/operations/``, the rest in ``chapters/``. Its ``{{slots}}`` are
filled with what is found elsewhere, so that nothing is said in two places.
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
from cnnspec.document.prose import prose
from cnnspec.document.reference_functions import signature_of
from cnnspec.document.sections import requirement_section, requirements_of
from cnnspec.document.worked_examples import IMPORTS
from cnnspec.exact import (
    bounds,
    bounds_of_gradients,
    bounds_of_probabilities,
    bounds_of_softmax_gradients,
)
from cnnspec.exact.sums import Exact
from cnnspec.operations.network import exact as exact_network
from cnnspec.operations.registry import OPERATIONS

_RULES = {
    "Rule D: convolution, dense layer, mean": bounds.rule_d,
    "Rule D, of a sum that is divided on the way: gradients of means": bounds.rule_of_mean,
    "Rule ties: gradients to equal elements, added up": bounds.rule_of_ties,
    "Rule narrowing: what is selected, and may be rounded once": bounds.rule_of_narrowing,
    "Rule F: convolution by transforms, if it is declared": bounds.rule_f,
    "Rule M: means by running sums or tables of sums, if it is declared": bounds.rule_m,
    "Rule N: batch normalisation": bounds.rule_n,
    "Rule S: softmax": bounds_of_probabilities.rule_s,
    "Rule sum: the sum of the probabilities": bounds_of_probabilities.rule_sum,
    "Rule loss: cross-entropy": bounds_of_probabilities.rule_loss,
    "Rule L: cross-entropy of logits": bounds_of_probabilities.rule_l,
    "Rule L, of a batch that is answered by one number": bounds_of_probabilities.rule_of_total,
    "Rule slope: leaky ReLU": bounds.rule_slope,
    "Rule product: leaky ReLU that chooses by the sign": bounds.rule_product,
    "Rule squash: sigmoid and tanh": bounds.rule_squash,
    "Rule every digit: sigmoid and tanh, relative to themselves": bounds.rule_every_digit,
    "Rule update: a parameter after a step of gradient descent": bounds.rule_update,
    "Rule between: gradients where an activation has a corner": bounds_of_gradients.rule_between,
    "Rule slope of squash: gradients of sigmoid and tanh": bounds_of_gradients.rule_slope_of_squash,
    "Rule every digit of slope: gradients of sigmoid and tanh, relative to themselves": (
        bounds_of_gradients.rule_every_digit_of_slope
    ),
    "Rule of norm: gradients of batch normalisation": bounds_of_gradients.rule_of_norm,
    "Probabilities in gradients": bounds_of_softmax_gradients.of_probabilities,
    "Gradient of softmax": bounds_of_softmax_gradients.of_softmax,
    "Gradient of log-softmax": bounds_of_softmax_gradients.of_log_softmax,
    "Gradient of cross-entropy": bounds_of_softmax_gradients.of_loss,
    "Gradient of cross-entropy of logits": bounds_of_softmax_gradients.of_loss_of_logits,
    "Gradient of cross-entropy of logits, of a mean over a batch": (
        bounds_of_softmax_gradients.of_mean
    ),
}


@cache
def specification() -> str:
    """Return the specification as Markdown."""
    before = [_filled("proves", {}), _filled("close", _closeness())]
    chapters = {chapter: list(_chapter(chapter)) for chapter in CHAPTERS}
    after = [_filled("errata", {"table": errata.as_markdown()}), _filled("adding", {})]
    head = _filled("head", {"version": __version__, "imports": IMPORTS})
    contents = [
        "## Contents\n",
        *(_title(part) for part in before),
        *(line for chapter, parts in chapters.items() for line in _contents(chapter, parts[0])),
        *(_title(part) for part in after),
        "",
    ]
    body = [*before, *(part for parts in chapters.values() for part in parts), *after]
    return "\n".join([head, "\n".join(contents), *body])


def _filled(name: str, slots: Mapping[str, str]) -> str:
    """Return the prose of a file of ``chapters/``, its slots filled."""
    chapters = importlib.resources.files("cnnspec.document") / "chapters"
    return _with_slots((chapters / f"{name}.md").read_text("utf-8"), slots)


def _with_slots(text: str, slots: Mapping[str, str]) -> str:
    for slot, content in slots.items():
        text = text.replace(f"{{{{{slot}}}}}", content)
    return text


def _title(part: str) -> str:
    """Return the line of the table of contents that leads to a section."""
    title = part.partition("\n")[0].removeprefix("## ")
    return f"- [{title}](#{_anchor(title)})"


def _contents(chapter: str, prose: str) -> Iterator[str]:
    """Return a chapter's lines in the table of contents: its title, and its requirements."""
    yield _title(prose)
    links = [
        f"[{one.id.removeprefix(f'{chapter}-')}](#{one.id})" for one in requirements_of(chapter)
    ]
    if links:
        yield f"  {chapter}- {' '.join(links)}"


def _anchor(title: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    kept = "".join(c for c in title.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def _chapter(chapter: str) -> Iterator[str]:
    """Return a chapter: what the operation is, then its requirements."""
    slots = {name: drawings.as_markdown(name) for name in drawings.NAMES}
    slots["signatures"] = _signatures(CHAPTERS[chapter])
    yield _with_slots(_prose(chapter), slots)
    for requirement in requirements_of(chapter):
        yield requirement_section(requirement)


def _prose(chapter: str) -> str:
    """Return what a chapter begins with: the prose of its room, if it is of one."""
    rooms = (one.room for one in OPERATIONS.values() if one.chapter == chapter)
    room = next(rooms, None)
    return prose(room) if room else _filled(chapter.lower(), {})


def _signatures(operations: tuple[str, ...]) -> str:
    """Return the signatures of the reference's functions, without types."""
    lines = []
    for operation in operations:
        signature = signature_of(OPERATIONS[operation])
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

_LN_10 = float(np.log(10))


def _in_numbers() -> str:
    """Return a table of the bounds for a few usual sizes."""
    rows: dict[str, Callable[[np.dtype[Any]], float]] = {
        "unit roundoff u": lambda dtype: bounds.precision(dtype).roundoff,
        "smallest normal": lambda dtype: bounds.precision(dtype).smallest_normal,
        "D, 9 products (3x3, gray)": lambda dtype: _sum_bound(bounds.rule_d, 9, dtype),
        "D, 1352 products (13x13x8)": lambda dtype: _sum_bound(bounds.rule_d, 1352, dtype),
        "F, 9 products, 28x28 pixels": lambda dtype: _sum_bound(bounds.rule_f, 9, dtype),
        "N, a map's number": lambda dtype: float(
            bounds.rule_n(np.array([2.0]), 1.0, 0.0, 1.0, dtype)[0]
        ),
        "S, 10 logits": lambda dtype: bounds_of_probabilities.rule_s(0.1, 10, 0.0, 0.0, 1.0, dtype),
        "sum, 10 logits": lambda dtype: bounds_of_probabilities.rule_sum(10, 0.0, 1.0, dtype),
        "loss": lambda dtype: bounds_of_probabilities.rule_loss(float(np.log(2)), dtype),
        "L, 10 logits": lambda dtype: bounds_of_probabilities.rule_l(
            _LN_10, 10, 0.0, 0.0, 1.0, dtype
        ),
    }
    lines = [f"| | {' | '.join(_DTYPES)} |", "|---|---|---|---|"]
    for name, bound in rows.items():
        cells = [f"{bound(np.dtype(dtype)):.2g}" for dtype in _DTYPES]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _sum_bound(rule: bounds.SumRule, terms: int, dtype: np.dtype[Any]) -> float:
    """Return a bound on a sum of products whose magnitude is 1 and which is rounded."""
    one, pixels = np.array(1.0), 28 * 28
    answer = Exact(one, one * 0, one, one * np.inf, terms, one, one * 0, pixels)
    return float(rule(answer, dtype))
