"""The bundled adapters: names, layouts, what is said if a framework is missing, and verdicts."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

import numpy as np
import pytest

from cnnspec import reference
from cnnspec.adapters import ADAPTERS, Bundled, axis_orders
from cnnspec.cases.requirements import requirements
from cnnspec.commands.line import main
from cnnspec.declaration.case import cast
from cnnspec.document import adapter_table
from cnnspec.document.adapter_table import (
    Fault,
    Row,
    as_markdown,
    complaints,
    confirmed,
    every_name,
)
from cnnspec.operations.registry import GRADIENTS, OPERATIONS
from cnnspec.report.entries import Json
from cnnspec.run.check import check
from cnnspec.subject.outcomes import NotOffered, Result
from cnnspec.subject.processes.source import open_implementation
from cnnspec.subject.sources.importing import LoadError
from cnnspec.subject.sources.loading import load
from harness_tests.helpers import by_turns

#: What each adapter imports.
MODULES = {
    "torch": ["torch"],
    "onnxruntime": ["onnxruntime", "onnx"],
    "jax": ["jax"],
    "tensorflow": ["tensorflow", "keras"],
    "tinygrad": ["tinygrad"],
    "scipy": ["scipy"],
    "opencv": ["cv2", "onnx"],
}


def skip_if_missing(name: str) -> None:
    for module in MODULES[name.split(":", maxsplit=1)[0]]:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed")


# --- layouts: told apart by sizes and numbers -------------------------------------------------

IMAGES = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)


def test_images_become_batches_and_results_are_as_the_images_were() -> None:
    for image in (IMAGES[0, ..., 0], IMAGES[0], IMAGES):
        batch = axis_orders.as_batch(image)
        assert batch.ndim == 4
        assert np.array_equal(batch.reshape(image.shape), image)
        maps = axis_orders.as_given(batch, image)
        assert maps.ndim == max(image.ndim, 3)
        assert np.array_equal(maps.reshape(image.shape), image)


def test_filters_get_a_channel_only_for_images_without() -> None:
    filters = np.zeros((6, 3, 3))
    assert axis_orders.with_channels(filters, IMAGES[0, ..., 0]).shape == (6, 3, 3, 1)
    assert axis_orders.with_channels(filters, IMAGES[0]).shape == (6, 3, 3)


def test_axes_are_moved_and_no_number_is() -> None:
    first = axis_orders.channels_first(IMAGES)
    assert first.shape == (2, 5, 3, 4)
    assert first[1, 4, 2, 3] == IMAGES[1, 2, 3, 4]
    assert np.array_equal(axis_orders.channels_last(first), IMAGES)
    last = axis_orders.filters_last(IMAGES)
    assert last.shape == (3, 4, 5, 2)
    assert last[2, 3, 4, 1] == IMAGES[1, 2, 3, 4]


def test_no_memory_is_copied() -> None:
    for moved in (
        axis_orders.as_batch(IMAGES[0]),
        axis_orders.channels_first(IMAGES),
        axis_orders.channels_last(IMAGES),
        axis_orders.filters_last(IMAGES),
    ):
        assert np.shares_memory(moved, IMAGES)


@pytest.mark.parametrize(("size", "zeros"), [(1, (0, 0)), (3, (1, 1)), (4, (1, 2)), (5, (2, 2))])
def test_zeros_around(size: int, zeros: tuple[int, int]) -> None:
    assert axis_orders.zeros_around(size) == zeros


def test_what_is_left_out() -> None:
    ones = np.ones(2, "float32")
    assert axis_orders.only(("float32",), ones) is ones
    assert axis_orders.real_numbers(ones) is ones
    with pytest.raises(NotImplementedError):
        axis_orders.only(("float64",), ones)
    for dtype in ("uint8", "int64", "bool"):
        with pytest.raises(NotImplementedError):
            axis_orders.real_numbers(np.ones(2, dtype))


# --- loading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ADAPTERS)
def test_a_missing_framework_names_its_extra(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, MODULES[name][0], None)
    monkeypatch.delitem(sys.modules, f"cnnspec.adapters.{name}", raising=False)
    assert main(["check", name, "--in-process"]) == 2
    said = capsys.readouterr().err
    assert ADAPTERS[name].framework in said
    assert f"pip install 'cnnspec[{name}]'" in said


def test_a_framework_that_does_not_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "jax.py").write_text("raise OSError('libjax.so is broken')\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for module in [key for key in sys.modules if key == "jax" or key.startswith("jax.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.delitem(sys.modules, "cnnspec.adapters.jax", raising=False)
    with pytest.raises(LoadError, match=r"JAX cannot be used: OSError.*libjax\.so is broken"):
        load("jax")


def test_what_depends_on_the_processor_is_set_before_the_import(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CNNSPEC_FAST", "by the processor")
    its = Bundled("SciPy", ("fft",), {"": {"CNNSPEC_FAST": "no"}, "fft": {"CNNSPEC_FAST": "yes"}})
    monkeypatch.setitem(ADAPTERS, "scipy", its)
    load("scipy")
    assert os.environ["CNNSPEC_FAST"] == "no"
    load("scipy:fft")
    assert os.environ["CNNSPEC_FAST"] == "yes"


def test_an_unknown_variant() -> None:
    with pytest.raises(LoadError, match="no variant 'float8'; it has torch:float32, torch:nhwc"):
        load("torch:float8")


def test_a_name_says_framework_version_and_variant() -> None:
    implementation = load("scipy:fft")
    assert implementation.name.startswith("SciPy 1.")
    assert implementation.name.endswith(" (fft)")
    assert implementation.form == "adapter"
    assert (implementation.profile, implementation.accuracy) == ("general", "normwise")
    assert load("scipy").accuracy == "componentwise"


def test_every_adapter_has_its_extra() -> None:
    declared = "\n".join(requires("cnnspec") or [])
    for name in ADAPTERS:
        assert name == "scipy" or f'extra == "{name}"' in declared


@by_turns
def test_the_suite_imports_no_framework_by_itself() -> None:
    modules = sorted({module for names in MODULES.values() for module in names} - {"scipy"})
    program = (
        f"import cnnspec.commands.line, sys; print(*(m for m in {modules} if m in sys.modules))"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not done.stdout.split()


# --- what they compute --------------------------------------------------------------------------


#: Those that have gradients, of each layer and loss that they have.
BY_AUTOGRAD = ("torch", "jax", "tensorflow", "tensorflow:keras", "tinygrad")


@pytest.mark.parametrize("name", BY_AUTOGRAD)
def test_what_has_autograd_offers_the_gradients_of_all_that_it_offers(name: str) -> None:
    skip_if_missing(name)
    implementation = open_implementation(name, isolated=True)
    implementation.close()
    offered = {one.of for key, one in GRADIENTS_OF.items() if key in implementation.offers}
    assert offered == {one.of for one in GRADIENTS_OF.values()} & implementation.offers.keys()


@pytest.mark.parametrize("name", every_name())
@by_turns
def test_each_is_the_same_as_the_reference(name: str) -> None:
    skip_if_missing(name)
    implementation = open_implementation(name, isolated=True)
    dtype = np.dtype("float64" if name == "jax:x64" else "float32")
    try:
        found = [
            (operation, arguments, implementation.call(operation, cast(arguments, dtype)))
            for operation, arguments in [*CALLS, *backwards()]
            if operation in implementation.offers and (name, operation) not in OTHERWISE
        ]
    finally:
        implementation.close()
    right = set()
    for operation, arguments, outcome in found:
        is_rare = operation in GRADIENTS_OF and GRADIENTS_OF[operation].is_rare
        if isinstance(outcome, NotOffered) and (is_rare or OPTIONS & arguments.keys()):
            continue
        assert isinstance(outcome, Result), (operation, arguments, outcome)
        expected = getattr(reference, operation)(**arguments)
        near = pytest.approx(expected, rel=1e-5, abs=1e-5)
        assert outcome.value.reshape(expected.shape) == near, (operation, arguments)
        right.add(operation)
    assert "conv2d" in right
    rare = {name for name, one in GRADIENTS_OF.items() if one.is_rare}
    assert right - rare == {operation for operation, _, _ in found} - rare


@pytest.mark.parametrize(
    ("name", "operation", "options"),
    [
        ("torch", "conv_transpose2d", {"padding": ((0, 1), (0, 0))}),
        ("onnxruntime", "conv2d", {"padding": "same", "dilation": 2}),
        ("tensorflow:keras", "conv2d", {"stride": 2, "dilation": (1, 2)}),
        ("tensorflow:keras", "conv_transpose2d", {"stride": 2, "dilation": 2}),
    ],
)
def test_what_a_framework_does_not_support_is_left_out(
    name: str, operation: str, options: Json
) -> None:
    skip_if_missing(name)
    implementation = open_implementation(name, isolated=True)
    plain = {
        "image": np.ones((4, 5, 1), "float32"),
        "filters": np.ones((1, 3, 3, 1), "float32"),
    }
    try:
        assert isinstance(implementation.call(operation, plain), Result)
        assert isinstance(implementation.call(operation, plain | options), NotOffered)
    finally:
        implementation.close()


#: A confirmed fault: what is divided by a sum has the gradient of that.
OTHERWISE = {("tensorflow:keras", "cross_entropy_backward")}

#: The options that not every framework has.
OPTIONS = {"stride", "padding", "output_padding", "dilation", "groups", "ceil_mode"}

#: No two are equal: where the gradient of a tie goes, frameworks differ.
_MAPS = (np.arange(60.0) * 7 % 61).reshape(5, 6, 2)

#: Calls that a misread argument changes: no two numbers of an option are equal.
CALLS: list[tuple[str, Json]] = [
    (
        "conv2d",
        {
            "image": np.arange(20.0).reshape(4, 5) % 7,
            "filters": np.arange(18.0).reshape(2, 3, 3) % 5,
        },
    ),
    *(
        (
            "conv2d",
            {
                "image": np.arange(112.0).reshape(4, 7, 4) % 11 - 3,
                "filters": np.arange(108.0).reshape(6, 3, 3, 2) % 5 - 1,
                "groups": 2,
                **options,
            },
        )
        for options in (
            {"stride": (1, 2), "dilation": (1, 3)},
            {"stride": (2, 1), "padding": (1, 2)},
            {"padding": ((0, 1), (2, 3)), "dilation": (1, 2)},
            {"padding": "same"},
        )
    ),
    *(
        (
            "conv_transpose2d",
            {
                "image": np.arange(24.0).reshape(3, 4, 2) % 7 - 2,
                "filters": np.arange(12.0).reshape(2, 2, 1, 3) % 5 - 1,
                **options,
            },
        )
        for options in (
            {},
            {"stride": (1, 3)},
            {"stride": (3, 2), "output_padding": (2, 1)},
            {"stride": (3, 1), "padding": (1, 0), "dilation": (2, 1)},
            {"padding": ((0, 1), (1, 2)), "dilation": 2},
        )
    ),
    (
        "conv_transpose2d",
        {
            "image": np.arange(48.0).reshape(3, 4, 4) % 7 - 2,
            "filters": np.arange(72.0).reshape(4, 3, 2, 3) % 5 - 1,
            "bias": np.arange(6.0),
            "groups": 2,
        },
    ),
    ("relu", {"x": np.array([-1.0, 0.5, 2])}),
    ("leaky_relu", {"x": np.array([-1.0, 0.5, 2]), "slope": 0.25}),
    ("sigmoid", {"x": np.array([-1.0, 0.5, 2])}),
    ("tanh", {"x": np.array([-1.0, 0.5, 2])}),
    *((f"{kind}_pool2d", {"maps": _MAPS}) for kind in ("max", "min", "avg")),
    *(
        (f"{kind}_pool2d", {"maps": _MAPS, "size": (2, 3), **options})
        for kind in ("max", "min", "avg")
        for options in (
            {"stride": (2, 1), "padding": (1, 0)},
            {"stride": (1, 2), "ceil_mode": True},
        )
    ),
    *((f"{kind}_pool2d", {"maps": _MAPS, "dilation": (1, 2)}) for kind in ("max", "min")),
    *(
        ("avg_pool2d", {"maps": _MAPS, "padding": (0, 1), "count_include_pad": counted})
        for counted in (False, True)
    ),
    ("global_avg_pool2d", {"maps": _MAPS}),
    ("flatten", {"maps": _MAPS}),
    (
        "batch_norm",
        {
            "maps": _MAPS,
            "mean": np.array([1.0, 2]),
            "variance": np.array([3.75, 0.75]),
            "scale": np.array([5.0, -6]),
            "offset": np.array([7.0, 8]),
            "epsilon": 0.25,
        },
    ),
    *(
        ("dense", {"x": x, "weights": np.arange(6.0).reshape(3, 2), "bias": np.array([1.0, 5])})
        for x in (np.arange(3.0), np.arange(6.0).reshape(2, 3), np.arange(3.0).reshape(1, 3))
    ),
    ("softmax", {"logits": np.array([0.0, 1, -2])}),
    ("log_softmax", {"logits": np.array([0.0, 1, -2])}),
    ("cross_entropy", {"probabilities": np.array([0.25, 0.75]), "label": 0}),
    ("softmax_cross_entropy", {"logits": np.array([0.0, 1, -2]), "label": 2}),
]

#: The operations that are gradients.
GRADIENTS_OF = {name: one for name in GRADIENTS if (one := OPERATIONS[name].gradient) is not None}


def backwards() -> Iterator[tuple[str, Json]]:
    """Yield calls of every gradient of what is called forwards."""
    for layer, arguments in CALLS:
        result = getattr(reference, layer)(**arguments)
        grad = np.resize(np.arange(11.0) % 7 - 3, np.shape(result))
        for name, one in GRADIENTS_OF.items():
            if one.of == layer:
                its = OPERATIONS[name]
                known = {"grad": grad, **arguments}.items()
                yield name, {k: v for k, v in known if k in its.required or k in its.options}


@pytest.mark.parametrize("name", ["scipy", "torch", "onnxruntime", "opencv:filter2d"])
@by_turns
def test_those_that_are_quick_fail_as_listed(name: str) -> None:
    skip_if_missing(name)
    row = Row(name, check(name, isolated=True))
    assert row.report is not None
    assert row.report["implementation"]["form"] == "adapter"
    assert row.report["verdict"] == ("does not conform" if row.listed else "conforms")
    assert not list(row.complaints())
    assert set(row.failed) == set(row.listed)


@pytest.mark.parametrize("name", ["jax", "tensorflow", "tensorflow:keras", "tinygrad"])
def test_the_others_are_right_by_hand(name: str) -> None:
    skip_if_missing(name)
    row = Row(name, check(name, isolated=True, select="by_hand or hand_computed"))
    assert row.having("passed")
    assert set(row.having("failed")) <= set(row.listed)


# --- confirmed faults ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", confirmed(), ids=lambda f: "-".join([*f.requirements, f.adapters[0]])
)
@by_turns
def test_a_confirmed_fault_is_the_frameworks(fault: Fault) -> None:
    skip_if_missing(fault.adapters[0])
    assert "cnnspec" not in fault.program
    if not fault.may_show:
        pytest.skip(f"this processor has no {fault.processor}")
    done = subprocess.run(  # noqa: S603 - a program of our own list
        [sys.executable, "-c", fault.program], capture_output=True, text=True, check=False
    )
    if fault.dies:
        assert done.returncode < 0, done.stderr
    else:
        assert done.stdout.splitlines() == fault.prints, done.stderr


def test_confirmed_faults_name_adapters_and_requirements() -> None:
    for fault in confirmed():
        assert set(fault.adapters) <= set(every_name())
        assert all(requirements()[name].level == "MUST" for name in fault.requirements)
        assert bool(fault.prints) is not fault.dies
        assert not fault.issue or fault.issue.startswith("https://github.com/")


# --- the table ----------------------------------------------------------------------------------


def report(**found: str) -> Json:
    entries = [
        {"id": name.replace("_", "-"), "status": status, "failures": [{"message": "wrong"}]}
        for name, status in found.items()
    ]
    return {
        "implementation": {"name": "SciPy 9"},
        "verdict": "does not conform",
        "operations": {"conv2d": {}},
        "requirements": entries,
    }


def test_the_table_tells_confirmed_from_new_and_from_what_was_not_called() -> None:
    found = report(CONV_29="failed", CONV_01="failed", CONV_02="failed", CONV_32="advised")
    found["requirements"][2]["failures"] = [{"message": "not called, because of a death"}]
    row = Row("scipy", found)
    assert complaints([row]) == ["scipy fails CONV-01, which is not confirmed"]
    line = "| `scipy` | SciPy 9 |  | does not conform | conv2d |"
    line += " CONV-29 (1), CONV-01 (not confirmed) | CONV-02 | CONV-32 |"
    text = as_markdown([row])
    assert line in text.splitlines()
    assert "### 1. CONV-29: scipy" in text
    assert "onnxruntime" not in text.split("## Confirmed")[1]


def test_what_is_mended_must_leave_the_list() -> None:
    row = Row("scipy", report(CONV_29="passed"))
    assert complaints([row]) == ["scipy passes CONV-29, which is listed to fail"]


def test_what_an_adapter_avoids_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(["scipy"], [], "what happens", "program")
    monkeypatch.setattr(adapter_table, "confirmed", lambda: (fault,))
    row = Row("scipy", report(CONV_29="passed"))
    assert not complaints([row])
    assert "### 1. none, as it is avoided: scipy" in as_markdown([row])


def test_what_shows_on_other_processors_only_may_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row("scipy", report(CONV_29="passed"))
    for flag, said in (("mmx999", []), ("", ["scipy passes CONV-29, which is listed to fail"])):
        fault = Fault(["scipy"], ["CONV-29"], "what", "program", processor=flag)
        monkeypatch.setattr(adapter_table, "confirmed", lambda one=fault: (one,))
        assert complaints([row]) == said


@by_turns
def test_the_command_judges_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["adapters", "scipy:correlate2d"]) == 0
    said = capsys.readouterr().out
    assert "| `scipy:correlate2d` | SciPy" in said
    assert "CONV-29 (1)" in said


def test_the_command_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = Row("jax", None, "JAX cannot be imported")
    monkeypatch.setattr(adapter_table, "judged", lambda name: missing)
    assert main(["adapters", "jax"]) == 0
    assert "| JAX cannot be imported |" in capsys.readouterr().out
