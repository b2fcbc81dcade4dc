"""The diagnosis names what is wrong, and states nothing as certain that is not."""

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnspec import reference
from cnnspec.diagnosis.conclusions import conclude
from cnnspec.faults import FAULTS
from cnnspec.kills.dressing import with_fault
from cnnspec.kills.kill_matrix import module_of
from cnnspec.reference.article2 import Conv3x3, MaxPool2, Softmax
from cnnspec.report.text import text_report
from cnnspec.run.check import check
from cnnspec.subject.boundary import Implementation
from cnnspec.subject.sources.loading import load
from cnnspec.subject.sources.recognition import recognise
from harness_tests.helpers import (
    EVERYTHING,
    by_turns,
    implementation,
    judge_alone,
    sample,
    statuses,
)

Array = NDArray[Any]
Json = dict[str, Any]


#: The tests of convolution that take long leave nothing unseen here.
QUICK = "not combination and not mixed and not layout"


def named(report: Json, operation: str) -> list[tuple[str | None, bool]]:
    """Return the faults or patterns that a report names for an operation, and how surely."""
    diagnosis = report["operations"][operation]["diagnosis"]
    return [(entry["fault"] or entry["pattern"], entry["certain"]) for entry in diagnosis]


@pytest.mark.parametrize(
    "identity",
    sample(
        [
            "max_pool2d-all-maps-together",
            "relu-identity",
            "relu-no-return",
            "softmax-base-2",
            "dense-float32-inside",
            "dense-exits",
            "cross_entropy-negative-label",
            "relu-answers-drift",
            "relu-buffer-reused",
            "relu-in-place",
        ],
        4,
    ),
)
@by_turns
def test_a_known_mistake_is_named_as_certain(identity: str) -> None:
    fault = FAULTS[identity]
    report = check(with_fault(fault), modules=[module_of(fault.operation)])
    assert named(report, fault.operation)[0] == (identity, True)


@by_turns
def test_the_first_line_says_what_is_wrong() -> None:
    report = check(with_fault(FAULTS["relu-leaky"]), modules=["test_relu"])
    first, *_ = text_report(report).splitlines()
    assert first == f"relu: {FAULTS['relu-leaky'].explanation}"


def conv2d_mistaken(mistake: Any) -> Implementation:
    def conv2d(
        image: Array,
        filters: Array,
        bias: Array | None = None,
        *,
        stride: int = 1,
        padding: str = "valid",
    ) -> Array:
        maps = reference.conv2d(image, filters, bias, stride=stride, padding=padding)
        result: Array = mistake(maps, image, filters, bias, stride, padding)
        return result

    return implementation(conv2d=conv2d)


@by_turns
def test_two_mistakes_at_once() -> None:
    def mistake(maps: Array, image: Array, filters: Array, *options: Any) -> Array:
        bias, stride, padding = options
        turned = reference.conv2d(
            image, filters[:, ::-1, ::-1], bias, stride=stride, padding=padding
        )
        turned[..., -1, :, :] = turned[..., -1, :] = 0
        return turned

    report = check(conv2d_mistaken(mistake), modules=["test_conv2d"], select=QUICK)
    first, *_ = report["operations"]["conv2d"]["diagnosis"]
    assert first["grade"] == "certain"
    assert "the filter is rotated by 180 degrees" in first["explanation"]
    assert "the last row and the last column" in first["explanation"]


@by_turns
def test_two_mistakes_apart() -> None:
    def mistake(maps: Array, image: Array, filters: Array, *options: Any) -> Array:
        return reference.conv2d(image, filters, padding=options[2])

    report = check(conv2d_mistaken(mistake), modules=["test_conv2d"], select=QUICK)
    first, *_ = report["operations"]["conv2d"]["diagnosis"]
    assert "the bias is ignored" in first["explanation"]
    assert "the stride is ignored" in first["explanation"]


