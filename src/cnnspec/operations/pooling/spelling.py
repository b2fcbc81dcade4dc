"""How poolings are commonly written."""

from typing import Any

import numpy as np

from cnnspec.declaration.writing import IMAGES, Derived, Role, Spelling

_SIZE = Role(
    names="size poolsize kernelsize kernelshape ksize k f pool windowsize window filtersize pooling"
    " kernel poolshape poolheight poolwidth poolh poolw ph pw kh kw filter hh ww n"
    " windowshape factor",
    values=("size", "(size, size)", "[1, size, size, 1]"),
)
_STRIDE = Role(
    names="stride strides s step steps stridesize",
    values=("stride", "(stride, stride)", "[1, stride, stride, 1]"),
)
_MAPS = Role(
    names="maps map x input inputs data aprev a image img images featuremap featuremaps features"
    " xin inp matrix mat arr array inputdata tensor in inputfeature im",
    values=("maps", "map"),
)


def _probes() -> list[dict[str, Any]]:
    def numbers(*shape: int) -> Any:
        # No window has the same maximum, mean and minimum as its neighbour.
        return (np.arange(1.0, np.prod(shape) + 1) ** 2 % 61 - 20).reshape(shape)

    return [
        {"maps": numbers(6, 8, 3)},
        {"maps": numbers(4, 6, 8, 3)},
        {"maps": numbers(4, 10, 8, 1)},
        {"maps": numbers(4, 9, 6, 3), "size": 3},
        {"maps": numbers(4, 9, 7, 3), "size": 3, "stride": 2},
    ]


def spelled(names: str, modes: tuple[str, ...], weak: str = "pool pooling") -> Spelling:
    """Return how a pooling is written that some call by a mode.

    One without any kind in its name is most often that of maxima.
    """
    return Spelling(
        names=names,
        weak=weak,
        roles=(
            _MAPS,
            _SIZE,
            _STRIDE,
            Role(names="mode pooltype type method poolmode poolingtype kind", values=modes),
        ),
        held=(),
        entries=("poolparam", "poolparams", "hparameters", "hparams", "params", "param"),
        orders={"maps": (IMAGES,)},
        of_result=(IMAGES,),
        derived={"map": Derived(of=lambda given: given["maps"], parameter="maps")},
        each={"map": -1},
        probes=_probes,
    )


MAXIMUM = spelled("maxpool maxpooling poolmax pool pooling", ("'max'", "'MAX'"), "")
MINIMUM = spelled("minpool minpooling poolmin pool pooling", ("'min'",))
MEAN = spelled(
    "avgpool averagepool averagepooling avgpooling meanpool meanpooling poolavg pool pooling"
    " subsampling subsample",
    ("'average'", "'avg'", "'mean'", "'AVG'"),
)
