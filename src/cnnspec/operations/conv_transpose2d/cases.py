"""Transposed convolutions of given shapes, of seeded numbers."""

from typing import Any

import numpy as np

from cnnspec.declaration.case import Array, Case, integers, reals

OPERATION = "conv_transpose2d"


def transposed_case(
    name: str,
    image: tuple[int, ...],
    count: int,
    size: int | tuple[int, int],
    *,
    bias: bool = False,
    data: str = "integers",
    **options: Any,
) -> Case:
    """Return one of an image (.., H, W, K), with filters of ``size`` for ``count`` maps a group."""
    identity = f"{OPERATION}/{name}"
    rows, columns = (size, size) if isinstance(size, int) else size

    def draw(part: str, *shape: int) -> Array:
        seed = f"{identity}/{part}"
        return integers(seed, *shape) if data == "integers" else reals(seed, *shape, spread=data)

    arguments: dict[str, Any] = {
        "image": draw("image", *image),
        "filters": draw("filters", image[-1], rows, columns, count),
    }
    maps = count * options.get("groups", 1)
    if bias:
        if data == "integers":
            arguments["bias"] = np.arange(1.0, maps + 1) * 7 - 3
        else:
            arguments["bias"] = draw("bias", maps)
    return Case(identity, OPERATION, {**arguments, **options})
