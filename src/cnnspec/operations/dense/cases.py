"""Dense layers of given shapes, of seeded numbers."""

import numpy as np

from cnnspec.declaration.case import Array, Case, integers, reals


def dense_case(
    name: str, x: tuple[int, ...], nodes: int, *, data: str = "integers", operation: str = "dense"
) -> Case:
    """Return a dense layer of ``nodes`` on an input of the given shape."""
    identity = f"{operation}/{name}"
    inputs = int(np.prod(x))

    def draw(part: str, *shape: int) -> Array:
        seed = f"{identity}/{part}"
        return integers(seed, *shape) if data == "integers" else reals(seed, *shape, spread=data)

    return Case(
        identity,
        operation,
        {
            "x": draw("x", *x),
            "weights": draw("weights", inputs, nodes),
            "bias": draw("bias", nodes),
        },
    )
