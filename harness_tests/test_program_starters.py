"""`cnnspec init --language`: a program to start from, built, judged, and filled in."""

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.commands.line import main
from cnnspec.document.program_starters import LANGUAGES, program_start
from cnnspec.operations.registry import LAYERS, OPERATIONS
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from harness_tests.helpers import by_turns
from harness_tests.ports import Speaker, problems

OFFERED = {name: list(OPERATIONS[name].optional) for name in LAYERS}


@dataclass(frozen=True)
class Tried:
    """How a language is tried here.

    ``needs`` are the programs without which it is not, ``warnings`` what makes the compiler strict,
    and ``relu`` the code that takes the place of the line that says that relu is not offered;
    ``says`` is that line.
    """

    needs: tuple[str, ...]
    says: str
    relu: str
    warnings: str = ""


TRIED = {
    "c": Tried(
        ("cc",),
        'return not_offered("relu is still to be written");',
        "Array *result = new_array(x->axes, x->shape);\n"
        "    for (size_t i = 0; i < x->size; i++)\n"
        "        result->data[i] = x->data[i] < 0 ? 0 : x->data[i];\n"
        "    return result;",
        "-Wall -Wextra -Wpedantic -Wconversion -Werror",
    ),
    "cpp": Tried(
        ("c++",),
        'throw NotOffered("relu is still to be written");',
        "Array result(x.shape);\n"
        "    for (std::size_t i = 0; i < x.data.size(); i++)\n"
        "        result.data[i] = x.data[i] < 0 ? 0 : x.data[i];\n"
        "    return result;",
        "-Wall -Wextra -Wpedantic -Wconversion -Werror",
    ),
    "rust": Tried(
        ("rustc", "cc"),
        'not_offered("relu is still to be written")',
        "let data = x.data.iter().map(|&e| if e < 0.0 { 0.0 } else { e }).collect();\n"
        "    Ok(Array { shape: x.shape.clone(), data })",
        "-D warnings",
    ),
    "go": Tried(
        ("go",),
        'return nil, notOffered("relu is still to be written")',
        "result := zeros(x.shape...)\n"
        "\tfor i, element := range x.data {\n"
        "\t\tif !(element < 0) {\n"
        "\t\t\tresult.data[i] = element\n"
        "\t\t}\n"
        "\t}\n"
        "\treturn result, nil",
    ),
    "java": Tried(
        ("javac", "java"),
        'throw new UnsupportedOperationException("relu is still to be written");',
        "NDArray result = new NDArray(x.shape);\n"
        "        for (int i = 0; i < x.data.length; i++) {\n"
        "            result.data[i] = x.data[i] < 0 ? 0 : x.data[i];\n"
        "        }\n"
        "        return result;",
        "-Xlint:all -Werror",
    ),
    "javascript": Tried(
        ("node",),
        'throw new NotOffered("relu is still to be written");',
        "return new NDArray(x.shape, x.data.map((element) => (element < 0 ? 0 : element)));",
    ),
    "julia": Tried(
        ("julia",),
        'throw(NotOffered("relu is still to be written"))',
        "return max.(x, 0)",
    ),
}

EACH = pytest.mark.parametrize("language", LANGUAGES)


@dataclass(frozen=True)
class Program:
    """A program with ReLU filled in, and the words that start it."""

    language: str
    file: Path
    words: list[str]


