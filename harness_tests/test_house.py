"""The house: who imports whom, what is generated, what the wheel holds, what tests must have."""

import ast
import json
import subprocess
import sys
import zipfile
from collections.abc import Generator
from pathlib import Path

import pytest

from cnnspec.cases.requirements import requirements
from cnnspec.document import floors
from cnnspec.document.floors import FLOORS, floor_of, modules
from cnnspec.report.identity import spec_hash
from cnnspec.run import pytest_hooks
from harness_tests.helpers import by_turns

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(
    not (ROOT / "pyproject.toml").is_file(), reason="only in a checkout"
)


def imports(folder: Path) -> dict[Path, set[str]]:
    """Return the modules that each file of a folder imports."""
    found = {}
    for file in sorted(folder.glob("*.py")):
        names = set()
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file} imports relatively"
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
        found[file] = names
    return found


def first_party(names: set[str]) -> set[str]:
    return {name for name in names if name.startswith("cnnspec")}


def third_party(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"cnnspec"}


@pytest.mark.parametrize(
    ("folder", "own", "others"),
    [
        ("reference", ("cnnspec.reference",), {"numpy"}),
        ("faults", ("cnnspec.faults", "cnnspec.reference"), {"numpy"}),
    ],
)
def test_the_inner_rooms_import_little(folder: str, own: tuple[str, ...], others: set[str]) -> None:
    for file, names in imports(ROOT / folder).items():
        assert all(name.startswith(own) for name in first_party(names)), file
        assert third_party(names) <= others, file


def test_spec_tests_never_import_what_they_judge() -> None:
    for file, names in imports(ROOT / "spec_tests").items():
        forbidden = ("cnnspec.reference", "cnnspec.faults")
        assert not any(name.startswith(forbidden) for name in names), file


def test_nothing_imports_the_spec_tests() -> None:
    for folder in ("reference", "faults", "src/cnnspec"):
        for file, names in imports(ROOT / folder).items():
            assert not any(name.startswith("cnnspec.spec_tests") for name in names), file


ADAPTERS = ROOT / "src" / "cnnspec" / "adapters"

#: What the modules of the adapters import beside NumPy: one framework each.
FRAMEWORKS = {
    "__init__": set(),
    "axis_orders": set(),
    "onnx_nodes": {"onnx"},
    "torch": {"torch"},
    "torch_gradients": {"torch"},
    "onnxruntime": {"onnxruntime"},
    "jax": {"jax"},
    "jax_functions": {"jax"},
    "jax_gradients": {"jax"},
    "tensorflow": {"tensorflow"},
    "tensorflow_functions": {"tensorflow"},
    "tensorflow_gradients": {"tensorflow"},
    "keras_gradients": {"keras", "tensorflow"},
    "keras_layers": {"keras"},
    "keras_operations": {"keras"},
    "tinygrad": {"tinygrad"},
    "tinygrad_functions": {"tinygrad"},
    "tinygrad_gradients": {"tinygrad"},
    "scipy": {"scipy"},
    "opencv": {"cv2"},
}

#: Keras runs on TensorFlow, and is a variant of its adapter.
RELATED = {"tensorflow": ("tensorflow_", "keras_"), "keras": ("keras_", "tensorflow_gradients")}


def test_adapters_import_one_framework_each() -> None:
    found = imports(ADAPTERS)
    assert {file.stem for file in found} == FRAMEWORKS.keys()
    for file, names in found.items():
        assert third_party(names) - {"numpy"} == FRAMEWORKS[file.stem], file
        own = file.stem.split("_")[0]
        its = RELATED.get(own, (f"{own}_",))
        shared = tuple(f"cnnspec.adapters.{start}" for start in ("axis_orders", "onnx_nodes", *its))
        assert all(name.startswith(shared) for name in first_party(names)), file


def test_frameworks_are_imported_by_their_adapters_only() -> None:
    frameworks = set().union(*FRAMEWORKS.values()) - {"scipy"}
    for folder in ("src/cnnspec", "reference", "faults", "spec_tests"):
        for file, names in imports(ROOT / folder).items():
            assert not third_party(names) & frameworks, file
            adapters = {name for name in names if name.startswith("cnnspec.adapters.")}
            assert adapters <= {"cnnspec.adapters.ADAPTERS"}, file


#: The modules beside the floors: the doors that users know, and what every floor needs.
BESIDE = {"__init__", "__main__", "judged", "pytest_plugin", "suite", "texts"}


def test_every_module_stands_on_a_floor() -> None:
    house = ROOT / "src" / "cnnspec"
    assert {file.stem for file in house.glob("*.py")} == BESIDE
    folders = {
        str(file.parent.relative_to(house)).replace("/", ".") for file in house.rglob("*.py")
    }
    rooms = {folder for folder in folders if folder.startswith("operations.")}
    assert folders - rooms == {*FLOORS, ".", "adapters"}


@pytest.mark.parametrize("floor", FLOORS)
def test_floors_import_downwards(floor: str) -> None:
    assert FLOORS.index(floor) == len(below_or_on(floor)) - 1
    for name, imports_ in modules().items():
        if floor_of(name) == floor:
            above = {other for other in map(floor_of, imports_) if other} - below_or_on(floor)
            assert not above, name


