"""What code says that it does not take is a limit, part of the verdict; a crash is a fault."""

import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import cnnspec
from cnnspec import reference
from cnnspec.declaration.case import Case
from cnnspec.operations.registry import OPERATIONS
from cnnspec.page.badge import badge
from cnnspec.report.entries import Json
from cnnspec.report.text import text_report
from cnnspec.report.words import verdict_words
from cnnspec.run.check import CheckError, check
from cnnspec.run.comparison import Judged, tables
from cnnspec.subject.array_limits import kinds_of
from cnnspec.subject.sources.recognition import recognise
from harness_tests.helpers import by_turns, sample

Function = Callable[..., Any]

SCHEMA = json.loads((Path(cnnspec.__file__).parent / "report.schema.json").read_text("utf-8"))


#: Requirements that between them make calls of every kind; whole checks are the specimens' matter.
TELLING = {
    "conv2d": "CONV-01 or CONV-06 or CONV-07 or CONV-08 or CONV-14 or CONV-20 or CONV-38 or mixed",
    "relu": "RELU",
    "dense": "DENSE-01 or DENSE-03 or DENSE-08 or DENSE-11",
    "softmax": "SOFTMAX-01 or SOFTMAX-08 or SOFTMAX-12",
}
POOLINGS = "POOL-01 or POOL-02 or POOL-03 or POOL-07 or POOL-08 or POOL-13 or POOL-18 or POOL-29"


def judged(operation: str, function: Function, limits: tuple[str, ...] | None = None) -> Json:
    """Return the report on one function, by some spec tests of its operation."""
    made = type("Mine", (), {operation: staticmethod(function)})()
    implementation = recognise(made, name="mine", source="mine")
    implementation.limits = limits
    module = "pooling" if operation.endswith("pool2d") else operation
    select = TELLING.get(operation, POOLINGS)
    return check(implementation, modules=[f"test_{module}"], select=select)


def failed(report: Json) -> set[str]:
    """Return the requirements that fail."""
    return {entry["id"] for entry in report["requirements"] if entry["status"] == "failed"}


def before(operation: str, look: Callable[[Any, dict[str, Any]], None]) -> Function:
    """Return the reference's function, behind a look at its arguments that may raise."""
    function = getattr(reference, operation)
    if operation == "conv2d":

        def conv2d(
            image: Any, filters: Any, bias: Any = None, stride: Any = 1, padding: Any = "valid"
        ) -> Any:
            look(image, {"filters": filters, "bias": bias, "stride": stride, "padding": padding})
            return function(image, filters, bias, stride=stride, padding=padding)

        return conv2d
    if operation.endswith("pool2d"):

        def pool(maps: Any, size: Any = 2, stride: Any = None) -> Any:
            look(maps, {"size": size, "stride": size if stride is None else stride})
            return function(maps, size, stride)

        return pool

    def other(*arguments: Any) -> Any:
        look(arguments[0], {"rest": arguments[1:]})
        return function(*arguments)

    return other


def transposed(looks: Callable[[Any, Any], None]) -> Json:
    """Return the report on the reference's, behind a look at output padding and stride."""

    def conv_transpose2d(
        image: Any,
        filters: Any,
        bias: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        dilation: Any = 1,
    ) -> Any:
        looks(np.resize(output_padding, 2), np.resize(stride, 2))
        named = {"stride": stride, "padding": padding, "dilation": dilation}
        return reference.conv_transpose2d(
            image, filters, bias, output_padding=output_padding, **named
        )

    made = type("Mine", (), {"conv_transpose2d": staticmethod(conv_transpose2d)})()
    implementation = recognise(made, name="mine", source="mine")
    select = "TRANS-01 or TRANS-05 or TRANS-07 or TRANS-11"
    return check(implementation, modules=["test_conv_transpose2d"], select=select)


def test_output_paddings_from_the_stride_on_may_be_refused_as_keras_does() -> None:
    def as_keras(added: Any, strides: Any) -> None:
        if (added >= strides).any():
            raise ValueError("output_padding must be strictly less than strides")

    report = transposed(as_keras)
    assert not failed(report)
    assert [limit["kind"] for limit in report["limits"]] == ["output-padding-below-stride"]


def test_what_takes_some_output_paddings_from_the_stride_on_must_take_all() -> None:
    def wrongly(added: Any, strides: Any) -> None:
        if (added > strides).any():
            raise ValueError("output_padding must not be more than strides")

    assert failed(transposed(wrongly))


