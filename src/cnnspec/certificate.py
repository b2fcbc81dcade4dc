"""What is certain of a network: its layers and its classes, over as many digits as wanted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.boundary import Implementation
from cnnspec.capabilities import Capabilities
from cnnspec.exact_network import Parameters, exact_logits
from cnnspec.judge import Judge
from cnnspec.nonconformance import NonconformanceError, NotTestedError
from cnnspec.trace import Trace, compare, in_agreement, trace, trace_of_whole

Array = NDArray[Any]
Tracing = Callable[[Judge, str, Array, int, Parameters], Trace]

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
    agree : tuple of str
        The layers that were compared and are within their bounds on every image.
    failures : list of str
        What differs, one line for each image of which something does.
    not_tested : str
        Why nothing was found, or "".
    """

    title: str
    images: int = 0
    right: int = 0
    certain: int = 0
    missed: int = 0
    agree: tuple[str, ...] = ()
    failures: list[str] = field(default_factory=list)
    not_tested: str = ""


def tallies(
    implementation: Implementation, images: Array, labels: Array, network: Parameters
) -> Iterator[Tally]:
    """Yield what is found of an implementation, one run after the other.

    Layer by layer in float64 and float32, each value within its bound; in float16 only the class,
    certain as far as it is for sums that are accumulated in float32; and ``forward``, if there is
    one.
    """
    judge = Judge(implementation, Capabilities(implementation), "article")
    for dtype in ("float64", "float32"):
        layers = partial(trace, dtype=dtype)
        yield _tally(f"layers in {dtype}", judge, layers, images, labels, network)
    yield _in_half_precision(judge, images, labels, network)
    if "network" in implementation.offers:
        yield _tally("forward(image, label)", judge, trace_of_whole, images, labels, network)


def _tally(
    title: str, judge: Judge, tracing: Tracing, images: Array, labels: Array, network: Parameters
) -> Tally:
    tally = Tally(title, len(images))
    for index, (image, number) in enumerate(zip(images, labels, strict=True)):
        label = int(number)
        try:
            found = tracing(judge, f"image {index}", image, label, network)
            tally.agree = tuple(stage for stage in found.arrays if stage != "input")
            _count(tally, found, image, label, network, judge)
            compare(judge, found, image, label, network)
        except NotTestedError as reason:
            tally.not_tested = str(reason)
            break
        except NonconformanceError as error:
            tally.failures.append(f"image {index}: {error.first_line}")
    return tally


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
            tally.not_tested = str(found.stopped or "no class is computed").splitlines()[0]
            break
        _count(tally, found, image, label, network, judge, sums)
    return tally


def as_text(tally: Tally) -> str:
    """Return a tally for people."""
    if tally.not_tested:
        return f"{tally.title}: not tested, {tally.not_tested}\n"
    lines = [
        f"{tally.title}: {tally.right:,} of {tally.images:,} images right;"
        f" the class of {tally.certain:,} is certain, {_missed(tally.missed)}"
    ]
    if tally.failures:
        lines.append(f"  {len(tally.failures):,} images differ")
        lines += [f"  {line}" for line in tally.failures[:TOLD]]
        lines += ["  ..."] if len(tally.failures) > TOLD else []
    elif "float16" not in tally.title:
        lines.append(f"  {in_agreement(tally.agree)} on every image")
    return "\n".join(lines) + "\n"


def _missed(count: int) -> str:
    return (
        f"and {count:,} of these were given another" if count else "and all of these were given it"
    )