@by_turns
def test_a_mistake_on_some_inputs_only_is_told_with_its_condition() -> None:
    def mistake(maps: Array, image: Array, filters: Array, *options: Any) -> Array:
        bias, stride, padding = options
        if filters.shape[1] == 3:
            filters = filters[:, ::-1, ::-1]
        return reference.conv2d(image, filters, bias, stride=stride, padding=padding)

    report = check(conv2d_mistaken(mistake), modules=["test_conv2d"], select=QUICK)
    first, *_ = report["operations"]["conv2d"]["diagnosis"]
    assert first["fault"] is None
    assert "the filter is rotated by 180 degrees" in first["explanation"]
    assert first["explanation"].endswith("only if the size of the filter is 3")


@by_turns
def test_an_unknown_mistake_is_described() -> None:
    def mistake(maps: Array, *_: Any) -> Array:
        maps[..., 40:, :] *= 3.0
        return maps

    large = QUICK if EVERYTHING else f"{QUICK} and (CONV-02 or CONV-12)"
    report = check(conv2d_mistaken(mistake), modules=["test_conv2d"], select=large)
    assert set(named(report, "conv2d")) <= {("observed", False), ("confined", False)}
    entry = report["operations"]["conv2d"]["diagnosis"][0]
    assert "columns from index 40 on" in entry["explanation"]


@by_turns
def test_a_refusal_for_another_reason_is_not_named() -> None:
    def refuses_what_is_large(x: Array) -> Array:
        if x.size > 40:
            raise ValueError("only small arrays")
        return reference.relu(x)

    report = judge_alone("relu", refuses_what_is_large)
    assert report["verdict"] == "does not conform"
    assert named(report, "relu") == [("legal call refused", False)]


@by_turns
def test_a_mistake_on_some_shapes_only_is_told_from_one_on_all() -> None:
    def transposes_square_weights_behind_maps(x: Array, weights: Array, bias: Array) -> Array:
        square = weights.shape[0] == weights.shape[1] and np.ndim(x) > 1
        return reference.dense(x, weights.T if square else weights, bias)

    report = judge_alone("dense", transposes_square_weights_behind_maps)
    assert ("dense-weights-transposed", True) not in named(report, "dense")


@by_turns
def test_nothing_is_named_that_is_not_known() -> None:
    report = judge_alone("relu", lambda x: reference.relu(x) + 12345)
    assert all(fault not in FAULTS for fault, _ in named(report, "relu"))


@by_turns
def test_an_implementation_of_float32_batches_only() -> None:
    def conv2d(image: Array, filters: Array) -> Array:
        if image.ndim != 4 or image.dtype != np.float32:
            raise TypeError("batches of float32 only")
        return reference.conv2d(image, np.swapaxes(filters, 1, 2))

    report = judge_alone("conv2d", conv2d)
    assert named(report, "conv2d") == [("conv2d-kernel-transposed", True)]


@by_turns
def test_a_layer_wrong_inside_a_network() -> None:
    class Net:
        conv, pool, softmax = Conv3x3(8), MaxPool2(), Softmax(1352, 10)

        def forward(self, image: Array, label: int) -> tuple[Array, float, int]:
            filters, self.conv.filters = self.conv.filters, self.conv.filters[:, ::-1, ::-1]
            out = self.softmax.forward(self.pool.forward(self.conv.forward(image / 255 - 0.5)))
            self.conv.filters = filters
            loss = float(reference.cross_entropy(out, label))
            return out, loss, int(np.argmax(out) == label)

    report = check(recognise(Net(), name="net", source="net"), modules=["test_network"])
    first, *_ = report["operations"]["network"]["diagnosis"]
    assert first["certain"]
    assert "in the convolution, the filter is rotated by 180 degrees" in first["explanation"]


STALE = """\
import numpy as np
from cnnspec import reference
seen = {}

def max_pool2d(maps, size=2, stride=None):
    key = np.shape(maps)
    seen.setdefault(key, np.array(maps) * 3.0)
    return reference.max_pool2d(seen[key], size, stride)
"""


@by_turns
def test_what_depends_on_the_past_is_tried_on_a_fresh_copy(tmp_path: Path) -> None:
    """Three times the first image of each shape: no fault, but its past shows."""
    (tmp_path / "stale.py").write_text(STALE, "utf-8")
    loaded = load(str(tmp_path / "stale.py"))
    assert loaded.renew is not None
    function: Any = loaded.renew().offers["max_pool2d"].function
    assert inspect.unwrap(function).__globals__["seen"] == {}
    report = check(loaded, modules=["test_pooling"])
    first, *_ = report["operations"]["max_pool2d"]["diagnosis"]
    assert not first["certain"]
    assert first["explanation"].endswith("are multiplied by 3")


