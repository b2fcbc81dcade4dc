"""What was walked of an exploration, kept in its corpus: the same one goes on from there."""

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cnnspec.exploration.plan import Explored, Plan
from cnnspec.exploration.stretches import Wrong

Json = dict[str, Any]

#: Not a name that the files of calls have.
_FOLDER = "walked"


class JournalError(Exception):
    """A journal cannot be read."""


class Journal:
    """The journal of one exploration: one of the same implementation, operations and seed."""

    def __init__(self, folder: Path, plan: Plan, operations: Sequence[str]) -> None:
        kind = "small" if plan.is_small else f"seed-{plan.seed}"
        self._file = folder / _FOLDER / f"{Path(plan.source.name).stem}-{kind}.json"
        self._about = {"implementation": plan.source.name, "operations": [*operations]}
        self._operations = operations

    def read(self) -> dict[str, Explored]:
        """Return what was walked before, nothing if there is no journal of this exploration.

        Raises
        ------
        JournalError
            If the file is of another exploration, or holds none.
        """
        fresh = {name: Explored(name) for name in self._operations}
        if not self._file.is_file():
            return fresh
        try:
            kept = json.loads(self._file.read_text("utf-8"))
            if kept["about"] != self._about:
                raise JournalError(
                    f"{self._file} is of another exploration: {kept['about']}; remove it to begin"
                    " anew, or choose another folder"
                )
            return {name: _explored(kept["explored"][name]) for name in fresh}
        except (KeyError, TypeError, ValueError) as error:
            raise JournalError(f"{self._file} cannot be read ({error!r}); remove it") from error

    def write(self, explored: Mapping[str, Explored]) -> None:
        """Keep what was walked, at once as a whole: whoever is stopped has the one before."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        kept = {name: _as_json(one) for name, one in explored.items()}
        text = json.dumps({"about": self._about, "explored": kept})
        new = self._file.with_suffix(".new")
        new.write_text(text, "utf-8")
        os.replace(new, self._file)  # noqa: PTH105 - atomic, and said so


def _as_json(one: Explored) -> Json:
    return {
        **asdict(one),
        "why_not": dict(one.why_not),
        "levels": [[*key, count] for key, count in one.levels.items()],
        "wrong": [{**asdict(wrong), "row": _marked(wrong.row)} for wrong in one.wrong],
    }


def _explored(kept: Json) -> Explored:
    levels = Counter({(name, level): count for name, level, count in kept["levels"]})
    wrong = [Wrong(**{**one, "row": _unmarked(one["row"])}) for one in kept["wrong"]]
    return Explored(
        **{**kept, "levels": levels, "why_not": Counter(kept["why_not"]), "wrong": wrong}
    )


def _marked(value: Any) -> Any:
    """Return a value with tuples as lists: of others there are none."""
    if isinstance(value, dict):
        return {name: _marked(one) for name, one in value.items()}
    return [_marked(one) for one in value] if isinstance(value, tuple) else value


def _unmarked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unmarked(one) for name, one in value.items()}
    return tuple(_unmarked(one) for one in value) if isinstance(value, list) else value
