"""What is said of programs has no word of Python, wherever it comes from."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cnnspec
from cnnspec.faults import FAULTS
from cnnspec.operations.registry import OPERATIONS
from cnnspec.report.any_language import of_any_language, without_python

#: Words that say nothing to people who write C, Rust, Go, Java or JavaScript.
PYTHON = re.compile(
    r"\bnp\.|numpy|astype|axis ?= ?|dtype ?= ?|keepdims|\.copy\b|(Value|Type|Index)Error"
    r"|\b(None|True|False)\b|[Tt]uple|[Kk]eyword|::|\bdef |lambda|[Pp]ython|NumPy|\.T\b"
    r"|\.(shape|reshape|ravel|flatten|max|min|sum|mean|item|dtype|size)\b"
    r"|\*\*|//|exception|\braises?\b(?! to| the)|operator\.|threading|sys\.|range\(|zeros_like"
    r"|isinstance|`|CNNSPEC|\w=\w|_pad\b|_view\b"
)

#: Where the words of diagnoses stand, beside the catalogue and the simulators.
SPEAKING = ("diagnosis", "experiments", "simulation", "operations")

#: What these modules say is about Python code, or said by it.
OF_PYTHON = (
    *("article_forms", "starters", "behaviours", "parameters", "drawings", "cases"),
    *("combinations", "mended_arguments", "whole_layers", "answer", "spelling", "__init__"),
)

#: What is said where an exception has the wrong type: programs have none.
OF_EXCEPTIONS = "raises it; a library raises ValueError for bad input"


def told() -> Iterator[tuple[str, str]]:
    """Yield all that diagnoses may say, with where it comes from."""
    for fault in FAULTS.values():
        yield fault.id, fault.explanation
        yield fault.id, fault.remedy
    for name, operation in OPERATIONS.items():
        for hypothesis in operation.simulator.hypotheses() if operation.simulator else ():
            yield name, hypothesis.words
            yield name, hypothesis.remedy or "nothing"
        for trial in operation.trials():
            for reading in trial.readings():
                yield from ((name, said) for said in (*reading.said, *reading.remedies))
    root = Path(cnnspec.__file__).parent
    files = [file for floor in SPEAKING for file in sorted((root / floor).rglob("*.py"))]
    for file in (*files, *sorted((root / "judge").glob("*.py"))):
        if file.stem not in OF_PYTHON:
            yield from ((file.stem, text) for text in texts(file))


def texts(file: Path) -> Iterator[str]:
    """Yield the sentences in a module; what is filled in later is "it"."""
    tree = ast.parse(file.read_text("utf-8"))
    parts = {
        id(value)
        for node in ast.walk(tree)
        for value in ([node.value] if isinstance(node, ast.Expr) else getattr(node, "values", ()))
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            said = [
                str(one.value) if isinstance(one, ast.Constant) else "it" for one in node.values
            ]
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
        ):
            said = [node.value]
        else:
            continue
        if " " in "".join(said).strip():
            yield "".join(said)


def test_no_word_of_python() -> None:
    strange = [
        f"{where}: {text!r} -> {said!r}"
        for where, text in told()
        if text != OF_EXCEPTIONS
        and (PYTHON.search(said := without_python(text)) or len(said) < min(len(text), 9))
    ]
    assert not strange, "\n".join(strange)


@pytest.mark.parametrize("word", ["np.maximum(x, 0)", "x.copy()", "image[:, ::-1]", "axis=-1"])
def test_the_test_sees_python(word: str) -> None:
    assert PYTHON.search(f"write {word}")


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("use the larger of x and 0: numpy.maximum(x, 0)", "use the larger of x and 0"),
        ("raise a ValueError if stride < 1", "refuse the call if stride < 1"),
        (
            "drop windows that do not fit: (H - f) // stride + 1",
            "drop windows that do not fit: floor((H - f) / stride) + 1",
        ),
        (
            "make a contiguous copy first (numpy.ascontiguousarray), or go by strides",
            "make a contiguous copy first, or go by strides",
        ),
        (
            "filters = np.transpose(filters, (0, 3, 1, 2))",
            "bring the axes of filters into the order (0, 3, 1, 2), counted from 0",
        ),
        ("lay the filter as it is: image[i + a] * filter[a]",) * 2,
    ],
)
def test_the_same_without_python(said: str, due: str) -> None:
    assert without_python(said) == due


def entry(explanation: str, remedy: str | None, pattern: str | None = None) -> dict[str, object]:
    return {"explanation": explanation, "remedy": remedy, "pattern": pattern}


def test_a_report_without_python() -> None:
    def report() -> dict[str, object]:
        said = entry("x itself is returned: in numpy.max(x, 0) the 0 is an axis", None)
        own = "a legal call raises an exception: an error: no axis=1, raise a ValueError"
        quoted = entry(own, "raise a ValueError", "legal call refused")
        return {
            "operations": {"relu": {"diagnosis": [said]}},
            "requirements": [{"failures": [{"diagnosis": [quoted]}]}, {"failures": []}],
            "adapter": [{"explanation": "x", "remedy": "weights = weights.T"}],
            "behaviours": [{"answer": "all refused with ValueError, TypeError or IndexError"}],
        }

    assert of_any_language(report()) == {
        "operations": {"relu": {"diagnosis": [entry("x itself is returned", None)]}},
        "requirements": [
            {
                "failures": [
                    {
                        "diagnosis": [
                            entry(
                                "a legal call is refused: an error: no axis=1, raise a ValueError",
                                "refuse the call",
                                "legal call refused",
                            )
                        ]
                    }
                ]
            },
            {"failures": []},
        ],
        "adapter": [{"explanation": "x", "remedy": "transpose the weights"}],
        "behaviours": [{"answer": "all refused"}],
    }
