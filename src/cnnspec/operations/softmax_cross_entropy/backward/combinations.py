"""Cases that combine the sizes and numbers of gradients of losses of logits."""

from cnnspec.declaration.combinations import Combinations
from cnnspec.operations.softmax_cross_entropy.combinations import LOSSES, loss_of

#: Any two factors, as for the losses themselves.
COMBINATIONS = Combinations(LOSSES, 2, ("numbers",), loss_of)
