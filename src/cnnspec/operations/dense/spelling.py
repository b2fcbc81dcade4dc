"""How dense layers are commonly written."""

from functools import partial
from typing import Any

import numpy as np

from cnnspec.declaration.writing import (
    BESIDE_EXAMPLES,
    EXAMPLES,
    Derived,
    Order,
    Orders,
    Role,
    Spelling,
)
from cnnspec.operations.dense.chains import chained

WEIGHTS = Orders(
    name="weights",
    of="weights",
    choices=(
        Order(name="(inputs, nodes)"),
        Order(
            name="(nodes, inputs)",
            there=lambda _axes: "{}.T",
            back=lambda _axes, _of_data: "{}.T",
        ),
    ),
)

_X = Role(
    names="x input inputs data aprev a features inp xin z in tensor inputdata vector v h out"
    " entrada eingabe entree",
    values=("x",),
)
_WEIGHTS = Role(
    names="weights weight w kernel theta matrix weightmatrix wt m pesos gewichte poids",
    values=("weights",),
)
_BIAS = Role(
    names="bias biases b biasvector beta c sesgo sesgos biais bs offset offsets", values=("bias",)
)


def _probes() -> list[dict[str, Any]]:
    numbers = np.arange(1.0, 61.0) ** 2 % 11 - 4
    shared = {"weights": numbers[:35].reshape(7, 5), "bias": numbers[40:45]}
    square = {"weights": numbers[:36].reshape(6, 6), "bias": numbers[40:46]}
    return [
        {"x": numbers[:7], **shared},
        {"x": numbers[:6], **square},
        {"x": numbers[7:14] - 3, **shared},
    ]


SPELLING = Spelling(
    names="dense linear affine fc fullyconnected fullconnected fullyconnect fullconnection"
    " linearforward innerproduct",
    roles=(_X, _WEIGHTS, _BIAS),
    sizes=(
        Role(
            names="inputs ninputs inputsize infeatures inputdim nin inputlen insize indim fanin"
            " inunits inputunits din inputfeatures numinputs nx insz inchannels dimin inputnodes"
            " inlen",
            values=("inputs",),
        ),
        Role(
            names="shape weightshape weightsshape wshape dims dim sizes",
            values=("(inputs, nodes)", "(nodes, inputs)"),
        ),
        Role(names="inputshape inshape", values=("(inputs,)", "inputs")),
        Role(
            names="nodes units noutputs outputsize outfeatures outputdim nout outputs outsize"
            " outdim fanout outunits dout outputfeatures numoutputs neurons nneurons numnodes"
            " numunits ny hiddensize outputlen size outputunits dimout outputnodes nunits"
            " numneurons numoutput numout outputnum features outlen",
            values=("nodes",),
        ),
        Role(names="usebias hasbias biased bias", values=("True",)),
    ),
    held=(
        Role(names="weights weight w kernel theta weightmatrix", values=("weights",)),
        Role(names="bias biases b biasvector bs offset offsets w0", values=("bias",)),
    ),
    orders={
        "x": (EXAMPLES,),
        "weights": (WEIGHTS,),
        "bias": (BESIDE_EXAMPLES,),
    },
    of_result=(EXAMPLES,),
    derived={
        "inputs": Derived(of=lambda given: len(given["weights"])),
        "nodes": Derived(of=lambda given: int(given["weights"].shape[1])),
    },
    probes=_probes,
    chained=partial(chained, (_X, _WEIGHTS, _BIAS)),
)
