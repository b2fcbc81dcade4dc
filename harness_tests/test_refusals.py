"""A refusal tells something only if the same call with right arguments is answered."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.cases.mended_calls import kind_of, mended
from cnnspec.declaration.case import Case
from cnnspec.judge.judge import Judge
from cnnspec.judge.nonconformance import NonconformanceError, NotTestedError
from cnnspec.operations.registry import OPERATIONS
from cnnspec.subject.capabilities import Capabilities
from harness_tests.helpers import implementation

Array = NDArray[Any]


def judge_of(**functions: Callable[..., Any]) -> Judge:
    """Return the judge of a few functions."""
    judged = implementation(**functions)
    return Judge(judged, Capabilities(judged), "article")


def pool_of(*shape: int, **options: Any) -> Case:
    return Case("max_pool2d/bad", "max_pool2d", {"maps": np.ones(shape), **options})


# --- the same call with right arguments -------------------------------------------------------


def conv_of(image: tuple[int, ...], filters: tuple[int, ...], **options: Any) -> Case:
    arguments = {"image": np.ones(image), "filters": np.ones(filters), **options}
    return Case("conv2d/bad", "conv2d", arguments)


def dense_of(inputs: int, weights: tuple[int, int], bias: Array) -> Case:
    arguments = {"x": np.ones(inputs), "weights": np.ones(weights), "bias": bias}
    return Case("dense/bad", "dense", arguments)


def loss_of(label: float) -> Case:
    arguments = {"probabilities": np.array([0.5, 0.25, 0.25]), "label": label}
    return Case("cross_entropy/bad", "cross_entropy", arguments)


BAD = [
    conv_of((5, 6, 3), (2, 3, 3, 1)),
    conv_of((5, 6), (2, 3, 3, 3)),
    conv_of((2, 5, 6, 3), (2, 3, 3)),
    conv_of((5, 6), (2, 2, 4), padding="same"),
    conv_of((4, 4), (1, 5, 5), stride=2),
    conv_of((2, 2, 3, 1), (2, 3, 3, 1), stride=-1, bias=np.ones(3)),
    conv_of((5, 6), (3, 3, 3), padding="same", stride=2, bias=np.ones((3, 1))),
    conv_of((5, 6), (2, 3, 3), padding="full", stride=0),
    pool_of(4, 4, 1, size=2, stride=0),
    pool_of(2, 1, 3, 2, size=2),
    pool_of(1, 1, 1),
    pool_of(4, 4, 2, size=-1, stride=-2),
    dense_of(5, (4, 3), np.ones(3)),
    dense_of(4, (4, 3), np.ones((3, 1))),
    dense_of(4, (4, 3), np.ones(9)),
    loss_of(3),
    loss_of(-4),
    loss_of(1.7),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: f"{case.operation}-{len(case.arguments)}")
def test_what_is_mended_is_answered(case: Case) -> None:
    right = mended(case)
    operation = OPERATIONS[case.operation]
    required = [right.arguments[name] for name in operation.required]
    options = {n: v for n, v in right.arguments.items() if n in operation.optional}
    function = getattr(reference, case.operation)
    function(*required, **options)
    with pytest.raises((ValueError, TypeError)):
        function(
            *(case.arguments[name] for name in operation.required),
            **{n: v for n, v in case.arguments.items() if n in operation.optional},
        )


def test_what_is_mended_keeps_axes_dtypes_and_options() -> None:
    bad = conv_of((2, 4, 4, 3), (2, 5, 5, 1), stride=2).cast("float32")
    right = mended(bad)
    assert right.arguments["image"].shape == (2, 5, 5, 3)
    assert right.arguments["filters"].shape == (2, 5, 5, 3)
    assert right.arguments["filters"].dtype == np.float32
    assert right.arguments["stride"] == 2
    assert right.dtype == "float32"


def test_numbers_that_are_enough_stay() -> None:
    bias = np.array([[1.0], [2.0], [4.0]])
    assert mended(dense_of(4, (4, 3), bias)).arguments["bias"].tolist() == [1.0, 2.0, 4.0]


def test_calls_of_a_kind_share_axes_dtypes_and_options() -> None:
    assert kind_of(pool_of(4, 4, 1, size=2)) == kind_of(pool_of(6, 5, 2, size=2))
    assert kind_of(pool_of(4, 4, 1, size=2)) != kind_of(pool_of(1, 4, 4, 1, size=2))
    assert kind_of(pool_of(4, 4, 1, size=2)) != kind_of(pool_of(4, 4, 1, size=2, stride=1))
    assert kind_of(pool_of(4, 4, 1)) != kind_of(pool_of(4, 4, 1).cast("float32"))


# --- what a refusal then tells ----------------------------------------------------------------


def strided_batches_crash(maps: Any, size: int = 2, stride: int | None = None) -> Any:
    """Pool, but crash in every batch that has a stride."""
    if np.ndim(maps) == 4 and stride is not None:
        raise RuntimeError("lost in a batch")
    return reference.max_pool2d(maps, size, stride)


@pytest.mark.parametrize("check", ["rejects", "rejects_cleanly", "never_computes"])
def test_a_crash_is_no_refusal(check: str) -> None:
    judge = judge_of(max_pool2d=strided_batches_crash)
    getattr(judge, check)(pool_of(4, 4, 1, size=2, stride=0))
    with pytest.raises(NotTestedError, match="with right arguments is not answered"):
        getattr(judge, check)(pool_of(2, 1, 4, 1, size=2, stride=1))


def test_one_answer_speaks_for_its_kind() -> None:
    calls = []

    def counted(maps: Any, size: int = 2, stride: int | None = None) -> Any:
        calls.append(np.shape(maps))
        return reference.max_pool2d(maps, size, stride)

    judge = judge_of(max_pool2d=counted)
    judge.rejects(pool_of(4, 4, 1, size=2, stride=0))
    so_far = len(calls)
    judge.rejects(pool_of(6, 5, 2, size=2, stride=-1))
    assert len(calls) == so_far + 1


def test_a_dtype_that_is_not_taken_refuses_nothing() -> None:
    def in_float64(maps: Any, size: int = 2, stride: int | None = None) -> Any:
        if maps.dtype != np.float64:
            raise ValueError("float64 only")
        return reference.max_pool2d(maps, size, stride)

    judge = judge_of(max_pool2d=in_float64)
    with pytest.raises(NotTestedError, match="refuses float32"):
        judge.rejects(pool_of(4, 4, 1, size=2, stride=0).cast("float32"))


# --- shapes that may be read, and must not be broadcast ---------------------------------------

COLUMN = dense_of(4, (4, 3), np.array([[1.0], [2.0], [4.0]]))


@pytest.mark.parametrize(
    "bias_of", [np.ravel, lambda bias: bias], ids=["reads its numbers", "refuses it"]
)
def test_a_column_may_be_read_or_refused(bias_of: Callable[[Array], Array]) -> None:
    def layer(x: Any, weights: Any, bias: Any) -> Any:
        return reference.dense(x, weights, bias_of(np.asarray(bias)))

    judge_of(dense=layer).never_broadcasts(COLUMN)


@pytest.mark.parametrize(
    "answer",
    [lambda x, w, b: np.ravel(x) @ w + b, lambda x, w, b: np.ravel(x) @ w + b[0], lambda *_: None],
    ids=["a matrix", "the first number for all", "nothing"],
)
def test_a_column_must_not_be_broadcast(answer: Callable[..., Any]) -> None:
    def layer(x: Any, weights: Any, bias: Any) -> Any:
        usual = np.ndim(bias) == 1
        return reference.dense(x, weights, bias) if usual else answer(x, weights, bias)

    with pytest.raises(NonconformanceError, match="not read as its numbers"):
        judge_of(dense=layer).never_broadcasts(COLUMN)


# --- rows that are square ---------------------------------------------------------------------


def test_rows_that_only_square_matrices_get_are_judged() -> None:
    def softmax(logits: Any) -> Any:
        exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return exponentials / exponentials.sum(axis=-1)

    judge = judge_of(softmax=softmax)
    oblong = Case("softmax/oblong", "softmax", {"logits": np.arange(6.0).reshape(2, 3)})
    square = Case("softmax/square", "softmax", {"logits": np.arange(9.0).reshape(3, 3) ** 2})
    for case in (oblong, square):
        with pytest.raises(NonconformanceError):
            judge.correct(case)
