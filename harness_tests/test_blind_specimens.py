"""The specimens whose author knew nothing of the diagnosis: each has the one mistake it claims."""

import pytest

pytest.importorskip("specimens.run", reason="only in a checkout")

from cnnspec.experiments.investigation import OBSERVED, Investigation
from cnnspec.experiments.laboratory import Laboratory
from cnnspec.operations.registry import OPERATIONS
from cnnspec.simulation.hypothesis import Draw
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.guard import quiet
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import by_turns
from specimens.blind4.verify import HERE, MENDED, compared, shows


def test_all_of_them_are_verified() -> None:
    assert {file.stem for file in HERE.glob("*.py")} == MENDED.keys()


@pytest.mark.parametrize("name", MENDED)
@by_turns
@pytest.mark.filterwarnings("ignore")
def test_a_file_is_wrong_until_its_mistake_is_mended(name: str) -> None:
    as_is, mended = compared(name, most=200)
    assert as_is > 0
    assert mended == 0


@pytest.mark.parametrize("name", MENDED)
@pytest.mark.filterwarnings("ignore")
def test_the_call_that_a_file_names_shows_its_mistake(name: str) -> None:
    assert shows(name)


#: Calls that are drawn to find wrong ones.
DRAWN = 120

#: What the experiments alone say of some of them, with the operation that is wrong.
NAMED = {
    "avgpool_back_remainder_like_last": ("avg_pool2d_backward", "last row and column are repeated"),
    "conv_left_margin_wraps": ("conv2d", "on the left of the image an index is negative"),
    "conv_rest_of_channels_assigned": ("conv2d", "channels are summed in blocks of 4"),
    "cross_entropy_two_classes_positive_first": ("cross_entropy", "labels 0 and 1 are exchanged"),
    "dense_back_weight_decay": ("dense_grad_weights", "0.001 of the weights is added"),
    "gap_squeezed": ("global_avg_pool2d", "all axes of one index are taken away"),
    "log_softmax_ties_counted_once": ("log_softmax", "equal to the largest are counted once"),
    "maxpool_back_dilation_forgotten": ("max_pool2d_backward", "the dilation is forgotten"),
    "maxpool_doubling_goes_too_far": ("max_pool2d", "the next power of two"),
    "tanh_back_square_inside": ("tanh_backward", "1 - tanh(x^2)"),
    "tanh_saturates_at_four": ("tanh", "beyond 4 on either side"),
}


@pytest.mark.parametrize("name", NAMED)
@by_turns
def test_the_experiments_name_the_mistake(name: str) -> None:
    operation, words = NAMED[name]
    capabilities = Capabilities(load(str(HERE / f"{name}.py")))
    simulator, draw = OPERATIONS[operation].simulator, Draw(99)
    assert simulator is not None
    laboratory = Laboratory(operation, capabilities)
    with quiet():
        asked = [laboratory.ask(simulator.draw(draw)) for _ in range(DRAWN)]
        failing = [("a test", one.arguments) for one in asked if one is not None and one.tells]
        finding, *_ = Investigation(operation, capabilities).run(failing, [])
    assert words in finding.words[0]
    assert finding.grade != OBSERVED
