"""Normalisations of given shapes, of numbers whose roots are no whole ones."""

from typing import Any

import numpy as np

from cnnspec.declaration.case import Array, Case, integers, reals


def parameters(seed: str, count: int) -> dict[str, Array]:
    """Return parameters of so many maps; no two of them, and of no two maps, are alike."""
    order = np.arange(count) % 50
    return {
        "mean": integers(f"{seed}/mean", count) / 2 + 0.25,
        "variance": 0.5 + (7 * order % 50) / 8 + reals(f"{seed}/variance", count, spread="uniform"),
        "scale": (1 - 2 * (order % 2)) * (0.5 + (3 * order % 7) / 4),
        "offset": integers(f"{seed}/offset", count) / 4 + 3.125,
    }


def norm_case(name: str, shape: tuple[int, ...], **others: Any) -> Case:
    """Return a normalisation of maps of whole numbers; others are arguments in the place of its."""
    identity = f"batch_norm/{name}"
    given = {"maps": integers(identity, *shape), **parameters(identity, shape[-1]), **others}
    return Case(identity, "batch_norm", given)
