"""What the options of a normalisation may be."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer, errors_of
from cnnspec.declaration.parameters import Arguments, Array, Fixed, Option
from cnnspec.exact import bounds
from cnnspec.operations.batch_norm import exact

#: What is added by default, and what other libraries and courses add.
DEFAULT = 1e-5
_OTHERS = (1e-3, 1e-8, 1e-6, 1e-7, 1e-4, 1e-12, 2e-5, 1e-2, 1e-10, 1e-9)


#: Finds the answer of a call in a dtype.
Find = Callable[[Arguments, np.dtype[Any]], Answer]


def _fixed(epsilon: float, find: Find) -> Fixed:
    def shows(given: Arguments, got: Array) -> bool:
        arrays = [np.asarray(one).dtype for one in given.values()]
        answer = find({**given, "epsilon": epsilon}, bounds.coarsest(got.dtype, *arrays))
        if got.shape != answer.high.shape:
            return False
        return bool((errors_of(got, answer.for_result(got.dtype)) <= answer.allowed).all())

    return Fixed(
        value=epsilon,
        limit="own-epsilon",
        in_words=f"always adds an epsilon of {epsilon:g}",
        shows=shows,
        serves=True,
    )


def options_of(find: Find) -> dict[str, Option]:
    """Return the options of what has such answers."""
    return {
        "epsilon": Option(
            values=(DEFAULT, 0.25),
            plain=DEFAULT,
            default=lambda _given: DEFAULT,
            default_code="1e-5",
            fixed=tuple(_fixed(other, find) for other in _OTHERS),
        )
    }


def _find(given: Arguments, dtype: np.dtype[Any]) -> Answer:
    return exact.batch_norm(**given, dtype=dtype)


OPTIONS = options_of(_find)

#: Those of what does not depend on epsilon, and may do without it.
WITHOUT_EFFECT = {
    "epsilon": replace(OPTIONS["epsilon"], fixed=(), may_be_absent=True),
}
