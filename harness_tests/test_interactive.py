"""`cnnspec.check`: what is written at the prompt or in a notebook, judged there."""

import builtins
import contextlib
import json
import os
import random
import subprocess
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import cnnspec
from cnnspec.run.check import CheckError
from cnnspec.run.interactive import Report, kept_state
from harness_tests.helpers import by_turns

Array = np.ndarray[Any, Any]


def right(x: Array) -> Array:
    result: Array = np.maximum(np.asarray(x), 0)
    return result


def wrong(x: Array) -> Array:
    result: Array = np.abs(np.asarray(x))
    return result


class Layers:
    """Layers as methods."""

    def relu(self, x: Array) -> Array:
        """Return ReLU."""
        return right(x)


def quick(*things: Any, **options: Any) -> Report:
    """Judge by one requirement."""
    return cnnspec.check(*things, requirements=["RELU-01"], **options)


@by_turns
def test_what_is_right_conforms() -> None:
    report = cnnspec.check(relu=right)
    assert report.conforms
    assert report.exit_status == 0
    assert report.as_json()["operations"].keys() == {"relu"}
    assert str(report).rstrip().endswith("not tested)")
    assert "verdict: relu conforms" in str(report)
    assert repr(report) == str(report)


def test_what_is_wrong_does_not_and_shows_itself() -> None:
    report = quick(relu=wrong)
    assert not report.conforms
    assert report.exit_status == 1
    assert str(report).startswith("relu: negative elements lose their sign")
    failure = next(
        one["failures"][0] for one in report.as_json()["requirements"] if one["failures"]
    )
    assert "mine = types.SimpleNamespace(relu=wrong)" in failure["snippet"]
    assert 'to run only this: cnnspec.check(relu=wrong, requirements=["RELU-01"])' in str(report)
    names: dict[str, Any] = {"wrong": wrong}
    exec(failure["snippet"], names)  # noqa: S102 - what it is for
    assert names["result"].tolist() != names["expected"].tolist()


def test_what_has_no_name_has_no_program_that_shows_it() -> None:
    report = quick(relu=lambda x: abs(x) + 0)
    failure = next(
        one["failures"][0] for one in report.as_json()["requirements"] if one["failures"]
    )
    assert failure["snippet"] == ""
    assert failure["no_snippet"] == "no program shows it: what is judged has no name"


def test_a_report_is_data() -> None:
    report = quick(relu=right)
    schema = json.loads((Path(cnnspec.__file__).parent / "report.schema.json").read_text("utf-8"))
    jsonschema.validate(report.as_json(), schema)
    assert report.exit_status == 3  # the other requirements did not run
    report.as_json()["verdict"] = "conforms"
    assert report.as_json()["verdict"] == "incomplete"


def test_a_report_shows_itself_in_a_notebook() -> None:
    shown = quick(relu=wrong)._repr_html_()
    assert "negative elements lose their sign" in shown
    assert "does not conform" in shown
    assert "<html" not in shown
    assert "<style>" not in shown  # which would reach the rest of the notebook
    assert "<script" not in shown


@pytest.mark.parametrize(
    "things",
    [
        (Layers,),
        (Layers(),),
        ({"relu": right},),
        (types.SimpleNamespace(relu=right),),
    ],
)
def test_what_can_be_judged(things: tuple[Any, ...]) -> None:
    assert quick(*things).as_json()["operations"]["relu"]["failed"] == 0


def test_a_module_is_judged_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "my_own_layers.py").write_text(
        "import numpy as np\nCNNSPEC = {'name': 'my own'}\n"
        "def relu(x):\n    return np.abs(np.asarray(x))\n",
        "utf-8",
    )
    import my_own_layers  # type: ignore[import-not-found] # noqa: PLC0415 - written above

    report = quick(my_own_layers).as_json()
    assert report["implementation"]["name"] == "my own"
    failure = next(one["failures"][0] for one in report["requirements"] if one["failures"])
    assert "import my_own_layers as mine" in failure["snippet"]


@pytest.mark.parametrize(
    ("things", "options", "said"),
    [
        ((), {}, "nothing is named"),
        ((), {"rely": right}, "there is no operation 'rely'; did you mean relu"),
        ((Layers, Layers), {}, "one thing"),
        ((Layers,), {"relu": right}, "one thing"),
        ((), {"relu": 3}, "relu is no function"),
        ((), {"relu": right, "profile": "strict"}, "profile must be one of"),
        ((), {"relu": right, "requirements": ["RELU-99"]}, "there is no requirement 'RELU-99'"),
        ((), {"relu": right, "limits": ["none-of-it"]}, "limits must be a list"),
    ],
)
def test_what_cannot_be_judged(things: tuple[Any, ...], options: dict[str, Any], said: str) -> None:
    with pytest.raises(CheckError, match=said):
        cnnspec.check(*things, **options)


def test_a_time_limit() -> None:
    def slow(x: Array) -> Array:
        import time  # noqa: PLC0415

        time.sleep(1)
        return right(x)

    report = cnnspec.check(relu=slow, requirements=["RELU-01"], time_limit=0.05)
    assert "did not return within 0.3 s" in str(report)  # 6 times as long, when made again


# --- the state of whoever calls --------------------------------------------------------------


