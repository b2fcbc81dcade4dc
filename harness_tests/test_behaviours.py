"""Behaviours: every answer is recognised, nothing makes the questions fail, the table is true."""

import contextlib
import json
import os
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

import cnnspec
from cnnspec import reference
from cnnspec.declaration import behaviour_questions
from cnnspec.declaration.behaviour import ALWAYS_POSSIBLE, REFUSED, UNREADABLE
from cnnspec.declaration.behaviour_questions import DTYPES
from cnnspec.judge import behaviours
from cnnspec.judge.behaviours import BEHAVIOURS, measure, rows, table
from cnnspec.operations.cross_entropy.behaviours import FLOORS
from cnnspec.operations.registry import LAYERS
from cnnspec.subject import boundary
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.sources.loading import load
from harness_tests import (
    pointwise_gradient_answers,
    pooling_gradient_answers,
    softmax_gradient_answers,
)
from harness_tests.helpers import by_turns, implementation, sample

Function = Callable[..., Any]

BY_ID = {behaviour.id: behaviour for behaviour in BEHAVIOURS}

#: What is known of NumPy on one processor only.
OF_THE_PROCESSOR = ("-bits", "-zeros", "-negative-zero")


def entries(of: Implementation) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in measure(Capabilities(of))}


def answer(identity: str, function: Function) -> str:
    """Ask a function about one behaviour only."""
    with mock.patch.object(behaviours, "BEHAVIOURS", [BY_ID[identity]]):
        (entry,) = entries(implementation(**{BY_ID[identity].operation: function})).values()
    found: str = entry["answer"]
    return found


def padded_by(numbers: dict[Any, Any]) -> Function:
    """Return a convolution that puts other zeros around the image than are asked for."""

    def function(image: Any, filters: Any, *, padding: Any = 0, stride: int = 1) -> Any:
        zeros = numbers.get(padding, padding)
        return reference.conv2d(image, filters, padding=zeros, stride=stride)

    return function


def cutting(image: Any, filters: Any, *, padding: int = 0) -> Any:
    """Convolve what a negative padding leaves of an image."""
    if padding < 0:
        return reference.conv2d(image[-padding:padding, -padding:padding], filters)
    return reference.conv2d(image, filters, padding=padding)


def without_stride_in_same(
    image: Any, filters: Any, *, stride: int = 1, padding: str = "valid"
) -> Any:
    """Refuse "same" with a stride."""
    if padding == "same" and stride != 1:
        raise ValueError("stride 1 only")
    return reference.conv2d(image, filters, stride=stride, padding=padding)


def by_spread_filters(image: Any, filters: Any, *, dilation: int = 1) -> Any:
    """Put zeros between the weights, and convolve."""
    size = (filters.shape[1] - 1) * dilation + 1
    spread = np.zeros((len(filters), size, size, *filters.shape[3:]))
    spread[:, ::dilation, ::dilation] = filters
    return reference.conv2d(image, spread)


# --- the table -------------------------------------------------------------------------------


def test_every_behaviour_has_one_row_in_the_table() -> None:
    found = [row["id"] for row in rows()]
    assert found == [behaviour.id for behaviour in BEHAVIOURS]
    assert len(set(found)) == len(found)


def test_rows_name_known_answers_and_libraries() -> None:
    file = Path(cnnspec.__file__).parent / "judge" / "measured_libraries.toml"
    libraries = tomllib.loads(file.read_text("utf-8"))["libraries"]
    for identity, row in table().items():
        assert row.keys() == {"id", "question", "like"}
        assert row["question"].endswith("?")
        assert set(row["like"]) <= {*BY_ID[identity].answers, REFUSED}
        named = [name for names in row["like"].values() for name in names]
        assert set(named) <= set(libraries)
        assert len(set(named)) == len(named), f"{identity}: a library has two answers"


def test_questions_about_one_operation_differ() -> None:
    questions = {(b.operation, table()[b.id]["question"]) for b in BEHAVIOURS}
    assert len(questions) == len(BEHAVIOURS)


def test_answers_are_few_and_differ() -> None:
    for behaviour in BEHAVIOURS:
        assert behaviour.operation in LAYERS
        assert len(set(behaviour.answers)) == len(behaviour.answers)
        assert not set(behaviour.answers) & set(ALWAYS_POSSIBLE)


def test_the_reference_answers_as_the_table_says() -> None:
    for identity, entry in entries(load()).items():
        assert entry["answer"] in (*BY_ID[identity].answers, REFUSED), identity
        if not identity.endswith(OF_THE_PROCESSOR):
            assert "reference" in entry["like"], identity


def test_an_entry() -> None:
    found = entries(load())["conv2d-same-even-filter"]
    assert found == {
        "id": "conv2d-same-even-filter",
        "operation": "conv2d",
        "question": table()["conv2d-same-even-filter"]["question"],
        "answer": "refused",
        "raised": ["EvenFilterError"],
        "like": ["reference"],
    }


# --- every answer ----------------------------------------------------------------------------


def conv2d(pads: tuple[int, int], *, step: int | None = None, extra: int = 0) -> Function:
    """Return a convolution of one image (H, W) by SciPy, padded before and after."""

    def function(image: Any, filters: Any, *, stride: int = 1, padding: str = "valid") -> Any:
        margins = pads if padding == "same" else (0, 0)
        padded = np.pad(image, margins)
        from scipy.signal import correlate2d  # noqa: PLC0415 - it takes a second to import

        maps = [correlate2d(padded, one, mode="valid") for one in filters]
        stepped = np.stack(maps, axis=-1)[:: step or stride, :: step or stride]
        return np.pad(stepped, ((0, extra), (0, 0), (0, 0)))

    return function


def given(value: Any) -> Function:
    """Return a function that answers every call with the same."""
    return lambda *_arguments, **_options: value


def refusing(error: type[BaseException]) -> Function:
    def function(*_arguments: Any, **_options: Any) -> Any:
        raise error("because")

    return function


def in_dtype(dtype: str, function: Function) -> Function:
    return lambda *arguments, **options: function(*arguments, **options).astype(dtype)


def summed_in(dtype: str, operation: str) -> Function:
    """Return a sum of products, one by one, in a dtype; results in the input's."""

    def total(x: Any, weights: Any) -> Any:
        products = (x * weights).ravel().astype(dtype)
        found = products[0]
        for product in products[1:]:
            found = (found + product).astype(dtype)
        return found

    def whole_image(image: Any, filters: Any) -> Any:
        return np.array([[[total(image, filters[0])]]], image.dtype)

    def whole_map(maps: Any, size: int = 2) -> Any:
        mean = total(maps, np.ones((), maps.dtype)) / np.dtype(dtype).type(size * size)
        return np.array([[[mean]]], maps.dtype)

    def one_node(x: Any, weights: Any, bias: Any) -> Any:
        return np.array([total(x.ravel(), weights[:, 0])], x.dtype)

    found: dict[str, Function] = {
        "conv2d": whole_image,
        "avg_pool2d": whole_map,
        "dense": one_node,
    }
    return found[operation]


def padded(made: Any) -> Function:
    """Return a pooling whose answer with a padding is this."""

    def function(maps: Any, size: int = 2, stride: int | None = None, padding: int = 0) -> Any:
        return made if padding else reference.max_pool2d(maps, size, stride)

    return function


def pooled(combine: Function, *, partial: bool = False) -> Function:
    """Return a pooling of maps (H, W, K) by loops."""

    def function(maps: Any, size: int = 2, stride: int | None = None) -> Any:
        step = size if stride is None else stride
        rows, columns = (
            range(0, side if partial else side - size + 1, step) for side in maps.shape[:2]
        )
        windows = [
            [
                [combine(maps[r : r + size, c : c + size, k]) for k in range(maps.shape[2])]
                for c in columns
            ]
            for r in rows
        ]
        return np.array(windows, maps.dtype)

    return function