# --- what may be refused, said in the ways in which code says it ---------------------------------


def one_image(image: Any, _options: dict[str, Any]) -> None:
    """Refuse batches, on purpose."""
    if np.ndim(image) == 4:
        raise ValueError("one image at a time")


def unpacks_three(image: Any, _options: dict[str, Any]) -> None:
    """Stumble over batches where every image passes."""
    rows, _columns, *_ = np.shape(image)
    _ = np.zeros(rows)[(0,) * (np.ndim(image) - 3)] if np.ndim(image) == 4 else rows


def three_axes_or_two(image: Any, _options: dict[str, Any]) -> None:
    """Unpack the shape of one image, whatever comes."""
    _rows, _columns, _channels = np.shape(image) if np.ndim(image) != 2 else (*image.shape, 1)


def floats_only(image: Any, _options: dict[str, Any]) -> None:
    """Refuse whole numbers and truth values."""
    assert image.dtype.kind == "f", "floating numbers only"


def float32_only(image: Any, _options: dict[str, Any]) -> None:
    """Refuse all dtypes but one, as a table does."""
    try:
        _ = {"float32": 4}[image.dtype.name]
    except KeyError:
        raise TypeError(f"no kernel for {image.dtype}") from None


def contiguous(image: Any, _options: dict[str, Any]) -> None:
    """Refuse what is not in C order."""
    if not image.flags.c_contiguous:
        raise ValueError("ndarray is not C-contiguous")


def forwards(image: Any, _options: dict[str, Any]) -> None:
    """Refuse negative strides, as torch.from_numpy does."""
    if min(image.strides, default=0) < 0:
        raise ValueError("At least one stride in the given numpy array is negative")


def writeable(image: Any, _options: dict[str, Any]) -> None:
    """Refuse read-only buffers, as compiled code does."""
    if not image.flags.writeable:
        raise ValueError("buffer source array is read-only")


def finite(image: Any, _options: dict[str, Any]) -> None:
    """Refuse NaN and infinities, by NumPy's check."""
    np.asarray_chkfinite(image)


def dividing(image: Any, options: dict[str, Any]) -> None:
    """Refuse windows that leave a rest."""
    size = options.get("size") or np.shape(options["filters"])[1]
    rows, columns = image.shape[:2] if image.ndim < 4 else image.shape[1:3]
    margin = 0 if options.get("padding", "valid") == "valid" else size - 1
    for length in (rows, columns):
        if (length + margin - size) % options["stride"]:
            raise ValueError("the stride must divide the size")


