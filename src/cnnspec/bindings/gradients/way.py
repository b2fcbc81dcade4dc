"""One way of having a gradient, and the parts of what it returns."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cnnspec.bindings.binding import Binding
from cnnspec.bindings.gradients.calls import Run
from cnnspec.operations.registry import GRADIENTS, OPERATIONS

#: Where in the code of a way the call stands.
RUN = "<run>"

#: What stands for the result of calls of which none comes back.
RAISED = object()


@dataclass(frozen=True)
class Way:
    """One way of having a gradient: a binding for the options of a call, and how telling it is.

    In the code `RUN` stands for the call. ``rank`` is lower for what says by its name that it is
    this gradient, ``is_part`` is what stands among others in what is returned, and ``is_promised``
    is what has to be there.
    """

    base: Binding
    run: Run | None
    code: str
    rank: int = 0
    is_part: bool = False
    is_promised: bool = False

    def binding(self, options: Mapping[str, str] | None = None) -> Binding:
        """Return the binding that passes some options.

        Its code names what the gradient does not need, too: that is handed over with the others.
        """
        run = self.run.call(options) if self.run else ""
        found = replace(self.base, call=self.code.replace(RUN, run))
        needed = OPERATIONS[found.operation].required
        named = {found.parameter_of(value) for value in found.values}
        if missing := [name for name in needed if name not in named]:
            call = f"({', '.join(missing)}, {found.call})[-1]"
            return replace(found, call=call, is_blind=GRADIENTS[found.operation].to in missing)
        return found


def parts_of(returned: Any, deep: int = 2) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a result, each after the code behind it that reads it."""
    if isinstance(returned, tuple | list) and deep and not _is_nested_numbers(returned):
        for index, part in enumerate(returned):
            yield from ((f"[{index}]{code}", one) for code, one in parts_of(part, deep - 1))
    elif isinstance(returned, dict) and deep:
        for key, part in returned.items():
            yield from ((f"[{key!r}]{code}", one) for code, one in parts_of(part, deep - 1))
    else:
        yield "", returned


def _is_nested_numbers(returned: Any) -> bool:
    """Return whether a list is an array of numbers of plain Python."""
    if isinstance(returned, tuple):
        return False
    with suppress(Exception):
        return bool(np.asarray(returned).dtype.kind in "iuf")
    return False