def _meddling(x: Array) -> Array:
    """Change what a function should leave alone."""
    np.seterr(all="raise")
    np.set_printoptions(precision=2)
    warnings.simplefilter("error")
    warnings.showwarning = lambda *_: None
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    os.chdir(os.sep)
    os.environ["CNNSPEC_MEDDLED"] = "yes"
    sys.path.append("meddled")
    sys.argv = ["meddled"]
    sys.modules.pop("colorsys", None)
    sys.modules["json"] = types.ModuleType("json")
    sys.stdout = None
    return right(x)


def _state() -> dict[str, Any]:
    return {
        "errors": np.geterr(),
        "print options": np.get_printoptions(),
        "filters": [*warnings.filters],
        "showwarning": warnings.showwarning,
        "random": random.getstate(),
        "numpy.random": np.random.get_state()[1].tolist(),  # type: ignore[index] # noqa: NPY002
        "folder": Path.cwd(),
        "environment": dict(os.environ),
        "path": [*sys.path],
        "arguments": [*sys.argv],
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "modules": {name: id(module) for name, module in sys.modules.items()},
        "input": builtins.input,
    }


@pytest.mark.parametrize("function", [right, wrong, _meddling])
def test_state_is_left_as_it_was(function: Any) -> None:
    import colorsys  # noqa: F401, PLC0415

    quick(relu=right)  # what is imported once stays
    before = _state()
    report = quick(relu=function)
    after = _state()
    added = after["modules"].keys() - before["modules"].keys()
    for name in added:
        del after["modules"][name]
    assert after == before
    assert report.as_json()["operations"].keys() == {"relu"}


def test_figures_are_closed_and_none_is_shown() -> None:
    pytest.importorskip("matplotlib")
    import matplotlib as mpl  # noqa: PLC0415
    import matplotlib.pyplot as plt  # noqa: PLC0415

    own = plt.figure()
    open_before = plt.get_fignums()  # other tests leave some open
    mpl.rcParams["font.size"] = 13.0

    def plotting(x: Array) -> Array:
        plt.figure()
        mpl.rcParams["font.size"] = 3.0
        return right(x)

    backend = mpl.get_backend()
    quick(relu=plotting)
    assert plt.get_fignums() == open_before
    assert mpl.rcParams["font.size"] == 13.0
    assert mpl.get_backend() == backend
    plt.close(own)
    mpl.rcdefaults()


def test_what_is_displayed_stays_out_of_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    displayed: list[str] = []
    swallowed: list[str] = []

    @contextlib.contextmanager
    def capture_output() -> Iterator[None]:
        monkeypatch.setattr(shell, "display", swallowed.append)
        yield
        monkeypatch.setattr(shell, "display", displayed.append)

    def showing(x: Array) -> Array:
        shell.display("an array")
        return right(x)

    shell: Any = types.ModuleType("IPython")
    shell.display, shell.get_ipython = displayed.append, object
    monkeypatch.setitem(sys.modules, "IPython", shell)
    capture: Any = types.ModuleType("IPython.utils.capture")
    capture.capture_output = capture_output
    for name in ("IPython.utils", "IPython.utils.capture"):
        monkeypatch.setitem(sys.modules, name, capture)
    quick(relu=showing)
    assert swallowed
    assert not displayed


def test_nobody_is_asked() -> None:
    def asking(x: Array) -> Array:
        input("how much? ")
        return right(x)

    assert "EOFError" in str(quick(relu=asking))


def test_state_is_kept_after_an_error() -> None:
    before = np.geterr()
    with pytest.raises(ZeroDivisionError), kept_state():  # noqa: PT012 - what is raised inside
        np.seterr(all="raise")
        1 / 0  # noqa: B018
    assert np.geterr() == before


PROGRAM = """
import sys, time
started = time.perf_counter()
import cnnspec
print(time.perf_counter() - started)
print(sorted({"numpy", "scipy", "pytest", "cnnspec.run"} & sys.modules.keys()))
import numpy as np
def my_relu(x):
    return np.abs(np.asarray(x))
report = cnnspec.check(relu=my_relu, requirements=["RELU-01"])
print(type(report).__name__, report.conforms)
print(str(report).splitlines()[0])
"""


def test_the_package_itself_imports_nothing(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, imported, found, first = done.stdout.splitlines()
    assert imported == "[]"
    assert float(seconds) < 0.5
    assert found == "Report False"
    assert first == "relu: negative elements lose their sign"
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_what_is_handed_over_may_be_called_otherwise() -> None:
    def theirs(z: Any) -> Any:
        return np.maximum(z, 0), z

    class Layer:
        def forward(self, z: Any) -> Any:
            return np.maximum(z, 0)

    for given in (theirs, Layer, Layer()):
        report = cnnspec.check(relu=given, requirements=["RELU-01"]).as_json()
        assert report["implementation"]["form"] == "bindings"
        assert report["operations"]["relu"]["failed"] == 0
    report = cnnspec.check(Layer(), requirements=["RELU-01"]).as_json()
    assert [*report["operations"]] == ["relu"]
    assert cnnspec.check(relu=theirs, facets=["manners"]).as_json()["facets"] == ["manners"]
    with pytest.raises(CheckError, match="layout must be one of"):
        cnnspec.check(relu=theirs, declare={"layout": "HW"})
