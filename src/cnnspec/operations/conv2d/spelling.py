"""How convolutions are commonly written."""

from collections.abc import Callable
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
from cnnspec.exact.windows import Margins, pair_of
from cnnspec.operations.conv2d.geometry import geometry

#: How many axes an image without channels has.
_WITHOUT_CHANNELS = 2


def _to_oihw(axes: int) -> str:
    return "np.moveaxis({}, -1, 1)" if axes == 4 else "{}"


def _to_hwio(axes: int) -> str:
    return "np.moveaxis({}, 0, -1)" if axes > 2 else "{}"


def _of_oihw(axes: int, _of_data: int) -> str:
    return "np.moveaxis({}, 1, -1)" if axes == 4 else "{}"


def _of_hwio(axes: int, _of_data: int) -> str:
    return "np.moveaxis({}, -1, 0)" if axes > 2 else "{}"


#: Numbers of filters (O), their channels (I), rows and columns.
FILTERS = Orders(
    name="filters",
    of="filters",
    choices=(
        Order(name="OHWI"),
        Order(name="OIHW", there=_to_oihw, back=_of_oihw),
        Order(name="HWIO", there=_to_hwio, back=_of_hwio),
    ),
)


def _sides(given: Arguments) -> Margins:
    """Return how many zeros are put at the top and the bottom, and on the left and the right."""
    padding, where = given["padding"], geometry(given)
    if isinstance(padding, str) and padding != "valid":
        has_a_stride, is_odd = where.strides != (1, 1), all(r % 2 for r in where.reaches)
        if padding != "same" or has_a_stride or not is_odd:
            raise Unavailable("numbers cannot say this padding")
    return where.margins


def _pads(given: Arguments) -> tuple[int, int]:
    """Return how many zeros are put above and below, and how many on either side."""
    (top, bottom), (left, right) = _sides(given)
    if top != bottom or left != right:
        raise Unavailable("two numbers cannot say this padding")
    return top, left


def _pad(given: Arguments) -> int:
    """Return how many zeros surround the image."""
    if isinstance(given["padding"], tuple | list):
        raise Unavailable("a number cannot say this padding")
    above, beside = _pads(given)
    if above != beside:
        raise Unavailable("a number cannot say this padding")
    return above


def _zeros(given: Arguments) -> Any:
    """Return a padding by numbers as it is given, and one by a word as a number."""
    return _pad(given) if isinstance(given["padding"], str) else given["padding"]


def _shape(given: Arguments) -> tuple[int, ...]:
    """Return the rows, columns and channels of an image."""
    image = np.asarray(given["image"])
    return (*image.shape, 1) if image.ndim == _WITHOUT_CHANNELS else image.shape[-3:]


def _shape_of_filters(given: Arguments, order: str) -> tuple[int, ...]:
    """Return the shape of filters, with channels, in an order of their axes."""
    sizes = dict(zip("KHWC", (*given["filters"].shape, 1), strict=False))
    return tuple(sizes[axis] for axis in order)


def _one_side(axis: int, end: int) -> Callable[[Arguments], int]:
    """Return how many zeros are put at the beginning or the end of an axis."""
    return lambda given: _sides(given)[axis][end]


def _gray_images(given: Arguments) -> Any:
    """Return a batch of gray images without an axis of channels; of a single image, one of one."""
    image = np.asarray(given["image"])
    if image.ndim != _WITHOUT_CHANNELS:
        image = _without_channels(image)
    return image if image.ndim > _WITHOUT_CHANNELS else image[np.newaxis]


def _gray_filters(given: Arguments) -> Any:
    """Return filters of gray images without an axis of channels."""
    filters = np.asarray(given["filters"])
    is_of_gray = np.ndim(given["image"]) == _WITHOUT_CHANNELS
    return filters if is_of_gray else _without_channels(filters)


def _without_channels(values: Any) -> Any:
    if values.shape[-1] != 1:
        raise Unavailable("without an axis of channels images are gray")
    return values[..., 0]


