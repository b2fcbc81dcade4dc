"""How log-softmax is commonly written."""

from typing import Any

import numpy as np

from cnnspec.declaration.writing import EXAMPLES, Role, Spelling


def _probes() -> list[dict[str, Any]]:
    numbers = np.arange(1.0, 31.0) ** 2 % 7 / 2
    return [
        {"logits": numbers[:4]},
        {"logits": numbers[:15].reshape(5, 3)},
        {"logits": numbers[12:].reshape(3, 6)},
        {"logits": numbers[:9].reshape(3, 3)},
    ]


SPELLING = Spelling(
    names="logsoftmax stablelogsoftmax softmaxlog logprobs logprobabilities lognormalize",
    roles=(
        Role(
            names="logits x z input inputs scores a data xin vector v logit inp in values y preds",
            values=("logits",),
        ),
    ),
    orders={"logits": (EXAMPLES,)},
    of_result=(EXAMPLES,),
    is_of_vectors=True,
    probes=_probes,
)
