"""The legal call nearest to a bad one: a refusal tells something only if that is answered.

Code that raises for every batch would otherwise pass all that must be refused in batches.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.declaration.case import Case
from cnnspec.operations.registry import OPERATIONS


def mended(case: Case) -> Case:
    """Return a bad call with right arguments: as many axes, the same dtypes and options."""
    mend = OPERATIONS[case.operation].mend
    if mend is None:
        return case
    return replace(case, id=f"{case.id}-mended", arguments=mend(dict(case.arguments)))


def kind_of(case: Case) -> tuple[Any, ...]:
    """Return what calls share that run through the same code: axes, dtypes and options."""
    operation = OPERATIONS[case.operation]
    arrays = [(name, value) for name, value in case.arguments.items() if np.ndim(value)]
    options = [
        (name, case.arguments.get(name))
        for name, option in operation.options.items()
        if not option.is_array
    ]
    dtypes = tuple((name, np.asarray(value).dtype.name) for name, value in arrays)
    return case.operation, np.ndim(case.arguments[operation.data]), dtypes, tuple(options)
