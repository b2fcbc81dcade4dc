"""Finding an implementation: the grammar of ``--implementation``.

Nothing or ``reference``; ``pkg.module``; ``pkg.module:object``; ``path/to/file.py``;
``path/to/file.py:object``; a notebook, ``path/to/lesson.ipynb``; the folder of a package; the name
of a bundled adapter, or ``adapter:variant``.
"""

import contextlib
import importlib
import importlib.util
import os
import re
import sys
import time
import types
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial, wraps
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from cnnspec.adapters import ADAPTERS
from cnnspec.bindings.binding import Binding, Bound
from cnnspec.bindings.layers import is_layer_class
from cnnspec.bindings.search import Found
from cnnspec.bindings.wishes import CALLS, ORDERS, WishError, Wishes
from cnnspec.bindings.wishes import wishes as wishes_of
from cnnspec.cases.data import use_bundled_mnist
from cnnspec.cases.requirements import PROFILES
from cnnspec.declaration.article_forms import Offer
from cnnspec.judged import JUDGED, file_of, home_of, in_package, name_of
from cnnspec.operations.registry import LAYERS
from cnnspec.subject.array_limits import AXES, DTYPE, FLOATS, NAMES
from cnnspec.subject.boundary import TIME_LIMIT, Implementation
from cnnspec.subject.finding import Sought, apply, find, left_over, nothing_found
from cnnspec.subject.guard import OutOfTime, quiet, time_limit
from cnnspec.subject.lost_calls import LOADING_TIMES
from cnnspec.subject.notebooks import SUFFIX as NOTEBOOK
from cnnspec.subject.notebooks import (
    NotebookError,
    NotebookLoader,
    notebook_spec,
    without_windows,
)
from cnnspec.subject.recognition import recognise
from cnnspec.texts import legible

REFERENCE = "reference"

#: What is imported within so many seconds may be imported again, for a copy without a past.
RENEWABLE = 3.0

#: What the files end in that can be loaded.
_LOADED = (".py", NOTEBOOK)

ACCURACIES = ("componentwise", "normwise")


def loading_limit(call_limit: float) -> float:
    """Return the seconds that an import may take where a call may take ``call_limit``."""
    return LOADING_TIMES * call_limit


def limit_in_words(limit: float) -> str:
    """Return the limit for an import, and which option sets it."""
    return f"{limit:g} s ({LOADING_TIMES} times --time-limit)"


LOADING_LIMIT = loading_limit(TIME_LIMIT)


#: What may be named of a module, as ``net.features[0]``, and a step of it.
_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*|\[\d+\])*")
_STEP = re.compile(r"([^\W\d]\w*)|\[(\d+)\]")


