"""The line that tells, of what a program wrote to standard error before it ended.

Each language has its own way to say why a program ends: what went wrong in one line, where in
another, and many lines that say neither. What differs from run to run is left out: addresses,
numbers of processes and threads, times, folders.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: Lines that stand at the end and say nothing.
_NOISE = re.compile(
    r"\s*$|\s*\^+\s*$|Node\.js v[\d.]+$|\(Use `node|note: |stack backtrace:|==\d+=="
    r"|exit status \d+$|Aborted|Execution halted|\.\.\. \d+ more|goroutine \d+|Stacktrace:"
    r"|\s+at |\s+#\d+ |Bun v\d"
)

#: What differs from run to run, and what stands in its place.
_CHANGING = (
    (
        re.compile(
            r"^\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?:? *"
        ),
        "",
    ),
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "0x…"),
    (re.compile(r"(?<=\w)@[0-9a-f]{5,16}\b"), "@…"),
    (re.compile(r"\b(pid|PID|tid|thread|Thread)([ =:#-]+)\d+\b"), r"\1\2…"),
    (re.compile(r"^==\d+==\s*"), ""),
)

#: Files that are no one's own: of libraries and of the languages themselves.
_FOREIGN = re.compile(
    r"^node:|^/rustc/|/library/(?:std|core|alloc)/|^/usr/(?:include|lib|local/go)/|^\.\./"
    r"|/go/src/|/pkg/mod/|/node_modules/|/libsanitizer/|/site-packages/|/lib/python|^\./\w+\.jl$"
    r"|/\.cargo/registry/|^<"
)

#: Characters that are shown.
_LONG = 300

Lines = Sequence[str]


@dataclass(frozen=True)
class _Way:
    """How some language says that a program ends.

    ``head`` matches the line that says why, with the words and perhaps the place in groups of
    these names; ``frames`` matches the lines that follow, or stand before if ``is_before``, and
    say where. ``words`` makes the words from the lines from the head on.
    """

    head: re.Pattern[str]
    frames: re.Pattern[str] | None = None
    is_before: bool = False
    words: Callable[[re.Match[str], Lines], str] | None = None


def _named(found: re.Match[str], _after: Lines) -> str:
    return found["words"]


def _of_rust(_found: re.Match[str], after: Lines) -> str:
    """Return what a panic says: on the next line, and with the two sides of an assertion."""
    said = next((line for line in after if line.strip()), "")
    sides = [line.strip() for line in after[1:4] if re.match(r"\s+(left|right): ", line)]
    return f"{said} ({', '.join(sides)})" if sides else said


def _of_cpp(found: re.Match[str], after: Lines) -> str:
    said = after[0].strip().removeprefix("what():").strip() if after else ""
    return f"{found['words']}: {said}" if after and "what():" in after[0] else found["words"]


def _of_assertion(found: re.Match[str], _after: Lines) -> str:
    return f"assertion failed: {found['words']}"


_AT = r"(?P<file>[^\s():]+(?: [^\s():]+)*):(?P<line>\d+)"

_OF_JAVA = re.compile(r"\s+at (?!java[.x]|java\.base/|jdk\.|sun\.|kotlin\.|scala\.)\S+\(" + _AT)
_OF_NODE = re.compile(r"\s+at (?:async )?(?:.* )?\(?(?:file://)?" + _AT + r":\d+\)?$")
_OF_GO = re.compile(r"\t" + _AT)
_OF_SANITIZERS = re.compile(r"\s+#\d+ .* in \S.* " + _AT)
_OF_JULIA = re.compile(r"\s+@ (?:Main |\S+ )?" + _AT)
_OF_DOTNET = re.compile(r"\s+at .* in (?P<file>.*):line (?P<line>\d+)")
_OF_PYTHON = re.compile(r'\s+File "(?P<file>[^"]+)", line (?P<line>\d+)')
_OF_OCAML = re.compile(r'.*in file "(?P<file>[^"]+)", line (?P<line>\d+)')
_OF_HASKELL = re.compile(r"\s+\w+, called at " + _AT)
_OF_RUST = re.compile(r"\s+at " + _AT + r":\d+$")
_OF_ZIG = re.compile(_AT + r":\d+: 0x")

#: What UBSan says; a program may go on after it, and of several errors on one line the first tells.
_UNDEFINED = r"(?P<file>[^\s:]+):(?P<line>\d+):(?:\d+:)? (?P<words>runtime error: .*)$"

#: The name of an exception: a word that ends so, in a package or not.
_NAME = r"(?:[\w$]+[.:/]+)*(?:[A-Z][\w$]*)?(?:Error|Exception|Throwable)"


def _way(head: str, frames: re.Pattern[str] | None = None, **more: object) -> _Way:
    return _Way(re.compile(head), frames, **more)  # type: ignore[arg-type] # the rest of them


#: The first whose head matches a line is taken; lines are read from the last to the first.
_WAYS = (
    # Rust: since 1.73 the words stand on the next line.
    _way(
        r"thread '.*' (?:\(\d+\) )?panicked at '(?P<words>.*)', (?P<file>.*):(?P<line>\d+):\d+$",
        _OF_RUST,
    ),
    _way(
        r"thread '.*' (?:\(\d+\) )?panicked at (?P<file>.*):(?P<line>\d+):\d+:$",
        _OF_RUST,
        words=_of_rust,
    ),
    _way(r"fatal runtime error: (?P<words>.*?)(?:, aborting)?$"),
    # Go
    _way(r"(?P<words>panic: .*?)(?: \[recovered\])?$", _OF_GO),
    _way(r"(?P<words>fatal error: (?!.*\.swift).*)$", _OF_GO),
    # Zig
    _way(r"thread \d+ panic: (?P<words>.*)$", _OF_ZIG),
    # .NET before Java, whose names look alike: the innermost exception has its own line.
    _way(r"Unhandled exception[.:] +(?P<words>.*?)(?: --->.*)?$", _OF_DOTNET),
    _way(r" +---> (?P<words>" + _NAME + r".*)$", _OF_DOTNET),
    # Java: the last cause is the first.
    _way(r"Caused by: (?P<words>.*)$", _OF_JAVA),
    _way(r'Exception in thread ".*" (?P<words>.*)$', _OF_JAVA),
    # C and C++
    _way(
        r"terminate called after throwing an instance of '(?P<words>.*)'$",
        words=_of_cpp,
    ),
    _way(r"(?P<words>terminate called .*)$"),
    _way(r"libc\+\+abi: terminating (?:due to|with) uncaught exception of type (?P<words>.*)$"),
    _way(
        r"(?:[^\s:]+: )?(?P<file>[^\s:]+):(?P<line>\d+): .*: "
        r"Assertion [`'](?P<words>.*)' failed\.?$",
        words=_of_assertion,
    ),
    _way(
        r"Assertion failed: \(?(?P<words>.*?)\)?, function .*, "
        r"file (?P<file>.*), line (?P<line>\d+)",
        words=_of_assertion,
    ),
    _way(
        r"(?:==\d+==)?(?:ERROR|WARNING): (?P<words>\w+Sanitizer: .*?)"
        r"(?: on (?:unknown )?address.*| \(pid.*| \(pc.*)?$",
        _OF_SANITIZERS,
    ),
    _way(_UNDEFINED),
    _way(
        r"(?P<words>(?:(?:m|c|re)alloc\(\): |munmap_chunk\(\): |double free or |free\(\): "
        r"|corrupted |\*\*\* .* \*\*\*: ).*)$",
    ),
    # Fortran says where on the line before.
    _way(
        r"(?P<words>Fortran runtime error: .*)$",
        re.compile(r"At line (?P<line>\d+) of file (?P<file>.*)"),
        is_before=True,
    ),
    # Swift
    _way(r"(?P<file>\S+\.swift):(?P<line>\d+): (?P<words>Fatal error: .*)$"),
    # OCaml
    _way(r"Fatal error: exception (?P<words>.*)$", _OF_OCAML),
    _way(r"(?P<words>Fatal error: .*)$"),
    # Julia
    _way(r"ERROR: (?:LoadError: )?(?P<words>.*)$", _OF_JULIA),
    # Ruby, Lua, PHP, R
    _way(r"(?P<file>\S+\.rb):(?P<line>\d+):in [`'].*?': (?P<words>.*)$"),
    _way(r"\S*lua\S*: (?P<file>\S+\.lua):(?P<line>\d+): (?P<words>.*)$"),
    _way(r"(?:PHP )?Fatal error: +(?:Uncaught )?(?P<words>.*) in (?P<file>.*):(?P<line>\d+)$"),
    _way(r"(?P<words>Error in .* ?: .*)$"),
)

#: Exceptions by their names, after which JavaScript and Java say where, and Python before.
_EXCEPTION = re.compile(
    rf"(?:error: )?(?:Uncaught (?:\(in promise\) )?)?(?P<words>{_NAME}(?: \[\w+\])?(?:: .*)?)$"
)

_OF_ANY_PYTHON = re.compile(r"(?P<words>[A-Za-z_][\w.]*(?:: .*)?)$")


def telling(text: str) -> str:
    """Return the line that tells why a program ended, with its place, "" if there is no text.

    Where no language's own way is recognised, it is the last line that says anything.
    """
    lines = text.splitlines()
    for number in reversed(range(len(lines))):
        if said := _told(lines, number):
            return said
    return next((_lasting(line) for line in reversed(lines) if not _NOISE.match(line)), "")


def recognised(text: str) -> str:
    """Return the line that tells, where a language's own way is recognised, otherwise ""."""
    lines = text.splitlines()
    found = (_told(lines, number) for number in reversed(range(len(lines))))
    return next(filter(None, found), "")


