"""How transposed convolutions are commonly written."""

from typing import Any

import numpy as np

from cnnspec.declaration.article_forms import Unavailable
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
from cnnspec.exact.windows import margins_of, pair_of
from cnnspec.operations.conv_transpose2d.geometry import along, maps_of


def _turned(code: str) -> Any:
    return lambda axes: code if axes == 4 else "{}"


#: Channels of the image (I), of the maps (O), rows and columns.
FILTERS = Orders(
    name="transposed_filters",  # others than a convolution's, in the same file too
    of="filters of transposed convolutions",
    choices=(
        Order(name="IHWO"),
        Order(name="IOHW", there=_turned("np.moveaxis({}, -1, 1)")),
        Order(name="HWOI", there=_turned("np.moveaxis({}, 0, -1)")),
        Order(name="OIHW", there=_turned("np.transpose({}, (3, 0, 1, 2))")),
        Order(name="HWIO", there=_turned("np.moveaxis({}, 0, 2)")),
        Order(name="OHWI", there=_turned("np.transpose({}, (3, 1, 2, 0))")),
    ),
)


def _word(given: Arguments) -> str:
    """Return the word of Keras for what is taken away: for "same" maps are H * stride."""
    if given.get("output_padding") or pair_of(given.get("dilation") or 1) != (1, 1):
        raise Unavailable("a word cannot say this")
    edges = margins_of(given["padding"], (), (), ())
    if edges == ((0, 0), (0, 0)):
        return "valid"
    for one, (before, after) in zip(along(given), edges, strict=True):
        total = one.size - one.stride
        if total < 0 or (before, after) != (total // 2, total - total // 2):
            raise Unavailable("a word cannot say this padding")
    return "same"


DERIVED = {
    "bias_or_none": Derived(
        of=lambda given: given["bias"] if "bias" in given[GIVEN] else None, parameter="bias"
    ),
    "bias_on_four_axes": Derived(
        of=lambda given: np.reshape(given["bias"], (1, 1, 1, -1)), parameter="bias"
    ),
    "bias_as_column": Derived(
        of=lambda given: np.reshape(given["bias"], (-1, 1)), parameter="bias"
    ),
    "padding_in_words": Derived(of=_word, parameter="padding"),
    "padding_in_capitals": Derived(of=lambda given: _word(given).upper(), parameter="padding"),
    "maps": Derived(of=maps_of),
    "side": Derived(of=lambda given: int(given["filters"].shape[1])),
    "sides": Derived(of=lambda given: given["filters"].shape[1:3]),
    "channels": Derived(of=lambda given: len(given["filters"])),
    "shape": Derived(of=lambda given: given["image"].shape[-3:]),
    "shape_channels_first": Derived(
        of=lambda given: (given["image"].shape[-1], *given["image"].shape[-3:-1])
    ),
    "result_shape": Derived(of=lambda given: tuple(one.result for one in along(given))),
}

_IMAGE = Role(
    names="image images img x inp input inputs inputimage data aprev a input_data imgs inputdata"
    " batch featuremap featuremaps features in xin tensor inputtensor arr z h latent picture maps"
    " map y grad dout im array",
    values=("image",),
)
_FILTERS = Role(
    names="filters filter kernel kernels weight weights w k f weightmatrix filterbank filt wt theta"
    " stamps bank",
    values=("filters",),
)
_BIAS = Role(
    names="bias biases b biasvector bs offset",
    values=("bias_or_none", "bias", "bias_on_four_axes", "bias_as_column"),
)
_STRIDE = Role(
    names="stride strides s step steps stridesize up upsample upsampling scale factor",
    values=("stride", "(stride, stride)", "[1, stride, stride, 1]"),
)
_PADDING = Role(
    names="padding pad p pads paddings padsize crop cropping mode",
    values=("padding", "padding_in_words", "padding_in_capitals", "(padding, padding)"),
)
_MORE = (
    Role(
        names="outputpadding outpad outpadding outputpad op extra adj adjustment",
        values=("output_padding", "(output_padding, output_padding)"),
    ),
    Role(
        names="dilation dilations dilationrate d rate",
        values=("dilation", "(dilation, dilation)"),
    ),
    Role(names="groups group g ngroups numgroups", values=("groups",)),
    Role(names="outputshape outshape outputsize", values=("result_shape",)),
)


def _numbers(*shape: int) -> Any:
    """Return small whole numbers that repeat nowhere soon."""
    return (np.arange(1.0, np.prod(shape) + 1) ** 2 % 11 - 4).reshape(shape)


def _probes() -> list[dict[str, Any]]:
    bank = _numbers(3, 4, 4, 2)
    batch = {"image": _numbers(5, 6, 7, 3), "filters": bank}
    return [
        {"image": _numbers(6, 7, 3), "filters": bank},
        batch,
        {"image": _numbers(2, 5, 6, 1), "filters": _numbers(1, 3, 3, 4)},
        {**batch, "bias": np.array([5.0, -3.0])},
        {**batch, "stride": 2},
        {**batch, "stride": 2, "padding": 1},
        {**batch, "stride": 3, "output_padding": 1},
        {**batch, "dilation": 2},
        {"image": _numbers(5, 6, 7, 6), "filters": _numbers(6, 4, 4, 2), "groups": 3},
    ]


SPELLING = Spelling(
    names="convtranspose transposeconv transposedconv convtransposed deconv deconvolution"
    " deconvolve transposeconvolution transposedconvolution convolutiontranspose upconv"
    " upconvolution fractionallystridedconv fractionallystridedconvolution tconv convt"
    " transpconv deconvolutional",
    roles=(_IMAGE, _FILTERS, _BIAS, _STRIDE, _PADDING, *_MORE),
    sizes=(
        Role(
            names="inchannels cin inputchannels channelsin nin inchannel inputdepth channels"
            " numchannels nchannels ic inch inputchannel inc ninputs indepth infeatures inputs nc"
            " inplanes",
            values=("channels",),
        ),
        Role(
            names="n nmaps outmaps outchannels cout outputchannels channelsout nout outchannel"
            " filters numfilters nfilters oc outputchannel outc outch noutputs outdepth nf"
            " outfeatures outputs numoutputchannels outplanes units",
            values=("maps",),
        ),
        Role(
            names="kernelsize ksize filtersize size k f kernelshape filtershape kernel fsize"
            " windowsize kh kw kernelheight kernelwidth fh fw hh ww",
            values=("side", "sides"),
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
        Role(names="bias biases b biasvector", values=("bias",)),
    ),
    weak="upconv upconvolution convt tconv",
    entries=("convparam", "convparams", "hparameters", "hparams", "params", "param", "options"),
    orders={"image": (IMAGES,), "filters": (FILTERS,)},
    of_result=(IMAGES,),
    derived=DERIVED,
    probes=_probes,
)
