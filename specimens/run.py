"""Judge the specimens: right and wrong implementations of every kind, whose verdicts are known.

A specimen is a file ``KIND/right/NAME.py`` or ``KIND/wrong/NAME.py``, or a program in C, C++ or
JavaScript. Its docstring, there its first comment, says what it is, and below that what is
expected, one ``key: value`` a line:

- ``exit``: the status of ``cnnspec check`` (otherwise 0 for right ones and 1 for wrong ones);
- ``limit``: one of `LIMITS` that the report must name; there may be several;
- ``says``, ``never``: what the report's first line must hold, or must not: regular expressions,
  searched for in capitals or not; there may be several;
- ``options``: more arguments of ``cnnspec check``;
- ``shows``: an expression on which it equals the reference, or, if it is wrong, does not;
- ``apart``: why it cannot be called in another program's process;
- ``as``: "program" if it is to be started as one;
- ``offers``: in other languages, the operations;
- ``needs``: a package without which it is left out;
- ``turned``: code that defines operations as the suite calls them, of its module ``m`` and of what
  ``turned.py`` has, for code of another convention.

Files, packages and notebooks of people who do not know the suite carry nothing of this; a table,
``KIND/expected.toml``, says what is due to them. See `tabled`.
"""

import argparse
import ast
import importlib.util
import inspect
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

#: What an implementation may refuse without a fault, as words that its report must hold.
LIMITS = {
    "sizes divide": ("sizes that the stride divides only",),
    "no overlap": ("windows that do not overlap only",),
    "same only": ("same-only",),
    "own epsilon": ("an epsilon of its own",),
    "gray only": ("gray images only",),
    "colour only": ("colour images only",),
    "not finite": ("finite numbers only", "no NaN", "no infinities"),
    "one image": ("one image at a time", "single gray images only"),
    "one map": ("one map at a time", "one image at a time"),
    "one vector": ("vectors only",),
    "batches only": ("batches only",),
    "axes": ("axes only", "up to two axes", "up to three axes"),
    "vectors and rows": ("vectors only",),
    "float16": ("no float16",),
    "float32": ("no float32",),
    "float64": ("no float64",),
    "whole numbers": ("no whole numbers",),
    "different dtypes": ("arrays of one dtype only",),
    "not contiguous": ("C-contiguous arrays only",),
    "read-only": ("no read-only arrays",),
    "reversed": ("no reversed arrays",),
    "unaligned": ("aligned arrays only",),
    "byte order": ("no arrays of the other byte order",),
}

#: What a right implementation that checks no arguments must be told.
RIGHT_NUMBERS = "every number tested is right"

#: The facets without refusals.
NUMBERS = ("--facets", "values,special,dtypes,manners")

_KEYS = (
    "exit",
    "limit",
    "says",
    "never",
    "options",
    "shows",
    "apart",
    "as",
    "offers",
    "needs",
    "turned",
)

#: How programs in other languages are built or, without an output, run.
COMPILERS = {
    ".c": ("cc", "-O1", "-g", "{file}", "-lm", "-o", "{out}"),
    ".cpp": ("c++", "-O1", "-g", "{file}", "-o", "{out}"),
    ".js": ("node", "{file}"),
}

_BUILT = tempfile.TemporaryDirectory(prefix="specimens-")


@dataclass(frozen=True)
class Specimen:
    """One file, and what is expected of its verdict; its name is KIND/right/NAME."""

    file: Path
    name: str
    kind: str
    right: bool
    what: str
    exit: int
    says: tuple[str, ...]
    options: tuple[str, ...]
    limits: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    apart: bool = False
    program: bool = False
    offers: frozenset[str] = frozenset()
    judged: frozenset[str] = frozenset()
    needs: str = ""
    attribute: str = ""
    turned: str = ""

    @property
    def missing(self) -> str:
        """The program or the package that it needs and that is not there, "" for none."""
        if self.needs and importlib.util.find_spec(self.needs) is None:
            return self.needs
        needed = COMPILERS.get(self.file.suffix, ("",))[0]
        return needed if needed and shutil.which(needed) is None else ""

    def judged_as(self, python: str) -> str:
        """Return what ``cnnspec check`` takes for it; what has to be built is."""
        if compiler := COMPILERS.get(self.file.suffix):
            out = Path(_BUILT.name, self.file.stem)
            words = [word.format(file=self.file, out=out) for word in compiler]
            if str(out) not in words:
                return f"cmd:{shlex.join(words)}"
            if not out.exists():
                subprocess.run(words, check=True)  # noqa: S603 - our own command
            return f"cmd:{shlex.join([str(out)])}"
        return (
            f"cmd:{shlex.join([python, str(self.file)])}"
            if self.program
            else str(self.file) + self.attribute
        )