def _first_undefined(lines: Lines, number: int) -> int:
    """Return the number of the first of UBSan's lines about the same place as this one."""
    here = re.match(_UNDEFINED, lines[number])
    if not here:
        return number
    every = ((i, re.match(_UNDEFINED, line)) for i, line in enumerate(lines))
    return next(
        i for i, one in every if one and one["file"] == here["file"] and one["line"] == here["line"]
    )


def _told(lines: Lines, number: int) -> str:
    number = _first_undefined(lines, number)
    line, after = lines[number], lines[number + 1 :]
    for way in _WAYS:
        if found := way.head.match(line):
            words = (way.words or _named)(found, after)
            around = lines[max(number - 3, 0) : number] if way.is_before else after
            return _with_place(words, _own_place(found) or _frame(way.frames, around))
    before = lines[:number]
    frame = _python_frame(before)
    if frame and (found := _OF_ANY_PYTHON.match(line)):
        return _with_place(found["words"], frame)
    if found := _EXCEPTION.match(line):
        place = _frame(_OF_NODE, after) or _frame(_OF_JAVA, after)
        return _with_place(found["words"], place)
    if "CallStack (from" in "".join(after[:1]):  # Haskell
        return _with_place(line.partition(": ")[2] or line, _frame(_OF_HASKELL, after))
    return ""


