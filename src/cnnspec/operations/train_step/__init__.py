"""One step of training the article's network: the loss before it, and all parameters after it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments, Operation
from cnnspec.declaration.writing import Writing
from cnnspec.operations.network.exact import Parameters
from cnnspec.operations.train_step.article_forms import FORMS
from cnnspec.operations.train_step.exact import ExactStep, NoBoundError, exact_step
from cnnspec.operations.train_step.exhibits import EXHIBIT
from cnnspec.operations.train_step.simulator import SIMULATOR
from cnnspec.operations.train_step.symptoms import SYMPTOMS

#: What a step returns, in its order.
RETURNED = ("loss", "filters", "weights", "biases")


def step_of(given: Arguments, dtype: np.dtype[Any]) -> ExactStep:
    """Return the exact step of a call, and its bound if computed in ``dtype``.

    Raises
    ------
    NoBoundError
        If nothing can be said of it.
    ValueError
        If a pixel is no whole number.
    """
    image = np.asarray(given["image"])
    if image.dtype.kind == "f" and np.any(image % 1):
        raise ValueError("pixels must be whole numbers")
    network = Parameters(**{name: np.asarray(given[name], np.float64) for name in RETURNED[1:]})
    rate = float(given["learning_rate"])
    return exact_step(image, int(given["label"]), network, rate, dtype)


def parts_of(joined: Answer, given: Arguments) -> Mapping[str, Answer]:
    """Return the answers that are joined, by what they are of."""
    shapes: dict[str, tuple[int, ...]] = {name: np.shape(given[name]) for name in RETURNED[1:]}
    found, start = {}, 0
    for name in RETURNED:
        shape = shapes.get(name, ())
        end = start + int(np.prod(shape))
        high, low, allowed = (
            part[start:end].reshape(shape) for part in (joined.high, joined.low, joined.allowed)
        )
        found[name], start = Answer(high, low, allowed), end
    return found


def _answer(given: Arguments, dtype: np.dtype[Any], accuracy: str) -> Answer:
    """Return the loss and all new parameters, one behind the other."""
    if accuracy == "normwise":
        raise NoBoundError("no bound holds for a step whose sums are right in norm only")
    step = step_of(given, dtype)
    answers = [step.loss, *(span.answer for span in step.parameters.values())]
    high, low, allowed = (
        np.concatenate([np.ravel(getattr(answer, part)) for answer in answers])
        for part in ("high", "low", "allowed")
    )
    return Answer(high, low, allowed)


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: a class that there is, and as many weights as pooled numbers."""
    classes, (count, size, _) = len(given["biases"]), np.shape(given["filters"])
    rows, columns = ((length - size + 1) // 2 for length in np.shape(given["image"]))
    weights = np.resize(given["weights"], (rows * columns * count, classes))
    label = min(max(int(given["label"]), 0), classes - 1)
    return {**given, "label": label, "weights": weights}


OPERATIONS = (
    Operation(
        name="train_step",
        place=170,
        chapter="STEP",
        required=("image", "label", *RETURNED[1:], "learning_rate"),
        answer=_answer,
        exhibit=EXHIBIT,
        labels=("label",),
        writing=Writing(call="", array="result[0]"),
        simulator=SIMULATOR,
        symptoms=SYMPTOMS,
        takes_whole_numbers=True,
        is_layer=False,
        is_limited_by_arrays=False,
        forms=FORMS,
        results=len(RETURNED),
        mend=_mend,
    ),
)
