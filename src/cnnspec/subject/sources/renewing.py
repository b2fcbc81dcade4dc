"""Modules that are loaded again, for copies without a past, and stand beside those before."""

import contextlib
import sys
import types
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial, wraps
from pathlib import Path
from typing import Any

from cnnspec.bindings.binding import Bound
from cnnspec.declaration.article_forms import Offer
from cnnspec.judged import JUDGED


def imported_beside(folder: Path, before: Collection[str]) -> list[str]:
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


def called_among(modules: Mapping[str, types.ModuleType], made: Offer) -> Callable[..., Any]:
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