def below_or_on(floor: str) -> set[str]:
    return set(FLOORS[: FLOORS.index(floor) + 1])


def test_an_import_upwards_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"cnnspec.exact.bounds": frozenset({"cnnspec.judge.calls.Calls"})}
    monkeypatch.setattr(floors, "modules", lambda: found)
    assert floors.below("exact") == ["judge"]


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_says_in_three_lines_what_it_does(floor: str) -> None:
    said = (ROOT / "src" / "cnnspec" / floor.replace(".", "/") / "__init__.py").read_text("utf-8")
    lines = [line for line in said.strip().strip('"').splitlines() if line.strip()]
    assert len(lines) == 3
    assert all(line.rstrip().endswith(".") for line in lines)


@pytest.mark.parametrize("floor", sorted({*FLOORS} - {"operations"}))
def test_a_floor_has_some_twelve_modules(floor: str) -> None:
    assert sum(floor_of(name) == floor for name in modules()) <= 16


def test_no_module_is_longer_than_400_lines() -> None:
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "reference").glob("*.py")]
    lines = {file.relative_to(ROOT): file.read_text("utf-8").count("\n") for file in files}
    assert {str(file): count for file, count in lines.items() if count > 400} == {}


def test_requirements_are_numbered_without_gaps() -> None:
    numbers: dict[str, list[int]] = {}
    for identity in requirements():
        prefix, _, digits = identity.partition("-")
        numbers.setdefault(prefix, []).append(int(digits))
    for prefix, found in numbers.items():
        assert found == list(range(1, len(found) + 1)), prefix


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("def test_x(judge):\n    pass\n", "shows no known requirement"),
        (
            "import pytest\n@pytest.mark.requirement('RELU-99')\ndef test_x(judge):\n    pass\n",
            "shows no known requirement",
        ),
        (
            "import pytest\n@pytest.mark.requirement('RELU-01')\ndef test_x(judge):\n    pass\n",
            "RELU-02 has no test",
        ),
    ],
    ids=["no-mark", "unknown-id", "id-without-test"],
)
def test_ids_and_tests_belong_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, said: str
) -> None:
    file = tmp_path / f"test_{tmp_path.name}.py"  # a module name of its own
    file.write_text(content, "utf-8")
    monkeypatch.setattr(pytest_hooks, "spec_folder", lambda: tmp_path)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    keeper = _Complaints()
    options = ["--noconftest", "--config-file=/dev/null", "-pno:terminal", "-pno:cacheprovider"]
    status = pytest.main([str(file), *options], plugins=[pytest_hooks, keeper])
    assert status == pytest.ExitCode.USAGE_ERROR
    assert said in keeper.text


class _Complaints:
    """Keeps what the plugin refuses."""

    def __init__(self) -> None:
        self.text = ""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self) -> Generator[None, object, object]:
        """Keep the message of a usage error."""
        try:
            return (yield)
        except pytest.UsageError as error:
            self.text = str(error)
            raise


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_has_one_import_name(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"cnnspec"}
    for needed in (
        "cnnspec/py.typed",
        "cnnspec/run/pytest.ini",
        "cnnspec/report.schema.json",
        "cnnspec/protocol.schema.json",
        "cnnspec/page/templates/base.html",
        "cnnspec/adapters/torch.py",
        "cnnspec/adapters/confirmed.toml",
        "cnnspec/reference/conv2d.py",
        "cnnspec/faults/conv2d.py",
        "cnnspec/fixtures/conv2d.json",
        "cnnspec/fixtures/fixture.schema.json",
        "cnnspec/fixtures/mnist_network.npz",
        "cnnspec/fixtures/t10k-images-idx3-ubyte.gz",
        "cnnspec/spec_tests/conv2d.toml",
        "cnnspec/operations/conv2d/__init__.py",
        "cnnspec/docs/operations/conv2d.md",
        "cnnspec/document/chapters/head.md",
        "cnnspec/document/programs/rust.txt",
        "cnnspec/spec_tests/test_conv2d.py",
    ):
        assert needed in names


@by_turns
def test_the_wheel_judges_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "mine.py").write_text("def relu(x):\n    return abs(x)\n", "utf-8")
    program = (
        f"import sys; sys.path.insert(0, {str(site)!r}); import cnnspec; "
        f"assert cnnspec.__file__.startswith({str(site)!r}), cnnspec.__file__; "
        "from cnnspec.commands.line import main; sys.exit(main("
        "['check', 'mine.py', '--json', 'report.json', '--html', 'page.html']))"
    )
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path / "work",
    )
    assert done.returncode == 1, done.stderr
    assert "negative elements lose their sign" in done.stdout
    report = json.loads((tmp_path / "work" / "report.json").read_text("utf-8"))
    assert report["spec_hash"] == spec_hash()  # the same specification as in the checkout
    assert "mine.py does not conform" in (tmp_path / "work" / "page.html").read_text("utf-8")