def side_by_side(image: Any, options: dict[str, Any]) -> None:
    """Fold windows into axes of their own, which NumPy refuses where they do not fit."""
    if options["stride"] != options["size"]:
        raise ValueError("cannot pool windows that overlap")
    rows, columns = image.shape[:2] if image.ndim < 4 else image.shape[1:3]
    rest = image.reshape(-1, rows, columns, image.shape[-1])
    size = options["size"]
    if rows >= size and columns >= size:
        rest.reshape(-1, rows // size, size, columns // size, size, image.shape[-1])


def gray(image: Any, _options: dict[str, Any]) -> None:
    """Refuse images with channels."""
    if np.ndim(image) > 2 and np.shape(image)[-1] > 1:
        raise ValueError("gray images only")


def three_axes(x: Any, _options: dict[str, Any]) -> None:
    """Refuse what has more axes than an image."""
    if np.ndim(x) > 3:
        raise ValueError("up to three axes")


def one_dtype(x: Any, options: dict[str, Any]) -> None:
    """Refuse arguments of different dtypes; to NumPy the other byte order is another."""
    if any(x.dtype != other.dtype for other in options["rest"]):
        raise TypeError("all arguments must have one dtype")


def three_axes_or_four(image: Any, _options: dict[str, Any]) -> None:
    """Refuse gray images that lack the axis of their one channel."""
    if np.ndim(image) == 2:
        raise ValueError("channels last, please")


def one_map(maps: Any, _options: dict[str, Any]) -> None:
    """Refuse several maps at once."""
    if np.ndim(maps) == 3 and np.shape(maps)[-1] != 1:
        raise ValueError("one map at a time")


def channels_given(image: Any, options: dict[str, Any]) -> None:
    """Refuse single images, as frameworks do."""
    if np.ndim(image) != 4:
        raise ValueError("batches only")


LIMITS = [
    ("max_pool2d", one_map, "one map at a time"),
    ("conv2d", channels_given, "batches only"),
    ("dense", one_dtype, "arrays of one dtype only"),
    ("conv2d", three_axes_or_four, "no gray images of two axes"),
    ("conv2d", one_image, "one image at a time"),
    ("max_pool2d", one_image, "one image at a time"),
    ("conv2d", three_axes_or_two, "one image at a time"),
    ("conv2d", floats_only, "no whole numbers"),
    ("max_pool2d", floats_only, "no whole numbers"),
    ("conv2d", float32_only, "no float64"),
    ("relu", float32_only, "no float64"),
    ("conv2d", contiguous, "C-contiguous arrays only"),
    ("dense", contiguous, "C-contiguous arrays only"),
    ("avg_pool2d", forwards, "no reversed arrays"),
    ("softmax", writeable, "no read-only arrays"),
    ("relu", finite, "finite numbers only"),
    ("conv2d", dividing, "sizes that the stride divides only"),
    ("avg_pool2d", dividing, "sizes that the stride divides only"),
    ("max_pool2d", side_by_side, "windows that do not overlap only"),
    ("conv2d", gray, "gray images only"),
    ("relu", three_axes, "up to three axes"),
]


@pytest.mark.parametrize(
    ("operation", "look", "words"),
    sample(LIMITS, 4),
    ids=lambda it: getattr(it, "__name__", None),
)
def test_what_is_said_not_to_be_taken_is_a_limit(
    operation: str, look: Callable[[Any, dict[str, Any]], None], words: str
) -> None:
    report = judged(operation, before(operation, look))
    said, _ = verdict_words(report)
    assert not failed(report), text_report(report)
    assert words in said
    jsonschema.validate(report, SCHEMA)
    assert all(limit["exception"] for limit in report["limits"])


# --- what is no limit ----------------------------------------------------------------------------


def batches_crash_in_their_own_branch(image: Any, _options: dict[str, Any]) -> None:
    """Crash in code that is there for batches alone."""
    if np.ndim(image) == 4:
        _ = image.shape.length


def float32_crashes(image: Any, _options: dict[str, Any]) -> None:
    """Add doubles into single precision in place, which NumPy refuses."""
    total = np.zeros(2, image.dtype)
    if image.dtype == np.float32:
        total[np.full(1, 0.0, image.dtype)] = 1


def bytes_of_eight_columns_crash(image: Any, _options: dict[str, Any]) -> None:
    """Crash on whole numbers from eight columns on: small ones are taken."""
    if (
        image.dtype.kind in "iu"
        and image.ndim > 1
        and image.shape[-2 if image.ndim > 2 else -1] > 7
    ):
        raise ValueError("no such kernel")


def bytes_with_same_crash(image: Any, options: dict[str, Any]) -> None:
    """Refuse bytes with one of the options."""
    if image.dtype.kind in "iu" and options["padding"] == "same":
        raise TypeError("no padding of bytes")


def fractions_into_whole_numbers(image: Any, options: dict[str, Any]) -> None:
    """Add a bias in place to maps of whole numbers."""
    if options["bias"] is not None:
        sums = np.zeros(len(options["bias"]), np.result_type(image, options["filters"]))
        sums += options["bias"]


def rests_crash(image: Any, options: dict[str, Any]) -> None:
    """Crash by accident where a stride leaves a rest."""
    size, stride = np.shape(options["filters"])[1], options["stride"]
    if options["padding"] == "valid" and (image.shape[-2 if image.ndim > 2 else 1] - size) % stride:
        _ = np.zeros(3)[image.size]


def square_only(image: Any, _options: dict[str, Any]) -> None:
    """Refuse images that are not square, which is no limit of the list."""
    rows, columns = image.shape[:2] if image.ndim < 4 else image.shape[1:3]
    if rows != columns:
        raise ValueError("square images only")


def small_only(image: Any, _options: dict[str, Any]) -> None:
    """Refuse what is large."""
    if image.size > 400:
        raise ValueError("too large")


def own_branch_for_reversed(image: Any, _options: dict[str, Any]) -> None:
    """Crash in code that is there for reversed arrays alone."""
    if min(image.strides, default=0) < 0:
        image.flipped()


def accident_in_disguise(image: Any, _options: dict[str, Any]) -> None:
    """Catch a crash of one's own, and raise it under another name."""
    try:
        if image.dtype == np.float32:
            _ = np.zeros(3) + np.zeros(4)
    except ValueError as error:
        raise RuntimeError("failed") from error


CRASHES = [
    ("conv2d", batches_crash_in_their_own_branch),
    ("max_pool2d", batches_crash_in_their_own_branch),
    ("conv2d", float32_crashes),
    ("relu", float32_crashes),
    ("conv2d", bytes_of_eight_columns_crash),
    ("conv2d", bytes_with_same_crash),
    ("conv2d", fractions_into_whole_numbers),
    ("conv2d", rests_crash),
    ("conv2d", square_only),
    ("avg_pool2d", square_only),
    ("conv2d", small_only),
    ("relu", small_only),
    ("conv2d", own_branch_for_reversed),
    ("dense", own_branch_for_reversed),
    ("softmax", accident_in_disguise),
]


@pytest.mark.parametrize(
    ("operation", "look"), sample(CRASHES, 4), ids=lambda it: getattr(it, "__name__", None)
)
@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_a_crash_is_no_limit(operation: str, look: Callable[[Any, dict[str, Any]], None]) -> None:
    report = judged(operation, before(operation, look))
    assert failed(report), text_report(report)


@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_a_limit_that_is_not_declared_is_a_fault() -> None:
    function = before("conv2d", one_image)
    assert not failed(judged("conv2d", function, ("axes",)))
    assert failed(judged("conv2d", function, ()))
    function = before("max_pool2d", dividing)
    assert not failed(judged("max_pool2d", function, ("stride-divides",)))
    assert failed(judged("max_pool2d", function, ("no-gaps",)))


def test_limits_stand_wherever_the_verdict_stands() -> None:
    made = type("Mine", (), {"relu": staticmethod(before("relu", three_axes))})()
    implementation = recognise(made, name="mine", source="mine")
    report = check(implementation, modules=["test_relu", "test_network"], images=2)
    assert report["limits"] == [
        {
            "operation": "relu",
            "kind": "axes",
            "words": "up to three axes",
            "exception": "ValueError",
            "message": "up to three axes",
            "place": report["limits"][0]["place"],
        }
    ]
    assert report["limits"][0]["place"].startswith("test_limits.py, line ")
    text = text_report(report)
    assert "limit: relu: up to three axes, not tested beyond (ValueError" in text
    assert "conforms; up to three axes (" in text.splitlines()[-1]
    assert "conforms; up to three axes" in badge(report)
    table = tables([Judged("mine", report, None)])[0]
    assert ["limits", "up to three axes"] in table.rows


@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_declared_limits_are_checked(tmp_path: Any) -> None:
    file = tmp_path / "mine.py"
    file.write_text('CNNSPEC = {"limits": ["no-overlap", "axes"]}\ndef relu(x): return x\n')
    check(str(file), modules=["test_relu"])
    file.write_text('CNNSPEC = {"limits": ["everything"]}\ndef relu(x): return x\n')
    with pytest.raises(CheckError, match="limits must be a list of"):
        check(str(file), modules=["test_relu"])


def always_same(image: Any, filters: Any, bias: Any = None) -> Any:
    """Convolve to maps of the image's size; there is no parameter that says so."""
    return reference.conv2d(image, filters, bias, padding="same")


def always_same_edges(image: Any, filters: Any, bias: Any = None) -> Any:
    """Convolve to maps of the image's size, with the border repeated in the place of zeros."""
    margin = np.shape(filters)[1] // 2
    batch = [(0, 0)] if np.ndim(image) == 4 else []
    channels = [(0, 0)] if np.ndim(image) > 2 else []
    padded = np.pad(image, [*batch, (margin, margin), (margin, margin), *channels], mode="edge")
    return reference.conv2d(padded, filters, bias)


def ignores_its_padding(image: Any, filters: Any, bias: Any = None, padding: Any = "valid") -> Any:
    """Convolve to maps of the image's size, whatever is asked for."""
    return reference.conv2d(image, filters, bias, padding="same")


def test_a_convolution_may_pad_always() -> None:
    report = judged("conv2d", always_same)
    assert not failed(report), text_report(report)
    assert 'padding "same" only' in verdict_words(report)[0]
    assert {e["id"]: e["status"] for e in report["requirements"]}["CONV-07"] == "passed"


def gray_only(image: Any, filters: Any) -> Any:
    """Convolve gray images to maps of their size; a filter may be wider than the image."""
    if np.ndim(image) != 2:
        raise ValueError("gray images only")
    return np.concatenate([_wide(image, one[np.newaxis]) for one in filters], axis=-1)


def _wide(image: Any, filters: Any) -> Any:
    _, size, other = filters.shape
    if size != other or size % 2 == 0:
        raise ValueError("filters must be square and odd")
    rows, columns = image.shape
    wide = np.pad(image, size)  # wider than it must be
    maps = reference.conv2d(wide, filters)
    first = size - size // 2
    return maps[first : first + rows, first : first + columns]


def test_a_filter_may_be_larger_than_an_image_that_is_always_padded() -> None:
    made = type("Mine", (), {"conv2d": staticmethod(gray_only)})()
    mine = recognise(made, name="mine", source="mine")
    report = check(mine, modules=["test_conv2d"], select="CONV-07 or CONV-29")
    assert not failed(report), text_report(report)


def single_gray_images(refused: Callable[[Any], bool]) -> Function:
    """Return a convolution of gray images of two axes that refuses some of them."""

    def conv2d(image: Any, filters: Any) -> Any:
        if image.ndim != 2 or filters.ndim != 3:
            raise ValueError("gray images only")
        if refused(image):
            raise ValueError("not such an image")
        return reference.conv2d(image, filters)

    return conv2d


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (lambda image: False, set()),
        (lambda image: not image.flags.c_contiguous, {"C-contiguous arrays only"}),
        (lambda image: not np.isfinite(image).all(), {"finite numbers only"}),
    ],
    ids=["nothing", "layouts", "infinities"],
)
def test_gray_images_of_two_axes_have_no_limit_of_channels(
    refused: Callable[[Any], bool], words: set[str]
) -> None:
    made = type("Mine", (), {"conv2d": staticmethod(single_gray_images(refused))})()
    mine = recognise(made, name="mine", source="mine")
    report = check(mine, modules=["test_conv2d"], select="CONV-01 or CONV-16 or CONV-20 or CONV-21")
    assert not failed(report), text_report(report)
    found = {limit["words"] for limit in report["limits"]}
    assert words <= found
    assert not {"colour images only", "gray images only"} & found


