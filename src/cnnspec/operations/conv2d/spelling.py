"""How convolutions are commonly written."""

from typing import Any

import numpy as np

from cnnspec.declaration.article_forms import Unavailable
from cnnspec.declaration.parameters import NUMBER
from cnnspec.declaration.writing import (
    GIVEN,
    IMAGES,
    Arguments,
    Derived,
    Order,
    Orders,
    Role,
    Spelling,
)

#: How many axes an image without channels has.
_WITHOUT_CHANNELS = 2


def _to_oihw(axes: int) -> str:
    return "np.moveaxis({}, -1, 1)" if axes == 4 else "{}"


def _to_hwio(axes: int) -> str:
    return "np.moveaxis({}, 0, -1)" if axes > 2 else "{}"


#: Numbers of filters (O), their channels (I), rows and columns.
FILTERS = Orders(
    name="filters",
    of="filters",
    choices=(
        Order(name="OHWI"),
        Order(name="OIHW", there=_to_oihw),
        Order(name="HWIO", there=_to_hwio),
    ),
)


def _pad(given: Arguments) -> int:
    """Return how many zeros surround the image."""
    if isinstance(given["padding"], int):
        return int(given["padding"])
    if given["padding"] == "valid":
        return 0
    sides = np.shape(given["filters"])[1:3]
    if given["padding"] != "same" or len({*sides}) != 1 or sides[0] % 2 == 0:
        raise Unavailable("a number cannot say this padding")
    return int(sides[0]) // 2


def _shape(given: Arguments) -> tuple[int, ...]:
    """Return the rows, columns and channels of an image."""
    image = np.asarray(given["image"])
    return (*image.shape, 1) if image.ndim == _WITHOUT_CHANNELS else image.shape[-3:]


DERIVED = {
    "filter": Derived(of=lambda given: given["filters"], parameter="filters"),
    "its_bias": Derived(of=lambda given: given["bias"], parameter="bias"),
    "bias_or_none": Derived(
        of=lambda given: given["bias"] if "bias" in given[GIVEN] else None, parameter="bias"
    ),
    "bias_on_four_axes": Derived(
        of=lambda given: np.reshape(given["bias"], (1, 1, 1, -1)), parameter="bias"
    ),
    "bias_as_column": Derived(
        of=lambda given: np.reshape(given["bias"], (-1, 1)), parameter="bias"
    ),
    "pad": Derived(of=_pad, parameter="padding", kind=NUMBER),
    "padding_in_capitals": Derived(of=lambda given: given["padding"].upper(), parameter="padding"),
    "count": Derived(of=lambda given: len(given["filters"])),
    "side": Derived(of=lambda given: int(given["filters"].shape[1])),
    "sides": Derived(of=lambda given: given["filters"].shape[1:3]),
    "channels": Derived(of=lambda given: (*given["filters"].shape, 1)[3]),
    "shape": Derived(of=_shape),
    "shape_channels_first": Derived(of=lambda given: (*_shape(given)[2:], *_shape(given)[:2])),
}

_STRIDE = Role(
    names="stride strides s step steps stridesize",
    values=("stride", "(stride, stride)", "[1, stride, stride, 1]"),
)
_PADDING = Role(
    names="padding pad p pads paddings padsize zeropadding mode",
    values=("pad", "padding", "padding_in_capitals", "(pad, pad)"),
)
_FILTERS = Role(
    names="filters filter kernel kernels weight weights w k f weightmatrix filterbank filt"
    " convfilter convfilters kern h fltr wt theta bank",
    values=("filters", "filter"),
)
_BIAS = Role(
    names="bias biases b biasvector bs offset",
    values=("bias_or_none", "bias", "its_bias", "bias_on_four_axes", "bias_as_column"),
)
_IMAGE = Role(
    names="image images img x inp input inputs inputimage data aprev a input_data imgs inputdata"
    " batch featuremap featuremaps features in xin tensor inputtensor arr picture im map maps"
    " signal matrix mat array",
    values=("image",),
)


def _numbers(*shape: int) -> Any:
    """Return small whole numbers that repeat nowhere soon."""
    return (np.arange(1.0, np.prod(shape) + 1) ** 2 % 11 - 4).reshape(shape)


def _probes() -> list[dict[str, Any]]:
    colour, gray = _numbers(2, 5, 5, 3), _numbers(4, 3, 3)
    return [
        {"image": _numbers(7, 9, 3), "filters": colour},
        {"image": _numbers(4, 7, 9, 3), "filters": colour},
        {"image": _numbers(5, 7), "filters": gray},
        {"image": _numbers(2, 8, 6, 1), "filters": _numbers(4, 3, 3, 1)},
        {"image": _numbers(2, 7, 9, 3), "filters": colour, "bias": np.array([5.0, -3.0])},
        {"image": _numbers(2, 7, 9, 3), "filters": colour, "stride": 2},
        {"image": _numbers(2, 7, 9, 3), "filters": colour, "padding": "same"},
    ]


SPELLING = Spelling(
    names="conv convolve convolution convolutional correlate crosscorrelation crosscorrelate"
    " correlation xcorr corr",
    roles=(
        _IMAGE,
        _FILTERS,
        _BIAS,
        _STRIDE,
        _PADDING,
        Role(names="dilation dilations groups", values=("1",)),
    ),
    sizes=(
        Role(
            names="inchannels cin inputchannels channelsin nin inchannel cprev inputdepth"
            " channels numchannels nchannels ic inch inputchannel inc ninputs indepth infeatures"
            " inputs nc numinputchannels",
            values=("channels",),
        ),
        Role(names="depth", values=("count", "channels")),
        Role(
            names="n maps nmaps outmaps outchannels cout outputchannels channelsout nout outchannel"
            " filters numfilters nfilters nkernels numkernels k oc outputchannel outc outch"
            " noutputs outdepth nf"
            " filtercount outfeatures outputs numberoffilters numoutputchannels nofilters",
            values=("count",),
        ),
        Role(
            names="kernelsize ksize filtersize size k f kernelshape filtershape kernel fsize"
            " windowsize kh kw kernelheight kernelwidth filterheight filterwidth fh fw hh ww"
            " filterh filterw hf wf",
            values=("side", "sides"),
        ),
        Role(
            names="inputshape inshape imageshape inputsize inputdim imgshape shape inputdims",
            values=("shape", "shape_channels_first"),
        ),
        Role(names="usebias hasbias biased bias withbias", values=("True",)),
    ),
    held=(
        Role(
            names="filters filter kernel kernels weight weights w k f theta weightmatrix filt",
            values=("filters",),
        ),
        Role(names="bias biases b biasvector", values=("bias",)),
    ),
    weak="corr correlation xcorr",
    entries=("convparam", "convparams", "hparameters", "hparams", "params", "param", "options"),
    orders={
        "image": (IMAGES,),
        "filters": (FILTERS,),
        "filter": (),
    },
    of_result=(IMAGES,),
    derived=DERIVED,
    each={"filter": 0, "its_bias": 0},
    probes=_probes,
)
