"""What an operation must return, and how far off it may be."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnspec.exact import arithmetic, bounds
from cnnspec.operations.cases import Case
from cnnspec.operations.exact_network import ExactLogits, Parameters, exact_logits

Array = NDArray[Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """The exact answer high + low of a call, and the bound on the error of each element.

    Attributes
    ----------
    high, low, allowed : float64, the shape of the result
    selects : bool
        Whether the answer selects one of the inputs: a result must equal it, rounded to the dtype
        of the result.
    terms : int
        The number of products in one output, or of logits in a row; 0 where nothing is summed.
    magnitude : float64 or None
        What errors are relative to: the sum of the absolute products, or the probability.
    unrounded : float64 or None
        What was selected, before it was rounded to the dtype of a result.
    """

    high: Floats
    low: Floats
    allowed: Floats
    selects: bool = False
    terms: int = 0
    magnitude: Floats | None = None
    unrounded: Floats | None = None

    def for_result(self, dtype: np.dtype[Any]) -> "Answer":
        """Return the answer as it must be met by a result of this dtype."""
        answer = self
        if self.selects:
            rounded = _rounded(self.high, dtype)
            answer = replace(self, high=rounded, low=np.zeros_like(rounded), unrounded=self.high)
        if dtype.kind in "iub":  # an integer result must be exact
            answer = replace(answer, allowed=np.zeros_like(answer.allowed))
        return answer


def errors_of(got: Array, answer: Answer) -> Floats:
    """Return |got - exact|; NaN and infinities that are not expected are infinitely wrong."""
    values = got.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        error = np.abs((values - answer.high) - answer.low)
    error = np.where(values == answer.high, np.abs(answer.low), error)
    return np.where(np.isnan(error), np.inf, error)


def exact_answer(case: Case, result_dtype: np.dtype[Any], accuracy: str) -> Answer:
    """Return the exact answer of a call, with the bound for the dtypes in play.

    ``accuracy`` is what the implementation declares: "componentwise" or "normwise".
    """
    operation, given = case.operation, case.arguments
    arrays = [value for value in given.values() if isinstance(value, np.ndarray)]
    dtype = bounds.coarsest(result_dtype, *(array.dtype for array in arrays))
    if operation == "relu":
        return _selection(arithmetic.relu(np.asarray(given["x"], np.float64)))
    if operation in ("max_pool2d", "min_pool2d"):
        select = arithmetic.max_pool2d if operation == "max_pool2d" else arithmetic.min_pool2d
        return _selection(select(**given).astype(np.float64))
    if operation == "softmax":
        return _softmax(np.atleast_1d(given["logits"]), dtype)
    if operation in ("softmax_layer", "cross_entropy"):
        return _softmax_layer(case, dtype) if operation == "softmax_layer" else _loss(case, dtype)
    if operation == "network":
        return _network(case, dtype, normwise=accuracy == "normwise")
    found: arithmetic.Exact = _SUMS[operation](**given)
    spread = _SPREAD.get(operation, bounds.rule_d)
    rule = spread if accuracy == "normwise" else bounds.rule_d
    allowed = rule(found, dtype)
    return Answer(found.high, found.low, allowed, terms=found.terms, magnitude=found.magnitude)


_SUMS: dict[str, Callable[..., arithmetic.Exact]] = {
    "conv2d": arithmetic.conv2d,
    "dense": arithmetic.dense,
    "avg_pool2d": arithmetic.avg_pool2d,
}

#: The rules of operations whose error may be spread over the map, where "normwise" is declared.
_SPREAD: dict[str, bounds.SumRule] = {"conv2d": bounds.rule_f, "avg_pool2d": bounds.rule_m}


def _selection(expected: Array) -> Answer:
    return Answer(expected, np.zeros(expected.shape), np.zeros(expected.shape), selects=True)


def _softmax(logits: Array, dtype: np.dtype[Any]) -> Answer:
    """Return the probabilities of each row, bounded by rule S."""
    rows = logits.reshape(-1, logits.shape[-1])
    answers = [_softmax_row([arithmetic.to_decimal(x) for x in row], 0.0, dtype) for row in rows]
    high, low, allowed = (
        np.array([getattr(answer, part) for answer in answers]).reshape(logits.shape)
        for part in ("high", "low", "allowed")
    )
    return Answer(high, low, allowed, terms=logits.shape[-1], magnitude=high)


#: No bound holds for the sums of a network in dtypes that round to more than this.
_COARSEST = 1e-6

#: Errors of logits beyond this leave nothing to say of the probabilities.
_TELLING = 100.0


def _softmax_row(logits: list[Any], delta: float, dtype: np.dtype[Any]) -> Answer:
    """Bound one row's probabilities whose logits are known up to ``delta``.

    An error of delta in every logit changes a probability by a factor of at most e^(2 delta), and
    a distance between logits by 2 delta; rule S applies to what comes of that.
    """
    exact_probabilities = arithmetic.softmax(logits)
    probabilities = np.array([float(p) for p in exact_probabilities])
    highest = max(logits)
    distances = np.array([arithmetic.difference(highest, x) for x in logits]) + 2 * delta
    mean = float(probabilities @ distances)
    largest = max(abs(float(highest)), abs(float(min(logits)))) + delta
    allowed = np.full(len(logits), np.inf)
    if delta < _TELLING:
        factor = float(np.exp(2 * delta))
        allowed = np.array(
            [
                bounds.rule_s(p * factor, len(logits), distance, mean * factor, largest, dtype)
                + (factor - 1) * p
                for p, distance in zip(probabilities, distances, strict=True)
            ]
        )
    low = np.array(
        [
            arithmetic.difference(number, arithmetic.to_decimal(nearest))
            for number, nearest in zip(exact_probabilities, probabilities, strict=True)
        ]
    )
    return Answer(probabilities, low, allowed, terms=len(logits), magnitude=probabilities)


@dataclass(frozen=True)
class NetworkAnswer(Answer):
    """The probabilities of a network, within bounds proved from layer to layer."""

    logits: ExactLogits | None = None

    def certain_class(self) -> int | None:
        """Return the class that every correct network must choose, if there is one."""
        return self.logits.certain_class() if self.logits else None

    def loss(self, label: int, dtype: np.dtype[Any]) -> Answer:
        """Return the loss: the bound on the probability goes through the logarithm."""
        exact_loss = arithmetic.negative_logarithm(
            arithmetic.to_decimal(self.high[label], self.low[label])
        )
        loss = float(exact_loss)
        relative = float(self.allowed[label]) / float(self.high[label])
        bound = bounds.rule_loss(loss, dtype) - float(np.log1p(-relative))
        low = arithmetic.difference(exact_loss, arithmetic.to_decimal(loss))
        return Answer(np.array(loss), np.array(low), np.array(bound * bounds.ROUNDING_OF_BOUNDS))


def network_answer(logits: ExactLogits, dtype: np.dtype[Any]) -> NetworkAnswer:
    """Return the probabilities that belong to exact logits and the bound on them."""
    row = [arithmetic.from_fraction(logit) for logit in logits.logits]
    answer = _softmax_row(row, logits.delta, dtype)
    return NetworkAnswer(answer.high, answer.low, answer.allowed, logits=logits)


def _network(case: Case, dtype: np.dtype[Any], *, normwise: bool) -> Answer:
    """Return the probabilities of a network; where no bound holds, it is infinite."""
    parts = Parameters(**{name: case.arguments[name] for name in ("filters", "weights", "biases")})
    image = np.asarray(case.arguments["image"])
    answer = network_answer(exact_logits(image, parts, dtype, normwise=normwise), dtype)
    if bounds.precision(dtype).roundoff > _COARSEST:
        return replace(answer, allowed=np.full(answer.high.shape, np.inf))
    return answer


def _softmax_layer(case: Case, dtype: np.dtype[Any]) -> Answer:
    """Return dense and softmax in one: the bound on the logits goes through the softmax."""
    logits = arithmetic.dense(**case.arguments)
    delta = float(bounds.rule_d(logits, dtype).max())
    row = [arithmetic.to_decimal(h, r) for h, r in zip(logits.high, logits.low, strict=True)]
    return replace(_softmax_row(row, delta, dtype), terms=0)


def _loss(case: Case, dtype: np.dtype[Any]) -> Answer:
    probability = arithmetic.to_decimal(case.arguments["probabilities"][case.arguments["label"]])
    loss = arithmetic.negative_logarithm(probability)
    high = float(loss)
    return Answer(
        np.array(high),
        np.array(arithmetic.difference(loss, arithmetic.to_decimal(high))),
        np.array(bounds.rule_loss(high, dtype)),
        terms=1,
        magnitude=np.array(abs(high)),
    )


def _rounded(values: Floats, dtype: np.dtype[Any]) -> Floats:
    if dtype.kind != "f":
        return values
    with np.errstate(over="ignore"):
        return values.astype(dtype).astype(np.float64)