DERIVED = {
    "gray_images": Derived(
        of=_gray_images,
        parameter="image",
        in_batches="batches of gray images without an axis of channels",
    ),
    "gray_filters": Derived(of=_gray_filters, parameter="filters"),
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
    "pads": Derived(of=_pads, parameter="padding", kind=NUMBER),
    "zeros": Derived(of=_zeros, parameter="padding", kind=NUMBER),
    **{
        side: Derived(of=_one_side(axis, end), parameter="padding", kind=NUMBER)
        for side, axis, end in (
            *(("top", 0, 0), ("bottom", 0, 1)),
            *(("left", 1, 0), ("right", 1, 1)),
        )
    },
    "strides": Derived(of=lambda given: pair_of(given["stride"]), parameter="stride"),
    "dilations": Derived(of=lambda given: pair_of(given["dilation"]), parameter="dilation"),
    "padding_in_capitals": Derived(of=lambda given: given["padding"].upper(), parameter="padding"),
    "count": Derived(of=lambda given: len(given["filters"])),
    "side": Derived(of=lambda given: int(given["filters"].shape[1])),
    "sides": Derived(of=lambda given: given["filters"].shape[1:3]),
    "shape_of_filters": Derived(of=lambda given: _shape_of_filters(given, "KHWC")),
    "shape_of_oihw": Derived(of=lambda given: _shape_of_filters(given, "KCHW")),
    "shape_of_hwio": Derived(of=lambda given: _shape_of_filters(given, "HWCK")),
    "channels": Derived(of=lambda given: (*given["filters"].shape, 1)[3] * given["groups"]),
    "shape": Derived(of=_shape),
    "shape_channels_first": Derived(of=lambda given: (*_shape(given)[2:], *_shape(given)[:2])),
}

_STRIDE = Role(
    names="stride strides s step steps stridesize",
    values=("stride", "strides", "[1, *strides, 1]"),
)
_PADDING = Role(
    names="padding pad p pads paddings padsize zeropadding mode",
    values=(
        *("pad", "padding", "padding_in_capitals", "pads", "zeros"),
        *("(top, left, bottom, right)", "((top, bottom), (left, right))"),
    ),
)
_DILATION = Role(
    names="dilation dilations dilationrate dilationrates dilationfactor rate rates atrousrate",
    values=("dilation", "dilations"),
)
_GROUPS = Role(names="groups group numgroups ngroups featuregroupcount", values=("groups",))
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
        {"image": _numbers(6, 9, 1), "filters": _numbers(4, 3, 3, 1)},
        {"image": _numbers(2, 7, 9, 3), "filters": colour, "bias": np.array([5.0, -3.0])},
        {"image": _numbers(2, 7, 9, 3), "filters": colour, "stride": 2},
        {"image": _numbers(2, 7, 9, 3), "filters": colour, "padding": "same"},
        *(
            {"image": _numbers(4, 7, 9, 3), "filters": colour, **option}
            for option in (
                {"stride": (2, 1)},
                {"padding": 1},
                {"padding": (2, 1)},
                {"padding": ((1, 0), (2, 3))},
            )
        ),
        *(
            {"image": _numbers(4, 11, 13, 3), "filters": colour, "dilation": dilation}
            for dilation in (2, (1, 2))
        ),
        {"image": _numbers(4, 7, 9, 6), "filters": _numbers(12, 5, 5, 2), "groups": 3},
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
        _DILATION,
        _GROUPS,
    ),
    sizes=(
        Role(
            names="inchannels cin inputchannels channelsin nin inchannel cprev inputdepth"
            " channels numchannels nchannels ic inch inputchannel inc ninputs indepth infeatures"
            " inputs nc numinputchannels inputschannel inputschannels inputchannelcount nchannelsin"
            " chin channelin inchans inplanes",
            values=("channels",),
        ),
        Role(names="depth", values=("count", "channels")),
        Role(names="kernels", values=("filters", "count")),
        Role(
            names="n maps numoutput numout nmaps outmaps outchannels cout outputchannels nofilters"
            " channelsout nout outchannel filters numfilters nfilters nkernels numkernels k oc"
            " outputchannel outc outch noutputs outdepth nf filtercount outfeatures outputs"
            " numberoffilters numoutputchannels chout channelout outchans outplanes planes",
            values=("count",),
        ),
        Role(
            names="kernelsize ksize filtersize size k f kernel fsize"
            " windowsize kh kw kernelheight kernelwidth filterheight filterwidth fh fw hh ww"
            " filterh filterw hf wf hfilter wfilter",
            values=("side", "sides"),
        ),
        Role(
            names="kernelshape filtershape kernelsshape filtersshape weightshape weightsshape"
            " wshape",
            values=("side", "sides", "shape_of_filters", "shape_of_oihw", "shape_of_hwio"),
        ),
        Role(
            names="inputshape inshape imageshape inputsize inputdim imgshape shape inputdims xdim"
            " xshape",
            values=("shape", "shape_channels_first"),
        ),
        Role(names="usebias hasbias biased bias withbias", values=("True",)),
    ),
    held=(
        Role(
            names="filters filter kernel kernels weight weights w k f theta weightmatrix filt",
            values=("filters",),
        ),
        Role(names="bias biases b biasvector bs offset offsets w0", values=("bias",)),
    ),
    weak="corr correlation xcorr",
    instead={"image": "gray_images", "filters": "gray_filters"},
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
