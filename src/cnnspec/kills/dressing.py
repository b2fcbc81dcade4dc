"""Mistakes in every form: as an operation, as functions and layers of the articles, as a program.

A mistake is put into the reference in the place of the right operation. A form makes of that what
somebody would have written who makes the mistake.
"""

import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from cnnspec import reference
from cnnspec.cases.requirements import THOROUGH
from cnnspec.declaration.article_forms import ArticleFunction, ArticleLayer
from cnnspec.diagnosis.replays import as_offered
from cnnspec.faults import FAULTS, Fault
from cnnspec.faults.composition import functions_with
from cnnspec.faults.manners import RIGHT
from cnnspec.operations.registry import COMPOSED, LAYERS, OPERATIONS
from cnnspec.subject.boundary import TIME_LIMIT, Implementation, offer
from cnnspec.subject.processes.process import Limits
from cnnspec.subject.processes.program import load_program
from cnnspec.subject.sources.recognition import recognise

#: The form in which the catalogue is written.
PLAIN = "operations"

#: Seconds for a whole layer, on however busy a machine.
_AT_LENGTH = 120.0


@dataclass(frozen=True)
class Written:
    """An operation that somebody wrote: ``name`` is the mistake, or ``operation`` if it is right.

    A call may take ``time_limit`` seconds. ``beside`` are others that are mistaken with it.
    """

    operation: str
    function: Callable[..., Any]
    name: str
    time_limit: float = TIME_LIMIT
    beside: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


def with_fault(fault: Fault, form: str = PLAIN) -> Implementation:
    """Return the reference in a form with one operation mistaken."""
    # What does not come back in time would not be caught.
    limit = _AT_LENGTH if fault.effort == THOROUGH else TIME_LIMIT
    written = Written(fault.operation, fault.make(), fault.id, limit, fault.beside)
    made = FORMS[form](written)
    made.time_limit = limit
    if made.remote is None:  # a program that is started again has no copy beside it
        made.renew = lambda: with_fault(fault, form)
    return made


def without_fault(operation: str, form: str = PLAIN) -> Implementation:
    """Return the reference in the form in which a mistake of an operation would be judged."""
    return FORMS[form](Written(operation, RIGHT[operation], operation))


def shown_in(operation: str, implementation: Implementation) -> list[str]:
    """Return which offered operations a mistake of one shows in, its own first.

    Where that is not offered apart, it is what has it as a part. What the suite composes of calls
    makes no mistakes of its own.
    """
    offers = implementation.offers
    if operation in offers and offers[operation].is_composed:
        return []
    if operation in COMPOSED:
        return [name for name in (operation, *COMPOSED[operation]) if name in offers]
    if operation in offers:
        return [operation]
    return [name for name in offers if operation in COMPOSED.get(name, ())]


# --- the forms ---------------------------------------------------------------------------------


def _operations(written: Written) -> Implementation:
    operation, function, name = written.operation, written.function, written.name
    if OPERATIONS[operation].is_network:
        offers = {operation: offer(operation, as_offered(operation, function))}
        return Implementation(name, name, operation, offers)
    if operation not in LAYERS:
        return Implementation(name, name, "article layers", {operation: offer(operation, function)})
    layers = {layer: getattr(reference, layer) for layer in LAYERS}
    return _recognised(written, {**layers, **written.beside, operation: function})


def _article_functions(written: Written) -> Implementation:
    functions = {**RIGHT, **functions_with(written.operation, written.function)}
    forms = _article_forms(ArticleFunction)
    return _recognised(written, {form.name: form.written(functions[of]) for of, form in forms})


def _article_layers(written: Written) -> Implementation:
    functions = {**RIGHT, **functions_with(written.operation, written.function)}
    forms = _article_forms(ArticleLayer)
    return _recognised(written, {form.name: form.written(functions) for _, form in forms})


def _article_forms(kind: type) -> list[tuple[str, Any]]:
    """Return the forms of one kind with the operations that declare them."""
    every = ((name, form) for name, one in OPERATIONS.items() for form in one.forms)
    return [(name, form) for name, form in every if isinstance(form, kind)]


def _recognised(written: Written, members: Mapping[str, Any]) -> Implementation:
    """Return what a module with these members is taken for."""
    return recognise(SimpleNamespace(**members), name=written.name, source=written.name)


def _program(written: Written) -> Implementation:
    """Start a program that makes the mistake by itself."""
    words = (sys.executable, "-m", "cnnspec.kills.dressed_program", written.name)
    return load_program(shlex.join(words), Limits(seconds=written.time_limit))


#: What a form makes of what was written.
FORMS: dict[str, Callable[[Written], Implementation]] = {
    PLAIN: _operations,
    "article-functions": _article_functions,
    "article-layers": _article_layers,
    "program": _program,
}


def expressed(form: str) -> list[str]:
    """Return the faults of operations that are offered in a form, in the catalogue's order."""
    offered = {}
    for operation in dict.fromkeys(fault.operation for fault in FAULTS.values()):
        right = without_fault(operation, form)
        offered[operation] = bool(shown_in(operation, right))
        right.close()
    return [fault.id for fault in FAULTS.values() if offered[fault.operation]]
