"""The beginning of snippets that talk with a program: PROTOCOL.md in twenty lines."""

from itertools import pairwise

from cnnspec.operations.registry import COMPOSED, OPERATIONS

_TALK = """\
import base64, json, subprocess
# run this in the folder in which `cnnspec check` was run
program = subprocess.Popen({words!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

def ask(message):
    print(json.dumps(message), file=program.stdin, flush=True)
    return json.loads(program.stdout.readline())

def written(value):
    if not isinstance(value, np.ndarray):
        return value
    data = [n if np.isfinite(n) else {{"inf": "Infinity", "-inf": "-Infinity"}}.get(str(n), "NaN")
            for n in value.ravel().tolist()]
    if hello["arrays"] == "base64":
        data = base64.b64encode(value.tobytes()).decode()
    return {{"dtype": value.dtype.name, "shape": value.shape, "data": data}}

def read(value):
    if not isinstance(value, dict):
        return value
    numbers = value["data"]
    if isinstance(numbers, str):
        numbers = np.frombuffer(base64.b64decode(numbers), value["dtype"])
    return np.array(numbers, value["dtype"]).reshape(value["shape"])

def call(operation, **arguments):
    arguments = {{name: written(value) for name, value in arguments.items()}}
    answer = ask({{"type": "call", "id": 1, "operation": operation, "arguments": arguments}})
    return read(answer["value"]) if answer["type"] == "result" else answer

hello = ask({{"type": "hello", "protocol": 1}})"""


def talk(words: list[str]) -> list[str]:
    """Return the lines that start a program and define ``call``."""
    return _TALK.format(words=words).splitlines()


def recipe(operation: str) -> str:
    """Return the lines that make a call; ``{keywords}`` stands for its arguments."""
    if operation not in COMPOSED:
        return f'result = call("{operation}", {{keywords}})'
    parts, given, lines = COMPOSED[operation], OPERATIONS[operation].required, []
    for part, following in pairwise(parts):
        made = OPERATIONS[following].data
        lines.append(f'{made} = call("{part}", {_keywords(given)})')
        given = (made,)
    return "\n".join([*lines, f'result = call("{parts[-1]}", {_keywords(given)})'])


def _keywords(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name}={name}" for name in names)
