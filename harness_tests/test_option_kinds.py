"""Kinds of values: which of an option's are offered, found out on small implementations."""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnspec.declaration.case import Case
from cnnspec.declaration.parameters import Kind, kind
from cnnspec.run.check import check
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.processes.channel import Frames, FromSuite, Garbled, ToOwnCode
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import implementation

Maps = np.ndarray[Any, Any]

IMAGE, FILTERS = np.arange(63.0).reshape(7, 9) % 5, np.arange(18.0).reshape(2, 3, 3) % 4


def convolved(
    image: Any, filters: Any, margins: Any = ((0, 0), (0, 0)), steps: Any = (1, 1), spread: int = 1
) -> Maps:
    """Return the maps of images of any number of axes, by whatever options."""
    image, filters = np.asarray(image), np.asarray(filters)
    gray = image.ndim == 2
    if gray:
        image, filters = image[..., None], filters[..., None]
    if image.ndim == 4:
        return np.stack([convolved(one, filters, margins, steps, spread) for one in image])
    if image.shape[-1] != filters.shape[-1]:
        raise ValueError("other channels")
    image = np.pad(image, (*margins, (0, 0)))
    size = (filters.shape[1] - 1) * spread + 1
    rows, columns = image.shape[0] - size + 1, image.shape[1] - size + 1
    return np.array(
        [
            [
                np.einsum("abc,kabc", image[i : i + size : spread, j : j + size : spread], filters)
                for j in range(0, columns, steps[1])
            ]
            for i in range(0, rows, steps[0])
        ]
    )