class LoadError(Exception):
    """The implementation cannot be found or loaded; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(legible(message))


def load(
    source: str = REFERENCE,
    seconds: float = LOADING_LIMIT,
    wishes: Wishes | None = None,
    known: Sequence[Binding] | None = None,
) -> Implementation:
    """Load an implementation, within so many seconds, and recognise what it offers.

    A module whose script code fails or exits after its definitions is judged by what it had
    defined by then. ``wishes`` are stronger than what the module declares. Bindings that are
    ``known`` are not looked for again.

    Raises
    ------
    LoadError
        If nothing can be loaded from ``source``.
    """
    target, _, attribute = ("cnnspec.reference", "", "") if source == REFERENCE else _split(source)
    if target in ADAPTERS:
        return _adapter(source, target, attribute, seconds)
    _is_no_other_thing(target)
    resolved = file_of(Path(target)).resolve()  # before its own code may change the folder
    before = set(sys.modules)
    started = time.perf_counter()
    notes: list[str] = []
    is_file = resolved.suffix in _LOADED or os.sep in target
    if is_file:
        module, problem = _run_file(resolved, target, seconds, notes)
    else:
        module, problem = _import(target, seconds)
    taken = time.perf_counter() - started
    thing: Any = _attribute(module, attribute, problem) if attribute else module
    implementation = recognise(thing, name=source, source=source)
    implementation.notes += notes
    declared = getattr(module, "CNNSPEC", {})
    apply_declaration(implementation, declared, source)
    if source != REFERENCE:
        wished = _wished(declared, source) | (wishes or Wishes())
        sought = Sought(module, thing, attribute, implementation, wished)
        _bind(sought, known, seconds)
    if not implementation.offers:
        problem = problem or _problem_of_cells(module)
    if problem:
        if not implementation.offers:
            raise LoadError(f"{source} cannot be loaded: {problem}")
        implementation.notes.append(
            f"importing stopped early ({problem}); what was defined by then is judged"
        )
    if is_file and not problem and taken < RENEWABLE:
        there = f"{resolved}:{attribute}" if attribute else str(resolved)
        own = [module.__name__, *_imported_beside(home_of(resolved), before)]
        bound = [*implementation.bindings.values()]
        implementation.renew = lambda: _load_anew(there, own, seconds, bound)
    return implementation


def _bind(sought: Sought, known: Sequence[Binding] | None, seconds: float) -> None:
    """Offer what is called in ways that are known, or are found."""
    implementation = sought.implementation
    if known is not None:
        apply(sought, Found({one.operation: one for one in known}))
        return
    found = find(sought, seconds, seconds / LOADING_TIMES)
    apply(sought, found)
    if not implementation.offers:
        implementation.notes += nothing_found(sought, found)
    elif found.bindings:
        implementation.notes += left_over(found, sought)


def _wished(declared: Any, source: str) -> Wishes:
    """Return what a module declares of its calls and orders of axes."""
    try:
        return wishes_of(declared)
    except WishError as error:
        raise LoadError(f"CNNSPEC in {source}: {error}") from error


def _is_no_other_thing(target: str) -> None:
    """Raise if there is a folder, or a file of something else, by the name of what is to load."""
    if not target:
        raise LoadError("nothing is named that could be loaded; name a module or a file")
    path = Path(target)
    named_as_path = os.sep in target or target in (os.curdir, os.pardir)
    is_other_folder = path.is_dir() and not file_of(path).is_file()
    if is_other_folder and (named_as_path or target.endswith(".py") or _is_no_package(target)):
        raise LoadError(f"{target} is a folder; name a Python file in it, or a module")
    if path.is_file() and target.endswith(".json"):
        raise LoadError(f"{target} is no Python file; reports are for cnnspec compare")
    if path.is_file() and path.suffix and path.suffix not in _LOADED:
        raise LoadError(
            f"{target} is no Python file (.py) or notebook; programs are named as cmd:PROGRAM"
        )


def _is_no_package(name: str) -> bool:
    """Return whether what may be imported by a name is a folder without ``__init__.py``."""
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        spec = importlib.util.find_spec(name)
    except Exception:  # noqa: BLE001 - it is told when it is imported
        return False
    return spec is None or not spec.has_location


def _imported_beside(folder: Path, before: Collection[str]) -> list[str]:
    """Return the modules of Python code in a folder that were imported since ``before``."""
    return [
        name
        for name, module in sys.modules.items()
        if name not in before
        and (name.split(".")[0] != "cnnspec" or name.startswith(f"{JUDGED}."))
        and _lies_in(folder, getattr(module, "__file__", None))
    ]


def _lies_in(folder: Path, file: Any) -> bool:
    if not isinstance(file, str) or not file.endswith(".py"):
        return False
    path = Path(file).resolve()
    return path.is_relative_to(folder) and "site-packages" not in path.parts


def _load_anew(
    source: str, own: Sequence[str], seconds: float, bound: Sequence[Binding]
) -> Implementation:
    """Load a file again, and the modules beside it, which may remember things too.

    The modules that were loaded before keep their ``own`` names. The new ones have them only
    while they are called: what is pickled is looked up by its module's name.
    """
    kept = {name: sys.modules.pop(name) for name in own if name in sys.modules}
    try:
        fresh = load(source, seconds, known=bound)
        new = {name: sys.modules[name] for name in own if name in sys.modules}
    finally:
        sys.modules.update(kept)
    fresh.offers = {
        name: replace(made, function=_called_among(new, made))
        for name, made in fresh.offers.items()
    }
    return fresh


def _called_among(modules: Mapping[str, types.ModuleType], made: Offer) -> Callable[..., Any]:
    """Return an offer's function, during whose calls these modules have their names."""
    function = made.function
    assert function is not None
    if isinstance(function, Bound):
        function.during = partial(_named, modules)
        return function

    @wraps(function)
    def called(*given: Any, **options: Any) -> Any:
        with _named(modules):
            return function(*given, **options)

    return called