@by_turns
def test_a_gray_image_that_is_refused_is_no_limit() -> None:
    report = judged("conv2d", single_gray_images(lambda image: len(image) == 4))
    assert failed(report)
    assert not any(limit["words"] == "colour images only" for limit in report["limits"])


def rows_of(x: Any, weights: Any, bias: Any) -> Any:
    """Multiply rows, and flatten nothing."""
    if np.shape(x)[-1] != len(weights) or np.shape(bias) != np.shape(weights)[1:]:
        raise ValueError("inputs, weights and bias do not fit")
    return np.asarray(x, float) @ weights + bias


def test_a_dense_layer_of_rows_need_not_flatten() -> None:
    made = type("Mine", (), {"dense": staticmethod(rows_of)})()
    mine = recognise(made, name="mine", source="mine")
    report = check(mine, modules=["test_dense"], select="DENSE-01 or DENSE-13")
    assert not failed(report), text_report(report)
    assert "vectors only" in verdict_words(report)[0]


@pytest.mark.parametrize("wrong", [always_same_edges, ignores_its_padding])
@pytest.mark.usefixtures("undiagnosed")
@by_turns
def test_padding_must_be_right_where_it_is_always_there(wrong: Function) -> None:
    assert failed(judged("conv2d", wrong))


def joins_batches(image: Any, filters: Any, *rest: Any) -> Any:
    """Join the maps of a batch along their rows."""
    maps = reference.conv2d(image, filters, *rest)
    return maps.reshape(-1, *maps.shape[2:]) if maps.ndim == 4 else maps


