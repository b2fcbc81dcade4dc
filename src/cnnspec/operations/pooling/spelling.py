"""How poolings are commonly written."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from cnnspec.declaration.writing import IMAGES, Derived, Role, Spelling
from cnnspec.exact.windows import pair_of

_SIZE = Role(
    names="size poolsize kernelsize kernelshape ksize k f pool windowsize window filtersize pooling"
    " kernel poolshape poolheight poolwidth poolh poolw ph pw kh kw filter hh ww n"
    " windowshape factor",
    values=("size", "sizes", "[1, *sizes, 1]"),
)
_STRIDE = Role(
    names="stride strides s step steps stridesize",
    values=("stride", "strides", "[1, *strides, 1]"),
)
_PADDING = Role(
    names="padding paddings pad pads p padsize zeropadding border",
    values=("padding", "pads", "(*pads, *pads)"),
)
_CEIL_MODE = Role(names="ceilmode ceil roundup useceil ceiling", values=("ceil_mode",))
_DILATION = Role(
    names="dilation dilations dilationrate dilationrates",
    values=("dilation", "dilations"),
)
_COUNT_INCLUDE_PAD = Role(
    names="countincludepad countincludepadding includepad includepadding countpad countpadding",
    values=("count_include_pad",),
)
#: Of frameworks in which it is said the other way round.
_EXCLUDE_PAD = Role(
    names="exclusive countexcludepad countexcludepadding excludepad excludepadding ignorepad",
    values=("not_counted",),
)
_OF_SELECTING = (_PADDING, _CEIL_MODE, _DILATION)
_OF_MEAN = (_PADDING, _CEIL_MODE, _COUNT_INCLUDE_PAD, _EXCLUDE_PAD)
_MAPS = Role(
    names="maps map x input inputs data aprev a image img images featuremap featuremaps features"
    " xin inp matrix mat arr array inputdata tensor in inputfeature im",
    values=("maps", "map"),
)


_OF_DILATION = {
    "dilations": Derived(of=lambda given: pair_of(given["dilation"]), parameter="dilation"),
}
_OF_COUNTS = {
    "not_counted": Derived(
        of=lambda given: not given["count_include_pad"], parameter="count_include_pad"
    ),
}


#: Layers that are made for maps of one size only.
_SHAPE = Role(
    names="inputshape inshape imageshape inputsize inputdim imgshape xdim xshape inputdims",
    values=("shape", "shape_channels_first"),
)


def _shape(given: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the rows, columns and channels of maps."""
    return tuple(np.shape(given["maps"])[-3:])


def _probes(*options: Mapping[str, Any]) -> list[dict[str, Any]]:
    def numbers(*shape: int) -> Any:
        # No window has the same maximum, mean and minimum as its neighbour.
        return (np.arange(1.0, np.prod(shape) + 1) ** 2 % 61 - 20).reshape(shape)

    return [
        {"maps": numbers(6, 8, 3)},
        {"maps": numbers(4, 6, 8, 3)},
        {"maps": numbers(4, 10, 8, 1)},
        {"maps": numbers(4, 9, 6, 3), "size": 3},
        {"maps": numbers(4, 9, 7, 3), "size": 3, "stride": 2},
        *({"maps": numbers(4, 9, 7, 3), **one} for one in options),
    ]


_PROBED = (
    {"size": (2, 3)},
    {"stride": (2, 1)},
    {"padding": 1},
    {"padding": (1, 0)},
    {"ceil_mode": True},
)


def spelled(
    names: str,
    modes: tuple[str, ...],
    weak: str = "pool pooling",
    *,
    options: tuple[Role, ...] = _OF_SELECTING,
    probed: Mapping[str, Any] = MappingProxyType({"dilation": 2}),
) -> Spelling:
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
            *options,
            Role(names="mode pooltype type method poolmode poolingtype kind", values=modes),
        ),
        sizes=(_SHAPE,),
        held=(),
        entries=("poolparam", "poolparams", "hparameters", "hparams", "params", "param"),
        orders={"maps": (IMAGES,)},
        of_result=(IMAGES,),
        derived={
            "shape": Derived(of=_shape),
            "shape_channels_first": Derived(
                of=lambda given: (_shape(given)[2], *_shape(given)[:2])
            ),
            "map": Derived(of=lambda given: given["maps"], parameter="maps"),
            "sizes": Derived(of=lambda given: pair_of(given["size"]), parameter="size"),
            "strides": Derived(of=lambda given: pair_of(given["stride"]), parameter="stride"),
            "pads": Derived(of=lambda given: pair_of(given["padding"]), parameter="padding"),
            **(_OF_COUNTS if options is _OF_MEAN else _OF_DILATION),
        },
        each={"map": -1},
        probes=partial(_probes, *_PROBED, probed),
    )


MAXIMUM = spelled("maxpool maxpooling poolmax pool pooling", ("'max'", "'MAX'"), "")
MINIMUM = spelled("minpool minpooling poolmin pool pooling", ("'min'",))
MEAN = spelled(
    "avgpool averagepool averagepooling avgpooling meanpool meanpooling poolavg pool pooling"
    " subsampling subsample",
    ("'average'", "'avg'", "'mean'", "'AVG'"),
    options=_OF_MEAN,
    probed={"padding": 1, "count_include_pad": False},
)
