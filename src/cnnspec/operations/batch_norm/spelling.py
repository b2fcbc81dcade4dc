"""How batch normalisation is commonly written."""

from typing import Any

import numpy as np

from cnnspec.declaration.writing import IMAGES, Derived, Role, Spelling

_NAMES = {
    "mean": "mean runningmean movingmean mu m avg running_mu estmean globalmean popmean batchmean"
    " mu_run inputmean meanhat runmean",
    "variance": "variance var runningvar runningvariance movingvar movingvariance v sigma2 sigmasq"
    " estvar globalvar popvar batchvar inputvar runvar sigmasquared",
    "scale": "scale gamma weight weights g w s gammas",
    "offset": "offset beta bias b shift o betas biases",
}


def _along_maps(parameter: str, *shape: int) -> Derived:
    return Derived(of=lambda given: np.reshape(given[parameter], shape), parameter=parameter)


def _values(parameter: str) -> tuple[str, ...]:
    return (parameter, f"{parameter}_on_four_axes", f"{parameter}_on_last_of_four")


def _probes() -> list[dict[str, Any]]:
    def numbers(*shape: int) -> Any:
        return (np.arange(1.0, np.prod(shape) + 1) ** 2 % 23 - 9).reshape(shape)

    parameters = {
        "mean": np.array([3.0, -2.0, 0.5]),
        "variance": np.array([0.5, 6.0, 2.5]),
        "scale": np.array([2.0, -0.75, 1.5]),
        "offset": np.array([-4.0, 7.0, 11.0]),
    }
    return [
        {"maps": numbers(5, 7, 3), **parameters},
        {"maps": numbers(2, 5, 7, 3), **parameters},
        {"maps": numbers(4, 6, 5, 3) / 2, **parameters},
        {"maps": numbers(2, 5, 7, 3), **parameters, "epsilon": 0.5},
    ]


#: A dictionary of all that is not learned, as a well-known course has it.
_IN_ONE = (
    "{'mode': 'test', 'eps': epsilon, 'momentum': 0.9, 'running_mean': mean,"
    " 'running_var': variance}"
)

SPELLING = Spelling(
    names="batchnorm batchnormalization batchnormalisation bn batchnorminference"
    " batchnormalizationinference bninference batchnorminfer batchnormeval spatialbatchnorm"
    " normbatch",
    roles=(
        Role(
            names="maps x input inputs data image images img featuremap featuremaps features xin"
            " inp z map tensor arr in a",
            values=("maps",),
        ),
        *(Role(names=names, values=_values(parameter)) for parameter, names in _NAMES.items()),
        Role(names="epsilon eps e variance_epsilon varianceepsilon tol", values=("epsilon",)),
        Role(names="bnparam bnparams bnconfig param params", values=(_IN_ONE,)),
        Role(names="mode phase", values=("'test'", "'eval'", "'inference'")),
        Role(names="momentum decay rho", values=("0.9",)),
    ),
    sizes=(
        Role(
            names="numfeatures features channels nchannels numchannels c nfeatures dim nout size"
            " inchannels count nmaps outchannels numfilters",
            values=("count",),
        ),
        Role(names="epsilon eps", values=("epsilon",)),
        Role(names="momentum decay rho", values=("0.9",)),
        Role(names="axis", values=("-1", "1")),
    ),
    held=tuple(Role(names=names, values=(parameter,)) for parameter, names in _NAMES.items()),
    is_of_evaluation=True,
    orders={"maps": (IMAGES,)},
    of_result=(IMAGES,),
    derived={
        "count": Derived(of=lambda given: len(given["mean"])),
        **{f"{name}_on_four_axes": _along_maps(name, 1, -1, 1, 1) for name in _NAMES},
        **{f"{name}_on_last_of_four": _along_maps(name, 1, 1, 1, -1) for name in _NAMES},
    },
    probes=_probes,
)
