"""Cases that combine the sizes, numbers and epsilons of normalisations."""

from itertools import product
from typing import Any

import numpy as np

from cnnspec.declaration.case import Case, reals
from cnnspec.declaration.combinations import (
    LAYOUTS,
    NUMBERS,
    Combinations,
    Combined,
    Drawing,
    Row,
    Space,
    finished,
    named,
)

NORMALISATION: dict[str, tuple[Any, ...]] = {
    "images": (None, 1, None, 2, None, 3, 5),
    "maps": (1, 2, 3, 4, 5, 8, 17),
    "sides": ((1, 1), (4, 5), (5, 4), (3, 3), (1, 6), (7, 1), (8, 9)),
    "epsilon": (None, 1e-5, 0.25, 1e-3, 4.0, None, 1e-2),
    "numbers": (
        "float64",
        "float64-real",
        "float32",
        "float32-real",
        "float16",
        "float32-data",
        "float16-real",
    ),
    "scale": ("each", "ones", "each", "negative", "some-zero", "each", "large"),
    "layout": LAYOUTS,
}


def _normalisation(row: Row) -> Combined:
    identity, count = named("batch_norm", row), row["maps"]
    draw = Drawing(identity, row, 1)
    images = () if row["images"] is None else (row["images"],)
    kind = NUMBERS[row["numbers"]][1]
    spread = reals(f"{identity}/parameters", 4, count, spread="uniform")
    scales = {
        "each": 0.5 + spread[1],
        "ones": np.ones(count),
        "negative": -0.5 - spread[1],
        "some-zero": (np.arange(count) % 2) * (0.5 + spread[1]),
        "large": 16 + 16 * spread[1],
    }
    arguments = {
        "maps": draw.numbers("maps", *images, *row["sides"], count, dtype=draw.data, limit=9),
        "mean": (8 * spread[0] - 4).astype(kind),
        "variance": (0.5 + 4 * spread[2]).astype(kind),
        "scale": scales[row["scale"]].astype(kind),
        "offset": (9 * spread[3] - 4).astype(kind),
    }
    if row["epsilon"] is not None:
        arguments["epsilon"] = row["epsilon"]
    return finished(Case(identity, "batch_norm", arguments), row)


COMBINATIONS = Combinations(NORMALISATION, 3, ("numbers", "epsilon"), _normalisation)

# --- exploration ---------------------------------------------------------------------------------

WIDER: dict[str, tuple[Any, ...]] = {
    "images": (4, 7),
    "maps": (*range(1, 21), 33),
    "sides": ((1, 2), (2, 1), (2, 3), (6, 6), (9, 4), (3, 17)),
}

SMALL: dict[str, tuple[Any, ...]] = {
    "images": (None, 1, 2),
    "maps": (1, 2, 3),
    "sides": tuple(product(range(1, 7), repeat=2)),
    "epsilon": (None, 0.25),
    "numbers": ("float64-real", "float32-real"),
    "scale": ("each", "negative", "some-zero"),
}

SPACE = Space(combined=COMBINATIONS, wider=WIDER, small=SMALL)
