"""Convolution, as layers have it: cross-correlation under square filters."""

from typing import Any

import numpy as np

from cnnspec.declaration import images
from cnnspec.declaration.answer import Answer, of_sums
from cnnspec.declaration.operation import Arguments, Operation, Probes, ramp
from cnnspec.declaration.parameters import Axes
from cnnspec.declaration.writing import Writing
from cnnspec.exact import bounds
from cnnspec.operations.conv2d import exact
from cnnspec.operations.conv2d.adapter_readings import trials
from cnnspec.operations.conv2d.article_forms import FORMS
from cnnspec.operations.conv2d.behaviours import asked
from cnnspec.operations.conv2d.cells import CELLS
from cnnspec.operations.conv2d.combinations import SPACE
from cnnspec.operations.conv2d.drawings import PICTURES
from cnnspec.operations.conv2d.exhibits import EXHIBIT
from cnnspec.operations.conv2d.limits import LIMITS, plain_calls
from cnnspec.operations.conv2d.measurement import MEASUREMENT
from cnnspec.operations.conv2d.mended_arguments import mend
from cnnspec.operations.conv2d.parameters import OPTIONS
from cnnspec.operations.conv2d.simulator import SIMULATOR
from cnnspec.operations.conv2d.spelling import SPELLING
from cnnspec.operations.conv2d.starters import LAYER_CLASS
from cnnspec.operations.conv2d.symptoms import SYMPTOMS, is_outsized
from cnnspec.operations.conv2d.whole_layers import WHOLE_LAYERS


def _answer(given: Arguments, dtype: np.dtype[Any], accuracy: str) -> Answer:
    rule = bounds.rule_f if accuracy == "normwise" else bounds.rule_d
    return of_sums(exact.conv2d(**given), dtype, rule)


def _probes() -> Probes:
    sizes = ((5, 5), (4, 6), (6, 4))
    return {
        2: [{"image": ramp(*size), "filters": ramp(2, 3, 3)} for size in sizes],
        3: [{"image": ramp(*size, 2), "filters": ramp(3, 3, 3, 2)} for size in sizes]
        # Axes that are read in another order are to be judged, not taken for refusals.
        + [{"image": ramp(size, 5, 3), "filters": ramp(3, 3, 3, 3)} for size in (5, 3)]
        # What is made for one channel is to be judged, not called wrongly.
        + [{"image": ramp(5, 6, 1), "filters": ramp(2, 3, 3, 1)}],
        4: [{"image": ramp(2, *size, 2), "filters": ramp(3, 3, 3, 2)} for size in sizes]
        + [{"image": ramp(1, 5, 5, 3), "filters": ramp(3, 3, 3, 3)}]
        # As many images as a filter needs rows: images that are read as rows are to be judged, too.
        + [{"image": ramp(5, 6, 4, 3), "filters": ramp(2, 3, 3, 3)}],
    }


OPERATIONS = (
    Operation(
        name="conv2d",
        spelling=SPELLING,
        place=10,
        chapter="CONV",
        required=("image", "filters"),
        options=OPTIONS,
        answer=_answer,
        exact=exact.conv2d,
        probes=_probes,
        exhibit=EXHIBIT,
        layer_class=LAYER_CLASS,
        pictures=PICTURES,
        writing=Writing(maps="maps"),
        behaviours=asked,
        trials=trials,
        simulator=SIMULATOR,
        measurement=MEASUREMENT,
        symptoms=SYMPTOMS,
        is_outsized=is_outsized,
        axes=Axes(
            of_a_batch=images.BATCH,
            of_a_result=lambda rank: max(rank, 3),
            in_batches=True,
            without_channels=("image", "filters"),
            in_words=images.words_of_ranks,
        ),
        limits=LIMITS,
        cells=CELLS,
        plain_calls=plain_calls,
        forms=FORMS,
        mend=mend,
        whole_layers=WHOLE_LAYERS,
        space=SPACE,
    ),
)
