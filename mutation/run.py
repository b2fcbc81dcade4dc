"""Mutation testing: whether some test notices every small change of the reference.

Needs ``pip install -e '.[test,mutation]'`` and a POSIX system. Works on copies in a temporary
folder; the checkout stays as it is. The survivors that are known, each with the reason why it may
survive, stand in survivors.toml beside this file.

Exit status: 0 if exactly the listed mutants survive, 1 if not, 2 if nothing could be found out.
"""

import argparse
import ast
import contextlib
import multiprocessing
import os
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from cosmic_ray.commands import init  # type: ignore[import-untyped]
from cosmic_ray.mutating import mutate_and_test, mutate_code  # type: ignore[import-untyped]
from cosmic_ray.plugins import get_operator  # type: ignore[import-untyped]
from cosmic_ray.work_db import WorkDB, use_db  # type: ignore[import-untyped]
from cosmic_ray.work_item import MutationSpec, TestOutcome  # type: ignore[import-untyped]
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_name("survivors.toml")

_CHECKS = "harness_tests/test_check.py::test_the_"
_ARTICLES = f"{_CHECKS}articles_by_their_names_conform"

#: Notices advice that is not followed and calls that are refused, which fail no spec test.
_CONFORMS = f"{_CHECKS}reference_conforms"

#: Steps of training, which are no operation.
_TRAINING = "harness_tests/test_train_step.py"

#: The tests that judge each module of the reference, after harness_tests/test_reference.py.
TESTS = {
    "__init__": [],
    "arguments": ["spec_tests", _CONFORMS],
    "article1": [_ARTICLES],
    "article2": [_ARTICLES, _TRAINING],
    "batch_norm": ["spec_tests/test_batch_norm.py", _CONFORMS],
    "conv2d": ["spec_tests/test_conv2d.py", _CONFORMS],
    "cross_entropy": ["spec_tests/test_cross_entropy.py", _CONFORMS],
    "dense": ["spec_tests/test_dense.py", _CONFORMS],
    "errors": [],
    "filters": [],
    "flatten": ["spec_tests/test_flatten.py", _CONFORMS],
    "global_avg_pool2d": ["spec_tests/test_global_avg_pool2d.py", _CONFORMS],
    "network": [],
    "pooling": ["spec_tests/test_pooling.py", _CONFORMS],
    "relu": ["spec_tests/test_relu.py", _CONFORMS],
    "softmax": ["spec_tests/test_softmax.py", _CONFORMS],
    "softmax_cross_entropy": ["spec_tests/test_softmax_cross_entropy.py", _CONFORMS],
    "train_step": [_TRAINING],
    "windows": ["spec_tests/test_conv2d.py", "spec_tests/test_pooling.py", _CONFORMS],
}

#: What a mutant's tests may take, as a multiple of what they take without a mutant, and at least.
PATIENCE, SHORTEST_PATIENCE = 5.0, 20.0

OUTCOMES = ("killed", "timed out", "survived")

#: A mutant may ask for an array of any size; the machine must not begin to swap. In bytes.
MEMORY = 4 * 2**30


@dataclass(frozen=True, order=True)
class Mutant:
    """What makes a mutant the same one after other lines of its file have changed.

    Attributes
    ----------
    file : str
        Relative to the root of the checkout.
    function : str
        Where the line stands; "" outside of functions and classes.
    operator : str
        The tool's name for the change.
    before, after : str
        The line of source without and with the change.
    """

    file: str
    function: str
    operator: str
    before: str
    after: str


@dataclass(frozen=True)
class Job:
    """One mutant to be tested."""

    mutant: Mutant
    spec: MutationSpec
    command: str
    patience: float


class SetUpError(Exception):
    """The tests cannot judge mutants."""


def main(arguments: list[str] | None = None) -> int:
    """Run the mutants and return the exit status."""
    chosen = _parse(arguments)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cnnspec-mutation-") as folder:
        try:
            jobs = _prepare(Path(folder), chosen.modules)
            outcomes = _run(jobs, Path(folder), chosen.processes)
        except SetUpError as error:
            _say(f"error: {error}")
            return 2
    _summarize(outcomes, time.monotonic() - started)
    survivors = Counter(mutant for mutant, outcome in outcomes if outcome == "survived")
    files = {f"reference/{module}.py" for module in chosen.modules}
    listed = Counter(mutant for mutant in _listed() if mutant.file in files)
    _say_differences(survivors, listed)
    return 0 if survivors == listed else 1


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="of the reference (all)")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="at once (2)")
    chosen = parser.parse_args(arguments)
    for module in chosen.modules:
        if module not in TESTS:
            parser.error(f"{module!r} is none of {', '.join(TESTS)}")
    chosen.modules = chosen.modules or list(TESTS)
    return chosen


def _prepare(folder: Path, modules: list[str]) -> list[Job]:
    """Copy the checkout, try the tests on it and return the mutants of the modules."""
    _copy(folder / "0")
    _enter(folder / "0")
    _check_import()
    if unknown := {file.stem for file in Path("reference").glob("*.py")} - TESTS.keys():
        raise SetUpError(f"TESTS must name the tests of {', '.join(sorted(unknown))}")
    jobs = []
    for module in modules:
        file = Path("reference", f"{module}.py")
        command = _command(module)
        patience = max(SHORTEST_PATIENCE, PATIENCE * _seconds(command))
        jobs += [Job(mutant, spec, command, patience) for mutant, spec in _mutants(file)]
    shutil.rmtree("reference/__pycache__")  # the mutants' files are too young to tell by date
    return jobs


