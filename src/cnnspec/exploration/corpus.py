"""The corpus: calls that were wrong once, a file each, to be asked again."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cnnspec import __version__
from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import Combined
from cnnspec.operations.registry import OPERATIONS

Json = dict[str, Any]


class CorpusError(Exception):
    """A file of a corpus cannot be read."""


def entered(folder: Path, made: Combined, said: Json) -> Path:
    """Write a call into a corpus, under a name that follows from the call, and return its file.

    ``said`` is what else the file says, for people: it is not read again.
    """
    call = {
        "operation": made.case.operation,
        "arguments": {name: _as_json(value) for name, value in made.case.arguments.items()},
        "dtype": made.case.dtype,
        "may_refuse": made.case.may_refuse,
        "layout": made.layout,
    }
    digest = hashlib.sha256(json.dumps(call, sort_keys=True).encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{made.case.operation}-{digest}.json"
    text = json.dumps({**call, **said, "cnnspec": __version__}, indent=1)
    file.write_text(f"{text}\n", "utf-8")
    return file


def read(folder: Path) -> Iterator[Combined]:
    """Yield the calls of a corpus, in the order of their files' names.

    Raises
    ------
    CorpusError
        If a file holds no call.
    """
    for file in sorted(folder.glob("*.json")):
        try:
            call = json.loads(file.read_text("utf-8"))
            if call["operation"] not in OPERATIONS:
                raise CorpusError(f"{file}: there is no operation {call['operation']!r}")
            arguments = {name: _from_json(value) for name, value in call["arguments"].items()}
            case = Case(
                f"corpus/{file.stem}",
                call["operation"],
                arguments,
                dtype=call["dtype"],
                may_refuse=call["may_refuse"],
            )
            yield Combined(case, call["layout"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CorpusError(f"{file} holds no call: {error!r}") from error


def _as_json(value: Any) -> Any:
    """Return a value as data: floating numbers as the decimals that Python reads back exactly."""
    if isinstance(value, np.ndarray):
        return {
            "dtype": value.dtype.name,
            "shape": list(value.shape),
            "values": value.ravel().tolist(),
        }
    if isinstance(value, np.generic):
        return {"dtype": value.dtype.name, "number": value.item()}
    if isinstance(value, tuple):
        return {"tuple": [_as_json(one) for one in value]}
    return value


def _from_json(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(_from_json(one) for one in value["tuple"])
    dtype = np.dtype(value["dtype"])
    if "number" in value:
        return dtype.type(value["number"])
    return np.array(value["values"], dtype).reshape(value["shape"])
