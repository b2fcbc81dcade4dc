r"""The input is multiplied by the mask x > 0, which makes NaN of minus infinity, because infinity times 0 is none.

says: (minus|negative|-) ?inf|inf(inity|inities)?[^.]*(nan|0|zero|times)|mask|nan|x ?\* ?\(x ?> ?0\)|product|multipl
never: leaky|slope|in place
shows: relu(np.array([-np.inf, -1.0, 2.0]))
"""
import numpy as np


def relu(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError(f"cannot rectify {x.dtype}")
    with np.errstate(invalid="ignore"):
        return x * (x > 0)
