"""Asking the calls of a corpus again."""

from dataclasses import dataclass
from pathlib import Path

from cnnspec.exploration import corpus
from cnnspec.exploration.judging import judged
from cnnspec.exploration.subject import Source, opened


@dataclass(frozen=True)
class Replayed:
    """What came of the calls of a corpus: by file, what is wrong, or why nothing came of it."""

    right: tuple[str, ...]
    wrong: dict[str, str]
    why_not: dict[str, str]


def replay(source: Source, folder: Path) -> Replayed:
    """Ask all calls of a corpus again, in the order of their files.

    Raises
    ------
    CorpusError
        If a file holds no call.
    LoadError
        If the implementation cannot be loaded.
    """
    subject = opened(source)
    right: list[str] = []
    wrong: dict[str, str] = {}
    why_not: dict[str, str] = {}
    with subject.afresh() as judge:
        for made in corpus.read(folder):
            name = made.case.id.removeprefix("corpus/")
            found = judged(judge, made)
            if found.error is not None:
                wrong[name] = found.error.message.splitlines()[0]
            elif found.why_not:
                why_not[name] = found.why_not
            else:
                right.append(name)
    return Replayed(tuple(right), wrong, why_not)