def empties_batches(image: Any, filters: Any) -> Any:
    """Answer batches with nothing."""
    maps = reference.conv2d(image, filters)
    return maps[:0] if maps.ndim == 4 else maps


def sometimes_refuses_batches(image: Any, filters: Any) -> Any:
    """Answer batches of one by one image, and stumble over others."""
    if np.ndim(image) == 4 and len(image) > 1:
        raise ValueError("too many images")
    return reference.conv2d(image[0] if np.ndim(image) == 4 else image, filters)


@pytest.mark.parametrize("wrong", [joins_batches, empties_batches, sometimes_refuses_batches])
def test_batches_are_computed_or_refused(wrong: Function) -> None:
    report = judged("conv2d", wrong)
    assert failed(report) == {"CONV-38"}, text_report(report)
    first = text_report(report).splitlines()[0]
    assert first.startswith("every number tested is right; not refused are: conv2d(image=")
    assert first.endswith("which is not computed either (CONV-38)")


def sum_of_batch(image: Any, filters: Any) -> Any:
    """Add up the maps of a batch."""
    maps = reference.conv2d(image, filters)
    return maps.sum(axis=0) if maps.ndim == 4 else maps


def first_of_batch(image: Any, filters: Any) -> Any:
    """Convolve the first image of a batch alone."""
    return reference.conv2d(image[0] if np.ndim(image) == 4 else image, filters)


