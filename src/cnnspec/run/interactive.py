"""``cnnspec.check``: what is defined at the prompt, or in a notebook, judged where it is."""

import builtins
import contextlib
import copy
import importlib
import os
import random
import signal
import sys
import threading
import types
import warnings
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from cnnspec.bindings.layers import is_layer, is_layer_class
from cnnspec.bindings.wishes import WishError, Wishes, wishes
from cnnspec.cases.requirements import DEFAULT, FACETS, PROFILES, requirements
from cnnspec.operations.registry import LAYERS
from cnnspec.page.page import summary
from cnnspec.report.entries import Json
from cnnspec.report.text import text_report
from cnnspec.report.verdict import CONFORMS, EXIT_CODES
from cnnspec.run.check import CheckError
from cnnspec.run.check import check as run_check
from cnnspec.subject.boundary import PROMPT, TIME_LIMIT, UNNAMED, Implementation
from cnnspec.subject.processes.process import Limits
from cnnspec.subject.sources.declared import apply_declaration
from cnnspec.subject.sources.finding import Sought, apply, find
from cnnspec.subject.sources.importing import LOADING_LIMIT, LoadError
from cnnspec.subject.sources.recognition import recognise


class Report:
    """What was found. It shows itself, as text or in a notebook."""

    def __init__(self, data: Json) -> None:
        self._data = data

    @property
    def conforms(self) -> bool:
        """Whether every MUST that could be tested holds."""
        return bool(self._data["verdict"] == CONFORMS)

    @property
    def exit_status(self) -> int:
        """That of ``cnnspec check``: 0 conforms, 1 does not conform, 3 incomplete."""
        return EXIT_CODES[self._data["verdict"]]

    def as_json(self) -> Json:
        """Return the report as ``cnnspec check --json`` writes it, a copy."""
        return copy.deepcopy(self._data)

    def __str__(self) -> str:
        return text_report(self._data)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return summary(self._data)


def check(
    *things: Any,
    profile: str | None = None,
    effort: str = DEFAULT,
    requirements: Sequence[str] = (),
    limits: Sequence[str] | None = None,
    time_limit: float = TIME_LIMIT,
    facets: Sequence[str] = FACETS,
    declare: Mapping[str, Any] | None = None,
    **functions: Any,
) -> Report:
    """Judge functions by the operations' names, or one thing, in this process.

    Parameters
    ----------
    *things
        One at most: a module, an object or a class with the operations as methods, a dictionary of
        functions, or what ``cnnspec check`` takes, as text.
    profile : str, optional
        "article" or "general"; by default what the implementation declares, else "article".
    effort : str
        "default", or "thorough": whole layers of real networks too.
    requirements : sequence of str
        Only these are tested, such as "CONV-03".
    limits : sequence of str, optional
        The kinds of limits that it may have; by default what it declares, else any.
    time_limit : float
        Seconds that a call may take; on POSIX systems, in the main thread.
    facets : sequence of str
        Those that are judged; all by default.
    declare : mapping, optional
        Calls and orders of axes, as ``CNNSPEC`` in a file has them: ``{"layout": "NCHW"}``.
    **functions
        The functions, as in ``check(conv2d=my_conv, relu=my_relu)``.

    Raises
    ------
    CheckError
        If there is nothing that can be judged, or an option has no such value.
    """
    _are_right(profile, requirements)
    names = _names_around(sys._getframe(1))  # noqa: SLF001 - what else knows the caller's names
    with kept_state():
        wished = _wished(declare)
        implementation = _handed_over(things, functions, names, wished)
        if isinstance(implementation, Implementation):
            implementation.time_limit = time_limit
            if limits is not None:
                _or_check_error(implementation, {"limits": list(limits)})
        elif limits is not None:
            raise CheckError("limits are declared in the file itself, in CNNSPEC")
        report = run_check(
            implementation,
            profile=profile,
            effort=effort,
            select=" or ".join(requirements) or None,
            limits=Limits(seconds=time_limit),
            facets=facets,
            wishes=wished,
        )
    return Report(report)


