"""How flattening is commonly written."""

from typing import Any

import numpy as np

from cnnspec.declaration.article_forms import Unavailable
from cnnspec.declaration.writing import Arguments, Derived, Order, Orders, Role, Spelling


def _probes() -> list[dict[str, Any]]:
    return [
        {"maps": np.arange(1.0, np.prod(shape) + 1).reshape(shape)}
        for shape in ((3, 4, 5), (5, 3, 1), (2, 3, 5, 4), (4, 3, 2, 5))
    ]


def _only_map(given: Arguments) -> Any:
    maps = np.asarray(given["maps"])
    if maps.ndim != 3 or maps.shape[-1] != 1:
        raise Unavailable("it takes one map")
    return maps[..., 0]


def _the_row(axes: int, of_data: int) -> str:
    return "{}[0]" if axes == 2 and of_data == 3 else "{}"


#: What is made of one image: its numbers, or a row of them, as a dense layer behind it takes it.
_ROW = Orders(
    name="flattened",
    of="what is made of one image",
    choices=(Order(name="numbers"), Order(name="one row", back=_the_row)),
)

#: The order of axes is the array's own: maps with the channels first are flattened as they lie.
SPELLING = Spelling(
    names="flatten flat flattening flattenlayer unroll vectorize tovector maptovector",
    weak="flat unroll vectorize tovector",
    roles=(
        Role(
            names="maps map x input inputs data image images img featuremap featuremaps features"
            " xin inp arr array tensor in a aprev z pooled matrix mat volume",
            values=("maps", "map"),
        ),
        Role(names="startdim axis", values=("1", "-3")),
        Role(names="enddim", values=("-1",)),
        Role(names="order", values=("'C'",)),
    ),
    of_result=(_ROW,),
    derived={"map": Derived(of=_only_map, parameter="maps", is_of_one=True)},
    probes=_probes,
)