def by_loop(start: int, better: Function) -> Function:
    """Return a window's choice by comparisons, as loops make it: what they do with NaN differs."""

    def combine(window: Any) -> Any:
        values = list(window.ravel())
        best = values[start]
        for value in values:
            if better(value, best):
                best = value
        return best

    return combine


def wild(reached: Any, function: Function) -> Function:
    """Return a function whose result has NaN in more or other places."""

    def changed(*arguments: Any, **options: Any) -> Any:
        found = np.array(function(*arguments, **options), dtype=float)
        if found.ndim == 0:
            return found
        found[reached] = np.nan
        return found

    return changed


def calm(function: Function) -> Function:
    return lambda *arguments, **options: np.nan_to_num(function(*arguments, **options), nan=1.0)


def once(function: Function) -> Function:
    """Return a function that leaves NaN in one element only."""

    def changed(*arguments: Any, **options: Any) -> Any:
        found = np.array(function(*arguments, **options))
        found.flat[np.flatnonzero(np.isnan(found))[1:]] = 1
        return found

    return changed


def some(everywhere: Function, elsewhere: Function) -> Function:
    """Return a function that answers the first elements in another way than the rest."""

    def function(*arguments: Any, **options: Any) -> Any:
        found = np.array(everywhere(*arguments, **options))
        if found.size:
            found.flat[0] = np.asarray(elsewhere(*arguments, **options)).flat[0]
        return found

    return function


def flushed(function: Function) -> Function:
    def without_subnormals(*arguments: Any, **options: Any) -> Any:
        found = np.array(function(*arguments, **options))
        return np.where(np.abs(found) < 1e-38, np.zeros_like(found), found)

    return without_subnormals


def skipping(operation: str) -> Function:
    """Return a sum of products that leaves out those with a zero."""

    def conv(image: Any, filters: Any, *, padding: str = "valid") -> Any:
        padded = np.pad(image, 1 if padding == "same" else 0)
        rows, columns = padded.shape[0] - 2, padded.shape[1] - 2
        return np.array(
            [
                [
                    [dot(padded[r : r + 3, c : c + 3], one) for one in filters]
                    for c in range(columns)
                ]
                for r in range(rows)
            ]
        )

    def dot(x: Any, weights: Any) -> Any:
        used = (x != 0) & (weights != 0)
        return np.sum(x[used] * weights[used])

    def dense(x: Any, weights: Any, bias: Any) -> Any:
        return np.array([dot(x.ravel(), weights[:, k]) for k in range(weights.shape[1])]) + bias

    found: dict[str, Function] = {"conv2d": conv, "dense": dense}
    return found[operation]


class Reusing:
    """Computes into the same memory again and again."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.memory: dict[tuple[int, ...], Any] = {}

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Compute."""
        found = np.asarray(self.function(*arguments, **options))
        kept = self.memory.setdefault(found.shape, np.zeros(found.shape))
        kept[...] = found
        return kept


def read_only(function: Function) -> Function:
    def locked(*arguments: Any, **options: Any) -> Any:
        found = np.array(function(*arguments, **options))
        found.setflags(write=False)
        return found

    return locked


def laid_out(order: Any, function: Function) -> Function:
    return lambda *arguments, **options: np.array(function(*arguments, **options), order=order)


def gapped(function: Function) -> Function:
    return lambda *arguments, **options: np.repeat(function(*arguments, **options), 2, axis=-1)[
        ..., ::2
    ]


