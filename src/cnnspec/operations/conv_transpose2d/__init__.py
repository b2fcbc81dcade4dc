"""Transposed convolution: the adjoint of convolution in the image."""

from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.answer import Answer, of_sums
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.writing import Writing
from cnnspec.exact import bounds
from cnnspec.operations.conv_transpose2d import exact
from cnnspec.operations.conv_transpose2d.behaviours import asked
from cnnspec.operations.conv_transpose2d.cases import OPERATION
from cnnspec.operations.conv_transpose2d.combinations import SPACE
from cnnspec.operations.conv_transpose2d.drawings import PICTURES
from cnnspec.operations.conv_transpose2d.exhibits import EXHIBIT
from cnnspec.operations.conv_transpose2d.limits import LIMITS, plain_calls
from cnnspec.operations.conv_transpose2d.measurement import MEASUREMENT
from cnnspec.operations.conv_transpose2d.mended_arguments import mend
from cnnspec.operations.conv_transpose2d.parameters import OPTIONS
from cnnspec.operations.conv_transpose2d.simulator import SIMULATOR
from cnnspec.operations.conv_transpose2d.spelling import SPELLING
from cnnspec.operations.conv_transpose2d.symptoms import SYMPTOMS


def _answer(given: Arguments, dtype: np.dtype[Any], accuracy: str) -> Answer:
    rule = bounds.rule_f if accuracy == "normwise" else bounds.rule_d
    return of_sums(exact.conv_transpose2d(**given), dtype, rule)


def _probes() -> Probes:
    sizes = ((3, 3), (2, 4), (4, 2))
    return {
        3: [{"image": ramp(*size, 2), "filters": ramp(2, 3, 3, 3)} for size in sizes]
        # Axes that are read in another order are to be judged, not taken for refusals.
        + [{"image": ramp(size, 4, 4), "filters": ramp(4, 4, 4, 4)} for size in (4, 2)],
        4: [{"image": ramp(2, *size, 2), "filters": ramp(2, 3, 3, 3)} for size in sizes]
        + [{"image": ramp(1, 4, 4, 4), "filters": ramp(4, 4, 4, 4)}],
    }


OPERATIONS = (
    Operation(
        name=OPERATION,
        spelling=SPELLING,
        place=11,
        chapter="TRANS",
        required=("image", "filters"),
        options=OPTIONS,
        answer=_answer,
        exact=exact.conv_transpose2d,
        probes=_probes,
        exhibit=EXHIBIT,
        pictures=PICTURES,
        writing=Writing(maps="maps"),
        behaviours=asked,
        simulator=SIMULATOR,
        space=SPACE,
        measurement=MEASUREMENT,
        symptoms=SYMPTOMS,
        axes=Axes(
            of_a_batch=images.BATCH,
            of_a_result=lambda rank: rank,
            in_batches=True,
            in_words=images.words_of_ranks,
        ),
        limits=LIMITS,
        plain_calls=plain_calls,
        mend=mend,
    ),
)
