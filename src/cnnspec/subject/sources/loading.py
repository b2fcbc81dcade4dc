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
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cnnspec.adapters import ADAPTERS
from cnnspec.bindings.apart import Lost, is_possible, run_apart
from cnnspec.bindings.binding import Binding
from cnnspec.bindings.layers import is_layer_class
from cnnspec.bindings.methods import is_function_of_torch
from cnnspec.bindings.probing import Tried, plain_probes, tried
from cnnspec.bindings.search import Found
from cnnspec.bindings.wishes import Wishes
from cnnspec.declaration.article_forms import Unavailable
from cnnspec.judged import file_of, home_of
from cnnspec.operations.registry import LAYERS
from cnnspec.subject.boundary import REFERENCE, Implementation
from cnnspec.subject.guard import OutOfTime, quiet, time_limit
from cnnspec.subject.lost_calls import LOADING_TIMES
from cnnspec.subject.sources.declared import apply_declaration, wished
from cnnspec.subject.sources.finding import (
    Sought,
    apply,
    find,
    guarded,
    left_over,
    nothing_found,
    unbound,
)
from cnnspec.subject.sources.importing import (
    LOADING_LIMIT,
    LoadError,
    import_module,
    in_words,
    limit_in_words,
    problem_of_cells,
    run_file,
)
from cnnspec.subject.sources.notebooks import SUFFIX as NOTEBOOK
from cnnspec.subject.sources.numbers_of_axes import see_axes, see_rows
from cnnspec.subject.sources.recognition import recognise
from cnnspec.subject.sources.renewing import called_among, imported_beside

#: What is imported within so many seconds may be imported again, for a copy without a past.
RENEWABLE = 3.0

#: What the files end in that can be loaded.
_LOADED = (".py", NOTEBOOK)


#: What may be named of a module, as ``net.features[0]``, and a step of it.
_PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*|\[\d+\])*")
_STEP = re.compile(r"([^\W\d]\w*)|\[(\d+)\]")


