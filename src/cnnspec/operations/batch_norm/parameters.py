"""What the options of a normalisation may be."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.answer import errors_of
from cnnspec.declaration.parameters import Array, Fixed, Option
from cnnspec.exact import bounds
from cnnspec.operations.batch_norm import exact

#: What is added by default, and what other libraries and courses add.
DEFAULT = 1e-5
_OTHERS = (1e-3, 1e-8, 1e-6, 1e-7, 1e-4, 1e-12, 2e-5, 1e-2, 1e-10, 1e-9)


def _fixed(epsilon: float) -> Fixed:
    def shows(given: Mapping[str, Any], got: Array) -> bool:
        arrays = [np.asarray(one).dtype for one in given.values()]
        dtype = bounds.coarsest(got.dtype, *arrays)
        answer = exact.batch_norm(**given, epsilon=epsilon, dtype=dtype)
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


OPTIONS = {
    "epsilon": Option(
        values=(DEFAULT, 0.25),
        plain=DEFAULT,
        default=lambda _given: DEFAULT,
        default_code="1e-5",
        fixed=tuple(map(_fixed, _OTHERS)),
    )
}