class Foreign:
    """An array of another library."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.values


def clipped(floor: float) -> Function:
    return lambda p, label: -np.log(np.maximum(p[label].astype(float), floor))


def plain_loss(p: Any, label: Any) -> Any:
    return -np.log(p[label])


def of_label(counted: Function) -> Function:
    return lambda p, label: -np.log(p[counted(label)])


def softmax(logits: Any, **how: Any) -> Any:
    """Return the plain softmax with what NumPy makes of infinities replaced."""
    found = reference.softmax(logits)
    strange = ~np.isfinite(logits)
    if np.isfinite(found).all() or not strange.any():
        return found
    finite = np.where(strange, 0, np.exp(np.where(strange, 0, logits)))
    filled = finite / finite.sum() if how["others"] == "normalised" else np.zeros(logits.shape)
    return np.where(strange, how["there"], filled)


def soft(**how: Any) -> Function:
    return lambda logits: softmax(logits, **how)


TRANSPOSED = "conv_transpose2d"

maximum, minimum, mean = reference.max_pool2d, reference.min_pool2d, reference.avg_pool2d
POOLS: dict[str, Function] = {"max_pool2d": maximum, "min_pool2d": minimum, "avg_pool2d": mean}
RIGHT: dict[str, Function] = {name: getattr(reference, name) for name in LAYERS}
ELEMENTS = ("leaky_relu", "sigmoid", "tanh")
SUMS_AND_MORE = {
    name: RIGHT[name] for name in ("conv2d", TRANSPOSED, "relu", *ELEMENTS, "dense", *POOLS)
}
MAPS = {name: RIGHT[name] for name in ("conv2d", TRANSPOSED, "relu", *ELEMENTS, *POOLS)}


def leak_of_infinity(number: float) -> Function:
    """Return a leaky ReLU of which infinities become a number."""
    return lambda x, slope=0.01: np.where(np.isinf(x), number, reference.leaky_relu(x, slope))


def of_nan(operation: str, number: float) -> Function:
    """Return a function of each number, of which NaN becomes another."""
    return lambda x: np.where(np.isnan(x), number, RIGHT[operation](x))


#: The answers to questions about functions of each number.
OF_ELEMENTS: list[tuple[str, str, Function]] = [
    *(
        (f"{operation}-nan", words, of_nan(operation, number))
        for operation, others in {
            "leaky_relu": {"0": 0.0},
            "sigmoid": {"0": 0.0, "1/2": 0.5, "1": 1.0},
            "tanh": {"-1": -1.0, "0": 0.0, "1": 1.0},
        }.items()
        for words, number in {"NaN": np.nan, **others, "something else": 7.0}.items()
    ),
    ("tanh-nan", "something else", given(np.zeros(3))),
    *(
        (f"{operation}-negative-zero", words, function)
        for operation in ("leaky_relu", "tanh")
        for words, function in (
            ("+0.0", np.abs),
            ("-0.0", RIGHT[operation]),
            ("it depends on the position", some(np.abs, np.asarray)),
            ("something else", lambda x: x + 1),
        )
    ),
    *(
        ("leaky_relu-minus-infinity", words, leak_of_infinity(number))
        for words, number in (("NaN", np.nan), ("0", 0.0), ("something else", -np.inf))
    ),
    ("leaky_relu-minus-infinity", "not offered", lambda x: reference.leaky_relu(x)),  # noqa: PLW0108 - without a slope
    ("leaky_relu-memory", "in memory of its own", reference.leaky_relu),
    ("leaky_relu-memory", "in the memory of its argument", lambda x: x),
    ("leaky_relu-memory", "in memory that the next call overwrites", Reusing(reference.leaky_relu)),
]

_FIRST, _SECOND, _THIRD = np.log(np.exp([1.0, 0.0, 2.0]).sum()) - [1.0, 0.0, 2.0]


def batches_apart(logits: Any, label: Any) -> Any:
    """Return losses of batches that are rounded in another way than those of rows."""
    return reference.softmax_cross_entropy(logits, label) * (1 + 1e-6 * (np.ndim(logits) > 1))


transposed = reference.conv_transpose2d


def by_spread_pixels(image: Any, filters: Any, *, stride: int = 1) -> Any:
    """Return what turned filters give that are moved over zeros between and around the pixels."""
    rows, columns = (n * stride + 1 for n in (image.shape[0] - 1, image.shape[1] - 1))
    spread = np.zeros((rows + 4, columns + 4))
    spread[2:-2:stride, 2:-2:stride] = image[..., 0]
    windows = np.lib.stride_tricks.sliding_window_view(spread, (3, 3))
    return np.sum(windows * filters[0, ::-1, ::-1, 0], axis=(2, 3))[..., np.newaxis]


def skipping_zeros(image: Any, filters: Any, **options: Any) -> Any:
    """Return a sum of products that leaves out those with a zero."""
    finite = np.where(np.isfinite(filters), filters, 0)
    return transposed(np.where(np.isfinite(image), image, 0), finite, **options)


def with_zeros(before: int, after: int) -> Function:
    """Return a transposed convolution that puts zeros around its maps, whatever the options."""

    def answer(
        image: Any, filters: Any, *, stride: int = 1, padding: int = 0, output_padding: int = 0
    ) -> Any:
        maps = transposed(image, filters, stride=stride)
        return np.pad(maps, ((before, after), (before, after), (0, 0)))

    return answer


def in_c_order(operation: str) -> Function:
    """Return an operation of vectors that copies its argument first."""
    return lambda logits: RIGHT[operation](np.array(logits, order="C"))


#: Right answers to arrays in Fortran's order, by question.
_OF_FORTRAN: list[tuple[str, Function]] = [
    ("conv2d-fortran-bits", reference.conv2d),
    ("avg_pool2d-fortran-bits", mean),
    ("dense-fortran-bits", lambda x, weights, bias: x.ravel() @ np.array(weights, order="C")),
    *((f"{name}-fortran-bits", in_c_order(name)) for name in ("softmax", "log_softmax")),
]

#: Right answers to batches, small ones, by operation, and how many axes a batch has.
_OF_BATCHES: list[tuple[str, Function, int]] = [
    ("conv2d", lambda image, filters: image[..., :1, :1, :1], 4),
    ("avg_pool2d", mean, 4),
    ("softmax", reference.softmax, 2),
    ("log_softmax", reference.log_softmax, 2),
    ("dense", lambda x, weights, bias: x[..., :2] + bias[:2], 2),
]

#: The answers to questions about transposed convolutions.
_OF_TRANSPOSED: dict[str, dict[str, Function]] = {
    "nan-pixel": {
        "those that it takes part in": transposed,
        "others too": wild(np.s_[:], transposed),
        "not all that it takes part in": calm(transposed),
        "something else": given(np.zeros(99)),
    },
    "infinity-under-zero": {
        "NaN": transposed,
        "a number, as if the zero were not there": skipping_zeros,
    },
    "infinity-between-pixels": {
        "NaN": by_spread_pixels,
        "a number, as if the zero were not there": transposed,
    },
    "infinity-beyond-the-image": {
        "NaN": by_spread_pixels,
        "a number, as if the zero were not there": transposed,
    },
    "negative-padding": {
        "zeros around the maps": with_zeros(1, 1),
        "the maps without padding": with_zeros(0, 0),
        "refused": transposed,
    },
    "output-padding-as-the-stride": {
        "zeros at the end": with_zeros(0, 2),
        "something else": with_zeros(2, 0),
        "refused": transposed,
    },
    "float16-sums": {
        "in a wider type": given(np.float16(2056)),
        "in float16": given(np.float16(2050)),
        "something else": given(np.float16(65504)),
    },
    "uint8-uint8": {
        "in a wider type": given(np.full((1, 1, 1), 3600)),
        "in uint8, and wraps around": given(np.full((1, 1, 1), 3600 % 256)),
        "it stops at 255": given(np.full((1, 1, 1), 255)),
    },
    "fortran-bits": {
        "the same bits": transposed,
        "other bits": lambda image, filters: transposed(image, filters) + image.flags.c_contiguous,
    },
    "batch-bits": {
        "the same bits": lambda image, filters: image[..., :1, :1, :1],
        "other bits": lambda image, filters: image[..., :1, :1, :1] + (image.ndim == 4),
    },
    "no-channels": {
        "zeros, the sum of nothing": given(np.zeros((5, 6, 2))),
        "an empty array": given(np.zeros((5, 6, 0))),
    },
    "no-images": {
        "an empty array, as the formulas say": given(np.zeros((0, 5, 6, 2))),
        "an empty array of another shape": given(np.zeros((0, 9, 9))),
        "an array with elements": given(np.zeros((2, 3))),
    },
    "no-rows": {
        "an empty array": given(np.zeros((0, 3, 1))),
        "an array with elements": given(np.zeros((1, 3, 1))),
    },
    "all-taken-away": {
        "an empty array": lambda image, filters, *, padding=0: np.zeros((0, 3, 1)),
        "an array with elements": lambda image, filters, *, padding=0: np.zeros((1, 3, 1)),
    },
}
OF_TRANSPOSED: list[tuple[str, str, Function]] = [
    (f"{TRANSPOSED}-{identity}", words, function)
    for identity, answers in _OF_TRANSPOSED.items()
    for words, function in answers.items()
]


_HALF, _NO = -np.log(2), -np.inf

#: The answers to questions about log-softmax.
OF_LOG_SOFTMAX: list[tuple[str, str, Function]] = [
    (f"log_softmax-{identity}", words, function)
    for identity, answers in {
        "infinity": {
            "NaN everywhere": reference.log_softmax,
            "NaN there, minus infinity elsewhere": given(np.array([_NO, np.nan, _NO])),
            "0 there, minus infinity elsewhere": given(np.array([_NO, 0, _NO])),
        },
        "nan": {
            "NaN everywhere": reference.log_softmax,
            "NaN there, the others as if it were absent": given(np.array([_HALF, np.nan, _HALF])),
        },
        "minus-infinity": {
            "NaN everywhere": reference.log_softmax,
            "the same for all": given(np.full(4, -np.log(4))),
            "minus infinity": given(np.full(4, _NO)),
        },
    }.items()
    for words, function in answers.items()
]


def of_rows(x: Any, weights: Any, bias: Any) -> Any:
    """Return the answers along the last axis where it fits, else that of all numbers."""
    return (x if x.shape[-1] == len(weights) else x.ravel()) @ weights + bias


#: The answers to questions about dense layers of rows.
OF_ROWS: list[tuple[str, str, Function]] = [
    ("dense-rows", "an answer for each row", of_rows),
    ("dense-one-row", "an answer with the axis of rows: (1, nodes)", of_rows),
    ("dense-one-row", "one without it: (nodes,)", reference.dense),
]


def normalised(nan: Function | None = None, variance: Function = np.abs) -> Function:
    """Return a normalisation in which NaN, and the variance, become something else."""

    def function(maps: Any, m: Any, v: Any, s: Any, b: Any, *, epsilon: float = 1e-5) -> Any:
        with np.errstate(all="ignore"):
            found = (maps - m) / np.sqrt(variance(v) + epsilon) * s + b
        return found if nan is None else nan(found)

    return function


def means_in(dtype: str) -> Function:
    """Return means of sums, one number after the other, in a dtype; results in the input's."""

    def function(maps: Any) -> Any:
        sums = np.zeros(maps.shape[-1], dtype)
        for place in np.ndindex(maps.shape[:2]):
            sums = (sums + maps[place].astype(dtype)).astype(dtype)
        return (sums / np.dtype(dtype).type(maps[..., 0].size)).astype(maps.dtype)

    return function


def spread(found: Any) -> Any:
    return np.full_like(found, np.nan) if np.isnan(found).any() else found


of_maps, of_norm, to_vector = (
    reference.global_avg_pool2d,
    reference.batch_norm,
    reference.flatten,
)