def first_image_only(maps: Array, image: Array, filters: Array, *options: Any) -> Array:
    """Only the first image of a batch gets the bias, with any padding."""
    bias, stride, padding = options
    if image.ndim == 3 or bias is None or image.ndim == 2:
        return maps
    without: Array = reference.conv2d(image, filters, stride=stride, padding=padding)
    without[0] += bias
    return without


@by_turns
def test_a_mistake_wider_than_a_known_one_is_not_taken_for_it() -> None:
    """With padding "same" it is a known one."""
    report = check(conv2d_mistaken(first_image_only), modules=["test_conv2d"], select=QUICK)
    assert not any(certain for name, certain in named(report, "conv2d") if name in FAULTS)
    headline = text_report(report).splitlines()[0]
    assert headline.endswith("the bias is added to the first image of a batch only")


@by_turns
def test_a_mistake_on_small_inputs_only_is_no_certainty() -> None:
    """Larger ones are wrong in a way that nothing explains."""

    def dense(x: Array, weights: Array, bias: Array) -> Array:
        nodes = reference.dense(x, weights, bias)
        return nodes * 3 + 1 if np.size(x) > 40 else nodes - bias

    report = judge_alone("dense", dense)
    assert ("dense-bias-ignored", False) in named(report, "dense")
    assert not any(certain for _, certain in named(report, "dense"))


@by_turns
def test_a_dtype_taken_for_another_in_all_shapes_is_no_certainty() -> None:
    """With inputs of several axes it is a known one."""

    def dense(x: Array, weights: Array, bias: Array) -> Array:
        signed = x.view(np.int8) if x.dtype == np.uint8 else x
        return reference.dense(signed, weights, bias)

    report = judge_alone("dense", dense)
    assert not any(certain for _, certain in named(report, "dense"))


@by_turns
def test_what_is_remembered_by_identity_is_not_said_to_be_by_shape() -> None:
    remembered: dict[Any, Any] = {}

    def max_pool2d(maps: Array, size: int = 2, stride: int | None = None) -> Array:
        reference.max_pool2d(maps, size, stride)
        kept = remembered.setdefault((id(maps), maps.shape), (maps, maps.copy()))[1]
        return reference.max_pool2d(kept, size, stride)

    report = judge_alone("max_pool2d", max_pool2d)
    assert report["verdict"] == "does not conform"
    assert named(report, "max_pool2d") == [("answer of an earlier call", False)]


@by_turns
def test_no_second_mistake_is_made_on_top_of_nothing() -> None:
    """NumPy makes NaN of None."""
    report = judge_alone("relu", lambda x: np.array([np.nan]))
    assert "relu-no-return" not in [fault for fault, _ in named(report, "relu")]


@by_turns
def test_a_call_that_is_answered_otherwise_when_it_is_made_again() -> None:
    """Every 97th call is wrong, whatever its numbers or their layout."""
    calls = [0]

    def relu(x: Array) -> Array:
        calls[0] += 1
        return reference.relu(x) + (calls[0] % 97 == 0)

    report = judge_alone("relu", relu)
    assert report["verdict"] == "does not conform"
    assert named(report, "relu") == [
        ("differs from call to call", False),
        ("result remembered", False),
    ]


def evidence(outcomes: list[dict[str, str]], against: dict[str, list[str]]) -> list[Json]:
    failures = [
        {"test": f"t{n}", "requirement": "RELU-01", "outcomes": found, "patterns": []}
        for n, found in enumerate(outcomes)
    ]
    return [{"operation": "relu", "failures": failures, "contradictions": against}]


def failures(count: int) -> dict[str, Json]:
    return {
        f"t{n}": {
            "requirement": "RELU-01",
            "complaint": "wrong values",
            "call": f"relu(x=float64[{n}])",
            "operation_called": "relu",
        }
        for n in range(count)
    }