@dataclass(frozen=True)
class Judged:
    """What came of a specimen: ``mistakes`` are empty where it was judged rightly."""

    name: str
    kind: str
    right: bool
    status: int
    first_line: str
    mistakes: tuple[str, ...]


def _said(file: Path) -> str:
    """Return a file's docstring, or its first comment."""
    text = file.read_text("utf-8")
    if file.suffix == ".py":
        return ast.get_docstring(ast.parse(text)) or ""
    comment = text.partition("/*")[2].partition("*/")[0]
    return inspect.cleandoc(comment)


def read(file: Path) -> Specimen:
    """Read what a specimen says of itself."""
    text = _said(file)
    what, _, below = text.partition("\n\n")
    given: dict[str, list[str]] = {key: [] for key in _KEYS}
    for line in filter(None, below.splitlines()):
        key, colon, value = line.partition(": ")
        if not colon or key not in given:
            raise ValueError(f"{file}: unknown line {line!r}")
        if key in ("says", "never"):
            try:
                re.compile(value)
            except re.error as error:
                raise ValueError(f"{file}: no regular expression: {value!r}: {error}") from None
        given[key].append(value)
    kind, side = file.parts[-3:-1]
    right = side == "right"
    return Specimen(
        file,
        name=f"{kind}/{side}/{file.stem}",
        kind=kind,
        right=right,
        what=what,
        exit=int(given["exit"][0]) if given["exit"] else int(not right),
        limits=tuple(given["limit"]),
        says=tuple(given["says"]),
        never=tuple(given["never"]),
        options=tuple(shlex.split(" ".join(given["options"]))),
        shows=tuple(given["shows"]),
        apart=bool(given["apart"]) or file.suffix in COMPILERS,
        program=given["as"] == ["program"],
        offers=frozenset(" ".join(given["offers"]).split()),
        needs="".join(given["needs"]),
        turned="\n".join(given["turned"]),
    )


def _is_meant(one: Specimen, chosen: Sequence[str]) -> bool:
    """Return whether a specimen is of a kind that is chosen, or chosen itself, as KIND/NAME."""
    name = one.name.removesuffix(" (numbers)").rpartition("/")[2]
    return not chosen or bool({one.kind, f"{one.kind}/{name}", one.name} & {*chosen})


def specimens(kinds: Sequence[str] = ()) -> list[Specimen]:
    """Return the specimens of some kinds, or of all; KIND/NAME is one."""
    sides = [sorted(FOLDER.glob(f"*/{side}/*")) for side in ("right", "wrong")]
    files = [file for side in sides for file in side if file.suffix in (".py", *COMPILERS)]
    found = [read(file) for file in files]
    if unknown := [one for one in kinds if not any(_is_meant(each, [one]) for each in found)]:
        raise SystemExit(f"no such kind: {', '.join(sorted(unknown))}")
    return [one for one in found if _is_meant(one, kinds)]


def tabled(kinds: Sequence[str] = ()) -> list[Specimen]:
    """Return what the tables ``KIND/expected.toml`` expect, two verdicts of each file.

    One is by all facets, one by the facets without refusals. Of each entry, ``name``, ``right`` and
    ``judged`` (the operations of which checks must have run) are given, and for wrong ones ``says``
    (words of which the first line must hold one). ``exit`` is the status by all facets, otherwise
    1: few check their arguments. ``object`` and ``options`` are given to the command.
    """
    found: list[Specimen] = []
    for file in sorted(FOLDER.glob("*/expected.toml")):
        for entry in tomllib.loads(file.read_text("utf-8"))["file"]:
            found += _expected(file.parent, entry)
    return [one for one in found if _is_meant(one, kinds)]


