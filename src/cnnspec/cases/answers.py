"""The exact answers of cases."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.case import Case
from cnnspec.exact import bounds
from cnnspec.operations.registry import OPERATIONS

#: The exact functions of the operations that have one: ``exact.conv2d(image, filters)``.
exact = SimpleNamespace(**{name: one.exact for name, one in OPERATIONS.items() if one.exact})


def exact_answer(
    case: Case, result_dtype: np.dtype[Any], accuracy: str, reduction: str = ""
) -> Answer:
    """Return the exact answer of a call, with the bound for the dtypes in play.

    ``accuracy`` is what the implementation declares: "componentwise" or "normwise". ``reduction``
    is the operation's name of the one number that it returns for a batch, "" where it returns all.
    """
    arrays = [value for value in case.arguments.values() if isinstance(value, np.ndarray)]
    dtype = bounds.coarsest(result_dtype, *(array.dtype for array in arrays))
    answer = OPERATIONS[case.operation].answer(case.arguments, dtype, accuracy)
    if not reduction or not answer.high.ndim:
        return answer
    return OPERATIONS[case.operation].reductions[reduction](answer, dtype)
