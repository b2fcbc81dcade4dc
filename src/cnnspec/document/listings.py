"""Where documents and schemas list all operations: written anew from what is declared.

``python -m cnnspec.document.listings`` renews the files of a checkout, in the current folder.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import NoneType
from typing import Any, get_args

from cnnspec.declaration.operation import Operation
from cnnspec.declaration.parameters import NESTED, NUMBER, PAIR, SWITCH, WORD
from cnnspec.document.prose import FAMILY, README, in_short
from cnnspec.document.reference_functions import signature_of
from cnnspec.operations.registry import LAYERS, NETWORKS, OPERATIONS

Json = dict[str, Any]

#: What a program may be asked for.
_CALLED = [OPERATIONS[name] for name in (*LAYERS, *NETWORKS)]

_NUMBER: Json = {"type": "integer"}


def _two_of(each: Json) -> Json:
    return {"type": "array", "items": each, "minItems": 2, "maxItems": 2}


#: How JSON writes the kinds of an option's values: tuples are arrays.
_KINDS: dict[str, Json] = {
    NUMBER: _NUMBER,
    PAIR: _two_of(_NUMBER),
    NESTED: _two_of(_two_of(_NUMBER)),
    WORD: {"type": "string"},
    SWITCH: {"type": "boolean"},
}

_TYPES = {int: "integer", str: "string", float: "number", bool: "boolean"}


def protocol_schema(text: str) -> str:
    """Return the schema of the protocol with the operations that there are."""
    schema = json.loads(text)
    parts = schema["$defs"]
    offered = parts["hello_from_program"]["properties"]["operations"]
    offered["properties"] = {one.name: _offered(one) for one in _CALLED}
    parts["call"]["oneOf"] = [_call(one) for one in _CALLED]
    return _written(schema)


def _offered(operation: Operation) -> Json:
    if not operation.optional:
        return {"$ref": "#/$defs/no_options"}
    return {"$ref": "#/$defs/options", "items": {"enum": [*operation.optional]}}


def _call(operation: Operation) -> Json:
    names = (*operation.required, *operation.optional)
    arguments = {
        "required": [*operation.required],
        "additionalProperties": False,
        "properties": {name: _argument(operation, name) for name in names},
    }
    return {"properties": {"operation": {"const": operation.name}, "arguments": arguments}}


def _argument(operation: Operation, name: str) -> Json:
    """Return the schema of an argument, whose type the reference tells."""
    array = {"$ref": "#/$defs/array"}
    if name in operation.labels:
        label = {"$ref": "#/$defs/label"}
        return {"anyOf": [label, array]} if name in operation.axes.batched else label
    parameter = signature_of(operation).parameters.get(name)
    if parameter is None:
        return array
    types = {*get_args(parameter.annotation)} or {parameter.annotation}
    if name in operation.options and (kinds := operation.options[name].kinds):
        of_kinds = [_KINDS[kind.name] for kind in kinds]
        of_kinds += [{"type": "null"}] if NoneType in types else []
        return of_kinds[0] if len(of_kinds) == 1 else {"anyOf": of_kinds}
    plain = types - {NoneType}
    if len(plain) == 1 and plain <= _TYPES.keys():
        (kind,) = (_TYPES[one] for one in plain)
        return {"type": [kind, "null"] if NoneType in types else kind}
    return {"anyOf": [array, {"type": "null"}]} if NoneType in types else array


def report_schema(text: str) -> str:
    """Return the schema of the report with the operations under which checks are counted."""
    schema = json.loads(text)
    keys = dict.fromkeys(operation.key for operation in OPERATIONS.values())
    schema["properties"]["operations"]["propertyNames"] = {"enum": [*keys]}
    return _written(schema)


def _written(schema: Json) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def readme(text: str) -> str:
    """Return README.md with the signatures and shapes of the articles' operations."""
    return _with_listed(text, README, "\n### Operations\n")


def family(text: str) -> str:
    """Return docs/family.md with the signatures and shapes of everything else."""
    return _with_listed(text, FAMILY, "\n## In short\n")


def _with_listed(text: str, page: str, heading: str) -> str:
    """Return a page with what it says of the rooms in the block behind a heading."""
    rooms = dict.fromkeys(OPERATIONS[name].room for name in LAYERS)
    listed = "\n".join(filter(None, (in_short(room, page) for room in rooms)))
    return re.sub(
        rf"(?s)(?<={heading})(.*?\n```\n).*?\n(?=```\n)",
        lambda found: f"{found[1]}{listed}\n",
        text,
        count=1,
    )


def protocol(text: str) -> str:
    """Return PROTOCOL.md with the names of the operations."""
    names = ", ".join(f"`{name}`" for name in LAYERS)
    networks = ", ".join(f"`{name}`" for name in NETWORKS)
    return re.sub(
        r"(?<=The names are those of the README: )[^|]*(?= \|)", f"{names}; and {networks}", text
    )


#: How each file is renewed, by its path in the repository.
LISTINGS: dict[str, Callable[[str], str]] = {
    README: readme,
    FAMILY: family,
    "PROTOCOL.md": protocol,
    "src/cnnspec/protocol.schema.json": protocol_schema,
    "src/cnnspec/report.schema.json": report_schema,
}


def renew(folder: Path) -> None:
    """Write the files of a checkout anew."""
    for path, renewed in LISTINGS.items():
        file = folder / path
        file.write_text(renewed(file.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    renew(Path.cwd())
