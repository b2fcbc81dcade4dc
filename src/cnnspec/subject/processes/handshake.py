"""The first words of a program: what it is, and what it offers."""

from dataclasses import dataclass
from typing import Any

from cnnspec.cases.requirements import PROFILES
from cnnspec.operations.registry import COMPOSED, OPERATIONS
from cnnspec.subject.processes.channel import Garbled, Json
from cnnspec.subject.processes.process import Child, Dead, Late
from cnnspec.subject.sources.declared import ACCURACIES
from cnnspec.subject.sources.importing import LoadError, limit_in_words

PROTOCOL = 1

#: The first message.
HELLO: Json = {"type": "hello", "protocol": PROTOCOL}


#: What a program may offer: what is composed of others is composed of its calls.
_OFFERABLE = tuple(name for name in OPERATIONS if name not in COMPOSED)


DTYPES = (
    *("float16", "float32", "float64", "bool"),
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
)


@dataclass(frozen=True)
class Handshake:
    """What a program said of itself: see PROTOCOL.md, section 1."""

    name: str
    operations: dict[str, frozenset[str]]
    dtypes: frozenset[str]
    in_base64: bool
    profile: str | None
    accuracy: str
    recalls: bool


def shake_hands(child: Child, command: str, seconds: float) -> Handshake:
    """Return what a program says of itself, in answer to the first message."""
    try:
        answer = child.ask(HELLO, seconds)
        return _handshake(answer)
    except Late:
        problem = f"it did not answer within {limit_in_words(seconds)}"
    except Dead as death:
        problem = f"it {death}"
    except Garbled as error:
        problem = str(error)
    child.kill()
    raise LoadError(f"the handshake with cmd:{command} failed: {problem} (see PROTOCOL.md)")


def _handshake(answer: Json) -> Handshake:
    if answer.get("type") != "hello":
        raise Garbled(f'expected a message of the type "hello", got {answer.get("type")!r}')
    if answer.get("protocol") != PROTOCOL:
        raise Garbled(f"it speaks protocol {answer.get('protocol')!r}, not {PROTOCOL}")
    operations, dtypes = answer.get("operations"), answer.get("dtypes")
    if not isinstance(operations, dict):
        raise Garbled(f"operations must be an object, got {operations!r}")
    if not isinstance(dtypes, list) or not dtypes or not set(dtypes) <= set(DTYPES):
        raise Garbled(f"dtypes must be a list of some of {', '.join(DTYPES)}, got {dtypes!r}")
    return Handshake(
        name=_choice(answer, "name", None),
        operations={name: _keywords(name, given) for name, given in operations.items()},
        dtypes=frozenset(dtypes),
        in_base64=_choice(answer, "arrays", ("base64", "numbers")) == "base64",
        profile=_choice(answer, "profile", PROFILES) if answer.get("profile") else None,
        accuracy=_choice({"accuracy": ACCURACIES[0], **answer}, "accuracy", ACCURACIES),
        recalls=answer.get("recall") is True,
    )


def _choice(answer: Json, key: str, choices: tuple[str, ...] | None) -> str:
    value = answer.get(key)
    if not isinstance(value, str) or (choices and value not in choices):
        wanted = f"one of {', '.join(choices)}" if choices else "a text"
        raise Garbled(f"{key} must be {wanted}, got {value!r}")
    return value


def _keywords(operation: str, given: Any) -> frozenset[str]:
    if operation not in _OFFERABLE:
        known = ", ".join(_OFFERABLE)
        raise Garbled(f"there is no operation {operation!r}; there are {known}")
    optional = OPERATIONS[operation].optional
    if not isinstance(given, list) or not set(map(str, given)) <= set(optional):
        raise Garbled(f"{operation} takes the optional arguments {list(optional)}, got {given!r}")
    return frozenset(given)
