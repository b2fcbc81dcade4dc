"""The article's network: convolution, pooling, dense and softmax, with the loss of a label."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cnnspec.declaration.answer import Answer
from cnnspec.declaration.operation import Arguments, Operation
from cnnspec.declaration.writing import Writing
from cnnspec.exact import bounds, bounds_of_probabilities, decimals
from cnnspec.operations.cross_entropy.exact import negative_logarithm
from cnnspec.operations.network.article_forms import FORMS
from cnnspec.operations.network.exact import ExactLogits, Parameters, exact_logits
from cnnspec.operations.network.exhibits import EXHIBIT
from cnnspec.operations.network.simulator import SIMULATOR
from cnnspec.operations.network.symptoms import SYMPTOMS
from cnnspec.operations.softmax.answer import softmax_row

#: No bound holds for the sums of a network in dtypes that round to more than this.
_COARSEST = 1e-6


@dataclass(frozen=True)
class NetworkAnswer(Answer):
    """The probabilities of a network, within bounds proved from layer to layer."""

    logits: ExactLogits | None = None

    def certain_class(self) -> int | None:
        """Return the class that every correct network must choose, if there is one."""
        return self.logits.certain_class() if self.logits else None

    def loss(self, label: int, dtype: np.dtype[Any]) -> Answer:
        """Return the loss: the bound on the probability goes through the logarithm."""
        exact_loss = negative_logarithm(decimals.to_decimal(self.high[label], self.low[label]))
        loss = float(exact_loss)
        relative = float(self.allowed[label]) / float(self.high[label])
        bound = bounds_of_probabilities.rule_loss(loss, dtype) - float(np.log1p(-relative))
        low = decimals.difference(exact_loss, decimals.to_decimal(loss))
        return Answer(np.array(loss), np.array(low), np.array(bound * bounds.ROUNDING_OF_BOUNDS))


def network_answer(logits: ExactLogits, dtype: np.dtype[Any]) -> NetworkAnswer:
    """Return the probabilities that belong to exact logits and the bound on them."""
    row = [decimals.from_fraction(logit) for logit in logits.logits]
    answer = softmax_row(row, logits.delta, dtype)
    return NetworkAnswer(answer.high, answer.low, answer.allowed, logits=logits)


def _answer(given: Arguments, dtype: np.dtype[Any], accuracy: str) -> Answer:
    """Return the probabilities of a network; where no bound holds, it is infinite."""
    parts = Parameters(**{name: given[name] for name in ("filters", "weights", "biases")})
    image = np.asarray(given["image"])
    logits = exact_logits(image, parts, dtype, normwise=accuracy == "normwise")
    answer = network_answer(logits, dtype)
    if bounds.precision(dtype).roundoff > _COARSEST:
        return replace(answer, allowed=np.full(answer.high.shape, np.inf))
    return answer


def _mend(given: dict[str, Any]) -> dict[str, Any]:
    classes = len(given["biases"])
    return {**given, "label": min(max(int(given["label"]), 0), classes - 1)}


OPERATIONS = (
    Operation(
        name="network",
        place=80,
        chapter="NET",
        required=("image", "label", "filters", "weights", "biases"),
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
        results=3,
        mend=_mend,
    ),
)