#: The answers to questions about normalisations, means of maps and vectors.
OF_NEIGHBOURS: list[tuple[str, str, Function]] = [
    ("batch_norm-no-variance", "NaN", normalised()),
    ("batch_norm-no-variance", "the offset", normalised(np.nan_to_num)),
    ("batch_norm-negative-variance", "NaN", normalised(variance=lambda v: v)),
    ("batch_norm-negative-variance", "taken as 0", normalised(variance=lambda v: np.maximum(v, 0))),
    ("batch_norm-negative-variance", "taken as positive", normalised()),
    ("batch_norm-refusals", "all refused with ValueError, TypeError or IndexError", of_norm),
    ("batch_norm-refusals", "all refused, some with other exceptions", refusing(SystemExit)),
    ("batch_norm-refusals", "not all refused", given(np.zeros(3))),
    ("flatten-memory", "in memory of its own", to_vector),
    ("flatten-memory", "in the memory of its argument", lambda maps: maps.reshape(-1)),
    ("flatten-memory", "in memory that the next call overwrites", Reusing(to_vector)),
    ("global_avg_pool2d-int64", "-2.25", of_maps),
    ("global_avg_pool2d-int64", "cut off to -2", in_dtype("int64", of_maps)),
    ("global_avg_pool2d-int64", "rounded down to -3", lambda maps: np.floor(of_maps(maps))),
    ("global_avg_pool2d-uint8", "in a wider type", of_maps),
    ("global_avg_pool2d-uint8", "in uint8, and wraps around", given(np.full(1, 9.0))),
    ("global_avg_pool2d-uint8", "it stops at 255", given(np.full(1, 63.75))),
    ("global_avg_pool2d-float16-sums", "in float16", means_in("float16")),
    ("global_avg_pool2d-float16-sums", "in a wider type", means_in("float32")),
    ("global_avg_pool2d-no-rows", "NaN", given(np.full(2, np.nan))),
    ("global_avg_pool2d-no-rows", "zeros", given(np.zeros(2))),
    *(
        (f"{operation}-nan", words, function)
        for operation, right in (("batch_norm", normalised()), ("global_avg_pool2d", of_maps))
        for words, function in (
            ("those that it takes part in", right),
            ("not all that it takes part in", calm(right)),
            ("others too", lambda *arrays, right=right: spread(right(*arrays))),
        )
    ),
    *(
        (f"{operation}-subnormal", words, function)
        for operation, words, function in (
            ("flatten", "kept", to_vector),
            ("flatten", "flushed to zero", flushed(to_vector)),
            ("flatten", "it depends on the position", some(to_vector, flushed(to_vector))),
            ("global_avg_pool2d", "kept", of_maps),
            ("global_avg_pool2d", "flushed to zero", flushed(of_maps)),
            ("global_avg_pool2d", "it depends on the position", some(of_maps, flushed(of_maps))),
        )
    ),
    *(
        (f"{operation}-{which}-bits", words, function)
        for operation, right in (("batch_norm", of_norm), ("global_avg_pool2d", of_maps))
        for which, is_other in (
            ("fortran", lambda maps: not maps.flags.c_contiguous),
            ("batch", lambda maps: maps.ndim == 4),
        )
        for words, function in (
            (
                "the same bits",
                lambda *arrays, right=right: right(np.array(arrays[0], order="C"), *arrays[1:]),
            ),
            (
                "other bits",
                lambda *arrays, right=right, is_other=is_other: (
                    right(*arrays) + is_other(arrays[0])
                ),
            ),
        )
    ),
    *(
        (f"batch_norm-{which}", words, function)
        for which in ("order", "order-of-fortran")
        for words, function in (
            ("C order", laid_out("C", of_norm)),
            ("Fortran order", laid_out("F", of_norm)),
            ("neither", gapped(of_norm)),
            ("an object of another library", lambda *arrays: Foreign(of_norm(*arrays))),
        )
    ),
    *(
        (identity, words, given(np.zeros(shape)))
        for identity, formulas in (
            ("batch_norm-no-images", (0, 4, 6, 2)),
            ("batch_norm-no-maps", (4, 6, 0)),
            ("batch_norm-no-rows", (0, 4, 2)),
            ("global_avg_pool2d-no-images", (0, 2)),
            ("global_avg_pool2d-no-maps", (0,)),
            ("flatten-no-images", (0, 48)),
            ("flatten-no-maps", (0,)),
            ("flatten-no-rows", (0,)),
        )
        for words, shape in (
            ("an empty array, as the formulas say", formulas),
            ("an empty array of another shape", (0, 9, 9)),
            ("an array with elements", (2, 3)),
        )
    ),
]


#: The answers to questions about the loss of logits.
OF_LOGITS: list[tuple[str, str, Function]] = [
    (f"softmax_cross_entropy-{identity}", words, function)
    for identity, answers in {
        "batch": {
            "one loss for each row": reference.softmax_cross_entropy,
            "their mean": lambda logits, label: np.mean(
                reference.softmax_cross_entropy(logits, label)
            ),
            "their sum": lambda logits, label: np.sum(
                reference.softmax_cross_entropy(logits, label)
            ),
        },
        "batch-bits": {
            "the same bits": reference.softmax_cross_entropy,
            "other bits": batches_apart,
            "something else": given(0.0),
        },
        **{
            identity: {
                "NaN": given(np.nan),
                "infinity": given(np.inf),
                "the largest number of the dtype": given(np.finfo(np.float32).max),
                "0": given(0.0),
                "a finite number: the probability is cut off": given(16.118),
                "something else": given(-3.0),
            }
            for identity in (
                *("infinity-at-the-label", "infinity-elsewhere", "nan-elsewhere"),
                *("minus-infinity-at-the-label", "minus-infinity-everywhere"),
            )
        },
        "label-minus-1": {
            "counted from the end": given(_THIRD),
            "zero": given(0.0),
            "NaN": given(np.nan),
        },
        "label-true": {"taken for label 1": given(_SECOND), "taken for label 0": given(_FIRST)},
        "no-logits": {"an empty array": given(np.zeros(0)), "an array with elements": given(0.0)},
        "label-float": {"taken for label 1": given(_SECOND)},
        "label-fraction": {"rounded down": given(_SECOND), "rounded up": given(_THIRD)},
        "label-one-hot": {"taken for the class that is 1": given(_SECOND)},
        "label-as-floats": {"taken for the class that is 1": given(_SECOND)},
    }.items()
    for words, function in answers.items()
]