BOTH = {"relu-leaky": "same", "relu-step": "same"}


@pytest.mark.parametrize(
    ("outcomes", "against", "expected"),
    [
        ([{"relu-leaky": "same"}] * 2, {}, [("relu-leaky", True)]),
        ([{"relu-leaky": "same"}], {}, [("relu-leaky", False)]),
        ([{"relu-leaky": "same"}] * 2, {"relu-leaky": ["RELU-02"]}, [("relu-leaky", False)]),
        (
            [{"relu-leaky": "same"}] * 2 + [{"relu-leaky": "different"}],
            {},
            [("relu-leaky", False)],
        ),
        ([{"relu-leaky": "same"}] * 2 + [{"relu-leaky": "passes"}], {}, [("relu-leaky", False)]),
        (
            [{"relu-leaky": "same"}] * 2 + [{"relu-leaky": "passes", "relu-step": "same"}] * 2,
            {},
            [("relu-leaky", True), ("relu-step", True)],
        ),
        ([{"relu-leaky": "same"}] * 2 + [{}], {}, [("relu-leaky", False)]),
        ([BOTH, BOTH], {}, [("relu-leaky", False)]),
        ([BOTH, BOTH, {"relu-step": "same"}], {}, [("relu-step", True)]),
        ([BOTH, BOTH], {"relu-leaky": ["RELU-02"]}, [("relu-step", True)]),
    ],
    ids=[
        "twice",
        "once",
        "a passed test speaks against it",
        "another failure shows it otherwise",
        "another failure has nothing to do with it, and nothing explains that",
        "another fault explains the other failures",
        "another failure was not explained",
        "two fit",
        "the wider one",
        "the one that nothing speaks against",
    ],
)
def test_conclusions(
    outcomes: list[dict[str, str]],
    against: dict[str, list[str]],
    expected: list[tuple[str, bool]],
) -> None:
    summaries = conclude(evidence(outcomes, against), failures(len(outcomes)))["relu"]
    assert [(entry["fault"], entry["certain"]) for entry in summaries] == expected


def test_what_is_said_of_two_operations_reported_as_one_is_said_once() -> None:
    pattern = {"pattern": "p", "fault": None, "explanation": "e", "remedy": "r", "certain": False}
    found, evident = {}, []
    for operation, requirement in (("dense", "DENSE-14"), ("dense_rows", "DENSE-20")):
        found[operation] = {
            **failures(1)["t0"],
            "operation_called": operation,
            "requirement": requirement,
        }
        failure = {"test": operation, "requirement": requirement, "outcomes": {}}
        entry = {"failures": [failure | {"patterns": [pattern]}], "contradictions": {}}
        evident.append({"operation": operation, **entry})
    (said,) = conclude(evident, found)["dense"]
    assert (said["requirements"], said["failures"]) == (["DENSE-14", "DENSE-20"], 2)


@by_turns
def test_what_a_right_function_fails_too_is_no_known_mistake(tmp_path: Path) -> None:
    """Its loss is a mean: no gradient that belongs to a sum fits it, a right one neither."""
    file = tmp_path / "mean.py"
    file.write_text(
        "import numpy as np\n\n\ndef softmax_loss(x, y):\n"
        "    shifted = x - x.max(axis=1, keepdims=True)\n"
        "    sums = np.exp(shifted).sum(axis=1, keepdims=True)\n"
        "    rows = np.arange(len(x))\n"
        "    dx = np.exp(shifted) / sums\n"
        "    dx[rows, y] -= 1\n"
        "    return np.mean(np.log(sums[:, 0]) - shifted[rows, y]), dx\n",
        "utf-8",
    )
    report = check(str(file), modules=["test_softmax_cross_entropy_backward"])
    assert statuses(report)["LOGITSGRAD-05"] == "failed"
    assert "is not divided by their number" in text_report(report).splitlines()[0]
    assert "LOGITSGRAD-05" not in named_requirements(report, "softmax_cross_entropy_backward")


def named_requirements(report: Json, operation: str) -> set[str]:
    """Return the requirements of which a diagnosis says why they fail."""
    entries = report["operations"][operation]["diagnosis"]
    return {identity for entry in entries for identity in entry["requirements"]}