def _are_right(profile: str | None, chosen: Sequence[str]) -> None:
    """Raise if an option has a value that it cannot have."""
    if profile not in (None, *PROFILES):
        raise CheckError(f"profile must be one of {', '.join(PROFILES)}, got {profile!r}")
    if isinstance(chosen, str):
        raise CheckError(f"requirements must be a list of ids, got {chosen!r}")
    for identity in chosen:
        if identity not in requirements():
            raise CheckError(
                f"there is no requirement {identity!r}{_meant(identity, requirements())}"
            )


def _meant(name: str, known: Mapping[str, Any] | Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


# --- what is handed over ---------------------------------------------------------------------


def _handed_over(
    things: Sequence[Any],
    functions: Mapping[str, Any],
    names: Mapping[int, str],
    declared: Wishes,
) -> str | Implementation:
    """Return what is to be judged, as the check takes it."""
    if len(things) + bool(functions) > 1:
        raise CheckError("one thing is judged at a time: functions by name, or an object")
    thing: Any = things[0] if things else functions
    if isinstance(thing, str | os.PathLike):
        return os.fspath(thing)
    if _is_importable(thing):
        return str(thing.__name__)
    given = None
    if isinstance(thing, Mapping):
        _are_functions(thing)
        given = dict(thing)
        code = ", ".join(f"{key}={_code_of(one, names)}" for key, one in thing.items())
        name = ", ".join(thing)
        thing = types.SimpleNamespace(**thing)
    else:
        code = name = _code_of(thing, names)
    if isinstance(thing, type) and not is_layer_class(thing):
        thing = _made(thing)
    made = recognise(thing, name=name, source=f"{PROMPT}{code}")
    _bind(made, thing, given, declared)
    if not made.offers:
        raise CheckError(
            f"{name} has nothing that can be judged; the names that count are {', '.join(LAYERS)}"
        )
    _or_check_error(made, getattr(thing, "CNNSPEC", {}))
    return made


def _bind(
    made: Implementation, thing: Any, given: Mapping[str, Any] | None, declared: Wishes
) -> None:
    """Offer what is called otherwise than by the operations' own forms."""
    module = types.ModuleType(_AT_THE_PROMPT)
    code = "" if given is not None else made.name if made.name.isidentifier() else _THING
    vars(module).update({code: thing} if given is None else given)
    sought = Sought(module, thing, code, made, declared, given)
    apply(sought, find(sought, LOADING_LIMIT, TIME_LIMIT))


#: The module in which what is handed over has its names, and what has none is called there.
_AT_THE_PROMPT, _THING = "__prompt__", "thing"


def _is_importable(thing: Any) -> bool:
    """Return whether something is a module that others can import by its name."""
    if not isinstance(thing, types.ModuleType) or sys.modules.get(thing.__name__) is not thing:
        return False
    return thing.__name__ != "__main__" and thing.__spec__ is not None


def _are_functions(given: Mapping[str, Any]) -> None:
    if not given:
        raise CheckError(
            "nothing is named that could be judged: check(conv2d=my_conv), or an object"
        )
    for name, function in given.items():
        if name not in LAYERS:
            known = _meant(name, LAYERS) or f"; there are {', '.join(LAYERS)}"
            raise CheckError(f"there is no operation {name!r}{known}")
        if not callable(function) and not is_layer(function):
            raise CheckError(f"{name} is no function: {function!r}")


def _made(kind: type) -> Any:
    """Return an object of a class, whose methods are the operations."""
    try:
        return kind()
    except Exception as error:
        raise CheckError(f"{kind.__name__}() raises {type(error).__name__}: {error}") from error


def _wished(declared: Mapping[str, Any] | None) -> Wishes:
    try:
        return wishes(declared or {})
    except WishError as error:
        raise CheckError(str(error)) from error


def _or_check_error(implementation: Implementation, declared: Any) -> None:
    try:
        apply_declaration(implementation, declared, implementation.name)
    except LoadError as error:
        raise CheckError(str(error)) from error


def _names_around(frame: types.FrameType) -> dict[int, str]:
    """Return the names by which whoever calls knows things, by the ids of these."""
    around = {**frame.f_globals, **frame.f_locals}
    return {id(thing): name for name, thing in around.items() if not name.startswith("_")}


def _code_of(thing: Any, names: Mapping[int, str]) -> str:
    """Return the code by which whoever calls has something, as far as that can be known."""
    own = str(getattr(thing, "__name__", "")) or type(thing).__name__
    return names.get(id(thing), own if own.isidentifier() else UNNAMED)


# --- the state of whoever calls ----------------------------------------------------------------


@contextlib.contextmanager
def kept_state() -> Iterator[None]:
    """Give everything back as it was that whoever calls has set: streams, folder, seeds, filters.

    Modules that are imported meanwhile stay. Nothing is shown, and nobody is asked, meanwhile.
    """
    with contextlib.ExitStack() as stack:
        for keep in (_streams, _surroundings, _numbers, _drawings, _notebook, _no_questions):
            stack.enter_context(keep())
        stack.enter_context(warnings.catch_warnings())
        yield


@contextlib.contextmanager
def _streams() -> Iterator[None]:
    names = ("stdin", "stdout", "stderr", "displayhook", "excepthook")
    before = {name: getattr(sys, name) for name in names}
    in_main_thread = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT)
    trace = sys.gettrace()
    try:
        yield
    finally:
        for name, thing in before.items():
            setattr(sys, name, thing)
        if in_main_thread and handler is not None:
            signal.signal(signal.SIGINT, handler)
        if sys.gettrace() is not trace:
            sys.settrace(trace)