#: One function for every answer but those of dtypes and of the many places to clip at.
ANSWERS: list[tuple[str, str, Function]] = [
    *OF_ELEMENTS,
    *softmax_gradient_answers.ANSWERS,
    *pooling_gradient_answers.ANSWERS,
    *pointwise_gradient_answers.ANSWERS,
    ("conv2d-same-stride-2", "ceil(n / s) windows, the first starts on the image", conv2d((0, 1))),
    ("conv2d-same-stride-2", "ceil(n / s) windows, the first starts on the zeros", conv2d((1, 1))),
    ("conv2d-same-stride-2", "the map of stride 1", conv2d((1, 1), step=1)),
    ("conv2d-same-stride-2", "the map without padding", conv2d((0, 0))),
    ("conv2d-same-stride-2", "something else", conv2d((2, 2))),
    ("conv2d-same-stride-2", "something else", conv2d((1, 1), extra=1)),
    (
        "conv2d-same-stride-2",
        "ceil(n / s) windows, the first starts on the image",
        reference.conv2d,
    ),
    ("conv2d-same-stride-2", "refused", without_stride_in_same),
    (
        "conv2d-same-stride-3",
        "as few zeros as ceil(n / s) windows need, an odd one at the end",
        reference.conv2d,
    ),
    (
        "conv2d-same-stride-3",
        "as few zeros as ceil(n / s) windows need, an odd one at the beginning",
        padded_by({"same": ((1, 0), (0, 0))}),
    ),
    ("conv2d-same-stride-3", "(f - 1) / 2 zeros on every side", padded_by({"same": 1})),
    ("conv2d-same-stride-3", "refused", without_stride_in_same),
    ("conv2d-negative-padding", "refused", reference.conv2d),
    ("conv2d-negative-padding", "rows and columns are cut off", cutting),
    ("conv2d-negative-padding", "nothing", padded_by({-1: 0, "same": 1})),
    ("conv2d-nan-between-weights", "those that it takes part in", reference.conv2d),
    ("conv2d-nan-between-weights", "others too", by_spread_filters),
    ("conv2d-nan-between-weights", "not all that it takes part in", calm(reference.conv2d)),
    ("conv2d-same-stride-2", "not offered", lambda image, filters: np.zeros(3)),
    ("conv2d-same-stride-2", "nothing that can be read as numbers", given("text")),
    ("conv2d-same-even-filter", "below and to the right", conv2d((0, 1))),
    ("conv2d-same-even-filter", "above and to the left", conv2d((1, 0))),
    ("conv2d-same-even-filter", "on all sides, and the map is larger", conv2d((1, 1))),
    ("conv2d-same-even-filter", "nowhere, and the map is smaller", conv2d((0, 0))),
    ("conv2d-even-filter", "computed", conv2d((1, 1))),
    ("conv2d-even-filter", "something else", conv2d((1, 1), extra=1)),
    ("conv2d-oblong-filter", "computed", conv2d((1, 1))),
    *(
        (identity, words, function)
        for identity, function in (
            ("conv2d-nan-pixel", reference.conv2d),
            ("conv2d-nan-weight", reference.conv2d),
            ("avg_pool2d-nan", mean),
            ("dense-nan-weight", reference.dense),
        )
        for words, function in (
            ("those that it takes part in", function),
            ("others too", wild(np.s_[:], function)),
            ("not all that it takes part in", calm(function)),
            ("something else", given(np.zeros(99))),
        )
    ),
    ("conv2d-nan-pixel", "not all that it takes part in", once(reference.conv2d)),
    ("dense-nan-input", "those that it takes part in", reference.dense),
    ("dense-nan-input", "not all that it takes part in", calm(reference.dense)),
    ("conv2d-infinity-under-zero", "NaN", reference.conv2d),
    ("conv2d-infinity-over-padding", "NaN", reference.conv2d),
    ("dense-infinity-under-zero", "NaN", reference.dense),
    *(
        (
            f"{operation}-infinity-{place}",
            "a number, as if the zero were not there",
            skipping(operation),
        )
        for operation, place in (
            ("conv2d", "under-zero"),
            ("conv2d", "over-padding"),
            ("dense", "under-zero"),
        )
    ),
    ("conv2d-infinity-over-padding", "something else", given(np.zeros(()))),
    ("conv2d-infinity-over-padding", "something else", given(np.zeros((0, 1, 1)))),
    *(
        (f"{operation}-subnormal", words, function)
        for operation, right in SUMS_AND_MORE.items()
        for words, function in (
            ("kept", right),
            ("flushed to zero", flushed(right)),
            ("it depends on the position", some(right, flushed(right))),
            ("something else", given(np.zeros(99))),
        )
    ),
    ("relu-subnormal", "not offered", lambda x: 1 / (x.dtype == np.float64) and np.maximum(x, 0)),
    *(
        (f"{operation}-float16-sums", words, summed_in(dtype, operation))
        for operation in ("conv2d", "avg_pool2d", "dense")
        for words, dtype in (("in float16", "float16"), ("in a wider type", "float32"))
    ),
    *(
        (f"{operation}-float16-sums", "something else", given(np.float16(number)))
        for operation in ("conv2d", "avg_pool2d", "dense")
        for number in (0, np.nan, 65504)
    ),
    *(
        (f"{operation}-float64", words, function)
        for operation, right in RIGHT.items()
        if f"{operation}-float64" in BY_ID
        for words, function in (
            ("yes", right),
            (
                "returned as float64, but computed in less",
                in_dtype("float64", in_dtype("float32", right)),
            ),
            ("no, narrowed", in_dtype("float32", right)),
            ("something else", given(np.zeros(99))),
        )
    ),
    *(
        (identity, words, given(np.array(number).reshape((1,) * axes)))
        for identity, axes, whole in (
            ("conv2d-uint8-uint8", 3, 3600),
            ("conv2d-uint8-int64", 3, 3600),
            ("dense-uint8", 1, 1200),
        )
        for words, number in (
            ("in a wider type", whole),
            ("in uint8, and wraps around", whole % 256),
            ("it stops at 255", 255),
        )
    ),
    ("avg_pool2d-uint8", "in a wider type", mean),
    ("avg_pool2d-uint8", "in uint8, and wraps around", summed_in("uint8", "avg_pool2d")),
    ("avg_pool2d-uint8", "it stops at 255", given(np.full((1, 1, 1), 63.75))),
    ("avg_pool2d-int64", "-2.25", mean),
    ("avg_pool2d-int64", "cut off to -2", in_dtype("int64", mean)),
    ("avg_pool2d-int64", "rounded down to -3", lambda maps: np.floor(mean(maps))),
    ("conv2d-no-channels", "zeros, the sum of nothing", given(np.zeros((2, 3, 2)))),
    ("conv2d-no-channels", "an empty array", given(np.zeros((2, 3, 0)))),
    *(
        (identity, words, given(np.zeros(shape)))
        for identity, formulas in (
            ("conv2d-no-filters", (2, 3, 0)),
            ("conv2d-no-images", (0, 3, 4, 2)),
            *((f"{name}-empty", (0, 3)) for name in ("relu", *ELEMENTS)),
            ("softmax-no-logits", (0,)),
            ("softmax_cross_entropy-no-rows", (0,)),
            ("softmax-no-rows", (0, 3)),
            ("log_softmax-no-logits", (0,)),
            ("log_softmax-no-rows", (0, 3)),
            ("dense-no-rows", (0, 2)),
            *((f"{pool}-no-images", (0, 2, 3, 2)) for pool in POOLS),
            *((f"{pool}-no-maps", (2, 3, 0)) for pool in POOLS),
        )
        for words, shape in (
            ("an empty array, as the formulas say", formulas),
            ("an empty array of another shape", (0, 9, 9)),
            ("an array with elements", (2, 3)),
        )
    ),
    *(
        (identity, words, given(np.zeros(shape)))
        for identity in (
            "conv2d-no-rows",
            "conv2d-filter-too-large",
            *(f"{pool}-no-rows" for pool in POOLS),
            *(f"{pool}-window-too-large" for pool in POOLS),
        )
        for words, shape in (("an empty array", (0, 3, 1)), ("an array with elements", (1, 3, 1)))
    ),
    ("dense-no-inputs", "the bias", lambda x, weights, bias: bias),
    ("dense-no-inputs", "something else", given(np.zeros(2))),
    ("relu-nan", "NaN", reference.relu),
    ("relu-nan", "0", lambda x: np.where(x > 0, x, 0)),
    (
        "relu-nan",
        "it depends on the position",
        some(reference.relu, lambda x: np.where(x > 0, x, 0)),
    ),
    ("relu-nan", "something else", lambda x: np.where(np.isnan(x), 7, x)),
    ("relu-negative-zero", "+0.0", lambda x: np.where(x > 0, x, np.float32(0))),
    ("relu-negative-zero", "-0.0", lambda x: np.where(x < 0, np.float32(0), x)),
    ("relu-negative-zero", "it depends on the position", some(np.abs, np.asarray)),
    ("relu-negative-zero", "something else", lambda x: x.astype(int)),
    *(
        (f"{pool}-nan", words, function)
        for pool, right, better in (
            ("max_pool2d", np.nanmax, np.greater),
            ("min_pool2d", np.nanmin, np.less),
        )
        for words, function in (
            ("it is NaN", POOLS[pool]),
            ("NaN is left out", pooled(right)),
            ("it depends on the position", pooled(by_loop(0, better))),
            ("something else", given(np.zeros(5))),
        )
    ),
    *(
        (f"{pool}-only-nan", words, given(np.full((1, 1, 1), number, np.float32)))
        for pool in ("max_pool2d", "min_pool2d")
        for words, number in (
            ("NaN", np.nan),
            ("infinity", np.inf),
            ("minus infinity", -np.inf),
            ("0", 0.0),
            ("the lowest number of the dtype", np.finfo(np.float32).min),
            ("the highest number of the dtype", np.finfo(np.float32).max),
            ("something else", 5.0),
        )
    ),
    *(
        (f"{pool}-zeros", words, pooled(function))
        for pool in ("max_pool2d", "min_pool2d")
        for words, function in (
            ("the first", lambda window: window.ravel()[0]),
            ("the last", lambda window: window.ravel()[-1]),
            ("+0.0", lambda window: np.abs(window).max()),
            ("-0.0", lambda window: -np.abs(window).max()),
            (
                "it depends on the position",
                lambda window: window.ravel()[np.signbit(window).sum() // 2],
            ),
            ("something else", np.size),
        )
    ),
    *(
        (f"{pool}-left-over", words, pooled(combine, partial=partial))
        for pool, combine, used in (
            ("max_pool2d", np.max, "pooled by themselves"),
            ("min_pool2d", np.min, "pooled by themselves"),
            ("avg_pool2d", np.mean, "the mean of what there is"),
        )
        for words, partial in (("dropped", False), (used, True))
    ),
    (
        "avg_pool2d-left-over",
        "their sum over the whole area",
        pooled(lambda window: window.sum() / 4, partial=True),
    ),
    ("avg_pool2d-padding", "they count", padded(np.full((2, 2, 1), 2.0))),
    ("avg_pool2d-padding", "they do not", padded(np.full((2, 2, 1), 8.0))),
    *(
        (f"{pool}-padding-too-large", words, padded(made))
        for pool in POOLS
        for words, made in (
            ("an empty array", np.zeros((0, 0, 2))),
            ("an array with elements", np.zeros((4, 5, 2))),
        )
    ),
    *(
        (identity, words, function)
        for identity, right in _OF_FORTRAN
        for words, function in (
            ("the same bits", right),
            (
                "other bits",
                lambda *arrays, right=right: right(*arrays) + arrays[0].flags.c_contiguous,
            ),
        )
    ),
    *(
        (f"{operation}-batch-bits", words, function)
        for operation, right, axes in _OF_BATCHES
        for words, function in (
            ("the same bits", right),
            (
                "other bits",
                lambda *arrays, right=right, axes=axes: right(*arrays) + (arrays[0].ndim == axes),
            ),
            ("something else", given(np.zeros(()))),
        )
    ),
    *(
        (f"{operation}-object", words, function)
        for operation, right in RIGHT.items()
        if f"{operation}-object" in BY_ID
        for words, function in (
            ("a NumPy array", lambda *given, right=right: np.array(right(*given))),
            ("a NumPy array that cannot be written to", read_only(right)),
            ("a list or tuple", lambda *given, right=right: [right(*given)]),
            ("a number", given(np.float32(1))),
            ("a number", given(1.5)),
            ("an object of another library", lambda *given, right=right: Foreign(right(*given))),
        )
    ),
    *(
        (f"{operation}-{which}", words, function)
        for operation, right in MAPS.items()
        for which in ("order", "order-of-fortran")
        for words, function in (
            ("C order", laid_out("C", right)),
            ("Fortran order", laid_out("F", right)),
            ("neither", gapped(right)),
            ("an object of another library", lambda *given, right=right: Foreign(right(*given))),
        )
    ),
    ("relu-memory", "in memory of its own", np.array),
    ("relu-memory", "in the memory of its argument", lambda x: x),
    ("relu-memory", "in the memory of its argument", lambda x: np.maximum(x, 0, out=x)),
    ("relu-memory", "in memory that the next call overwrites", Reusing(reference.relu)),
    *(
        (f"{pool}-memory", words, function)
        for pool, right in POOLS.items()
        for words, function in (
            ("in memory of its own", right),
            ("in the memory of its argument", lambda maps, size=2: maps[::size, ::size]),
            ("in memory that the next call overwrites", Reusing(right)),
        )
    ),
    *(
        (f"{operation}-refusals", words, function)
        for operation in (
            *("conv2d", TRANSPOSED, "dense", "cross_entropy", "softmax_cross_entropy"),
            *POOLS,
        )
        for words, function in (
            ("all refused with ValueError, TypeError or IndexError", getattr(reference, operation)),
            ("all refused, some with other exceptions", refusing(ZeroDivisionError)),
            ("all refused, some with other exceptions", refusing(SystemExit)),
            ("not all refused", given(np.zeros(3))),
        )
    ),
    *((f"{pool}-refusals", "not offered", lambda maps: maps) for pool in POOLS),
    ("softmax-infinity", "NaN everywhere", reference.softmax),
    ("softmax-infinity", "NaN there, 0 elsewhere", soft(there=np.nan, others="zero")),
    ("softmax-infinity", "1 there, 0 elsewhere", soft(there=1, others="zero")),
    ("softmax-nan", "NaN everywhere", reference.softmax),
    ("softmax-nan", "NaN there, 0 elsewhere", soft(there=np.nan, others="zero")),
    (
        "softmax-nan",
        "NaN there, the others as if it were absent",
        soft(there=np.nan, others="normalised"),
    ),
    (
        "softmax-nan",
        "0 there, the others as if it were absent",
        soft(there=0, others="normalised"),
    ),
    ("softmax-minus-infinity", "NaN everywhere", reference.softmax),
    ("softmax-minus-infinity", "the same for all", soft(there=0.25, others="zero")),
    ("softmax-minus-infinity", "zeros", soft(there=0, others="zero")),
    *OF_LOG_SOFTMAX,
    *OF_TRANSPOSED,
    *OF_ROWS,
    *(
        (f"cross_entropy-{which}", words, function)
        for which in ("zero", "negative", "nan")
        for words, function in (
            ("NaN", given(np.nan)),
            ("infinity", given(np.inf)),
            ("the loss stops at 100", given(100.0)),
            ("the largest number of the dtype", given(np.finfo(np.float32).max)),
            ("the largest number of the dtype", given(np.finfo(np.float64).max)),
            ("the probability is clipped elsewhere", given(-np.log(3e-6))),
            ("something else", given(0.0)),
            ("something else", given(np.ones(3))),
        )
    ),
    *OF_LOGITS,
    *OF_NEIGHBOURS,
    ("cross_entropy-zero", "infinity", reference.cross_entropy),
    ("cross_entropy-zero", "the probability is clipped at 1e-7", clipped(1e-7)),
    (
        "cross_entropy-zero",
        "the probability is clipped at 1e-7",
        lambda p, label: -np.log(p[label] + 1e-7),
    ),
    ("cross_entropy-improbable", "69.08, which is right", reference.cross_entropy),
    ("cross_entropy-improbable", "infinity", given(np.inf)),
    ("cross_entropy-improbable", "the loss stops at 100", given(100.0)),
    (
        "cross_entropy-improbable",
        "the largest number of the dtype",
        given(np.finfo(np.float64).max),
    ),
    ("cross_entropy-improbable", "the probability is clipped elsewhere", given(-np.log(3e-6))),
    ("cross_entropy-improbable", "the probability is clipped at 1e-7", clipped(1e-7)),
    (
        "cross_entropy-improbable",
        "not offered",
        lambda p, label: 1 / (p.dtype == np.float16) and plain_loss(p, label),
    ),
    ("cross_entropy-unnormalised", "taken as they are", reference.cross_entropy),
    (
        "cross_entropy-unnormalised",
        "divided by their sum first",
        lambda p, label: plain_loss(p / p.sum(), label),
    ),
    (
        "cross_entropy-unnormalised",
        "refused",
        lambda p, label: refusing(ValueError)() if abs(p.sum() - 1) > 1e-6 else 0.0,
    ),
    (
        "cross_entropy-unnormalised",
        "something else",
        lambda p, label: plain_loss(p / max(p.sum(), 1), label),
    ),
    ("cross_entropy-label-minus-1", "counted from the end", plain_loss),
    ("cross_entropy-label-minus-1", "taken for label 0", of_label(lambda label: max(label, 0))),
    ("cross_entropy-label-minus-1", "zero", given(0.0)),
    ("cross_entropy-label-minus-1", "NaN", given(np.nan)),
    ("cross_entropy-label-minus-1", "infinity", given(np.inf)),
    (
        "cross_entropy-label-minus-1",
        "taken for a mask, the losses of all classes",
        lambda p, label: -np.log(p),
    ),
    ("cross_entropy-label-true", "taken for label 1", of_label(int)),
    ("cross_entropy-label-true", "taken for label 0", of_label(lambda label: 0)),
    ("cross_entropy-label-true", "taken for a mask, the losses of all classes", plain_loss),
    ("cross_entropy-label-true", "something else", given(np.zeros(2))),
    ("cross_entropy-label-float", "taken for label 1", of_label(int)),
    (
        "cross_entropy-label-float",
        "taken for a mask, the losses of all classes",
        lambda p, label: -np.log(p),
    ),
    ("cross_entropy-label-float", "refused", plain_loss),
    ("cross_entropy-label-fraction", "rounded down", of_label(int)),
    ("cross_entropy-label-fraction", "rounded up", of_label(lambda label: int(np.ceil(label)))),
    (
        "cross_entropy-label-fraction",
        "taken for a mask, the losses of all classes",
        lambda p, label: -np.log(p),
    ),
]


#: The operations whose answers are shown.
SHOWN = sorted({identity.partition("-")[0] for identity, _, _ in ANSWERS})


@pytest.mark.parametrize("operation", SHOWN)
def test_answers_are_recognised(operation: str) -> None:
    of_it = [one for one in ANSWERS if one[0].partition("-")[0] == operation]
    found = [(identity, due, answer(identity, function)) for identity, due, function in of_it]
    assert [one for one in found if one[1] != one[2]] == []


def test_no_answer_is_untested() -> None:
    known = {(behaviour.id, words) for behaviour in BEHAVIOURS for words in behaviour.answers}
    shown = {(identity, words) for identity, words, _ in ANSWERS}
    untested = {
        (identity, words)
        for identity, words in known - shown
        if words not in DTYPES and not words.startswith("the probability is clipped at")
    }
    assert not untested


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes_are_named(dtype: str) -> None:
    assert answer("softmax-dtype-int64", given(np.zeros(3, dtype))) == dtype


def test_dtypes_of_every_operation_are_named() -> None:
    asked = [identity for identity in BY_ID if "-dtype-" in identity]
    for words, function in (
        ("uint16", given(np.zeros(3, "uint16"))),
        ("refused", refusing(ValueError)),
    ):
        found = {identity: answer(identity, function) for identity in asked}
        assert found == dict.fromkeys(asked, words)


@pytest.mark.parametrize("floor", FLOORS)
def test_places_to_clip_at_are_told_apart(floor: str) -> None:
    words = f"the probability is clipped at {floor}"
    assert answer("cross_entropy-zero", clipped(float(floor))) == words


def test_other_dtypes_are_something_else() -> None:
    assert answer("relu-dtype-float32", given(np.zeros(3, ">f4"))) == "float32"
    assert answer("relu-dtype-float32", given(np.zeros(3, "complex64"))) == UNREADABLE


# --- what is asked, and how ------------------------------------------------------------------


def dtypes_seen(*refused: str) -> list[str]:
    """Return the dtypes in which a ReLU that refuses some of them is asked about NaN."""
    seen = []

    def relu(x: Any) -> Any:
        if x.dtype in refused:
            raise TypeError
        seen.append(x.dtype.name)
        return x

    assert answer("relu-nan", relu) == "NaN"
    return seen[-1:]


def test_questions_are_asked_in_float32_if_it_is_taken() -> None:
    assert dtypes_seen() == ["float32"]
    assert dtypes_seen("float32") == ["float64"]
    assert dtypes_seen("float32", "float64") == ["float16"]


def test_axes_are_fitted() -> None:
    def batches_only(image: Any, filters: Any) -> Any:
        if image.ndim != 4:
            raise ValueError("images must be (N, H, W, C)")
        return reference.conv2d(image, filters)

    found = entries(implementation(conv2d=batches_only))
    answers = {identity: entry["answer"] for identity, entry in found.items()}
    assert answers["conv2d-nan-pixel"] == "those that it takes part in"
    assert answers["conv2d-same-stride-2"] == "not offered"
    assert "something else" not in answers.values()


def test_what_is_not_offered_is_not_asked() -> None:
    def stub(*_arguments: Any) -> Any:
        raise NotImplementedError

    assert entries(implementation()) == {}
    assert entries(implementation(relu=stub)) == {}
    assert {e["operation"] for e in measure(Capabilities(implementation(relu=np.abs)))} == {"relu"}


def test_single_images_have_no_batches() -> None:
    def single(maps: Any) -> Any:
        if maps.ndim != 3:
            raise ValueError("maps must be (H, W, K)")
        return reference.max_pool2d(maps)

    found = entries(implementation(max_pool2d=single))
    assert found["max_pool2d-no-images"]["answer"] == "not offered"
    assert found["max_pool2d-memory"]["answer"] == "not offered"
    assert found["max_pool2d-nan"]["answer"] == "it is NaN"


def test_exceptions_are_named() -> None:
    class OwnError(ValueError):
        pass

    errors = [OwnError, ValueError, IndexError, TypeError]

    def refuse(image: Any, filters: Any, bias: Any = None, *, stride: int = 1) -> Any:
        wrong = image.ndim == 3 and image.shape[2:] != filters.shape[3:]
        if stride == 0 or bias is not None or wrong:
            raise errors.pop()
        return np.zeros(3)

    with mock.patch.object(behaviours, "BEHAVIOURS", [BY_ID["conv2d-refusals"]]):
        (found,) = entries(implementation(conv2d=refuse)).values()
    assert found["raised"] == ["IndexError", "OwnError", "TypeError", "ValueError"]
    assert found["answer"] == "all refused with ValueError, TypeError or IndexError"


def test_exactly_the_own_answers_are_compared() -> None:
    found = entries(implementation(relu=lambda x: np.where(x > 0, x, 0)))["relu-nan"]
    assert found["answer"] == "0"
    assert found["like"] == table()["relu-nan"]["like"]["0"] == ["tinygrad"]
    found = entries(implementation(relu=given(np.zeros(99))))["relu-nan"]
    assert (found["answer"], found["like"]) == ("something else", [])


# --- nothing makes the questions fail --------------------------------------------------------


def wait() -> None:
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0.01)


