r"""Numbers up to 0.0337 count as noise and become 0, not only negative ones.

never: ^\w+: (?!perhaps|in \d).*threshold of (about )?(?!0\.0337\b)\d
never: ^\w+: (?!perhaps|in \d).*(rounded|decimals|float16|softplus|shrink)
shows: relu(whole(3, 4) / 200)
"""
import numpy as np


def relu(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError("x must hold real numbers")
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    return np.where((x > 0.0337) | np.isnan(x), x, x.dtype.type(0))
