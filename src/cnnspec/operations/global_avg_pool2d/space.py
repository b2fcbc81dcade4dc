"""The space of what takes whole maps and has no options, of its gradients too."""

from collections.abc import Callable

from cnnspec.declaration.case import Case
from cnnspec.declaration.combinations import (
    LAYOUTS,
    Combinations,
    Combined,
    Drawing,
    Row,
    Space,
    finished,
    named,
)

Shape = tuple[int, ...]

_NUMBERS = ("float64-real", "float64", "float32-real", "float32", "float16-real", "float64-real")

_LENGTHS = (1, 2, 3, 4, 7, 8, 9)


def of_maps(
    operation: str, *parameters: str, of_grad: Callable[[Shape], Shape] | None = None
) -> Space:
    """Return the space of an operation that takes maps and has no options.

    ``of_grad`` returns, from the shape of the maps, that of the gradient that comes in, which is
    the first of the parameters then.
    """

    def make(row: Row) -> Combined:
        identity = named(operation, row)
        shape = (*row["images"], row["rows"], row["columns"], row["maps"])
        draw = Drawing(identity, row, row["rows"] * row["columns"])
        given = {
            name: draw.numbers(
                name, *(of_grad(shape) if of_grad and name != "maps" else shape), dtype=draw.data
            )
            for name in parameters
        }
        return finished(Case(identity, operation, given), row)

    return Space(
        combined=Combinations(
            {
                "images": ((), (1,), (2,), (3,), (5,)),
                "rows": _LENGTHS,
                "columns": _LENGTHS,
                "maps": (1, 2, 3, 4, 5, 8, 17),
                "numbers": _NUMBERS,
                "layout": LAYOUTS,
            },
            3,
            ("numbers",),
            make,
        ),
        wider={"rows": range(1, 18), "columns": range(1, 18), "maps": range(1, 34)},
        small={
            "images": ((), (2,)),
            "rows": range(1, 7),
            "columns": range(1, 7),
            "maps": (1, 2, 3),
            "numbers": ("float64-real", "float64", "float32-real"),
        },
    )
