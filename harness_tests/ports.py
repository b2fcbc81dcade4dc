"""Building and starting the ports in examples/, and the schema of what they say."""

import base64
import json
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"

Json = dict[str, Any]

SCHEMA = json.loads((resources.files("cnnspec") / "protocol.schema.json").read_text("utf-8"))

DTYPES = (
    *("float16", "float32", "float64", "bool"),
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
)

#: How the C port is built to watch its own memory and arithmetic.
WATCHED = "cc -std=c11 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -o {} {} -lm"


def problems(message: object, part: str = "") -> list[str]:
    """Return what the schema, or a part of it, finds wrong with a message."""
    schema = {**SCHEMA, "$ref": f"#/$defs/{part}"} if part else SCHEMA
    if part:
        schema.pop("anyOf")
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(message)]


@dataclass(frozen=True)
class Port:
    """A port: its folder in examples/, the program that it needs, and its first and last word."""

    folder: str
    needs: str
    words: tuple[str, ...]

    def copied_to(self, folder: Path) -> Path:
        """Copy the sources and return where they are."""
        if shutil.which(self.needs) is None:
            pytest.skip(f"{self.needs} is not installed")
        unbuilt = shutil.ignore_patterns("my_cnn")
        return Path(shutil.copytree(EXAMPLES / self.folder, folder / self.folder, ignore=unbuilt))

    def built_in(self, folder: Path, build: str) -> list[str]:
        """Build the copy in a folder, if it has to be, and return the words that start it."""
        if self.needs == "cc":
            _run_in_a_shell(build, folder)
        return [*self.words[:-1], str(folder / self.words[-1])]


PORTS = {
    "c": Port("c", "cc", ("c/my_cnn",)),
    "javascript": Port("javascript", "node", ("node", "javascript/main.js")),
}


def build_line() -> str:
    """Return the line by which examples/README.md builds the C port."""
    (line,) = re.findall(r"^cc .*$", (EXAMPLES / "README.md").read_text("utf-8"), re.MULTILINE)
    return str(line)


def watched_line(folder: Path) -> str:
    """Return the line that builds the copy of the C port with sanitizers."""
    sources = shlex.join(str(source) for source in sorted(folder.glob("c/*.c")))
    return WATCHED.format(folder / "c" / "my_cnn", sources)


def _run_in_a_shell(line: str, folder: Path) -> None:
    done = subprocess.run(  # noqa: S602 - our own line, whose * a shell expands
        line, shell=True, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True)
class Said:
    """What a program answered and printed until it ended."""

    answers: list[Json]
    diagnostics: str
    status: int


@dataclass(frozen=True)
class Speaker:
    """Starts a program anew for each conversation."""

    words: list[str]
    encoding: str

    def __call__(self, *lines: Json | str) -> Said:
        """Say some lines, a message as its JSON, and return what came back until the end."""
        said = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        done = subprocess.run(  # noqa: S603 - our own command
            self.words,
            input="".join(f"{line}\n" for line in said),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        return Said(answers, done.stderr, done.returncode)

    def array(self, values: Any, dtype: str = "float64") -> Json:
        """Return an array as the program reads it."""
        array = np.asarray(values, dtype)
        flat = array.reshape(-1)
        data: Any
        if self.encoding == "base64":
            data = base64.b64encode(flat.astype(flat.dtype.newbyteorder("<")).tobytes()).decode()
        elif array.dtype.kind == "f":
            data = [x if np.isfinite(x) else _NAMES[str(x)] for x in flat.tolist()]
        else:
            data = [int(x) for x in flat]
        return {"dtype": dtype, "shape": list(array.shape), "data": data}

    def read(self, value: Json) -> np.ndarray[Any, Any]:
        """Return the array that the program wrote."""
        dtype = np.dtype(value["dtype"])
        if self.encoding == "base64":
            flat = np.frombuffer(base64.b64decode(value["data"]), dtype.newbyteorder("<"))
        else:
            flat = np.array([float(element) for element in value["data"]], dtype)
        return flat.astype(dtype).reshape(value["shape"])


_NAMES = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
