"""Whether an exception is said or an accident, and on which line it was raised.

Code that takes less than all that is legal says so: by a ``raise`` or an ``assert`` of its own, or
in the words of the library that it calls. What NumPy or Python raise on the way is a crash.
"""

import ast
import dis
import linecache
import sys
import sysconfig
from collections.abc import Callable, Container, Iterator, Mapping
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Any, NamedTuple

_STANDARD = str(Path(sysconfig.get_path("stdlib")).resolve())

#: Packages of this suite that are judged themselves, and where judged files are put.
_JUDGED = ("cnnspec.reference", "cnnspec.adapters", "cnnspec.faults", "cnnspec.judged.")

#: Functions of NumPy, and modules of Python, that refuse on behalf of whoever calls them.
_CHECKS = ("asarray_chkfinite",)
_CHECKING = ("ctypes", "_ctypes")

#: What ``try`` catches where a table is asked for something that it does not hold.
_NOT_IN_TABLE = (LookupError, AttributeError, ImportError)


class Raised(NamedTuple):
    """Where an exception comes from.

    ``is_said`` says whether it was raised on purpose; ``file`` and ``line`` are those of the
    implementation's own code that it left last, "" and 0 if it has none.
    """

    is_said: bool
    file: str
    line: int


class _Step(NamedTuple):
    frame: FrameType
    last: int
    line: int


def where_raised(error: BaseException, packages: Container[str] = ()) -> Raised:
    """Return where an exception comes from.

    ``packages`` are the top-level ones that the implementation itself is made of, if it is
    installed as a library.
    """
    steps = list(_steps(error.__traceback__))
    own = [index for index, step in enumerate(steps) if _is_own(step.frame, packages)]
    if not own:
        return Raised(_is_foreign(_root_of(type(error))), "", 0)
    innermost = steps[own[-1]]
    place = innermost.frame.f_code.co_filename, innermost.line
    if isinstance(error, SystemExit):
        return Raised(True, *place)
    if _raises(innermost):
        return Raised(_is_no_accident_in_disguise(error, packages), *place)
    return Raised(_is_of_a_library(error, innermost, steps[own[-1] + 1 :]), *place)


def is_refusal(error: Exception) -> bool:
    """Return whether a program in Python would answer an exception, and not end by it."""
    return isinstance(error, ValueError) or type(error) is TypeError or where_raised(error).is_said


def _is_of_a_library(error: BaseException, innermost: _Step, deeper: list[_Step]) -> bool:
    """Return whether a library raised that is neither NumPy nor Python's own."""
    if deeper:
        return any(_is_a_check(step.frame) for step in deeper)
    return _is_foreign(_root_of(type(error))) or _is_of_compiled_code(error, innermost)


def _is_no_accident_in_disguise(error: BaseException, packages: Container[str]) -> bool:
    """Return whether an exception raised on purpose stands for itself, not for a crash before."""
    before = error.__cause__ or error.__context__
    if before is None or before is error or isinstance(before, _NOT_IN_TABLE):
        return True
    raised = where_raised(before, packages)
    return raised.is_said or not raised.file


def _steps(trace: TracebackType | None) -> Iterator[_Step]:
    while trace is not None:
        yield _Step(trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
        trace = trace.tb_next


def _is_own(frame: FrameType, packages: Container[str]) -> bool:
    """Return whether a frame runs code of the implementation: neither ours nor a library's."""
    name = str(frame.f_globals.get("__name__", ""))
    if name.startswith(_JUDGED) or name.partition(".")[0] in packages:
        return True
    if name == "cnnspec" or name.startswith("cnnspec."):
        return False
    return not _is_library(frame.f_code)


def _is_library(code: CodeType) -> bool:
    file = code.co_filename
    if file.startswith("<frozen"):
        return True
    return "site-packages" in file or "dist-packages" in file or file.startswith(_STANDARD)


def _raises(step: _Step) -> bool:
    """Return whether a frame stands on a ``raise`` or an ``assert``."""
    return dis.opname[step.frame.f_code.co_code[step.last]] == "RAISE_VARARGS"


def _is_a_check(frame: FrameType) -> bool:
    """Return whether a frame of a library speaks for whoever called it."""
    if frame.f_code.co_name in _CHECKS:
        return True
    return _is_foreign(str(frame.f_globals.get("__name__", "")).partition(".")[0])


def packages_of(functions: Mapping[str, Callable[..., Any]]) -> frozenset[str]:
    """Return the top-level packages of some functions that an exception may come from."""
    return frozenset(filter(_is_foreign, map(_root_of, functions.values())))


def _is_foreign(root: str) -> bool:
    """Return whether a top-level module is neither Python nor NumPy, of which accidents come."""
    if root in _CHECKING:
        return True
    return root not in ("", "numpy", "cnnspec") and root not in sys.stdlib_module_names


def _root_of(thing: Any) -> str:
    return str(getattr(thing, "__module__", None) or "").partition(".")[0]


def _is_of_compiled_code(error: BaseException, step: _Step) -> bool:
    """Return whether compiled code of a library raised, which leaves no frame of its own."""
    if type(error) is RuntimeError:  # neither NumPy nor Python's operators raise this
        return True
    called = _called(step)
    return called is not None and any(map(_is_foreign, _roots(called)))


def _roots(called: list[Any]) -> Iterator[str]:
    """Yield the top-level modules of a function, and of what it is an attribute of."""
    function, *owners = called
    for thing in (function, type(function), *owners):
        yield _root_of(thing) if not _is_module(thing) else str(thing.__name__).partition(".")[0]
    bound = getattr(function, "__self__", None)
    if bound is not None:
        yield str(bound.__name__).partition(".")[0] if _is_module(bound) else _root_of(type(bound))
        yield _root_of(bound)


def _is_module(thing: Any) -> bool:
    return isinstance(thing, type(sys))


def _called(step: _Step) -> list[Any] | None:
    """Return the function that the line calls, and what it is an attribute of, if it says so."""
    code = step.frame.f_code
    begin, end, left, right = list(code.co_positions())[step.last // 2]
    if begin is None or begin != end or left is None or right is None:
        return None
    line = linecache.getline(code.co_filename, begin, step.frame.f_globals).encode()
    try:
        expression = ast.parse(line[left:right].decode().strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    if not isinstance(expression, ast.Call):
        return None
    return _looked_up(expression.func, step.frame)


def _looked_up(expression: ast.expr, frame: FrameType) -> list[Any] | None:
    """Return what a dotted name stands for, and its owners; nothing is called for it."""
    if isinstance(expression, ast.Name):
        for names in (frame.f_locals, frame.f_globals, frame.f_builtins):
            if expression.id in names:
                return [names[expression.id]]
        return None
    if not isinstance(expression, ast.Attribute):
        return None
    owners = _looked_up(expression.value, frame)
    if owners is None:
        return None
    try:
        return [getattr(owners[0], expression.attr), *owners]
    except Exception:  # noqa: BLE001 - it is the implementation's own code
        return None