@contextlib.contextmanager
def _named(modules: Mapping[str, types.ModuleType]) -> Iterator[None]:
    """Let modules have their names for a while."""
    kept = {name: sys.modules[name] for name in modules if name in sys.modules}
    sys.modules.update(modules)
    try:
        yield
    finally:
        sys.modules.update(kept)


def _adapter(source: str, name: str, variant: str, seconds: float) -> Implementation:
    """Return a bundled adapter, by name, or one of its variants."""
    bundled = ADAPTERS[name]
    if variant and variant not in bundled.variants:
        known = ", ".join(f"{name}:{known}" for known in bundled.variants)
        raise LoadError(f"the adapter {name} has no variant {variant!r}; it has {known}")
    try:
        with quiet(), time_limit(seconds):
            module = importlib.import_module(f"cnnspec.adapters.{name}")
    except ModuleNotFoundError as error:
        missing = f"{bundled.framework} cannot be imported ({error})"
        raise LoadError(f"{missing}; install it with: pip install 'cnnspec[{name}]'") from error
    except OutOfTime:
        slow = f"importing it takes longer than {limit_in_words(seconds)}"
        raise LoadError(f"{bundled.framework} cannot be used: {slow}") from None
    except Exception as error:
        raise LoadError(f"{bundled.framework} cannot be used: {_in_words(error)}") from error
    thing = getattr(module, variant or "adapter")
    implementation = recognise(thing, name=source, source=source)
    apply_declaration(implementation, getattr(thing, "CNNSPEC", module.CNNSPEC), source)
    implementation.form = "adapter"
    if variant:
        implementation.name += f" ({variant})"
    return implementation


def _split(source: str) -> tuple[str, str, str]:
    """Split ``target:object``; a drive letter's colon is not a separator."""
    head, colon, tail = source.rpartition(":")
    if colon and _PATH.fullmatch(tail):
        return head, colon, tail
    return source, "", ""


def _run_file(
    file: Path, path: str, seconds: float, notes: list[str]
) -> tuple[types.ModuleType, str]:
    """Run a file, a notebook or a package, and return it with what stopped it, if anything did."""
    spec = _file_spec(file, path)
    module, problem = _run(spec, path, seconds)
    if problem and spec.name not in sys.modules:
        package = in_package(file)[1][0]
        notes.append(
            f"the package {package} cannot be imported ({problem}); the file was loaded by itself"
        )
        module, problem = _run(_file_spec(file, path, alone=True), path, seconds)
    if isinstance(spec.loader, NotebookLoader):
        notes += spec.loader.notes
    return module, problem


def _problem_of_cells(module: types.ModuleType) -> str:
    """Return what the first cell of a notebook raised that did, if none defined anything."""
    loader = module.__spec__ and module.__spec__.loader
    its_own = (
        getattr(thing, "__module__", "") == module.__name__ for thing in vars(module).values()
    )
    return loader.problem if isinstance(loader, NotebookLoader) and not any(its_own) else ""


def _file_spec(file: Path, path: str, *, alone: bool = False) -> ModuleSpec:
    if not file.is_file():
        raise LoadError(f"there is no file {path}")
    if file.suffix == NOTEBOOK:
        name = name_of(file.with_name(file.name.replace(".", "_")), alone=True)
        try:
            return notebook_spec(file, name)
        except NotebookError as error:
            raise LoadError(str(error)) from error
    spec = importlib.util.spec_from_file_location(name_of(file, alone=alone), file)
    if spec is None:
        raise LoadError(f"{path} is not a Python file")
    return spec