def load(
    source: str = REFERENCE,
    seconds: float = LOADING_LIMIT,
    wishes: Wishes | None = None,
    known: Sequence[Binding] | None = None,
    *,
    alone: bool = False,
) -> Implementation:
    """Load an implementation, within so many seconds, and recognise what it offers.

    A module whose script code fails or exits after its definitions is judged by what it had
    defined by then. ``wishes`` are stronger than what the module declares. Bindings that are
    ``known`` are not looked for again, and if ``alone`` nothing else is offered.

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
        module, problem = run_file(resolved, target, seconds, notes)
    else:
        module, problem = import_module(target, seconds)
    taken = time.perf_counter() - started
    thing: Any = _attribute(module, attribute, problem) if attribute else module
    implementation = recognise(thing, name=source, source=source)
    implementation.notes += notes
    declared = getattr(module, "CNNSPEC", {})
    apply_declaration(implementation, declared, source)
    if source != REFERENCE:
        every = wished(declared, source) | (wishes or Wishes())
        sought = Sought(module, thing, attribute, implementation, every)
        if alone:
            implementation.offers.clear()
        _bind(sought, known, seconds, alone=alone)
    if not implementation.offers:
        problem = problem or problem_of_cells(module)
    if problem:
        if not implementation.offers:
            raise LoadError(f"{source} cannot be loaded: {problem}")
        implementation.notes.append(
            f"importing stopped early ({problem}); what was defined by then is judged"
        )
    if is_file and not problem and taken < RENEWABLE:
        there = f"{resolved}:{attribute}" if attribute else str(resolved)
        own = [module.__name__, *imported_beside(home_of(resolved), before)]
        bound = [*implementation.bindings.values()]
        implementation.renew = lambda: _load_anew(there, own, seconds, bound, alone)
    return implementation


def load_thing(source: str, seconds: float) -> tuple[Any, list[str]]:
    """Load a module, or what is named of it, as it is; return it with what is to be known of it.

    Raises
    ------
    LoadError
        If nothing can be loaded from ``source``.
    Unavailable
        If it is a bundled adapter: these offer layers only.
    """
    target, _, attribute = ("cnnspec.reference", "", "") if source == REFERENCE else _split(source)
    if target in ADAPTERS:
        raise Unavailable(f"{source} is a bundled adapter, which offers layers only")
    _is_no_other_thing(target)
    resolved = file_of(Path(target)).resolve()
    notes: list[str] = []
    if resolved.suffix in _LOADED or os.sep in target:
        module, problem = run_file(resolved, target, seconds, notes)
    else:
        module, problem = import_module(target, seconds)
    thing: Any = _attribute(module, attribute, problem) if attribute else module
    if problem:
        notes.append(f"importing stopped early ({problem}); what was defined by then is judged")
    return thing, notes


def _bind(sought: Sought, known: Sequence[Binding] | None, seconds: float, *, alone: bool) -> None:
    """Offer what is called in ways that are known, or are found."""
    implementation = sought.implementation
    if known is not None and alone:
        apply(sought, _known_alone(sought, known, seconds))
        return
    if known is not None:
        apply(sought, Found({one.operation: one for one in known}))
        return
    found = find(sought, seconds, seconds / LOADING_TIMES)
    apply(sought, found)
    if not implementation.offers:
        implementation.notes += nothing_found(sought, found)
    elif found.bindings:
        implementation.notes += left_over(found, sought)
    elif implementation.form == "operations":
        implementation.notes += unbound(found, sought)


def _known_alone(sought: Sought, known: Sequence[Binding], seconds: float) -> Found:
    """Return bindings that are known, each judged by itself, with what data they misread."""
    call_limit = seconds / LOADING_TIMES

    def seen() -> Found:
        found = Found({one.operation: one for one in known})
        found.results = {one.operation: _tried_once(one, sought, call_limit) for one in known}
        see_rows(found, found.results, sought.names, lambda: guarded(call_limit))
        see_axes(found, sought.names, lambda: guarded(call_limit))
        return found

    try:
        return run_apart(seen, seconds) if is_possible() else seen()
    except Lost:
        return Found({one.operation: one for one in known})


def _tried_once(binding: Binding, sought: Sought, call_limit: float) -> Tried:
    calls = plain_probes(binding.operation)
    every = tried(binding, sought.names, calls, lambda: guarded(call_limit))
    return next((one for one in every if one.binding.taken == binding.taken), every[0])


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


def _load_anew(
    source: str, own: Sequence[str], seconds: float, bound: Sequence[Binding], alone: bool
) -> Implementation:
    """Load a file again, and the modules beside it, which may remember things too.

    The modules that were loaded before keep their ``own`` names. The new ones have them only
    while they are called: what is pickled is looked up by its module's name.
    """
    kept = {name: sys.modules.pop(name) for name in own if name in sys.modules}
    try:
        fresh = load(source, seconds, known=bound, alone=alone)
        new = {name: sys.modules[name] for name in own if name in sys.modules}
    finally:
        sys.modules.update(kept)
    fresh.offers = {
        name: replace(made, function=called_among(new, made)) for name, made in fresh.offers.items()
    }
    return fresh


def _adapter(source: str, name: str, variant: str, seconds: float) -> Implementation:
    """Return a bundled adapter, by name, or one of its variants."""
    bundled = ADAPTERS[name]
    if variant and variant not in bundled.variants:
        known = ", ".join(f"{name}:{known}" for known in bundled.variants)
        raise LoadError(f"the adapter {name} has no variant {variant!r}; it has {known}")
    os.environ.update(bundled.environment.get(variant, {}))
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
        raise LoadError(f"{bundled.framework} cannot be used: {in_words(error)}") from error
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


def _attribute(module: types.ModuleType, attribute: str, problem: str) -> Any:
    thing: Any = module
    for name, key in _STEP.findall(attribute):
        try:
            thing = getattr(thing, name) if name else thing[int(key)]
        except (AttributeError, LookupError, TypeError):
            because = f" ({problem})" if problem else ""
            raise LoadError(f"there is no {attribute!r} in what was loaded{because}") from None
    if is_function_of_torch(thing):
        return thing
    if isinstance(thing, type) and not (is_layer_class(thing) and not _has_operations(thing)):
        with contextlib.suppress(Exception), quiet():
            return thing()  # a class whose methods are the operations
    return thing


def _has_operations(thing: Any) -> bool:
    return any(callable(getattr(thing, name, None)) for name in LAYERS)
