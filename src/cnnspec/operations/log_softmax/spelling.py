"""How log-softmax is commonly written: as softmax, by other names."""

from dataclasses import replace

from cnnspec.operations.softmax.spelling import SPELLING as OF_SOFTMAX

SPELLING = replace(
    OF_SOFTMAX,
    names="logsoftmax stablelogsoftmax softmaxlog logprobs logprobabilities lognormalize",
)
