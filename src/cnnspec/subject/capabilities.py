"""What an implementation offers of each operation, found out by small legal calls.

A rank, a batch or a dtype that every probe refuses is absent. If every legal call raises, the
operation is called wrongly: nothing is known of its numbers, and it is not judged.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.case import UNUSUAL, Case, cast
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.caller import TAKES_NO, UNWRITTEN, what_lacks
from cnnspec.subject.fitting import Fitted, fitted, unchanged
from cnnspec.subject.limits import Limit, Limits
from cnnspec.subject.option_kinds import OptionKinds
from cnnspec.subject.outcomes import NotOffered
from cnnspec.subject.probes import Prober
from cnnspec.texts import counted

Array = NDArray[Any]
Arguments = Mapping[str, Any]

#: In what bytes, such as pixels, and parameters of what is not probed are sent: the first that is
#: taken. All of these hold the numbers of the tests exactly.
_PIXELS = ("uint8", "float64", "float32")
_PARAMETERS = ("float64", "float32")


class Capabilities:
    """What one implementation offers, found out once for each operation."""

    def __init__(self, implementation: Implementation) -> None:
        self.implementation = implementation
        self.limits = Limits(implementation, self)
        self._prober = Prober(implementation, self.limits)
        self.of = cache(self._prober.probe)
        self.takes = cache(self._takes)
        self._may_be_fixed = cache(_may_be_fixed)
        self.kinds = OptionKinds(implementation, self._fitted_anyhow)
        self.reductions: dict[str, str] = {}

    def _takes(self, operation: str, parameter: str) -> bool:
        """Return whether an optional parameter is there: some legal call does not deny it."""
        return any(
            not isinstance(outcome, NotOffered) or what_lacks(outcome.reason) is None
            for outcome in self._prober.with_option(operation, parameter)
        )

    def offers(self, operation: str) -> bool:
        """Return whether the operation is offered at all."""
        if operation not in self.implementation.offers:
            return False
        return not self.of(operation).is_stub

    def called_wrongly(self, operation: str) -> str:
        """Return the exception that every legal call of an operation raises, or ""."""
        if operation not in self.implementation.offers:
            return ""
        return self.of(operation).called_wrongly

    def unwritten(self) -> list[str]:
        """Return the operations that are there but answer NotImplementedError to everything."""
        return [
            name
            for name, reasons in self._denied().items()
            if any(reason.startswith(f"{name}{UNWRITTEN}") for reason in reasons)
        ]

    def without_floats(self) -> list[str]:
        """Return the operations that are there but take none of the floating dtypes."""
        return [
            name
            for name, reasons in self._denied().items()
            if all(reason.startswith(TAKES_NO) for reason in reasons)
        ]

    def denied(self) -> dict[str, str]:
        """Return the other operations that offer no legal call, and the first reason they give."""
        told = {*self.unwritten(), *self.without_floats()}
        return {name: reasons[0] for name, reasons in self._denied().items() if name not in told}

    def _denied(self) -> dict[str, tuple[str, ...]]:
        """Return the operations that are there but offer no legal call, and their reasons."""
        return {
            name: self.of(name).denials
            for name in self.implementation.offers
            if self.of(name).is_stub and self.of(name).denials
        }

    def lacks(self, case: Case) -> str:
        """Return what a case needs and the implementation does not offer, or ""."""
        operation = case.operation
        if lacking := self.lacks_keyword(case):
            return lacking
        if not _is_probed(operation):
            return self.lacks_for_network()
        found = self.of(operation)
        for name, fixed in found.fixed.items():
            plain = OPERATIONS[operation].options[name].plain
            if not fixed.serves and case.arguments.get(name, plain) == plain:
                return f"{operation} {fixed.in_words}, and has no parameter {name}"
        if case.dtype is not None and case.dtype not in {*found.dtypes, *found.crashing}:
            return f"{operation} refuses {case.dtype}"
        if not self._fit(case.operation, case.arguments):
            return f"{operation} refuses inputs of {counted(_rank(case), 'axis', 'axes')}"
        return ""

    def limit(self, case: Case, layout: str = "C") -> Limit | None:
        """Return the limit that a refused call lies beyond, if it is one."""
        is_advised = layout in UNUSUAL and not case.may_refuse
        return None if is_advised else self.limits.beyond(case, layout)

    def fitted(self, case: Case) -> dict[str, Any] | None:
        """Return a case's arguments as the implementation takes them, ``None`` if it does not."""
        return None if self.lacks(case) else self.fit(self.narrowed(case))[0]

    def lacks_keyword(self, case: Case) -> str:
        """Return which parameter, or which kind of its values, a case needs that is absent."""
        missing = self.implementation.missing_parameter(case.operation, self._without_fixed(case))
        return missing or self.kinds.lacks(case.operation, case.arguments)

    def _fitted_anyhow(self, case: Case) -> dict[str, Any] | None:
        """Return a case's arguments with the axes and in the dtype that are taken."""
        if self.implementation.missing_parameter(case.operation, self._without_fixed(case)):
            return None
        case = self.narrowed(case)
        fit = self._fit(case.operation, self._without_fixed(case))
        return fit[0] if fit else None

    def _without_fixed(self, case: Case) -> dict[str, Any]:
        """Return the arguments without options that have no parameter, and their value anyway."""
        if not self._may_be_fixed(case.operation):
            return {**case.arguments}
        fixed = self.of(case.operation).fixed
        return {n: v for n, v in case.arguments.items() if n not in fixed or v != fixed[n].value}

    def narrowed(self, case: Case) -> Case:
        """Return the case in the implementation's finest dtype, where the case leaves it open."""
        if not _is_probed(case.operation):
            return self._as_sent(case)
        found, dtypes = self.of(case.operation), self.of(case.operation).dtypes
        if served := {name: one.value for name, one in found.fixed.items() if one.serves}:
            case = replace(case, arguments={**served, **case.arguments})
        if case.dtype is not None or not dtypes or dtypes[0] == "float64":
            return case
        return replace(case, arguments=cast(case.arguments, np.dtype(dtypes[0])))

    def lacks_for_network(self) -> str:
        """Return why a network's parameters cannot be sent, "" if they can, or none is offered."""
        is_offered = not all(map(_is_probed, self.implementation.offers))
        if not is_offered or self._first_taken(_PARAMETERS):
            return ""
        return f"{TAKES_NO}{' and no '.join(_PARAMETERS)}"

    def _first_taken(self, dtypes: tuple[str, ...]) -> str:
        """Return the first of some dtypes that the implementation takes, "" for none."""
        taken = self.implementation.dtypes
        return next((dtype for dtype in dtypes if taken is None or dtype in taken), "")

    def _as_sent(self, case: Case) -> Case:
        """Return a case with bytes and float64 in the first dtypes that are taken.

        Other dtypes are what a case is about.
        """
        taken = self.implementation.dtypes
        if taken is None or taken >= {"uint8", "float64"} or self.lacks_for_network():
            return case
        sent = {"uint8": self._first_taken(_PIXELS), "float64": self._first_taken(_PARAMETERS)}

        def as_taken(value: Any) -> Any:
            name = value.dtype.name if isinstance(value, np.ndarray) else ""
            return value.astype(sent[name]) if name in sent else value

        given = {name: as_taken(value) for name, value in case.arguments.items()}
        return replace(case, arguments=given)

    def fit(self, case: Case) -> Fitted:
        """Return the arguments with the axes that the implementation takes.

        The function that comes with them takes the added axes away from the result again. An
        implementation without single images gets batches of one, and one without images that
        have no channel axis gets one channel.
        """
        given = self._without_fixed(case)
        return self._fit(case.operation, given) or (given, unchanged)

    def _fit(self, operation: str, arguments: Mapping[str, Any]) -> Fitted | None:
        if not _is_probed(operation):
            return dict(arguments), unchanged
        found = self.of(operation)
        return fitted(OPERATIONS[operation], dict(arguments), found.ranks, found.crashing)


def _may_be_fixed(operation: str) -> bool:
    """Return whether code may have an option without a parameter for it."""
    return any(one.fixed for one in OPERATIONS[operation].options.values())


def _is_probed(operation: str) -> bool:
    return OPERATIONS[operation].is_probed


def _rank(case: Case) -> int:
    return int(np.ndim(case.arguments[OPERATIONS[case.operation].data]))