def _own_place(found: re.Match[str]) -> str:
    named = found.groupdict()
    return _short(named["file"], named["line"]) if named.get("file") else ""


def _frame(frames: re.Pattern[str] | None, lines: Lines) -> str:
    """Return the first place of one's own in these lines."""
    found = filter(None, (frames.match(line) for line in lines)) if frames else ()
    return next(filter(None, (_short(one["file"], one["line"]) for one in found)), "")


def _python_frame(before: Lines) -> str:
    """Return the innermost place of one's own in a traceback that ends here, "" for none."""
    if not before or not before[-1].startswith("  "):
        return ""
    at = len(before)
    while at and (before[at - 1].startswith("  ") or not before[at - 1].strip()):
        at -= 1
    if not at or not before[at - 1].startswith("Traceback (most recent call last)"):
        return ""
    found = [one for one in map(_OF_PYTHON.match, before[at:]) if one]
    own = [place for one in found if (place := _short(one["file"], one["line"]))]
    return own[-1] if own else ""


def _short(file: str, line: str) -> str:
    """Return a place without its folder, "" where it is in a library."""
    if _FOREIGN.search(file):
        return ""
    return f"{file.replace(chr(92), '/').rpartition('/')[2]}:{line}"


def _with_place(words: str, place: str) -> str:
    said = _lasting(words)
    return f"{said} ({place})" if place and said else said


def _lasting(line: str) -> str:
    """Return a line without what differs from run to run, cut where it gets long."""
    said = line.strip()
    for changing, instead in _CHANGING:
        said = changing.sub(instead, said)
    return said if len(said) <= _LONG else f"{said[:_LONG]}…"