def margins_of(image: Any, filters: Any, padding: Any) -> Any:
    """Return the zeros on each side, of all kinds of padding."""
    if isinstance(padding, str):
        padding = {"valid": 0, "same": np.shape(filters)[1] // 2}[padding]
    pair = (padding, padding) if isinstance(padding, int) else padding
    return tuple((one, one) if isinstance(one, int) else one for one in pair)


# --- implementations of every kind ---------------------------------------------------------------


def everything(image: Any, filters: Any, *, stride: Any = 1, padding: Any = "valid") -> Maps:
    steps = (stride, stride) if isinstance(stride, int) else stride
    return convolved(image, filters, margins_of(image, filters, padding), steps)


def words_only(image: Any, filters: Any, *, padding: str = "valid") -> Maps:
    if padding not in ("valid", "same"):
        raise ValueError(f"no padding {padding!r}")
    return convolved(image, filters, margins_of(image, filters, padding))


def numbers_only(image: Any, filters: Any, *, padding: int = 0) -> Maps:
    return convolved(image, filters, ((padding, padding), (padding, padding)))


def numbers_ignored(image: Any, filters: Any, *, padding: int = 0) -> Maps:
    return convolved(image, filters)


def ordinary(image: Any, filters: Any, *, padding: Any = "valid") -> Maps:
    """Take all but one word for the other, as most code does."""
    margin = (np.shape(filters)[1] - 1) // 2 if padding == "same" else 0
    return convolved(image, filters, ((margin, margin), (margin, margin)))


def ordinary_same(image: Any, filters: Any, *, padding: Any = "valid") -> Maps:
    margin = 0 if padding == "valid" else (np.shape(filters)[1] - 1) // 2
    return convolved(image, filters, ((margin, margin), (margin, margin)))


def crashing_on_words(image: Any, filters: Any, *, padding: Any = "valid") -> Maps:
    return words_only(image, filters, padding=padding.lower())


def pairs_by_default(image: Any, filters: Any, *, padding: Any = (0, 0)) -> Maps:
    up, left = padding
    return convolved(image, filters, ((up, up), (left, left)))


def wrong_pairs(image: Any, filters: Any, *, padding: Any = "valid") -> Maps:
    """Take pairs, the other way round."""
    margins = margins_of(image, filters, padding)
    return convolved(image, filters, margins[::-1])


def square_stride(image: Any, filters: Any, *, stride: int = 1) -> Maps:
    return convolved(image, filters, steps=(int(stride), int(stride)))


def first_of_stride(image: Any, filters: Any, *, stride: Any = 1) -> Maps:
    step = stride if isinstance(stride, int) else stride[0]
    return convolved(image, filters, steps=(step, step))


def some_strides(image: Any, filters: Any, *, stride: Any = 1) -> Maps:
    steps = (stride, stride) if isinstance(stride, int) else stride
    if steps[0] > steps[1]:
        raise ValueError("no such stride")
    return convolved(image, filters, steps=steps)


WORD, NUMBERS, PAIR, NESTED = "same", 1, (1, 2), ((1, 0), (0, 2))


@pytest.mark.parametrize(
    ("conv2d", "option", "offered", "absent"),
    [
        (everything, "padding", (WORD, NUMBERS, PAIR, NESTED), ()),
        (words_only, "padding", (WORD,), (NUMBERS, PAIR, NESTED)),
        (numbers_only, "padding", (NUMBERS, 0), (WORD, PAIR, NESTED)),
        (numbers_ignored, "padding", (NUMBERS, WORD, PAIR, NESTED), ()),
        (ordinary, "padding", (WORD, "valid"), (NUMBERS, 0, PAIR, NESTED)),
        (ordinary_same, "padding", (WORD, "valid"), (NUMBERS, PAIR, NESTED)),
        (crashing_on_words, "padding", (WORD,), (NUMBERS, PAIR, NESTED)),
        (pairs_by_default, "padding", (PAIR,), (WORD, NUMBERS)),
        (wrong_pairs, "padding", (WORD, NUMBERS, PAIR, NESTED), ()),
        (everything, "stride", (2, (2, 1)), ()),
        (square_stride, "stride", (2,), ((2, 1),)),
        (first_of_stride, "stride", (2, (2, 1)), ()),
        (some_strides, "stride", (2, (2, 1), (1, 2)), ()),
    ],
)
def test_kinds_that_are_offered(
    conv2d: Callable[..., Maps], option: str, offered: tuple[Any, ...], absent: tuple[Any, ...]
) -> None:
    capabilities = Capabilities(implementation(conv2d=conv2d))
    for value in (*offered, *absent):
        lacking = capabilities.lacks(case(**{option: value}))
        assert bool(lacking) == (value in absent), (value, lacking)


def case(**options: Any) -> Case:
    return Case("one", "conv2d", {"image": IMAGE, "filters": FILTERS, **options})


def test_what_is_absent_is_said_in_words() -> None:
    capabilities = Capabilities(implementation(conv2d=ordinary))
    assert capabilities.lacks(case(padding=2)) == "conv2d does not take padding by a number"
    assert capabilities.kinds.notes == [
        "conv2d does not take padding by a number: all of it is answered as without padding"
    ]
    same = Capabilities(implementation(conv2d=ordinary_same))
    assert same.lacks(case(padding=2))
    assert same.kinds.notes[0].endswith("all of it is answered as with padding='same'")


def test_what_is_refused_needs_no_note() -> None:
    capabilities = Capabilities(implementation(conv2d=words_only))
    assert capabilities.lacks(case(padding=2))
    assert not capabilities.kinds.notes


def test_one_kind_is_probed_once() -> None:
    counted: list[Any] = []

    def conv2d(image: Any, filters: Any, *, padding: Any = "valid") -> Maps:
        counted.append(padding)
        return words_only(image, filters, padding=padding)

    capabilities = Capabilities(implementation(conv2d=conv2d))
    assert capabilities.lacks(case(padding=2))
    before = len(counted)
    assert capabilities.lacks(case(padding=1))
    assert len(counted) == before


def test_the_plain_kind_is_not_probed() -> None:
    counted: list[Any] = []

    def conv2d(image: Any, filters: Any, *, padding: int = 0) -> Maps:
        counted.append(padding)
        return numbers_only(image, filters, padding=padding)

    assert not Capabilities(implementation(conv2d=conv2d)).lacks(case(padding=3))
    assert set(counted) == {0}


def test_a_value_of_no_kind_is_left_to_the_refusals() -> None:
    capabilities = Capabilities(implementation(conv2d=words_only))
    for value in (1.5, [1, 2, 3], ((1, 2), 3), True):
        assert not capabilities.lacks(case(padding=value)), value


# --- options that code may take and not offer ----------------------------------------------------


def dilated(image: Any, filters: Any, *, dilation: int = 1) -> Maps:
    return convolved(image, filters, spread=dilation)


def dilation_ignored(image: Any, filters: Any, *, dilation: int = 1) -> Maps:
    return convolved(image, filters)


def dilation_unwritten(image: Any, filters: Any, *, dilation: int = 1) -> Maps:
    if dilation != 1:
        raise NotImplementedError
    return convolved(image, filters)


def dilation_denied(image: Any, filters: Any, *, dilation: int = 1) -> Maps:
    if dilation != 1:
        raise ValueError("dilation is always 1")
    return convolved(image, filters)


def dilation_crashes(image: Any, filters: Any, *, dilation: int = 1) -> Maps:
    return convolved(image, filters)[[0, 0][dilation - 1] :]


def dilation_refused_in_part(image: Any, filters: Any, *, dilation: int = 1) -> Maps:
    if dilation > 2:
        raise ValueError("too far apart")
    return convolved(image, filters, spread=dilation)


def swallowed(image: Any, filters: Any, **_options: Any) -> Maps:
    return convolved(image, filters)


def passed_on(image: Any, filters: Any, **options: Any) -> Maps:
    return convolved(image, filters, spread=options.get("dilation", 1))


def no_such_keyword(image: Any, filters: Any, **options: Any) -> Maps:
    return square_stride(image, filters, **options)


@pytest.mark.parametrize(
    ("conv2d", "is_offered"),
    [
        (dilated, True),
        (dilation_ignored, True),  # and fails
        (dilation_unwritten, False),
        (dilation_denied, False),
        (dilation_crashes, True),
        (dilation_refused_in_part, True),
        (swallowed, False),
        (passed_on, True),
        (no_such_keyword, False),
    ],
)
def test_an_option_that_may_be_absent(conv2d: Callable[..., Maps], is_offered: bool) -> None:
    capabilities = Capabilities(implementation(conv2d=conv2d))
    assert bool(capabilities.lacks(case(dilation=2))) != is_offered
    assert not capabilities.lacks(case())


def test_what_is_swallowed_is_noted() -> None:
    capabilities = Capabilities(implementation(conv2d=swallowed))
    assert capabilities.lacks(case(dilation=2)) == "conv2d does not take dilation"
    assert "without naming it" in capabilities.kinds.notes[0]
    # What was always an option is not: whoever swallows it fails.
    assert not capabilities.lacks(case(stride=2))
    assert not capabilities.lacks(case(padding="same"))


# --- the way to the implementation ---------------------------------------------------------------


MESSAGE = {
    "tuples": {"padding": ((1, 0), (0, 2)), "stride": (2, 1), "shape": [1, 2], "none": ()},
    "arrays": [np.arange(6).reshape(3, 2).T.astype(dtype) for dtype in ("uint8", ">f4", "bool")],
    "without axes": np.array(2.5),
    "empty": np.zeros((0, 3), "float16"),
    "numbers": (np.float32(0.1), np.int8(-3), np.bool_(True), math.inf, 2**70, None),
    "text": "é",
}

WAYS = {"to the suite": (Frames, Frames), "from the suite": (ToOwnCode, FromSuite)}


def _told(value: object) -> object:
    """Return what there is to compare: numbers with their kinds."""
    if isinstance(value, np.ndarray | np.generic):
        return type(value), value.dtype, value.shape, value.tolist()
    if isinstance(value, dict):
        return {key: _told(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [_told(one) for one in value]
    return type(value), value


@pytest.mark.parametrize("way", WAYS)
def test_messages_arrive_as_they_were(way: str) -> None:
    sends, reads = WAYS[way]
    received, taken = bytearray(), []
    for byte in sends().encode(MESSAGE) + sends().encode({"next": 1}):
        received.append(byte)
        taken += [message for message in [reads().take(received)] if message is not None]
    assert _told(taken[0]) == _told(MESSAGE)
    assert taken[1:] == [{"next": 1}]
    assert not received


@pytest.mark.parametrize("way", WAYS)
def test_objects_cannot_be_sent(way: str) -> None:
    with pytest.raises(TypeError, match="cannot hold object"):
        WAYS[way][0]().encode({"value": object()})


def test_the_suite_reads_nothing_that_only_it_may_send() -> None:
    with pytest.raises(Garbled):
        Frames().take(bytearray(ToOwnCode().encode({"value": 1})))


FILE = """
import numpy as np
def conv2d(image, filters, bias=None, *, padding={default!r}):
    padding = {{"valid": 0, "same": 1}}.get(padding, padding)
    assert isinstance(padding, int), "a number"
    image = np.pad(image, ((padding, padding), (padding, padding), (0, 0))[: image.ndim])
    rows, columns = image.shape[0] - 2, image.shape[1] - 2
    each = "abc,kabc" if image.ndim == 3 else "ab,kab"
    return np.array([[np.einsum(each, image[i:i + 3, j:j + 3], filters)
                      for j in range(columns)] for i in range(rows)])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="processes of their own are seen on Unix")
@pytest.mark.parametrize(("default", "kind"), [(0, "number"), ("valid", "word")])
def test_defaults_are_known_of_code_in_another_process(
    tmp_path: Path, default: Any, kind: str
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(FILE.format(default=default), "utf-8")
    judged = load(str(file))
    try:
        assert judged.offers["conv2d"].kinds == {"padding": kind}
        capabilities = Capabilities(judged)
        assert not capabilities.lacks(case(padding=1))
        assert not capabilities.lacks(case(padding="same"))
        assert capabilities.lacks(case(padding=(1, 2)))
    finally:
        judged.close()


def test_the_report_says_which_kinds_are_not_tested() -> None:
    report = check(implementation(conv2d=numbers_only), modules=["test_conv2d"], select="CONV-07")
    notes = report["implementation"]["notes"]
    assert "conv2d does not take padding by words, which is not tested" in notes


def test_kinds_hold_their_own_values() -> None:
    def of(name: str) -> Kind:
        return kind("padding", name, name)

    for name, held in {
        "number": (1, 0, -3, np.int64(4)),
        "pair": ((1, 2), [0, 0]),
        "nested pairs": (((1, 2), (3, 4)), [[0, 0], (1, 1)]),
        "word": ("same",),
        "switch": (True, False),
    }.items():
        for other in ("number", "pair", "nested pairs", "word", "switch"):
            for value in held:
                assert of(other).holds(value) == (other == name), (other, value)
