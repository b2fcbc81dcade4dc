"""What the gradients of functions of each number have in common."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.behaviour import Behaviour
from cnnspec.declaration.behaviour_questions import counted, dtype_of_result, in_float64, one_of
from cnnspec.declaration.case import Array, Case, integers, reals, shaped
from cnnspec.declaration.drawing import Picture
from cnnspec.declaration.exhibit import IMAGE, Exhibit, Place, Window
from cnnspec.declaration.operation import Arguments, Gradient, Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes, Option
from cnnspec.declaration.writing import Derived, Role, Spelling
from cnnspec.operations.relu.space import elementwise
from cnnspec.simulation.hypothesis import Simulator
from cnnspec.simulation.measurement import pointwise

#: Where code reads the incoming gradient, and the numbers.
GRAD, X = "grad", "x"

_SHAPES = ((6,), (2, 3), (3, 3, 2), (2, 3, 3, 2), (1, 2, 3, 3, 2))


def gradient(
    of: str,
    place: int,
    chapter: str,
    answer: Callable[[Arguments, np.dtype[Any], str], Answer],
    simulator: Simulator,
    *,
    options: Mapping[str, Option] | None = None,
    asked: Callable[[], Sequence[Behaviour]],
    spelling: Spelling,
    pictures: tuple[Picture, ...] = (),
    explored: Mapping[str, Sequence[Any]] | None = None,
) -> Operation:
    """Return the gradient of a function of each number: an operation that returns it alone.

    ``explored`` are values of its options from which exploration draws.
    """
    name = f"{of}_backward"
    return Operation(
        name=name,
        place=place,
        chapter=chapter,
        required=(GRAD, X),
        computed_of=X,
        options=options or {},
        answer=answer,
        probes=_probes,
        exhibit=EXHIBIT,
        simulator=simulator,
        space=elementwise(name, GRAD, X, largest=600, **explored or {}),
        measurement=pointwise(X, f"{name}(1, x)", GRAD),
        behaviours=asked,
        spelling=spelling,
        pictures=pictures,
        axes=Axes(each_element=True, batched=(GRAD,)),
        mend=_mend,
        gradient=Gradient(
            of=of,
            to=X,
            function=name,
            shape=_shape,
            cases=partial(_hygiene, name, tuple(options or {})),
        ),
    )


def _probes() -> Probes:
    """Return small calls in which both signs of either argument meet."""
    return {
        len(shape): [{GRAD: ramp(*shape)[..., ::-1] * 2 - 3, X: ramp(*shape) - 2.5}]
        for shape in _SHAPES
    }


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    given[GRAD] = shaped(given[GRAD], *given[X].shape)
    return given


def _shape(given: Arguments) -> tuple[int, ...]:
    return np.shape(given[X])


# --- cases -----------------------------------------------------------------------------------


def off_zero(numbers: Array) -> Array:
    """Return whole numbers none of which is 0, where some functions have no derivative."""
    return np.where(numbers == 0, 4.0, numbers)


def gradient_case(operation: str, name: str, *shape: int, real: bool = False, **more: Any) -> Case:
    """Return a gradient of seeded numbers, whole or real, that are not 0."""
    identity = f"{operation}/{name}"
    draw = reals if real else integers
    numbers = {part: off_zero(draw(f"{identity}/{part}", *shape)) for part in (GRAD, X)}
    return Case(identity, operation, {**numbers, **more})


def _hygiene(operation: str, options: tuple[str, ...]) -> list[Case]:
    """Return small calls of every kind; the first three differ in numbers only."""
    more: dict[str, Any] = dict.fromkeys(options, 0.25)
    return [
        *(gradient_case(operation, f"hygiene-{turn}", 3, 4, 2) for turn in range(3)),
        gradient_case(operation, "hygiene-flat", 12),
        gradient_case(operation, "hygiene-matrix", 4, 5, **more),
        gradient_case(operation, "hygiene-batch", 2, 3, 4, 2),
        gradient_case(operation, "hygiene-real", 4, 3, 3, real=True),
    ]


# --- how it is shown --------------------------------------------------------------------------


def _window(_given: Arguments, place: Place, _expected: Array | None) -> Window:
    at = list(place)
    said = f"element {at}: grad{at} times the slope at x{at}"
    return Window({GRAD: place, X: place}, said=said, is_single=True)


EXHIBIT = Exhibit(planes={GRAD: IMAGE, X: IMAGE}, window=_window)


# --- what is asked ----------------------------------------------------------------------------


def asked_of(
    operation: str, slope_of_half: float, of_nan: Mapping[str, float] | None = None
) -> list[Behaviour]:
    """Ask what every one of these gradients is asked: NaN, float64, dtypes.

    ``slope_of_half`` is that of the function at 1/2, ``of_nan`` others that it may have at NaN.
    """
    ones, half = np.ones(37), np.full(5, 0.5)
    above = np.full(5, 1 + 2.0**-40)  # float32 takes it for 1
    return [
        one_of(
            f"{operation}-nan",
            {GRAD: ones, X: np.full(37, np.nan)},
            {
                "NaN": ones * np.nan,
                "0": ones * 0,
                "the incoming gradient": ones,
                **{said: ones * slope for said, slope in (of_nan or {}).items()},
            },
        ),
        in_float64(operation, {GRAD: above, X: half}, above * slope_of_half),
        *(
            dtype_of_result(
                f"{operation}-dtype-{dtype}",
                {GRAD: counted(5, dtype=dtype), X: counted(5, dtype=dtype)},
            )
            for dtype in ("float32", "float16", "int64")
        ),
    ]


# --- how it is written ------------------------------------------------------------------------

_GRADIENTS = (
    "grad grads gradient dout dy dz da dl dh dx gy g delta upstream gradout outgrad gradoutput"
    " outputgrad outputgradient dloss dlda dldy dldout dldoutput upstreamgrad upstreamgradient"
    " outputgradients gradients incoming incominggrad error dact dactivation dvalues dldz dldx d"
)
_NUMBERS = (
    "x z input inputs inp xin preactivation preact logits lastinput zin features preactivations"
)
_EITHER = "cache data values saved arr array memory v"
_RESULTS = "y out output outputs a activation activations activated result s t sig"


def spelling(stems: str, result: Callable[[Array], Array] | None = None) -> Spelling:
    """Return how the gradient of a function of each number is commonly written.

    ``stems`` are names of the function. Code whose slope is a function of what the layer returned
    wants that in the place of x: ``result`` makes it.
    """
    names = [
        named
        for stem in stems.split()
        for named in (f"{stem}backward", f"{stem}backprop", f"{stem}bprop", f"backward{stem}")
    ]
    roles = [Role(names=_GRADIENTS, values=(GRAD,))]
    derived = {}
    if result is None:
        roles.append(Role(names=f"{_NUMBERS} {_EITHER} {_RESULTS}", values=(X,)))
    else:
        derived = {"returned": Derived(of=lambda given: result(given[X]), parameter=X)}
        roles.append(Role(names=_NUMBERS, values=(X,)))
        roles.append(Role(names=_EITHER, values=(X, "returned")))
        roles.append(Role(names=_RESULTS, values=("returned", X)))
    return Spelling(names=" ".join(names), roles=tuple(roles), derived=derived, probes=_spelt)


def _spelt() -> list[dict[str, Any]]:
    numbers = np.arange(1.0, 121.0) ** 2 % 23 / 4 - 2.125
    grad = np.arange(1.0, 121.0) ** 2 % 19 - 7.5
    return [
        {GRAD: grad.reshape(shape), X: numbers.reshape(shape)}
        for shape in ((24, 5), (120,), (4, 5, 6), (2, 3, 4, 5))
    ]