@pytest.fixture(scope="module", params=LANGUAGES)
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Return what the command writes, filled in and built."""
    language = request.param
    for needed in TRIED[language].needs:
        if shutil.which(needed) is None:
            pytest.skip(f"{needed} is not installed")
    folder = tmp_path_factory.mktemp(language)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("GOCACHE", str(folder / "go-cache"))
        assert main(["init", "--language", language]) == 0
        (file,) = folder.iterdir()
        fill_in(file, language)
        words = started_by(file, language)
    return Program(language, file, words)


def started_by(file: Path, language: str) -> list[str]:
    """Build a program strictly, as it says itself, and return the words that start it."""
    said = dict(re.findall(r"^\W*(build|judge): (.*)$", file.read_text("utf-8"), re.MULTILINE))
    if "build" in said:
        compiler, *words = shlex.split(said["build"])
        strictly = [compiler, *shlex.split(TRIED[language].warnings), *words]
        done = subprocess.run(strictly, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode == 0, done.stdout + done.stderr
    (program,) = re.findall(r"^cnnspec check 'cmd:(.*)'$", said["judge"])
    return shlex.split(program)


def fill_in(file: Path, language: str) -> None:
    """Write ReLU into a program."""
    text = file.read_text("utf-8")
    says, code = TRIED[language].says, TRIED[language].relu
    assert text.count(says) == 1
    file.write_text(text.replace(says, code), "utf-8")


#: Options in their plain kinds, which are read though nothing is made of them.
OPTIONS: dict[str, Any] = {
    "stride": 2,
    "dilation": 3,
    "groups": 1,
    "size": 3,
    "output_padding": 1,
    "slope": 0.25,
    "epsilon": 1e-3,
    "ceil_mode": True,
    "count_include_pad": False,
}

#: Options that are no values of theirs, each refused before a function is called.
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("conv2d", {"stride": 1.5}),
    ("conv2d", {"stride": [2, 1]}),
    ("leaky_relu", {"slope": "steep"}),
    ("batch_norm", {"epsilon": True}),
    ("max_pool2d", {"ceil_mode": 1}),
    ("avg_pool2d", {"count_include_pad": "true"}),
]


@by_turns
def test_it_talks(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is still to be written is not offered; a label that is no integer is refused before."""
    monkeypatch.chdir(program.file.parent)
    said = Speaker(program.words, "base64")
    array = said.array([[1.0, -2.0, np.nan]])
    given = [*_calls(array), *(("cross_entropy", _labelled(array, no)) for no in (1.5, True))]
    given += [(name, {**dict(_calls(array))[name], **options}) for name, options in REFUSED]
    calls = [
        {"type": "call", "id": number, "operation": name, "arguments": arguments}
        for number, (name, arguments) in enumerate(given)
    ]
    conversation = said({"type": "hello", "protocol": 1}, *calls, {"type": "stop"})
    assert conversation.status == 0, conversation.diagnostics
    hello, *answers = conversation.answers
    assert hello["operations"] == OFFERED
    assert hello["name"] == f"{program.file.stem} in {LANGUAGES[program.language].name}"
    assert [one["id"] for one in answers] == [*range(len(calls))]
    assert [one["type"] for one in answers] == [
        *("result" if name == "relu" else "not offered" for name, _ in _calls(array)),
        *("error", "error"),
        *("error" for _ in REFUSED),
    ]
    (result,) = [said.read(one["value"]) for one in answers if one["type"] == "result"]
    np.testing.assert_array_equal(result, [[1.0, 0.0, np.nan]])
    for one in answers[-len(REFUSED) - 2 : -len(REFUSED)]:
        assert "label must be an integer" in one["message"]
    assert not [problem for message in conversation.answers for problem in problems(message)]


def _calls(array: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return a call of each operation, with values that are read though nothing is made of them."""
    found = []
    for name in LAYERS:
        one = OPERATIONS[name]
        given = {name: 1 if name in one.labels else array for name in one.required}
        options = {option: value for option, value in OPTIONS.items() if option in one.optional}
        found += [(name, given), *([(name, {**given, **options})] if options else [])]
        if "padding" in one.optional:
            found.append((name, {**given, "padding": "same" if name == "conv2d" else 1}))
    return [*found, ('no such "operation" \\ \u00e9\U0001f408', {})]


def _labelled(probabilities: Any, label: object) -> dict[str, Any]:
    return {"probabilities": probabilities, "label": label}


@by_turns
def test_what_is_filled_in_conforms(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(program.file.parent)
    report = check(f"cmd:{shlex.join(program.words)}")
    assert report["verdict"] == "conforms", text_report(report)
    assert report["operations"].keys() == {"relu"}


@EACH
def test_of_what_was_chosen_only(language: str) -> None:
    text = program_start("My.x", language, ["softmax", "relu"])
    assert "softmax is still to be written" in text
    assert "conv2d" not in text
    assert "«" not in text
    assert "<%" not in text


@EACH
def test_lines_are_short_enough_to_read(language: str) -> None:
    text = program_start("MyCnn.x", language)
    assert not re.search(r"[ \t]$", text, re.MULTILINE)
    assert "\n\n\n" not in text
    assert text.endswith("\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["my_cnn.txt", "--language", "c"], "must end in .c"),
        (["my-cnn.java", "--language", "java"], "is no name of a class"),
        (["--language", "c", "--operations", "conv"], "no function for the operation 'conv'"),
        (["--language", "c", "--layers"], "layer classes are for Python"),
        (["my_cnn.rs"], "--language rust"),
    ],
)
def test_what_cannot_be_started(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", *arguments]) == 2
    assert reason in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_how_to_build_and_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "convolution.c", "--language", "c", "--operations", "conv2d"]) == 0
    assert capsys.readouterr().out == (
        "convolution.c is written; "
        "build it with: cc -std=c11 -O2 -o convolution convolution.c -lm\n"
        "judge it with: cnnspec check 'cmd:./convolution'\n"
    )
    assert main(["init", "convolution.c", "--language", "c"]) == 2
    assert "--force" in capsys.readouterr().err