@pytest.mark.parametrize("wrong", [sum_of_batch, first_of_batch])
@by_turns
def test_what_a_batch_comes_to_is_a_wrong_answer(wrong: Function) -> None:
    report = judged("conv2d", wrong)
    assert failed(report) & {"CONV-07", "CONV-08"}


def test_the_gradient_of_a_layer_that_flattens_is_not_asked_for_rows() -> None:
    """A single one may be handed over as a batch of one; rows are a batch already."""

    def dense_backward(grad: Any, x: Any, weights: Any) -> Any:
        flat = x.flatten()
        if flat.size != len(weights):
            raise ValueError("one vector, or the maps of one image")
        return (weights @ grad).reshape(x.shape), np.outer(flat, grad), grad.copy()

    made = type("Mine", (), {"dense_backward": staticmethod(dense_backward)})()
    implementation = recognise(made, name="mine", source="mine")
    report = check(implementation, modules=["test_dense_backward"])
    assert failed(report) == set()
    assert report["operations"]["dense_grad_x"]["checks"] > 0


CONVOLUTION_BACKWARD = """
    def conv2d_backward(grad, image, filters, stride=1, padding=0):
        around = ((0, 0), (padding, padding), (padding, padding), (0, 0))
        x, size = np.pad(image, around), filters.shape[1]
        dx, d_filters = np.zeros_like(x), np.zeros(filters.shape)
        for i in range(grad.shape[1]):
            for j in range(grad.shape[2]):
                of = np.s_[:, i * stride:i * stride + size, j * stride:j * stride + size]
                {adding}
                d_filters += np.tensordot(grad[:, i, j], x[of], (0, 0))
        inside = np.s_[:, padding:padding + image.shape[1], padding:padding + image.shape[2]]
        return dx[inside], d_filters, grad.sum(axis=(0, 1, 2))
"""

ADDING = {
    "refused": "dx[of] += np.tensordot(grad[:, i, j], filters, 1)",
    "rounded": "dx[of] = dx[of] + np.tensordot(grad[:, i, j], filters, 1)",
}


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize("adding", ADDING)
def test_a_gradient_of_whole_numbers_may_be_refused_by_numpy(tmp_path: Path, adding: str) -> None:
    file = tmp_path / "theirs.py"
    code = textwrap.dedent(CONVOLUTION_BACKWARD.format(adding=ADDING[adding]))
    file.write_text(f"import numpy as np\n{code}", "utf-8")
    report = check(str(file), modules=["test_conv2d_backward"], select="CONVGRAD-11")
    said, _ = verdict_words(report)
    assert bool(failed(report)) is (adding == "rounded"), text_report(report)
    assert ("no whole numbers beside floating ones" in said) is (adding == "refused")


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize("taking", ["dx[x <= 0] *= slope", "dx[x <= 0] = dx[x <= 0] * slope"])
def test_whole_numbers_that_come_in_may_be_refused_by_numpy(tmp_path: Path, taking: str) -> None:
    file = tmp_path / "theirs.py"
    head = (
        "import numpy as np\ndef leaky_relu_backward(grad, x, slope=0.01):\n    dx = grad.copy()\n"
    )
    file.write_text(f"{head}    {taking}\n    return dx\n", "utf-8")
    report = check(str(file), modules=["test_leaky_relu_backward"], select="LEAKYGRAD-06")
    said, _ = verdict_words(report)
    is_refused = "*=" in taking
    assert bool(failed(report)) is not is_refused, text_report(report)
    assert ("no whole numbers as incoming gradients" in said) is is_refused


OPTIONS_OF_NUMPY = {
    "stride": np.int64(2),
    "padding": (np.int64(1), np.int64(2)),
    "dilation": (np.int64(1), np.int64(2)),
    "groups": np.int64(1),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_limit_can_be_asked_of_options_that_are_numpy_integers(name: str) -> None:
    operation = OPERATIONS[name]
    options = {key: OPTIONS_OF_NUMPY[key] for key in operation.options if key in OPTIONS_OF_NUMPY}
    for probes in operation.probes().values():
        for given in probes:
            case = Case("numpy", name, {**given, **options})
            assert all(kind.covers(case, "C") in (True, False) for kind in kinds_of(name))
