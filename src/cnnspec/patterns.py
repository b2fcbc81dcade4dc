"""The pattern of a difference that no known mistake explains, in words.

Each pattern is a plain fact about one result, found by trying: it is never stated as the cause.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, permutations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.accuracy import NARROWER, fingerprint, narrowed
from cnnspec.answers import Answer, errors_of, exact_answer
from cnnspec.boundary import NOT_CALLED
from cnnspec.network_patterns import UNKNOWN, of_loss_or_accuracy, of_pixels
from cnnspec.nonconformance import Complaint, NonconformanceError
from cnnspec.operations import POOLINGS

Array = NDArray[Any]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Json = dict[str, Any]

#: Patterns that are given for one failure.
SHOWN = 2

#: Characters of an exception's text that are shown.
_LONG = 150

#: Rows and columns by which a result is tried to be shifted.
_FARTHEST = 3

#: Factors that are nearer to 1 than this are a matter of precision.
_SCALED_BY = 1e-6

#: Numbers that are added to a result are no rounding if they are not smaller, relative to it.
_TOO_SMALL = 1e-12

#: Fewer values than this fit a pattern by chance.
_ENOUGH = 3


@dataclass(frozen=True)
class _Difference:
    """A result beside the answer, of the same shape.

    ``within`` is how near two numbers are equal.
    """

    got: Floats
    expected: Floats
    wrong: Mask
    within: Floats
    error: NonconformanceError

    def equals(self, other: Floats) -> bool:
        """Return whether the result is what is given instead of the answer."""
        if other.shape != self.got.shape:
            return False
        return bool((np.abs(self.got - other) <= self.within).all())

    @property
    def has_maps(self) -> bool:
        """Whether rows, columns and maps are the last three axes."""
        return self.error.case.operation in ("conv2d", *POOLINGS) and self.got.ndim >= 3


Found = Iterator[tuple[str, str, str | None]]


def side_by_side(errors: Iterable[NonconformanceError]) -> NonconformanceError | None:
    """Return wrong results of a single number each as one failure: alone they tell little."""
    found = [
        (error.case, error.got, error.answer)
        for error in errors
        if error.complaint is Complaint.VALUES and error.got is not None and error.got.ndim == 0
    ]
    answers = [answer for _, _, answer in found if answer is not None]
    if len(answers) < _ENOUGH or len(answers) < len(found):
        return None
    together = Answer(
        high=np.array([answer.high for answer in answers]),
        low=np.array([answer.low for answer in answers]),
        allowed=np.array([answer.allowed for answer in answers]),
    )
    got = np.array([got for _, got, _ in found])
    return NonconformanceError(found[0][0], "", Complaint.VALUES, got=got, answer=together)


def patterns(
    fresh: NonconformanceError | None,
    error: NonconformanceError | None,
    scalars: NonconformanceError | None = None,
) -> list[Json]:
    """Return what can be said of a failure, the most telling first.

    ``fresh`` is the same failure on a copy of the implementation without a past; ``None`` if
    that copy passes. ``scalars`` stands for the failures whose results are single numbers.
    """
    if error is None:
        return []
    if fresh is None:
        return [_entry("differs from call to call", _PASSES_FRESH, _KEEP_NOTHING)]
    if error.differs_again:
        return [_entry("differs from call to call", _DIFFERS_AGAIN, _KEEP_NOTHING)]
    alone = fresh.got is not None and fresh.got.ndim == 0
    if scalars and alone and fresh.case.operation != "network":
        fresh = scalars
    with np.errstate(all="ignore"):
        return [_entry(*found) for found in islice(_all(fresh), SHOWN)]


def lost(complaint: str, message: str) -> list[Json]:
    """Return what can be said of a call that did not come back, or was not made after others."""
    reason = message.splitlines()[0].removeprefix("instead of a refusal: ")
    remedy = _RETURN if complaint == Complaint.LATE else _LEAVE_ALONE
    for said, its_remedy in _BY_REASON.items():
        if said in reason:
            remedy = its_remedy
    return [_entry(complaint, reason.removeprefix(NOT_CALLED).strip(), remedy)]


_RETURN = "every call must come back; --time-limit gives slow code more time"
_LEAVE_ALONE = "a call must return or raise an exception, and leave its process alone"
_ONE_ANSWER = (
    "answer every call with one message, as PROTOCOL.md says; whatever else is printed belongs on"
    " standard error"
)

#: What the reasons say why a process was ended that did come back, and how to mend that.
_BY_REASON = {
    "broke the line to the suite": _ONE_ANSWER,
    "the answer is to call": "give every answer the id of its call",
    "was answered by a message of the type": _ONE_ANSWER,
    "sent something else than an outcome": _ONE_ANSWER,
    "GiB of memory": "hold less at a time; --memory-limit allows more",
}


def _entry(name: str, explanation: str, remedy: str | None) -> Json:
    return {
        "fault": None,
        "pattern": name,
        "explanation": explanation,
        "remedy": remedy,
        "certain": False,
    }


_KEEP_NOTHING = "keep nothing from one call to the next that depends on the numbers"
_DIFFERS_AGAIN = "the very same call is answered in another way when it is made again"
_PASSES_FRESH = (
    "the answer is right on a fresh copy of the implementation: what an earlier call left shows"
)

#: What the kind of a complaint says by itself.
_BY_COMPLAINT = {
    Complaint.CHANGED: (
        "argument changed",
        "the function writes into the caller's array",
        "work on a copy, or use expressions that make a new array",
    ),
    Complaint.UNSTEADY: (
        "differs from call to call",
        "the answer depends on the calls before",
        _KEEP_NOTHING,
    ),
    Complaint.OVERWRITTEN: (
        "earlier result overwritten",
        "a result shares its memory with later ones",
        "return a new array from every call",
    ),
    Complaint.SHARED: (
        "result remembered",
        "what is written into a result comes back as the answer of a later call",
        "return a copy of what is kept",
    ),
    Complaint.LAYOUT: (
        "depends on memory layout",
        "the same numbers give another answer when they lie differently in memory",
        "index by rows and columns, or make a contiguous copy first (numpy.ascontiguousarray)",
    ),
    Complaint.ACCEPTED: (
        "bad call accepted",
        "nothing checks the arguments",
        "raise a ValueError that names what was given and what was expected",
    ),
    Complaint.UNCLEAN: (
        "unclean refusal",
        "the refusal is not an exception that callers expect",
        "raise a ValueError",
    ),
    Complaint.ACCIDENT: (
        "refused by accident",
        "the arithmetic happens to fail; other bad arguments would pass",
        "check the shapes first, and raise a ValueError",
    ),
}

_NUMBERS = "return a NumPy array of real numbers"
_THREE = "return out, loss, acc: probabilities, a number, and 0 or 1"
_CHANGED_BY_ITSELF = (
    "earlier result overwritten",
    "a result changes after it was returned, and not into that of a later call",
    "let nothing write into an array once it is returned: a copy is the caller's own",
)


def _all(error: NonconformanceError) -> Found:
    if found := _by_complaint(error):
        yield found
        return
    if error.case.operation == "network":
        yield from of_loss_or_accuracy(error)
    if error.got is None or error.answer is None:
        return
    yield from _of_earlier_call(error)
    if error.got.shape != error.answer.high.shape:
        yield from _of_shape(error.got.astype(float), error.answer.high)
        return
    answer = error.answer.for_result(error.got.dtype)
    difference = _Difference(
        got=error.got.astype(float),
        expected=answer.high,
        wrong=~(errors_of(error.got, answer) <= answer.allowed),
        within=answer.allowed + _nearness(error.got),
        error=error,
    )
    if error.complaint is Complaint.LAYOUT:
        yield _BY_COMPLAINT[Complaint.LAYOUT]
    if error.case.operation == "network" and error.got.ndim:
        yield from _of_probabilities(difference)
    else:
        yield from _of_numbers(difference)


def _by_complaint(error: NonconformanceError) -> tuple[str, str, str | None] | None:
    """Return what the complaint itself says, ``None`` if the numbers have to be looked at."""
    said = _first_line(error.detail)
    if error.complaint is Complaint.REFUSED:
        return "legal call refused", f"a legal call raises an exception: {said}", None
    if error.complaint is Complaint.UNREADABLE and error.case.operation == "network":
        return "no three values", f"forward does not return (out, loss, acc): it {said}", _THREE
    if error.complaint is Complaint.UNREADABLE or (error.complaint is Complaint.ACCEPTED and said):
        return "no array returned", f"no array of real numbers comes back: it {said}", _NUMBERS
    if error.complaint is Complaint.OVERWRITTEN and not _holds_later_answers(error):
        return _CHANGED_BY_ITSELF
    if error.complaint is Complaint.LAYOUT:
        return None
    return _BY_COMPLAINT.get(error.complaint)


def _of_probabilities(difference: _Difference) -> Found:
    yield from of_pixels(difference.error)
    for finder in (_not_numbers, _transformed, _zeros, _reordered):
        yield from finder(difference)
    yield UNKNOWN


def _of_numbers(difference: _Difference) -> Found:
    if rounding := _rounded_too_often(difference):
        yield rounding  # where so little is wrong says nothing
        return
    for finder in _FINDERS:
        yield from finder(difference)


def _first_line(text: str) -> str:
    """Return the first line of a text, cut where it gets long."""
    line = text.splitlines()[0] if text else ""
    return line if len(line) <= _LONG else line[:_LONG] + "…"


def _nearness(got: Array) -> float:
    finite = np.abs(got.astype(float), where=np.isfinite(got), out=np.zeros(got.shape))
    roundoff = 1e-15 if got.dtype.kind in "iub" else float(np.finfo(got.dtype).eps)
    return 100 * roundoff * float(np.max(finite, initial=0))


def _holds_later_answers(error: NonconformanceError) -> bool:
    """Return whether what a result holds by now are numbers of calls that were made later.

    Of a network that is not known, and taken to be so: it is the common mistake.
    """
    if error.got is None or error.case.operation == "network":
        return True
    due = [
        exact_answer(case, error.got.dtype, "componentwise").high.ravel() for case in error.later
    ]
    numbers = np.sort(np.concatenate([*due, np.zeros(1)]))
    held = error.got.astype(float).ravel()
    above = np.searchsorted(numbers, held).clip(1, len(numbers) - 1)
    apart = np.minimum(np.abs(held - numbers[above]), np.abs(held - numbers[above - 1]))
    return bool((apart <= 1e3 * _nearness(error.got)).all())


def _of_earlier_call(error: NonconformanceError) -> Found:
    """Find the earlier call whose answer was given."""
    if error.case.operation == "network" or error.got is None or error.answer is None:
        return
    for case in {one.id: one for one in error.before if one.id != error.case.id}.values():
        due = exact_answer(case, error.got.dtype, "componentwise")
        if due.high.shape != error.got.shape:
            continue
        far = np.abs(error.got.astype(float) - due.high) > due.allowed + _nearness(error.got)
        if not far.any():
            again = error.handed_over.get("in_place")
            held = ", whose numbers the same array held before" if again else ""
            yield (
                "answer of an earlier call",
                f"the result is that of an earlier call{held}",
                _KEEP_NOTHING,
            )
            return


# --- shapes ------------------------------------------------------------------------------------


def _of_shape(got: Floats, expected: Floats) -> Found:
    for order in permutations(range(got.ndim)):
        turned = got.transpose(order)
        if turned.shape == expected.shape and np.allclose(turned, expected):
            yield (
                "axes in another order",
                f"the numbers are right, but the axes are in another order:"
                f" numpy.transpose(result, {order}) would be right",
                "return the axes in the order of the specification",
            )
            return
    if got.size == expected.size and np.allclose(got.ravel(), expected.ravel()):
        yield (
            "right numbers in another shape",
            f"the numbers are right and in order, but their shape is {got.shape}"
            f" instead of {expected.shape}",
            "return the shape that is expected",
        )
    elif got.ndim == expected.ndim:
        yield from _cropped(got, expected)
    else:
        yield "axes", f"the result has {got.ndim} axes, expected {expected.ndim}", None


def _cropped(got: Floats, expected: Floats) -> Found:
    """Say by how much the result is too small or too large, and whether it is right inside."""
    common = tuple(slice(0, min(pair)) for pair in zip(got.shape, expected.shape, strict=True))
    agrees = bool(np.allclose(got[common], expected[common])) and got[common].size
    names = _axis_names(got.ndim)
    said = ", ".join(
        f"{abs(is_ - should)} {names[axis]} too {'many' if is_ > should else 'few'}"
        for axis, (is_, should) in enumerate(zip(got.shape, expected.shape, strict=True))
        if is_ != should
    )
    right = "; what is common to both is right" if agrees else ""
    yield "wrong size", f"there are {said}{right}", "check the formula of the output size"


def _axis_names(axes: int) -> list[str]:
    if axes < 3:
        return ["rows", "columns"][-axes:]
    return [*(["images"] * (axes - 3)), "rows", "columns", "maps"]


# --- values ------------------------------------------------------------------------------------


def _not_numbers(of: _Difference) -> Found:
    bad = ~np.isfinite(of.got) & np.isfinite(of.expected)
    if bad.any():
        what = "NaN" if np.isnan(of.got[bad]).all() else "infinite or NaN"
        yield "not finite", f"{int(bad.sum())} of {bad.size} values are {what}", None


def _zeros(of: _Difference) -> Found:
    if not of.got.any():
        yield "all zero", "every value is 0", "store what was computed, and return it"
    elif not of.got[of.wrong].any() and of.wrong.sum() >= _ENOUGH:
        yield "zeros", "every wrong value is 0: it was never computed", None


def _scaled(of: _Difference) -> Found:
    there = of.expected != 0
    if there.sum() < _ENOUGH or len(set(np.abs(of.expected[there]).tolist())) < 2:
        return
    factor = float(np.median(of.got[there] / of.expected[there]))
    is_one = abs(factor - 1) < _SCALED_BY
    if factor and not is_one and np.isfinite(factor) and of.equals(of.expected * factor):
        yield (
            "scaled",
            f"every value is {_number(factor)} times the right one",
            None,
        )


def _number(factor: float) -> str:
    inverse = 1 / factor
    is_fraction = abs(factor) < 1 and abs(inverse - round(inverse)) < 1e-6 * abs(inverse)
    return f"1/{round(inverse)}" if is_fraction else f"{factor:.6g}"


_TRANSFORMS: tuple[tuple[str, Callable[[Floats], Floats]], ...] = (
    ("every negative value became 0", lambda x: np.maximum(x, 0)),
    ("every value lost its sign", np.abs),
    ("every value is rounded to a whole number", np.round),
    ("every value is rounded down", np.floor),
    ("every fraction is cut off", np.trunc),
    ("every value is taken modulo 256", lambda x: np.mod(x, 256)),
    ("every value is clipped to 0 .. 255", lambda x: np.clip(x, 0, 255)),
    ("every value is clipped to 0 .. 1", lambda x: np.clip(x, 0, 1)),
    ("the logarithm of the right values is given", np.log),
    ("the exponential of the right values is given", np.exp),
)


def _transformed(of: _Difference) -> Found:
    for said, transform in _TRANSFORMS:
        other = transform(of.expected)
        changes = not (np.abs(other - of.expected) <= of.within).all()
        if changes and len(set(of.got.ravel().tolist())) >= _ENOUGH and of.equals(other):
            yield "transformed", said, None
            return


def _offset(of: _Difference) -> Found:
    if of.got.ndim == 0 or of.got.size < _ENOUGH:
        return
    offsets = of.got - of.expected
    first = offsets.reshape(-1, offsets.shape[-1])[0]
    if not first.any() or not np.isfinite(first).all() or len(offsets.ravel()) == len(first):
        return
    if not of.equals(of.expected + first):
        return
    if np.abs(first).max() < _TOO_SMALL * np.abs(of.expected).max():
        return
    if np.ptp(first) <= of.within.max():
        yield "offset", f"{first[0]:.6g} is added to every value", None
        return
    shown = ", ".join(f"{x:.6g}" for x in first[:4])
    yield "offset", f"a constant is added along the last axis: {shown}", "add the bias once"


def _moved(of: _Difference) -> Found:
    """Find a result that lies elsewhere than it should, beside what fills its border."""
    if not of.has_maps:
        return
    rows, columns = of.got.shape[-3:-1]
    steps = range(-_FARTHEST, _FARTHEST + 1)
    for down, right in sorted(product(steps, steps), key=lambda step: abs(step[0]) + abs(step[1])):
        height, width = rows - abs(down), columns - abs(right)
        if (down, right) == (0, 0) or min(height, width) < 1 or height * width < _ENOUGH:
            continue
        here = _part(of.got, max(-down, 0), max(-right, 0), height, width)
        there = _part(of.expected, max(down, 0), max(right, 0), height, width)
        if np.ptp(there) > 0 and np.allclose(here, there, rtol=1e-6):
            yield (
                "shifted",
                f"the values are shifted by ({down}, {right}): result[i, j] is what belongs at"
                f" [i + {down}, j + {right}]",
                "let the first window start at row 0 and column 0",
            )
            return


def _part(maps: Floats, top: int, left: int, height: int, width: int) -> Floats:
    return maps[..., top : top + height, left : left + width, :]


def _turned(of: _Difference) -> Found:
    if not of.has_maps:
        return
    turns: dict[str, Floats] = {
        "rows and columns are swapped": np.swapaxes(of.expected, -3, -2),
        "the rows run upwards": of.expected[..., ::-1, :, :],
        "the columns run from right to left": of.expected[..., ::-1, :],
        "the map is rotated by 180 degrees": of.expected[..., ::-1, ::-1, :],
    }
    for said, other in turns.items():
        if of.equals(other) and other.shape == of.got.shape:
            yield "turned", said, None
            return


def _windows_elsewhere(of: _Difference) -> Found:
    """Find windows of pooling that start, or go on, where they should not."""
    case = of.error.case
    if case.operation not in POOLINGS or not np.ptp(of.expected):
        return
    maps, rest = case.arguments["maps"], case.arguments
    size, stride = rest.get("size", 2), rest.get("stride") or rest.get("size", 2)
    rows, columns = of.got.shape[-3:-1]
    for said, top, left, step in (
        ("the windows start at row 1 and column 1", 1, 1, stride),
        ("the windows start at row 1", 1, 0, stride),
        ("the windows start at column 1", 0, 1, stride),
        ("the windows are 1 apart, whatever the stride", 0, 0, 1),
        ("the windows are as far apart as they are large", 0, 0, size),
    ):
        part = maps[..., top:, left:, :]
        if min(part.shape[-3:-1]) < size:
            continue
        moved = replace(case, arguments={**rest, "maps": part, "stride": step})
        there = exact_answer(moved, of.got.dtype, "componentwise").high[..., :rows, :columns, :]
        here = of.got[..., : there.shape[-3], : there.shape[-2], :]
        differs = not np.allclose(there, of.expected[..., : there.shape[-3], : there.shape[-2], :])
        if there.size >= _ENOUGH and differs and np.allclose(here, there, rtol=1e-6):
            remedy = "window (i, j) starts at row i * stride and column j * stride"
            yield "windows elsewhere", said, remedy
            return


def _in_logits(of: _Difference) -> Found:
    """Find a mistake of the logits in the logarithms of their softmax."""
    given = of.error.case.arguments
    if of.error.case.operation not in ("softmax", "softmax_layer") or of.got.ndim != 1:
        return
    if len(of.got) < _ENOUGH or not (of.got > 0).all():
        return
    got, right = (x - x.mean() for x in (np.log(of.got), np.log(of.expected)))
    close = max(1e-6, 1e3 * of.within.max()) * np.abs(right).max()
    if (factor := _multiple(got, right, close)) and not np.isclose(factor, 1, rtol=1e-3):
        what = (
            "the logits were negated"
            if np.isclose(factor, -1)
            else (f"the logits were multiplied by {_number(factor)}")
        )
        yield "other logits", f"the result is as if {what}", "take the logits as they are"
    elif "bias" in given:
        bias = np.asarray(given["bias"], np.float64)
        times = _multiple(got - right, bias - bias.mean(), close)
        if times:
            said = (
                f"the bias is added {_number(times + 1)} times"
                if times > -1 + 1e-6
                else ("the bias is not added" if times > -1 - 1e-6 else "the bias is subtracted")
            )
            yield "bias", said, "add the bias once"


#: Probabilities that are called small.
_SMALL = 1e-3


def _uniform(of: _Difference) -> Found:
    """Find probabilities that are all the same."""
    if of.error.case.operation not in ("softmax", "softmax_layer") or of.got.size < 2:
        return
    if np.ptp(of.got) == 0:
        said = "every class is given the same probability, whatever the logits"
        yield "uniform", said, "take the exponential of the logits; a layer's include its biases"


def _small_probabilities(of: _Difference) -> Found:
    """Find that the probabilities up to some size are wrong, and no others."""
    if of.error.case.operation not in ("softmax", "softmax_layer") or of.wrong.all():
        return
    wrong, right = of.expected[of.wrong], of.expected[~of.wrong]
    raised = of.got[of.wrong] > wrong
    if wrong.max() < min(right.min(), _SMALL) and raised.all():
        said = f"only small probabilities are wrong, those up to {wrong.max():.0e}, and too large"
        yield "small probabilities", said, "clip nothing, and add nothing to probabilities"


def _multiple(values: Floats, of: Floats, close: float) -> float:
    """Return the factor by which values are a multiple of others, 0 if they are not."""
    square = float(of @ of)
    factor = float(values @ of) / square if square else 0.0
    is_multiple = bool((np.abs(values - factor * of) <= close).all())
    return factor if is_multiple and abs(factor) > 1e-3 else 0.0


def _reordered(of: _Difference) -> Found:
    if of.got.ndim and of.got.shape[-1] > 1 and of.got.shape[-1] <= 8:
        columns = [of.expected[..., k] for k in range(of.got.shape[-1])]
        order = [
            next((k for k, one in enumerate(columns) if np.allclose(of.got[..., j], one)), -1)
            for j in range(of.got.shape[-1])
        ]
        if len(set(order)) == 1 and order[0] >= 0 and np.ptp(of.expected):
            yield (
                "one map for all",
                f"every index of the last axis holds what belongs at {order[0]}",
                "use a filter (or node) of its own for each",
            )
            return
        if -1 not in order and order != list(range(len(order))):
            yield (
                "last axis in another order",
                f"along the last axis the values are right, but in the order {order}",
                "keep the order of the filters (or nodes)",
            )
            return
    in_order = np.sort(of.got.ravel()), np.sort(of.expected.ravel())
    if of.wrong.sum() >= _ENOUGH and np.allclose(*in_order) and not _nearly(of):
        yield (
            "right numbers in another order",
            "the numbers are right, but each is in another place",
            "check a reshape or transpose",
        )


def _nearly(of: _Difference) -> bool:
    return bool(np.allclose(of.got, of.expected))


def _confined(of: _Difference) -> Found:
    """Find an axis along which only some indices are wrong."""
    if not of.has_maps and of.got.ndim not in (1, 2):
        return
    names = ["row", "column", "map"] if of.has_maps else ["value"]
    if of.got.ndim == 4 or (of.got.ndim == 2 and not of.has_maps):
        names = ["image" if of.has_maps else "row", *names]
    border = _border(of)
    if border:
        yield "border wrong", border, "check where the loops over the windows start and end"
        return
    for axis in reversed(range(of.got.ndim)):
        others = tuple(other for other in range(of.got.ndim) if other != axis)
        indices = np.flatnonzero(of.wrong.any(axis=others))
        size = of.got.shape[axis]
        if len(indices) < size and (said := _confined_to(names[axis], indices, size)):
            yield "confined", said, None
            return


def _border(of: _Difference) -> str:
    """Return which rows and columns at the edge of the maps are wrong, if only they are."""
    if not of.has_maps or min(of.got.shape[-3:-1]) < 3:
        return ""
    flat = np.asarray(of.wrong.reshape(-1, *of.wrong.shape[-3:]).any(axis=(0, 3)))
    edges = {"first row": flat[0], "last row": flat[-1]}
    edges |= {"first column": flat[:, 0], "last column": flat[:, -1]}
    if flat[1:-1, 1:-1].any():
        return ""
    named = [name for name, edge in edges.items() if edge[1:-1].any()]
    return f"only the {' and the '.join(named)} of the maps are wrong" if named else ""


def _confined_to(name: str, indices: NDArray[np.intp], size: int) -> str:
    first, last = int(indices[0]), int(indices[-1])
    if len(indices) == 1:
        return f"only {name} {first} of {size} is wrong"
    if last == size - 1 and len(indices) == last - first + 1:
        return f"only the {name}s from index {first} on are wrong, of {size}"
    if len(indices) == last - first + 1:
        return f"only the {name}s {first} to {last} of {size} are wrong"
    steps = set(np.diff(indices).tolist())
    if len(steps) == 1 and len(indices) >= _ENOUGH:
        return f"only every {steps.pop()}th {name} is wrong, from index {first} on"
    return ""


#: Roundings, in units of the largest sum of absolute terms, that are too few for another mistake.
_ROUNDINGS = 100


#: Operations whose terms are added up; a small probability has small terms.
_SUMS = ("conv2d", "avg_pool2d", "dense")


def _rounded_too_often(of: _Difference) -> tuple[str, str, str] | None:
    """Find errors that nothing but rounding makes: a few units in the last place of large terms."""
    answer, got = of.error.answer, of.error.got
    if answer is None or got is None or answer.magnitude is None or got.dtype.kind != "f":
        return None
    if of.error.case.operation not in _SUMS:
        return None
    largest = float(np.max(answer.magnitude, initial=0))
    with np.errstate(invalid="ignore"):  # infinity - infinity is NaN, which is no small error
        error = float(np.max(np.abs(of.got - of.expected), initial=0))
    format_ = np.finfo(got.dtype)
    if format_.bits < 32 or not 0 < error <= _ROUNDINGS * float(format_.eps) * largest:
        return None
    digits = math.floor(-math.log10(error / largest))
    remedy = "add up the terms of each sum by themselves, and divide once, at the end"
    if of.error.case.operation == "conv2d":
        remedy += '; what works by FFT or Winograd declares accuracy "normwise"'
    return (
        "more rounding",
        f"right to {digits} digits, but rounded more often than the sum itself needs",
        remedy,
    )


def _imprecise(of: _Difference) -> Found:
    """Find the format in which something was computed that came out less precise than it is."""
    answer, got = of.error.answer, of.error.got
    if answer is None or got is None or answer.magnitude is None:
        return
    there = answer.magnitude > 0
    errors = np.abs(of.got - of.expected)
    if not there.any() or not np.isfinite(errors).all():
        return
    found = fingerprint(float((errors[there] / answer.magnitude[there]).max()))
    if not found or found == got.dtype.name:
        return
    said = _narrowed_inputs(of, got)
    if not said and found != "float32":
        return  # errors as large as those have many causes
    remedy = "compute in the precision of the inputs, sums included"
    if not said and np.array_equal(got, narrowed(got, found)):
        said = f"the result is only as precise as {found}"
    if not said:  # other small mistakes have such errors too
        said = f"the errors are as large as those of {found}"
        remedy = "look for numbers that are narrowed on the way, and for constants of few digits"
    yield "imprecise", f"{said}, though the result's dtype is {got.dtype.name}", remedy


def _narrowed_inputs(of: _Difference, got: Array) -> str:
    """Say which inputs were rounded, and to which formats: then the rest of the error is small."""
    arrays = [
        name
        for name, value in of.error.case.arguments.items()
        if isinstance(value, np.ndarray) and value.dtype.kind == "f"
    ]
    for names in (arrays, *([name] for name in arrays)):
        formats = [name for name in NARROWER if _is_of_narrowed(of, got, names, name)]
        if formats and names == arrays:
            return f"the result is only as precise as {' or '.join(formats)}"
        if formats:
            return f"the {names[0]} are rounded to {' or '.join(formats)}"
    return ""


def _is_of_narrowed(of: _Difference, got: Array, names: list[str], format_name: str) -> bool:
    case = of.error.case
    arguments = {
        key: narrowed(value, format_name) if key in names else value
        for key, value in case.arguments.items()
    }
    if not all(np.isfinite(arguments[name]).all() for name in names):
        return False
    answer = exact_answer(replace(case, arguments=arguments), got.dtype, "componentwise")
    before = float(np.abs(of.got - of.expected).max())
    return float(np.abs(of.got - answer.high).max()) < before / 20


def _beside_the_probability(of: _Difference) -> Found:
    """Find what is added to the probability of a loss."""
    got = of.error.got
    if of.error.case.operation != "cross_entropy" or got is None or got.dtype.kind != "f":
        return
    more = np.exp(-of.got) - np.exp(-of.expected)
    added = float(np.median(more))
    telling = abs(added) > 1e3 * float(np.finfo(got.dtype).eps)
    if telling and (np.abs(more - added) <= abs(added) / 20).all():
        yield (
            "added to the probability",
            f"the loss is -ln(p + {added:.1g}), not -ln(p)",
            "add nothing to the probability; a probability of 0 has no finite loss",
        )


_FINDERS = (
    _not_numbers,
    _scaled,
    _transformed,
    _zeros,
    _offset,
    _turned,
    _windows_elsewhere,
    _moved,
    _uniform,
    _in_logits,
    _small_probabilities,
    _reordered,
    _imprecise,
    _beside_the_probability,
    _confined,
)
