"""Code that trains article 2's network, by the article's names, and how it takes a step.

``train(im, label, lr)`` beside the layer objects ``conv`` and ``softmax`` moves the parameters that
these hold; ``train_step`` is given parameters and returns new ones.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol

# By name, because an implementation may replace them in NumPy, which is no business of ours.
from numpy import array, array_equal, asarray, ndarray, shape

from cnnspec.declaration.article_forms import Unavailable
from cnnspec.operations.network.article_forms import HELD
from cnnspec.operations.train_step.article_forms import BESIDE_LAYERS, PURE, RATES
from cnnspec.subject.outcomes import Array, read
from cnnspec.subject.sources.layer_classes import set_to

Parameters = dict[str, Array]


class UnusableStepError(Exception):
    """A step has returned, or left behind, what is not a loss or no parameters."""


class Trainee(Protocol):
    """Something that takes steps of training."""

    #: How it is called.
    called: str

    def begin(self, parameters: Parameters) -> Parameters:
        """Give it its first parameters, and return them as it holds them.

        Raises
        ------
        Unavailable
            If it does not take them.
        """
        ...

    def step(self, image: Array, label: int, rate: float) -> tuple[Array | None, Parameters]:
        """Take a step; return the loss, ``None`` if there is none, and the parameters after it.

        Raises
        ------
        UnusableStepError
            If they are not what a step returns.
        Exception
            Whatever the code itself raises.
        """
        ...


def trainee(thing: Any) -> Trainee:
    """Return what there is in a module, or of an object, that trains.

    Raises
    ------
    Unavailable
        If there is nothing by the article's names; the message says what is missing.
    """
    train, step = (getattr(thing, name, None) for name in (BESIDE_LAYERS, PURE))
    if callable(train):
        missing = [
            f"{layer}.{name}"
            for name, layer in HELD.items()
            if not hasattr(getattr(thing, layer, None), name)
        ]
        if not missing:
            return OfLayers(thing, train)
        if not callable(step):
            raise Unavailable(f"beside train there is no {', no '.join(missing)}")
    if callable(step):
        return _OfFunction(step)
    raise Unavailable(
        "it has neither train(im, label, lr) beside layers conv and softmax, nor"
        " train_step(image, label, filters, weights, biases, learning_rate)"
    )


class OfLayers:
    """``train`` beside layer objects."""

    def __init__(self, thing: Any, train: Callable[..., Any]) -> None:
        self._thing = thing
        self._train = train
        self._rate = name_of_rate(train, place=2)
        self._given = ExitStack()  # closed by whoever does not go on from what was given
        self.called = f"train(im, label, {'lr' if self._rate is None else self._rate})"

    def begin(self, parameters: Parameters) -> Parameters:
        """Give the layers their parameters, in the dtype of those that they have."""
        for name, layer in HELD.items():
            held = getattr(self._thing, layer)
            self._given.enter_context(_given(held, layer, name, parameters[name]))
        found = self.held()
        for name, layer in HELD.items():
            if not array_equal(found[name], parameters[name].astype(found[name].dtype)):
                raise Unavailable(f"{layer}.{name} does not take other numbers")
        return found

    def step(self, image: Array, label: int, rate: float) -> tuple[Array | None, Parameters]:
        """Take a step."""
        loss = self.run(image, label, rate)
        return (None if loss is None else _number(loss)), self.held()

    def run(self, image: Array, label: int, rate: float) -> Any:
        """Take a step, and return the loss as it comes back, ``None`` if there is none."""
        returned = with_rate(self._train, (image, label), rate, self._rate)
        return returned[0] if isinstance(returned, tuple | list) and returned else returned

    def close(self) -> None:
        """Give the layers back what they had."""
        self._given.close()

    def held(self) -> Parameters:
        """Return copies of the parameters that the layers hold."""
        return {
            name: _numbers(getattr(getattr(self._thing, layer), name), f"{layer}.{name}")
            for name, layer in HELD.items()
        }


class _OfFunction:
    """``train_step``, which returns what the next step is given."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._rate = name_of_rate(function, place=5)
        self._parameters: Parameters = {}
        self.called = PURE

    def begin(self, parameters: Parameters) -> Parameters:
        """Keep the parameters for the first step."""
        self._parameters = parameters
        return parameters

    def step(self, image: Array, label: int, rate: float) -> tuple[Array | None, Parameters]:
        """Take a step."""
        given = [array(self._parameters[name]) for name in HELD]
        returned = with_rate(self._function, (image, label, *given), rate, self._rate)
        if not isinstance(returned, tuple | list) or len(returned) != 4:
            raise UnusableStepError(
                "train_step does not return (loss, filters, weights, biases), but"
                f" {_in_words(returned)}"
            )
        loss, *after = returned
        self._parameters = {
            name: _numbers(one, name) for name, one in zip(HELD, after, strict=True)
        }
        return _number(loss), self._parameters


def name_of_rate(function: Callable[..., Any], place: int) -> str | None:
    """Return by which name a function takes the learning rate, ``None``: by position.

    Raises
    ------
    Unavailable
        If it takes none.
    """
    try:
        parameters = [*inspect.signature(function).parameters.values()]
    except (TypeError, ValueError):
        return None
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if any(p.kind is p.VAR_POSITIONAL for p in parameters) or len(positional) > place:
        return None
    named = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    if found := next((name for name in RATES if name in named), None):
        return found
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return RATES[0]
    raise Unavailable(f"{getattr(function, '__name__', 'it')} takes no learning rate")


def with_rate(
    function: Callable[..., Any], given: Sequence[Any], rate: float, name: str | None
) -> Any:
    """Return what a function returns that is given a rate, too."""
    return function(*given, rate) if name is None else function(*given, **{name: rate})


@contextmanager
def _given(layer: Any, layer_name: str, name: str, value: Array) -> Iterator[None]:
    """Give a layer a parameter: as a list, an array of its dtype, or in its own memory."""
    own = getattr(layer, name)
    where = f"{layer_name}.{name}"
    if shape(own) != value.shape:
        raise Unavailable(f"{where} has the shape {tuple(shape(own))}, not {value.shape}")
    if isinstance(own, list):
        setattr(layer, name, value.tolist())
        yield
    elif hasattr(own, "detach"):  # a tensor, which stays one
        asarray(own.detach())[...] = value
        yield
    else:
        kind = own.dtype if isinstance(own, ndarray) and own.dtype.kind == "f" else value.dtype
        with set_to(layer, **{name: value.astype(kind)}):
            yield


def _numbers(held: Any, name: str) -> Array:
    """Return a copy of the numbers that a parameter holds."""
    values, problem = read(held)
    if problem:
        raise UnusableStepError(f"{name} cannot be read: it {problem}")
    return values[0]


def _number(loss: Any) -> Array:
    found = _numbers(loss, "the loss")
    if found.size != 1:
        raise UnusableStepError(f"the loss is no single number, but {_in_words(loss)}")
    return found.reshape(())


def _in_words(returned: Any) -> str:
    if isinstance(returned, tuple | list):
        return f"{len(returned)} values"
    return "None" if returned is None else f"an object of type {type(returned).__name__}"
