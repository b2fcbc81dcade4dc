"""What correct losses answer differently: improbable labels, odd labels, dtypes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.declaration.behaviour import (
    CLOSE,
    NOT_OFFERED,
    OTHER,
    Asker,
    Behaviour,
    is_near,
    name_of,
    single_number,
)
from cnnspec.declaration.behaviour_questions import (
    dtype_of_result,
    in_float64,
    refusals,
    returned_object,
)

Array = NDArray[Any]

_PROBABILITIES = np.array([0.5, 0.3, 0.2])
_LOSSES = -np.log(_PROBABILITIES)
_FIRST, _SECOND, _THIRD = _LOSSES.tolist()
MASK = "taken for a mask, the losses of all classes"

#: Probabilities at which the logarithm is often cut off: round ones, and limits of the dtypes.
FLOORS = (
    *(f"1e-{digits}" for digits in range(3, 21)),
    *("1.2e-7", "2.2e-16", "1e-30", "1e-100", "1.2e-38", "1.4e-45", "2.2e-308", "4.9e-324"),
)
INFINITE, RIGHT = "infinity", "69.08, which is right"
CAPPED, LARGEST = "the loss stops at 100", "the largest number of the dtype"
_CLIPPED = {floor: f"the probability is clipped at {floor}" for floor in FLOORS}
ELSEWHERE = "the probability is clipped elsewhere"
_CUTS = (INFINITE, *_CLIPPED.values(), ELSEWHERE, CAPPED, LARGEST)

#: What a loss may make of probabilities that do not sum to 1.
AS_THEY_ARE, NORMALISED = "taken as they are", "divided by their sum first"


def asked() -> list[Behaviour]:
    """Return all, last those whose calls are the likeliest not to return."""
    return [*_of_probabilities(), *_of_labels(), *_of_objects()]


def _of_probabilities() -> list[Behaviour]:
    return [
        _odd_probability("zero", 0),
        _odd_probability("negative", -0.5),
        _odd_probability("nan", np.nan),
        Behaviour("cross_entropy-improbable", (RIGHT, *_CUTS), _improbable),
        Behaviour("cross_entropy-unnormalised", (AS_THEY_ARE, NORMALISED), _unnormalised),
    ]


def _of_labels() -> list[Behaviour]:
    return [
        _label(
            "label-minus-1",
            -1,
            counted_from_the_end=_THIRD,
            taken_for_label_0=_FIRST,
            zero=0.0,
            NaN=np.nan,
            infinity=np.inf,
        ),
        _label("label-true", label=True, taken_for_label_1=_SECOND, taken_for_label_0=_FIRST),
        _label("label-float", 1.0, taken_for_label_1=_SECOND),
        _label("label-fraction", 1.5, rounded_down=_SECOND, rounded_up=_THIRD),
    ]


def _of_objects() -> list[Behaviour]:
    return [
        *(
            dtype_of_result(
                f"cross_entropy-dtype-{dtype}",
                {"probabilities": _PROBABILITIES.astype(dtype), "label": 1},
            )
            for dtype in ("float32", "float16")
        ),
        in_float64(
            "cross_entropy",
            {"probabilities": np.array([0.5 - 2.0**-31, 0.5 + 2.0**-31]), "label": 1},
            np.log(2) - np.log1p(2.0**-30),
        ),
        returned_object("cross_entropy", {"probabilities": _PROBABILITIES, "label": 1}),
        refusals(
            "cross_entropy",
            *({"probabilities": _PROBABILITIES, "label": label} for label in (3, 4, 300)),
        ),
    ]


def _cut_off(got: Array) -> str:
    """Return where the logarithm was cut off, by the loss."""
    loss = single_number(got)
    if loss == np.inf:
        return INFINITE
    if loss == 100:
        return CAPPED
    if got.dtype.kind == "f" and loss == np.finfo(got.dtype).max:
        return LARGEST
    if not 1 < loss < 1000:
        return OTHER
    found = (floor for floor in FLOORS if abs(loss + np.log(float(floor))) < CLOSE * loss)
    return _CLIPPED.get(next(found, ""), ELSEWHERE)


def _odd_probability(identity: str, probability: float) -> Behaviour:
    """Ask what the loss of a probability is that has no finite logarithm."""

    def ask(asker: Asker) -> str:
        got = asker({"probabilities": np.array([0.5, probability, 0.5]), "label": 1})
        return "NaN" if np.isnan(single_number(got)) else _cut_off(got)

    return Behaviour(f"cross_entropy-{identity}", ("NaN", *_CUTS), ask)


def _improbable(asker: Asker) -> str:
    if not (asker.offers_dtype("float32") or asker.offers_dtype("float64")):
        return NOT_OFFERED
    got = asker({"probabilities": np.array([0.5, 1e-30, 0.5]), "label": 1})
    exactly = 30 * np.log(10)
    return RIGHT if abs(single_number(got) - exactly) < CLOSE * exactly else _cut_off(got)


def _unnormalised(asker: Asker) -> str:
    """Return what becomes of probabilities that sum to less than 1, and to more."""
    answers = set()
    for probabilities in ([0.5, 0.25, 0.125], [0.75, 0.5, 0.25]):
        losses = {
            AS_THEY_ARE: -np.log(probabilities[1]),
            NORMALISED: -np.log(probabilities[1] / sum(probabilities)),
        }
        got = asker({"probabilities": np.array(probabilities), "label": 1})
        answers.add(name_of(np.array(single_number(got)), losses))
    return answers.pop() if len(answers) == 1 else OTHER


def _label(identity: str, label: Any, **answers: float) -> Behaviour:
    """Ask what the loss of an odd label is."""
    named = {words.replace("_", " "): loss for words, loss in answers.items()}

    def ask(asker: Asker) -> str:
        got = asker({"probabilities": _PROBABILITIES, "label": label})
        return (
            MASK if is_near(got.ravel(), _LOSSES) else name_of(np.array(single_number(got)), named)
        )

    return Behaviour(f"cross_entropy-{identity}", (*named, MASK), ask)
