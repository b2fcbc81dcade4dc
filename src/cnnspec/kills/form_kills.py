"""The catalogue judged in another form: how many faults are caught there, and named."""

from collections.abc import Iterator

from cnnspec.diagnosis.parts import is_same_mistake
from cnnspec.faults import FAULTS
from cnnspec.kills.kill_matrix import Kill, as_json
from cnnspec.report.entries import Json

#: The share of the faults caught in a form that the diagnosis must name.
NAMED = 0.97


def in_form_complaints(kills: list[Kill]) -> list[str]:
    """Return what is wrong with the suite in a form: wrong diagnoses, and too few right ones.

    A fault that shows only in calls which the form lacks has no effect there, and is none.
    """
    caught = _caught(kills)
    found = [f"{kill.fault} is certainly taken for {kill.diagnosis}" for kill in _wrong(caught)]
    named = sum(map(_is_named, caught))
    if named < NAMED * len(caught):
        found.append(f"only {named} of the {len(caught)} faults caught are named by the diagnosis")
    return found


def _caught(kills: list[Kill]) -> list[Kill]:
    return [kill for kill in kills if kill.failed or kill.advised]


def _wrong(kills: list[Kill]) -> list[Kill]:
    return [kill for kill in kills if kill.certain and not _is_named(kill)]


def _is_named(kill: Kill) -> bool:
    """Return whether the diagnosis is the fault, or the same one of a layer that it is made in."""
    return kill.diagnosis is not None and is_same_mistake(kill.fault, kill.diagnosis)


def in_form_json(form: str, kills: list[Kill]) -> Json:
    """Return what became of the faults in a form as data."""
    return {**as_json(kills), "form": form}


def in_form_text(form: str, kills: list[Kill]) -> str:
    """Return how many faults are caught and named in a form, and those that are not."""
    return "\n".join(_lines(form, kills)) + "\n"


def _lines(form: str, kills: list[Kill]) -> Iterator[str]:
    caught = _caught(kills)
    named = [kill for kill in caught if _is_named(kill)]
    yield (
        f"{form}: {len(kills)} faults can be written so; {len(caught)} are caught, {len(named)} of"
        f" them named first ({sum(kill.certain for kill in named)} as certain);"
        f" {len(_wrong(caught))} are certainly taken for another"
    )
    for kill in caught:
        if kill not in named:
            taken = f"{'certainly' if kill.certain else 'perhaps'} {kill.diagnosis}"
            yield f"{kill.fault}: taken for {taken if kill.diagnosis else 'a pattern'}"
    for kill in kills:
        if kill not in caught:
            yield f"{kill.fault}: shows nothing ({FAULTS[kill.fault].explanation})"
