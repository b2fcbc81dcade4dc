"""What is certain of a network: its layers and its classes, over as many digits as wanted."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.cases.requirements import ARTICLE, FACETS
from cnnspec.diagnosis.patterns import patterns
from cnnspec.experiments.investigation import OBSERVED, Investigation
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NonconformanceError, NotTestedError
from cnnspec.network.trace import (
    WHOLE,
    Trace,
    compare,
    in_agreement,
    trace,
    trace_of_whole,
    whole_against_layers,
)
from cnnspec.operations.network.exact import Parameters, exact_logits
from cnnspec.operations.registry import OPERATIONS
from cnnspec.report.verdict import CONFORMS, DOES_NOT_CONFORM, INCOMPLETE
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.capabilities import Capabilities
from cnnspec.texts import counted, listed

Array = NDArray[Any]
Tracing = Callable[[Judge, str, Array, int, Parameters], Trace]

#: What the runs are about.
_VALUES, _DTYPES = "values", "dtypes"

#: Failures that are told one by one.
TOLD = 3


@dataclass
class Tally:
    """What was found in one run over the digits.

    Attributes
    ----------
    title : str
    images : int
    right : int
        Images whose most probable class is the label.
    certain : int
        Images whose class no rounding within the bounds can change.
    missed : int
        Of these, how many were given another class.
    chosen : int
        Images that were given a class at all.
    agree : tuple of str
        The layers that were compared and are within their bounds on every image.
    failures : list of str
        What differs, one line for each image of which something does.
    not_tested : str
        Why nothing was found, or "".
    unjudged : bool
        Whether that is not explained by anything absent.
    looks_like : str
        What can be said of the first failure, or "".
    """

    title: str
    images: int = 0
    right: int = 0
    certain: int = 0
    missed: int = 0
    chosen: int = 0
    agree: tuple[str, ...] = ()
    failures: list[str] = field(default_factory=list)
    not_tested: str = ""
    unjudged: bool = False
    looks_like: str = ""


def tallies(
    implementation: Implementation,
    images: Array,
    labels: Array,
    network: Parameters,
    facets: Collection[str] = FACETS,
) -> Iterator[Tally]:
    """Yield what is found of an implementation, one run after the other.

    Layer by layer in float64 and float32, each value within its bound; in float16 only the class,
    certain as far as it is for sums that are accumulated in float32; and ``forward``, if there is
    one. Those in other dtypes than float64 are of the facet dtypes, the others of the values.
    """
    judge = Judge(implementation, Capabilities(implementation), ARTICLE)
    for dtype, facet in (("float64", _VALUES), ("float32", _DTYPES)):
        if facet in facets:
            layers = partial(trace, dtype=dtype)
            yield _tally(f"layers in {dtype}", judge, layers, images, labels, network)
    if _DTYPES in facets:
        yield _in_half_precision(judge, images, labels, network)
    if _VALUES in facets and WHOLE in implementation.offers:
        yield _tally("forward(image, label)", judge, trace_of_whole, images, labels, network)


def judged_by(facets: Sequence[str]) -> str:
    """Return by what the runs judge: their profile, and the facets, in a line."""
    said = "all facets" if {*facets} >= {*FACETS} else f"facets {listed(facets)} only"
    return f"{ARTICLE} profile, {said}"


def _tally(
    title: str, judge: Judge, tracing: Tracing, images: Array, labels: Array, network: Parameters
) -> Tally:
    tally = Tally(title, len(images))
    for index, (image, number) in enumerate(zip(images, labels, strict=True)):
        label, found = int(number), None
        try:
            found = tracing(judge, f"image {index}", image, label, network)
            tally.agree = tuple(stage for stage in found.arrays if stage != "input")
            _count(tally, found, image, label, network, judge)
            compare(judge, found, image, label, network)
        except NotTestedError as reason:
            tally.not_tested = str(reason)
            tally.unjudged = bool(judge.unjudged)
            if found is not None and found.stopped_at:
                tally.not_tested = f"{found.stopped_at}: {reason}"
            break
        except NonconformanceError as error:
            tally.failures.append(f"image {index}: {error.first_line}")
            if OPERATIONS[error.case.operation].is_network and not tally.looks_like:
                tally.looks_like = _looks_like(judge, error, image, label, network)
    return tally


def _looks_like(
    judge: Judge, error: NonconformanceError, image: Array, label: int, network: Parameters
) -> str:
    """Say of a wrong network what it does, or else what its layers show one by one."""
    operation, given = error.case.operation, error.case.arguments
    findings = Investigation(operation, judge.capabilities).run([("image", given)], [])
    if findings and findings[0].grade != OBSERVED:
        return f"it looks so: {'; and '.join(findings[0].words)}"
    found = patterns(error, error)
    unknown = OPERATIONS[operation].symptoms.unknown
    if found and (unknown is None or found[0]["pattern"] != unknown[0]):
        return f"it looks so: {found[0]['explanation']}"
    return whole_against_layers(judge, "image", image, label, network)


def _count(
    tally: Tally,
    found: Trace,
    image: Array,
    label: int,
    network: Parameters,
    judge: Judge,
    sums: np.dtype[Any] | None = None,
) -> None:
    """Enter the class that was chosen."""
    if found.chosen is None:
        return
    normwise = judge.implementation.accuracy == "normwise"
    dtype = found.dtype_until("probabilities")
    sure = exact_logits(image, network, dtype, normwise=normwise, sums=sums).certain_class()
    tally.chosen += 1
    tally.right += found.chosen == label
    tally.certain += sure is not None
    tally.missed += sure not in (None, found.chosen)


def _in_half_precision(judge: Judge, images: Array, labels: Array, network: Parameters) -> Tally:
    tally = Tally("layers in float16, sums in float32", len(images))
    sums = np.dtype(np.float32)
    for image, number in zip(images, labels, strict=True):
        label = int(number)
        found = trace(judge, "image", image, label, network, "float16")
        if found.chosen is None:
            tally.not_tested = _why_stopped(found)
            break
        _count(tally, found, image, label, network, judge, sums)
    return tally


def _why_stopped(found: Trace) -> str:
    if found.stopped is None:
        return "no class is computed"
    reason = found.stopped
    said = reason.first_line if isinstance(reason, NonconformanceError) else str(reason)
    return f"{found.stopped_at}: {said}"


def status_of(found: Sequence[Tally]) -> str:
    """Return the verdict of all runs together.

    It is incomplete if nothing could be judged, or nothing explains why something could not.
    """
    if any(tally.failures for tally in found):
        return DOES_NOT_CONFORM
    judged = any(tally.agree or (tally.certain and not tally.missed) for tally in found)
    return CONFORMS if judged and not any(tally.unjudged for tally in found) else INCOMPLETE


def as_text(tally: Tally) -> str:
    """Return a tally for people."""
    if tally.not_tested:
        return f"{tally.title}: not tested, {tally.not_tested}\n"
    lines = [f"{tally.title}: {_classes(tally)}"]
    if tally.failures:
        lines.append(f"  {counted(len(tally.failures), 'image differs', 'images differ')}")
        lines += [f"  {tally.looks_like}"] if tally.looks_like else []
        lines += [f"  {line}" for line in tally.failures[:TOLD]]
        lines += ["  ..."] if len(tally.failures) > TOLD else []
    elif "float16" not in tally.title:
        lines.append(f"  {in_agreement(tally.agree)} on every image")
    return "\n".join(lines) + "\n"


def _classes(tally: Tally) -> str:
    """Say how many images were given the class that is right, and the one that is certain."""
    if not tally.chosen:
        return "no class is computed"
    right = f"{tally.right:,} of {counted(tally.images, 'image')} right"
    missed = f"{tally.missed:,} of these were given another"
    return (
        f"{right}; the class of {tally.certain:,} is certain, and"
        f" {missed if tally.missed else 'all of these were given it'}"
    )
