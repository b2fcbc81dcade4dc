"""Asking an implementation: the calls of a question about a behaviour, and what comes of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.behaviour import (
    DIED,
    NOT_ASKED,
    NOT_OFFERED,
    OTHER,
    REFUSED,
    TIMED_OUT,
    UNREADABLE,
    Settled,
)
from cnnspec.declaration.case import Case, cast
from cnnspec.subject.boundary import NOT_CALLED
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.outcomes import Died, NotOffered, Rejected, Result, TimedOut

Array = NDArray[Any]
Arguments = Mapping[str, Any]


class CallingAsker:
    """Calls one operation of an implementation for one question.

    ``raised`` keeps the types of the exceptions that were seen, and ``is_clean`` whether all of
    them are what a library raises for bad input.
    """

    def __init__(self, capabilities: Capabilities, operation: str) -> None:
        self.capabilities = capabilities
        self.operation = operation
        self.raised: set[str] = set()
        self.is_clean = True

    def __call__(self, arguments: Arguments, **how: Any) -> Array:
        """Return the array that a call gives; anything else that comes of it is the answer."""
        return self.result(arguments, **how)[0]

    def result(
        self, arguments: Arguments, *, as_given: bool = False, **handing_over: Any
    ) -> tuple[Array, Result]:
        """Return the array and the full result.

        The arguments get the axes that the implementation takes and, unless ``as_given``, the
        dtype of the questions. ``handing_over``: the keywords of `Implementation.call`.
        """
        case = Case("behaviour", self.operation, arguments if as_given else self._cast(arguments))
        if self.capabilities.lacks(case):
            raise Settled(NOT_OFFERED)
        fitted, restore = self.capabilities.fit(case)
        result = self._outcome(fitted, **handing_over)
        if result.problem:
            raise Settled(UNREADABLE)
        return restore(result.value), result

    def bad_call(self, arguments: Arguments) -> str:
        """Return what comes of a call that should be refused, in the axes that it has."""
        case = Case("behaviour", self.operation, self._cast(arguments))
        if self.capabilities.lacks_keyword(case):
            return NOT_OFFERED
        try:
            self._outcome(case.arguments)
        except Settled as settled:
            return settled.answer
        return OTHER

    def offers_dtype(self, dtype: str) -> bool:
        """Return whether the operation takes arguments of a floating dtype."""
        return dtype in self.capabilities.of(self.operation).dtypes

    def _cast(self, arguments: Arguments) -> Arguments:
        """Return the arguments in float32, the one dtype that all libraries are made for.

        Libraries answer differently in others. An implementation that refuses float32 is asked in
        the dtype that it takes.
        """
        dtypes = self.capabilities.of(self.operation).dtypes
        return cast(arguments, np.dtype("float32" if "float32" in dtypes else dtypes[0]))

    def _outcome(self, arguments: Arguments, **handing_over: Any) -> Result:
        outcome = self.capabilities.implementation.call(
            self.operation, arguments, should_refuse=True, once=True, **handing_over
        )
        match outcome:
            case Rejected(exception, _, is_clean):
                self.raised.add(exception)
                self.is_clean = self.is_clean and is_clean
                raise Settled(REFUSED)
            case NotOffered():
                raise Settled(NOT_OFFERED)
            case TimedOut(reason):
                raise Settled(NOT_ASKED if reason.startswith(NOT_CALLED) else TIMED_OUT)
            case Died(reason):
                raise Settled(NOT_ASKED if reason.startswith(NOT_CALLED) else DIED)
        return outcome