def _copy(copy: Path) -> None:
    """Copy what the tests need, so that the copy is what they import as cnnspec."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    folders = pyproject["tool"]["setuptools"]["package-dir"]
    for name in ("src", "harness_tests", *folders.values()):
        no_caches = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, copy / name, ignore=no_caches, dirs_exist_ok=True)
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy2(ROOT / name, copy)
    for package, name in folders.items():
        inside = copy / "src" / package.replace(".", "/")
        if not inside.exists():
            inside.symlink_to(Path("../..", name))


def _enter(copy: Path) -> None:
    """Go into a copy and let the tests, which inherit all of this, import it and stay small."""
    os.chdir(copy)
    os.environ["PYTHONPATH"] = str(copy / "src")
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the tool sets it for the mutants only
    os.environ.pop("PYTHONPYCACHEPREFIX", None)
    with contextlib.suppress(ValueError, OSError):  # not every system can
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _check_import() -> None:
    """Make sure that the mutants will be noticed at all."""
    program = "import cnnspec.reference; print(cnnspec.reference.__file__)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    if Path(done.stdout.strip()).resolve() != Path("reference/__init__.py").resolve():
        raise SetUpError(f"the tests would judge {done.stdout.strip()} instead of the copy")


def _command(module: str) -> str:
    options = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider"]
    tests = ["harness_tests/test_reference.py", *TESTS[module]]
    return shlex.join([sys.executable, "-m", "pytest", *options, *tests])


def _seconds(command: str) -> float:
    """Return how long the tests take on the reference as it is."""
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own command
        shlex.split(command), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SetUpError(f"without any mutant, {command} fails:\n{done.stdout}{done.stderr}")
    return time.monotonic() - started


def _mutants(file: Path) -> list[tuple[Mutant, MutationSpec]]:
    """Return the mutants of a file that change what it does."""
    source = file.read_text("utf-8")
    meaning = _meaning(source)
    found = []
    with use_db("session.sqlite", WorkDB.Mode.create) as database:
        init([file], database, {})
        specs = [spec for item in database.work_items for spec in item.mutations]
    for spec in specs:
        mutated = mutate_code(source, get_operator(spec.operator_name)(), spec.occurrence)
        if _meaning(mutated) not in (None, meaning):
            found.append((_identity(spec, source, mutated), spec))
    return found


def _meaning(source: str) -> str | None:
    """Return a module's syntax tree without annotations, or None if it has a syntax error."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(value=None)
    return ast.dump(tree)


def _identity(spec: MutationSpec, source: str, mutated: str) -> Mutant:
    lines = zip(source.splitlines(), mutated.splitlines(), strict=True)
    ((before, after),) = ((old.strip(), new.strip()) for old, new in lines if old != new)
    operator = spec.operator_name.partition("/")[2]
    function = spec.definition_name or ""
    return Mutant(spec.module_path.as_posix(), function, operator, before, after)


def _run(jobs: list[Job], folder: Path, processes: int) -> list[tuple[Mutant, str]]:
    """Test the mutants, each process in a copy of its own, and return what became of them."""
    copies: multiprocessing.SimpleQueue[Path] = multiprocessing.SimpleQueue()
    for number in range(processes):
        if number:
            shutil.copytree(folder / "0", folder / str(number), symlinks=True)
        copies.put(folder / str(number))
    pool = ProcessPoolExecutor(processes, initializer=_enter_next, initargs=(copies,))
    try:
        futures = {pool.submit(_outcome, job): job.mutant for job in jobs}
        finished = tqdm(as_completed(futures), total=len(jobs), unit=" mutants", mininterval=5)
        return [(futures[future], future.result()) for future in finished]
    finally:
        pool.shutdown(cancel_futures=True)


def _enter_next(copies: "multiprocessing.SimpleQueue[Path]") -> None:
    _enter(copies.get())


def _outcome(job: Job) -> str:
    result = mutate_and_test([job.spec], job.command, job.patience)
    if result.test_outcome is TestOutcome.SURVIVED:
        return "survived"
    if result.test_outcome is not TestOutcome.KILLED:
        raise SetUpError(f"{job.mutant} could not be tested: {result.output}")
    return "timed out" if result.output == "timeout" else "killed"


def _summarize(outcomes: list[tuple[Mutant, str]], seconds: float) -> None:
    count = Counter(outcome for _, outcome in outcomes)
    counted = ", ".join(f"{count[outcome]} {outcome}" for outcome in OUTCOMES)
    _say(f"{len(outcomes)} mutants: {counted}; {seconds:.0f} s")


def _listed() -> list[Mutant]:
    """Return the survivors that are known."""
    entries = tomllib.loads(LIST.read_text("utf-8"))["survivor"]
    names = [field.name for field in fields(Mutant)]
    return [Mutant(**{name: entry[name] for name in names}) for entry in entries]


def _say_differences(survivors: Counter[Mutant], listed: Counter[Mutant]) -> None:
    for mutant in sorted((survivors - listed).elements()):
        _say(f"\n# survives and is not listed:\n{_entry(mutant)}")
    for mutant in sorted((listed - survivors).elements()):
        _say(f"\n# listed, but killed or gone:\n{_entry(mutant)}")


def _entry(mutant: Mutant) -> str:
    """Return a mutant as survivors.toml has it."""
    lines = [f"{name} = {_quoted(value)}" for name, value in asdict(mutant).items()]
    return "\n".join(["[[survivor]]", *lines, 'reason = ""'])


def _quoted(text: str) -> str:
    return f"'{text}'" if "'" not in text else f"'''{text}'''"


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - what the script found


if __name__ == "__main__":
    sys.exit(main())