class Treacherous:
    """Can be read once."""

    def __init__(self) -> None:
        self.reads = 0

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        self.reads += 1
        if self.reads > 1:
            raise SystemExit
        return np.zeros(3)


class Sleeper(Treacherous):
    """Cannot be read to the end twice."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        self.reads += 1
        if self.reads > 1:
            wait()
        return np.zeros(3)


class Masked(np.ndarray[Any, Any]):
    """An array that hides what it is."""

    @property
    def flags(self) -> Any:
        """Raise."""
        raise RuntimeError

    def __array_wrap__(self, *_arguments: Any) -> Any:
        raise RuntimeError


class Pretender(Treacherous):
    """Says that it is an array."""

    @property  # type: ignore[misc]  # it misbehaves on purpose
    def __class__(self) -> Any:
        """Lie."""
        return np.ndarray


class Recluse(Treacherous):
    """Not even its type can be asked for."""

    @property  # type: ignore[misc]  # it misbehaves on purpose
    def __class__(self) -> Any:
        """Raise."""
        raise RuntimeError


class SilentError(Exception):
    """Cannot be printed."""

    def __str__(self) -> str:
        raise RuntimeError


def check_all(function: Function) -> list[dict[str, Any]]:
    """Ask everything about a function that plays every operation."""
    found = measure(Capabilities(implementation(**dict.fromkeys(LAYERS, function))))
    assert [entry["id"] for entry in found] == list(BY_ID)
    for entry in found:
        assert entry["answer"] in (*BY_ID[entry["id"]].answers, *ALWAYS_POSSIBLE)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    return found


VALUES = [
    *(None, "text", b"bytes", "", object(), {}, {"a": 1}, [], [[]], [[1], [2, 3]], set(), Ellipsis),
    *(True, 1, 10**400, -1, 1.5, np.nan, 1j, 1e308, np.float16(65504), np.longdouble(1), range(3)),
    *(np.array("text"), np.array(None), np.datetime64("2020"), np.array([1j]), np.zeros(3, "i,f")),
    *(
        np.ma.masked,
        np.ma.array(np.zeros((1, 4, 1)), mask=True),
        np.zeros(()),
        type,
        len,
        Foreign(7),
    ),
    np.zeros((1, 4, 1)).view(Masked),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_whatever_is_returned(value: Any) -> None:
    check_all(given(value))


SHAPES = [
    *((), (0,), (1,), (3,), (37,), (2, 3), (0, 3), (1, 1, 1), (1, 4, 1), (2, 3, 1), (1, 36, 1)),
    *((6, 6, 1), (2, 3, 2), (3, 4, 3), (2, 2, 3, 2), (5, 1, 1, 1), (1,) * 20),
]


@pytest.mark.parametrize("shape", sample(SHAPES, 4), ids=str)
@pytest.mark.parametrize(
    ("dtype", "number"),
    [
        *((bool, True), ("uint8", 255), ("int64", -(2**63)), ("uint64", 2**64 - 1)),
        *(("float16", np.nan), ("float32", -0.0), ("float64", 1e308), ("float64", -np.inf)),
    ],
)
def test_whatever_array_is_returned(shape: tuple[int, ...], dtype: Any, number: Any) -> None:
    check_all(given(np.full(shape, number, dtype)))


@pytest.mark.parametrize(
    "distort",
    [
        *(lambda x: x[..., np.newaxis], lambda x: x[:0], lambda x: x.T, lambda x: x.tolist()),
        *(lambda x: x.astype(object), lambda x: x > 0, lambda x: x.astype(str), lambda x: x / 0),
    ],
)
def test_whatever_becomes_of_right_results(distort: Function) -> None:
    def distorted(name: str) -> Function:
        right = getattr(reference, name)
        return lambda *arguments, **options: distort(np.asarray(right(*arguments, **options)))

    found = measure(Capabilities(implementation(**{name: distorted(name) for name in LAYERS})))
    assert [entry["id"] for entry in found] == list(BY_ID)


@pytest.mark.parametrize(
    "error",
    [
        *(ValueError, SystemExit, GeneratorExit, StopIteration, MemoryError, RecursionError),
        *(SilentError, Warning, BaseException, BaseExceptionGroup, UnicodeDecodeError),
    ],
)
def test_whatever_is_raised(error: type[BaseException]) -> None:
    found = check_all(refusing(error))
    assert {entry["answer"] for entry in found if "refusals" not in entry["id"]} == {"refused"}


@pytest.mark.parametrize("kind", [Treacherous, Pretender, Recluse])
def test_results_that_are_not_what_they_seem(kind: type[Treacherous]) -> None:
    found = {entry["id"]: entry["answer"] for entry in check_all(lambda *_, **_options: kind())}
    assert found["relu-object"] in (behaviour_questions.FOREIGN, REFUSED)
    assert found["relu-memory"] in (UNREADABLE, REFUSED)


def test_results_that_cannot_be_read_again_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary, "REFUSAL", 0.01)
    assert answer("relu-memory", lambda x: Sleeper()) == UNREADABLE


@by_turns
def test_answers_that_change_every_time() -> None:
    random = np.random.default_rng(0)

    def fickle(*_arguments: Any, **_options: Any) -> Any:
        return random.standard_normal(tuple(random.integers(0, 4, random.integers(0, 5))))

    for _ in range(20):
        check_all(fickle)


def test_exit_and_noise(capfd: pytest.CaptureFixture[str]) -> None:
    def leave(*_arguments: Any, **_options: Any) -> Any:
        print("noise")  # noqa: T201 - what is tested
        os._exit(3)

    check_all(leave)
    assert capfd.readouterr().out == ""


def test_calls_that_do_not_return(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary, "REFUSAL", 0.01)

    def hang_if_empty(x: Any) -> Any:
        if not x.size:
            wait()
        return np.maximum(x, 0)

    found = entries(implementation(relu=hang_if_empty))
    assert found["relu-empty"]["answer"] == "no answer in time"
    assert found["relu-nan"]["answer"] == "NaN"


def test_operations_that_never_return() -> None:
    slow = implementation(relu=lambda x: wait(), conv2d=reference.conv2d)
    slow.time_limit = 0.1
    found = entries(slow)
    lost = {entry["answer"] for entry in found.values() if entry["operation"] == "relu"}
    assert lost == {"not asked, because earlier calls did not return"}
    assert found["conv2d-nan-pixel"]["answer"] == "those that it takes part in"


def test_refusals_that_do_not_return() -> None:
    def hang_on_stride_0(maps: Any, size: int = 2, stride: int | None = None) -> Any:
        if stride == 0:
            wait()
        return reference.max_pool2d(maps, size, stride)

    slow = implementation(max_pool2d=hang_on_stride_0)
    slow.time_limit = 0.1
    assert entries(slow)["max_pool2d-refusals"]["answer"] == "no answer in time"


# --- cost ------------------------------------------------------------------------------------


def test_the_reference_is_measured_by_few_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    call = Implementation.call

    def counted(judged: Implementation, operation: str, *given: Any, **how: Any) -> Any:
        calls.append(operation)
        return call(judged, operation, *given, **how)

    monkeypatch.setattr(Implementation, "call", counted)
    measure(Capabilities(load()))
    assert 10 * len(LAYERS) < len(calls) < 45 * len(LAYERS)


def test_the_same_answers_every_time() -> None:
    capabilities = Capabilities(load())
    first = json.dumps(measure(capabilities))
    assert json.dumps(measure(capabilities)) == first
    assert json.dumps(measure(Capabilities(load()))) == first


def test_arguments_are_left_for_the_next() -> None:
    def spoil(*arguments: Any, **_options: Any) -> Any:
        for argument in arguments:
            if isinstance(argument, np.ndarray):
                argument.fill(7)
        return np.zeros(3)

    before = json.dumps(measure(Capabilities(load())))
    check_all(spoil)
    assert json.dumps(measure(Capabilities(load()))) == before