def _expected(folder: Path, entry: dict[str, Any]) -> Iterator[Specimen]:
    """Read one entry of such a table."""
    right = entry["right"]
    words = "|".join(entry.get("says", []))
    for facets in ((), NUMBERS):
        status = int(not right) if facets else entry.get("exit", 1)
        yield Specimen(
            folder / entry["name"],
            name=f"{folder.name}/{'right' if right else 'wrong'}/{entry['name']}"
            + (" (numbers)" if facets else ""),
            kind=folder.name,
            right=right,
            what=entry["what"],
            exit=status,
            says=(words,) if words else (RIGHT_NUMBERS,) * status,
            options=(*entry.get("options", ()), *facets),
            apart=True,
            judged=frozenset(entry["judged"]),
            needs=entry.get("needs", ""),
            attribute=f":{entry['object']}" if "object" in entry else "",
        )


def judge(specimen: Specimen, python: str = sys.executable, seconds: float = 900) -> Judged:
    """Check one specimen in a process of its own."""
    environment = os.environ | {"NO_COLOR": "1", "OPENBLAS_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        what = specimen.judged_as(python)
        command = [python, "-m", "cnnspec", "check", what, "--json", str(report)]
        try:
            done = subprocess.run(  # noqa: S603 - our own command
                [*command, *specimen.options],
                capture_output=True,
                text=True,
                check=False,
                timeout=seconds,
                env=environment,
            )
            status, out = done.returncode, done.stdout or done.stderr
        except subprocess.TimeoutExpired:
            status, out = -1, f"no verdict after {seconds:g} s"
        told = json.loads(report.read_text("utf-8")) if report.is_file() else {}
    first = next(iter(out.splitlines()), "")
    limits = json.dumps(told.get("limits", []))
    mistakes = (*_mistakes(specimen, status, first, limits), *_not_judged(specimen, told))
    return Judged(specimen.name, specimen.kind, specimen.right, status, first, mistakes)


def _not_judged(specimen: Specimen, told: dict[str, Any]) -> Iterator[str]:
    """Say which operations were not judged; of several candidates each is "OPERATION (name)".

    Gradients count by the function that returns them together: it may return some of them.
    """
    operations = told.get("operations", {}).items()
    judged = {name.partition(" (")[0] for name, entry in operations if entry["checks"]}
    together = {re.sub("_grad_.*", "_backward", name) for name in judged}
    for name in sorted(specimen.judged - judged - together):
        yield f"not judged: {name}"


#: What the article calls an operation.
_NETWORKS = {"forward": "network"}


def judge_quickly(specimen: Specimen) -> Judged:
    """Check one specimen by the spec tests of its own operations, in this process.

    The networks of an operation that others lack are left out; that makes no verdict incomplete.
    """
    if specimen.judged:  # whoever knows nothing of the suite defines nothing by its names
        return judge(specimen)
    from cnnspec.cases.requirements import FACETS  # noqa: PLC0415
    from cnnspec.kills.kill_matrix import module_of  # noqa: PLC0415
    from cnnspec.operations.registry import LAYERS  # noqa: PLC0415
    from cnnspec.report.text import text_report  # noqa: PLC0415
    from cnnspec.run.check import CheckError, check  # noqa: PLC0415 - not needed where others judge
    from cnnspec.run.facets import facets_named  # noqa: PLC0415
    from cnnspec.subject.processes.process import Limits  # noqa: PLC0415

    parser = argparse.ArgumentParser()
    parser.add_argument("--profile")
    parser.add_argument("--facets", type=facets_named, default=FACETS)
    parser.add_argument("--time-limit", type=float, default=Limits().seconds)
    given = parser.parse_args(specimen.options)
    defined = specimen.offers or _defined(specimen.file, {*LAYERS, "network", "forward"})
    if specimen.kind == "gradients":  # many names offer them
        defined = frozenset()
    modules = sorted({module_of(_NETWORKS.get(name, name)) for name in defined})
    try:
        told = check(
            specimen.judged_as(sys.executable),
            profile=given.profile,
            facets=given.facets,
            modules=modules,
            isolated=True,
            limits=Limits(given.time_limit),
        )
    except CheckError as error:
        status, first, limits = 2, str(error), "[]"
    else:
        failed = any(entry["status"] == "failed" for entry in told["requirements"])
        judged = all(  # what else is found is not asked
            entry["checks"]
            for name, entry in told["operations"].items()
            if not modules or module_of(name.partition(" (")[0]) in modules
        )
        status = 1 if failed else 0 if judged and told["operations"] else 3
        first, limits = text_report(told).splitlines()[0], json.dumps(told.get("limits", []))
    mistakes = tuple(_mistakes(specimen, status, first, limits))
    return Judged(specimen.name, specimen.kind, specimen.right, status, first, mistakes)


def _defined(file: Path, operations: set[str]) -> set[str]:
    """Return which operations a file defines, by a function, a class or an assignment."""
    names = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names & operations


def _mistakes(specimen: Specimen, status: int, first: str, limits: str) -> Iterator[str]:
    """Say in what a verdict differs from what is expected."""
    if status != specimen.exit:
        yield f"exit status {status}, expected {specimen.exit}"
    for words in specimen.says:
        if not re.search(words, first, re.IGNORECASE):
            yield f"the first line does not say {words!r}"
    for words in specimen.never:
        if re.search(words, first, re.IGNORECASE):
            yield f"the first line says {words!r}"
    for limit in specimen.limits:
        if not any(word in limits for word in LIMITS[limit]):
            yield f"the limit is not named: {limit}"


def table(judged: Sequence[Judged]) -> str:
    """Return how many of each kind are judged rightly, and which are not."""
    lines = ["| kind | right ones judged rightly | wrong ones judged rightly |", "|---|---|---|"]
    kinds = [*dict.fromkeys(sorted(one.kind for one in judged))]
    for kind in [*kinds, "all"]:
        cells = []
        for right in (True, False):
            them = [one for one in judged if kind in (one.kind, "all") and one.right is right]
            good = sum(not one.mistakes for one in them)
            cells.append(f"{good} of {len(them)}" if them else "-")
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    for one in judged:
        if one.mistakes:
            lines += ["", f"{one.name}: {'; '.join(one.mistakes)}", f"    {one.first_line}"]
    wrong = [one for one in judged if one.mistakes]
    by_status = sum(one.mistakes[0].startswith("exit status") for one in wrong)
    lines += [
        "",
        f"misjudged: {len(wrong)} of {len(judged)}, {by_status} of them in the exit status",
    ]
    return "\n".join(lines)


def main() -> int:
    """Judge the specimens; the exit status is 1 if one is misjudged."""
    parser = argparse.ArgumentParser(description="Judge the specimens.")
    parser.add_argument("kinds", nargs="*", metavar="KIND[/NAME]", help="only these kinds")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what came of each")
    parser.add_argument(
        "--python", default=sys.executable, help="the interpreter whose cnnspec is to judge"
    )
    parser.add_argument(
        "--quick", action="store_true", help="only by the spec tests of what each offers"
    )
    given = parser.parse_args()
    found = tabled(given.kinds)
    others = [kind for kind in given.kinds if not any(_is_meant(one, [kind]) for one in found)]
    if others or not given.kinds:
        found = [*specimens(others), *found]
    for specimen in found:
        if specimen.missing:
            print(f"left out   {specimen.name}: there is no {specimen.missing}", file=sys.stderr)
    chosen = [specimen for specimen in found if not specimen.missing]
    quick = given.quick
    pool: Executor = (ProcessPoolExecutor if quick else ThreadPoolExecutor)(given.jobs)
    judging = judge_quickly if quick else partial(judge, python=given.python)
    judged = []
    with pool:
        for one in pool.map(judging, chosen):
            judged.append(one)
            print(f"{'misjudged' if one.mistakes else 'right':9}  {one.name}", file=sys.stderr)
    if given.json:
        given.json.write_text(json.dumps([asdict(one) for one in judged], indent=1), "utf-8")
    print(table(judged))
    return int(any(one.mistakes for one in judged))


if __name__ == "__main__":
    sys.exit(main())
