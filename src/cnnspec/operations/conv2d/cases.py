"""Convolutions of given shapes, of seeded numbers."""

from typing import Any

import numpy as np

from cnnspec.declaration.case import Array, Case, integers, reals


def conv2d_case(
    name: str,
    image: tuple[int, ...],
    count: int,
    size: int | tuple[int, int],
    *,
    bias: bool = False,
    data: str = "integers",
    **options: Any,
) -> Case:
    """Return a convolution of an image of the given shape with ``count`` filters of ``size``."""
    identity = f"conv2d/{name}"
    rows, columns = (size, size) if isinstance(size, int) else size
    channels = image[2:] if len(image) == 3 else image[3:]
    seen = tuple(every // options.get("groups", 1) for every in channels)

    def draw(part: str, *shape: int) -> Array:
        seed = f"{identity}/{part}"
        return integers(seed, *shape) if data == "integers" else reals(seed, *shape, spread=data)

    arguments: dict[str, Any] = {
        "image": draw("image", *image),
        "filters": draw("filters", count, rows, columns, *seen),
    }
    if bias:
        if data == "integers":
            arguments["bias"] = np.arange(1.0, count + 1) * 7 - 3
        else:
            arguments["bias"] = draw("bias", count)
    return Case(identity, "conv2d", {**arguments, **options})