def _import(name: str, seconds: float) -> tuple[types.ModuleType, str]:
    """Import a module by name, from the current folder too."""
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        spec = importlib.util.find_spec(name)
    except Exception as error:
        raise LoadError(f"{name} cannot be found: {_in_words(error)}") from error
    if spec is None:
        hint = f"; did you mean {name}.py?" if Path(f"{name}.py").is_file() else ""
        raise LoadError(f"there is no module {name!r}{hint}")
    if name in sys.modules:
        return sys.modules[name], ""
    return _run(spec, name, seconds)


def _run(spec: ModuleSpec, name: str, seconds: float) -> tuple[types.ModuleType, str]:
    """Run a module and return it with what stopped it, if anything did."""
    module = importlib.util.module_from_spec(spec)
    if spec.loader is None:
        raise LoadError(f"{name} is a folder, not a module")
    try:
        with (
            quiet(),
            _bare_arguments(spec.origin or name),
            use_bundled_mnist(),
            without_windows(),
            time_limit(seconds),
        ):
            if package := spec.name.rpartition(".")[0]:
                importlib.import_module(package)
                if spec.name in sys.modules and package != JUDGED:
                    return sys.modules[spec.name], ""  # it imports its own modules
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
    except OutOfTime:
        return module, f"importing takes longer than {limit_in_words(seconds)}"
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a script may raise anything
        return module, _in_words(error)
    return module, ""


@contextlib.contextmanager
def _bare_arguments(program: str) -> Iterator[None]:
    """Hide this program's command line from scripts that read their own."""
    before = sys.argv
    sys.argv = [program]
    try:
        yield
    finally:
        sys.argv = before


def _in_words(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"it calls sys.exit({error.code!r})"
    line = ""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "<module>":
            line = f" at line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{line}: {error}"


def _attribute(module: types.ModuleType, attribute: str, problem: str) -> Any:
    thing: Any = module
    for name, key in _STEP.findall(attribute):
        try:
            thing = getattr(thing, name) if name else thing[int(key)]
        except (AttributeError, LookupError, TypeError):
            because = f" ({problem})" if problem else ""
            raise LoadError(f"there is no {attribute!r} in what was loaded{because}") from None
    if isinstance(thing, type) and not (is_layer_class(thing) and not _has_operations(thing)):
        with contextlib.suppress(Exception), quiet():
            return thing()  # a class whose methods are the operations
    return thing


def _has_operations(thing: Any) -> bool:
    return any(callable(getattr(thing, name, None)) for name in LAYERS)


def apply_declaration(implementation: Implementation, declared: Any, source: str) -> None:
    """Enter into an implementation what its ``CNNSPEC`` says.

    Raises
    ------
    LoadError
        If it says what it cannot say.
    """
    if not isinstance(declared, dict):
        raise LoadError(f"CNNSPEC in {source} must be a dictionary, got {declared!r}")
    known = {"name": None, "profile": PROFILES, "accuracy": ACCURACIES}
    for key, value in declared.items():
        if key == CALLS or key in ORDERS:
            continue  # read apart
        if key == "limits":
            implementation.limits = _limits(value, source)
            continue
        if key not in known:
            every = [*known, "limits", CALLS, *ORDERS]
            raise LoadError(f"CNNSPEC in {source}: unknown key {key!r}, known are {every}")
        choices = known[key]
        if not isinstance(value, str) or (choices and value not in choices):
            raise LoadError(f"CNNSPEC in {source}: {key} must be one of {choices}, got {value!r}")
        setattr(implementation, key, value)


def _limits(declared: Any, source: str) -> tuple[str, ...]:
    """Return the kinds of limits that an implementation declares."""
    kinds = dict.fromkeys([*NAMES, AXES, *map(DTYPE.format, FLOATS)])
    if not isinstance(declared, list | tuple) or not all(kind in kinds for kind in declared):
        raise LoadError(
            f"CNNSPEC in {source}: limits must be a list of {list(kinds)}, got {declared!r}"
        )
    return tuple(declared)
