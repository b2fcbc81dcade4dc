"""How global average pooling is commonly written."""

from typing import Any

import numpy as np

from cnnspec.declaration.writing import IMAGES, Order, Orders, Role, Spelling


def _as_it_is(_axes: int, _of_data: int) -> str:
    return "{}"


def _without_sides(first: int) -> Any:
    """Return what drops the axes of rows and columns, 1 x 1, if they were kept."""

    def back(axes: int, of_data: int) -> str:
        kept = of_data - 3 + first
        return f"{{}}.squeeze(({kept}, {kept + 1}))" if axes == of_data else "{}"

    return back


#: Whether each mean is a map of 1 x 1, as in PyTorch, and where the axis of maps stands then.
KEPT = Orders(
    name="means",
    of="means of maps",
    choices=(
        Order(name="(K,)", back=_as_it_is),
        Order(name="(1, 1, K)", back=_without_sides(0)),
        Order(name="(K, 1, 1)", back=_without_sides(1)),
    ),
)


def _probes() -> list[dict[str, Any]]:
    def numbers(*shape: int) -> Any:
        # No two maps have the same mean, nor rows or columns of all.
        return (np.arange(1.0, np.prod(shape) + 1) ** 2 % 61 - 20).reshape(shape)

    return [{"maps": numbers(*shape)} for shape in ((5, 7, 3), (2, 5, 7, 3), (4, 6, 5, 7))]


SPELLING = Spelling(
    names="globalavgpool globalaveragepool globalaveragepooling globalavgpooling globalmeanpool"
    " globalmeanpooling globalpool globalpooling gap adaptiveavgpool gavgpool globalaverage"
    " avgpoolglobal averagepoolglobal",
    weak="globalpool globalpooling gap adaptiveavgpool",
    roles=(
        Role(
            names="maps map x input inputs data image images img featuremap featuremaps features"
            " xin inp arr array tensor in a aprev z",
            values=("maps",),
        ),
        Role(names="outputsize size", values=("1", "(1, 1)")),
        Role(names="keepdims keepdim", values=("False",)),
    ),
    orders={"maps": (IMAGES,)},
    of_result=(KEPT,),
    probes=_probes,
)