@contextlib.contextmanager
def _surroundings() -> Iterator[None]:
    folder, environment, modules = Path.cwd(), dict(os.environ), dict(sys.modules)
    lists = [
        (name, getattr(sys, name), [*getattr(sys, name)]) for name in ("path", "argv", "meta_path")
    ]
    try:
        yield
    finally:
        os.chdir(folder)
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
        for name, module in modules.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
        for name, owner, entries in lists:
            owner[:] = entries
            setattr(sys, name, owner)


@contextlib.contextmanager
def _numbers() -> Iterator[None]:
    generator, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002 - whose it is
    printed = np.get_printoptions()
    with np.errstate():
        try:
            yield
        finally:
            random.setstate(generator)
            np.random.set_state(legacy)  # noqa: NPY002
            np.set_printoptions(**printed)


@contextlib.contextmanager
def _drawings() -> Iterator[None]:
    """Close the figures that are made meanwhile, and show none, if Matplotlib is in use."""
    if "matplotlib.pyplot" not in sys.modules:
        yield
        return
    pyplot: Any = sys.modules["matplotlib.pyplot"]
    before, show = set(pyplot.get_fignums()), pyplot.show
    current = pyplot.gcf().number if before else None
    pyplot.show = _do_nothing
    try:
        with pyplot.rc_context():
            yield
    finally:
        pyplot.show = show
        for number in {*pyplot.get_fignums()} - before:
            pyplot.close(number)
        if current is not None and pyplot.fignum_exists(current):
            pyplot.figure(current)


@contextlib.contextmanager
def _notebook() -> Iterator[None]:
    """Keep what is displayed meanwhile out of a notebook."""
    shell = sys.modules.get("IPython")
    if shell is None or shell.get_ipython() is None:
        yield
        return
    with importlib.import_module("IPython.utils.capture").capture_output():
        yield


@contextlib.contextmanager
def _no_questions() -> Iterator[None]:
    asked = builtins.input
    builtins.input = _unanswered
    try:
        yield
    finally:
        builtins.input = asked


def _unanswered(_prompt: object = "", /) -> NoReturn:
    raise EOFError("nobody is there to answer input()")


def _do_nothing(*_arguments: object, **_options: object) -> None:
    """Show nothing."""