@by_turns
def test_evidence_of_several_processes(tmp_path: Path) -> None:
    mine, found = tmp_path / "mine.py", tmp_path / "report.json"
    mine.write_text(
        "import numpy as np\n\n\ndef relu(x):\n    return np.where(x > 0, x, 0.01 * x)\n", "utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-n2", "--dist=worksteal"]
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "spec_tests/test_relu.py", f"--implementation={mine}", f"--json={found}"],
        check=False,
        capture_output=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.returncode == 1
    assert named(json.loads(found.read_text("utf-8")), "relu")[0] == ("relu-leaky", True)


@by_turns
def test_filters_remembered_by_shape_are_seen_to_be_kept(tmp_path: Path) -> None:
    """The same wrong answer comes again, and alone the call is right."""
    file = tmp_path / "stale.py"
    file.write_text(
        "import numpy as np\nfrom cnnspec.reference import conv2d as right\n\nkept = {}\n\n\n"
        "def conv2d(image, filters, bias=None, *, stride=1, padding='valid'):\n"
        "    right(image, filters, bias, stride=stride, padding=padding)\n"
        "    filters = kept.setdefault((filters.shape, filters.dtype), np.array(filters))\n"
        "    return right(image, filters, bias, stride=stride, padding=padding)\n",
        "utf-8",
    )
    first, *_ = check(str(file), modules=["test_conv2d"])["operations"]["conv2d"]["diagnosis"]
    assert "filters are remembered by their shape" in first["explanation"]


@by_turns
def test_the_operation_of_which_most_fails_comes_first() -> None:
    """A convolution that is wrong in one case of many, and a ReLU that is wrong in most."""

    def conv2d(image: Array, filters: Array, bias: Array | None = None) -> Array:
        maps = reference.conv2d(image, filters, bias)
        return maps + 1 if filters.shape[1] == 7 and bias is None else maps

    def absolute(x: Array) -> Array:
        return np.abs(x)

    report = check(
        implementation(conv2d=conv2d, relu=absolute),
        modules=["test_conv2d", "test_relu"],
        select=f"relu or ({QUICK} and hand)",
    )
    first, *_ = text_report(report).splitlines()
    assert first.startswith("relu: ")


@by_turns
def test_what_is_certain_of_refusals_is_not_said_of_values() -> None:
    def cross_entropy(probabilities: Array, label: int) -> Any:
        return -np.log(probabilities[label] + 1e-15)

    report = check(
        implementation(cross_entropy=cross_entropy), modules=["test_cross_entropy", "test_network"]
    )
    first, *_ = text_report(report).splitlines()
    assert first == "cross_entropy: a constant, 1e-15, is added to the probability"
    entries = report["operations"]["cross_entropy"]["diagnosis"]
    negative = next(e for e in entries if e["fault"] == "cross_entropy-negative-label")
    assert negative["requirements"] == ["LOSS-10"]


def test_one_kind_of_call_makes_nothing_certain() -> None:
    """The same shapes, dtypes and options, in however many cases."""

    def failing(test: str, requirement: str, call: str) -> Json:
        return {
            "case": test,
            "call": call,
            "message": "wrong",
            "complaint": "wrong values",
            "requirement": requirement,
            "operation": "relu",
            "operation_called": "relu",
        }

    def concluded(*calls: str) -> bool:
        tests = [f"case-{number}" for number in range(len(calls))]
        found = [
            {
                "test": t,
                "requirement": "RELU-01",
                "outcomes": {"relu-leaky": "same"},
                "patterns": [],
            }
            for t in tests
        ]
        evidence = {"operation": "relu", "failures": found, "contradictions": {"relu-leaky": []}}
        failures = {t: failing(t, "RELU-01", call) for t, call in zip(tests, calls, strict=True)}
        (said,) = conclude([evidence], failures)["relu"]
        return bool(said["certain"])

    assert not concluded("relu(x=float64[3])", "relu(x=float64[3])", "relu(x=float64[3])")
    assert concluded("relu(x=float64[3])", "relu(x=float64[4])")
