"""What there is to say of one requirement, and of one fault, as Markdown.

SPEC.md and ``cnnspec explain`` say the same.
"""

from collections.abc import Iterator

from cnnspec.cases.requirements import DEFAULT, Requirement, requirements
from cnnspec.document.worked_examples import Example, example_of, example_of_fault, printed
from cnnspec.faults import Fault
from cnnspec.judge.nonconformance import NonconformanceError
from cnnspec.kills.kill_matrix import caught_by, faults_of

#: Faults that are named one by one.
NAMED = 4


def requirements_of(chapter: str) -> list[Requirement]:
    """Return the requirements of a chapter, in their order."""
    return [one for one in requirements().values() if one.chapter == chapter]


def requirement_section(requirement: Requirement) -> str:
    """Return the section of a requirement."""
    only = ""
    if len(requirement.profiles) == 1:
        only = f", {requirement.profiles[0]} profile only"
    if requirement.effort != DEFAULT:
        only += f", with --effort {requirement.effort} only"
    return "\n".join(
        [
            f'<a id="{requirement.id}"></a>\n',
            f"### {requirement.id} ({requirement.level}{only})\n",
            f"**{requirement.text}**\n",
            f"*Why:* {requirement.reason}\n",
            *_example(requirement.id, example_of(requirement.id)),
            *_catches(requirement),
            f"*Passing proves:* {requirement.proves}\n",
            f"*It leaves open:* {requirement.leaves_open}\n",
            f"*Operations:* {', '.join(requirement.operations)}. *Source:* {requirement.source}."
            f" *Since:* {requirement.since}, version {requirement.version} of the sentence.\n",
        ]
    )


def requirement_line(requirement: Requirement) -> str:
    """Return a requirement in one line."""
    effort = "" if requirement.effort == DEFAULT else f", {requirement.effort} effort"
    return f"{requirement.id} ({requirement.level}{effort}) {requirement.text}"


def fault_section(fault: Fault) -> str:
    """Return what there is to say of a fault."""
    by = caught_by()[fault.id]
    return "\n".join(
        [
            f"### {fault.id}\n",
            f"{_sentence(fault.explanation)}\n",
            f"*To mend it:* {fault.remedy}.\n",
            f"*Operation:* {fault.operation}. *Seen:* {fault.seen}. *Effect:* {fault.effect}"
            f" ({'does not conform' if fault.effect == 'fails' else 'conforms, with advice'}).\n",
            *_right_and_wrong(example_of_fault(fault, by)),
            f"*Caught by:* {len(by)} requirement{'s' if len(by) != 1 else ''}:\n",
            *(f"- {requirement_line(requirements()[identity])}" for identity in by),
            "",
        ]
    )


# --- the parts -------------------------------------------------------------------------------


def _example(identity: str, example: Example | None) -> Iterator[str]:
    """Return the lines of an example, and its derivation where it was worked out by hand."""
    if example is None:
        return
    case = f", `{example.case}`" if example.case else ""
    known = example.by_hand
    said = f", worked by hand: {known.description}" if known else "."
    yield f"*Example*{case}{said}\n"
    yield from _steps(example)
    if known and known.requirements[0] == identity:
        yield "\n".join([*(f"- {step}" for step in known.derivation), ""])
    elif known:
        yield f"The derivation stands at [{known.requirements[0]}](#{known.requirements[0]}).\n"
    if example.fault and example.error:
        yield (
            f"*Gone wrong,* `{example.fault.id}`: {example.fault.explanation}."
            f" {_sentence(in_short(example.error))}\n"
        )


def _steps(example: Example) -> Iterator[str]:
    if example.steps:
        yield "\n".join(["```python", *map(str, example.steps), "```\n"])
    else:
        yield f"`{example.call}`, too large to be written out here.\n"


def _catches(requirement: Requirement) -> Iterator[str]:
    """Say which known mistakes a requirement catches: how many, and the most telling."""
    caught = faults_of(requirement.id)
    links = [f"[{fault.id}](KILLS.md#{fault.id})" for fault in caught[:NAMED]]
    more = len(caught) - len(links)
    others = f" and {more} more known mistakes" if more else ""
    if caught:
        yield f"*It catches* {', '.join(links)}{others}.\n"


def _right_and_wrong(example: Example | None) -> Iterator[str]:
    """Return a call on which a mistake shows: what is right, and what comes instead."""
    if example is None or example.error is None:
        yield "*Example:* none; it shows on real images or whole layers only.\n"
        return
    late = " (it shows on large cases only, or after other calls)" if example.late else ""
    yield f"*Right,* `{example.case}`{late}:\n"
    yield from _steps(example)
    yield f"*Wrong:* {in_short(example.error)}.\n"
    yield from printed(example.error)


def in_short(error: NonconformanceError) -> str:
    """Return in one line what went wrong."""
    lines = [line.strip() for line in error.message.splitlines()]
    first = next((line.split(", error ")[0] for line in lines[1:] if " at [" in line), "")
    first = first.removeprefix("first at []: ")  # of a single number
    return f"{lines[0]}; {first}" if first else lines[0]


def _sentence(words: str) -> str:
    """Return words as a sentence; the variable x stays small."""
    return f"{words if words.startswith('x ') else words[0].upper() + words[1:]}."
