"""What calls do besides: seen where it is done, never by chance, and advised only."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from cnnspec.run.check import check
from cnnspec.subject.processes.process import POSSIBLE
from harness_tests.helpers import EVERYTHING, by_turns, statuses

HEAD = """
import os, random, threading
import numpy as np
kept, memory, local, lock = [], {}, threading.local(), threading.RLock()
"""

#: Bodies of a ReLU that do nothing that is advised against.
HARMLESS = {
    "locked": """
    with lock:
        buffer = memory.setdefault(x.shape, np.empty(x.shape))
        buffer[...] = x
        buffer = np.maximum(buffer, 0)
        return buffer
""",
    "thread-local": """
    if not hasattr(local, "buffers"):
        local.buffers = {}
    buffer = local.buffers.setdefault(x.shape, np.empty(x.shape))
    buffer[...] = x
    buffer[buffer < 0] = 0
    return buffer.copy()
""",
    "draws": """
    np.random.rand(3), random.random()
    return np.maximum(x, 0)
""",
    "first-call": """
    if not memory:
        os.environ["RELU_THREADS"] = "1"
        memory["seeded"] = np.random.seed(0)
        np.seterr(over="raise")
    return np.maximum(x, 0)
""",
    "restored": """
    folder = os.getcwd()
    os.chdir("/")
    with np.errstate(all="raise"):
        result = np.maximum(x, 0)
    os.chdir(folder)
    return result
""",
    "last-input": """
    memory["input"] = x
    return np.maximum(x, 0)
""",
    "last-200": """
    kept.append(x)
    del kept[:-200]
    return np.maximum(x, 0)
""",
}

#: Bodies that do, and what is advised.
DOES_MORE = {
    "buffer": (
        """
    buffer = memory.setdefault(x.shape, np.empty(x.shape))
    buffer[...] = x
    buffer[buffer < 0] = 0
    return buffer.copy()
""",
        "CALL-01",
    ),
    "seeded": ("    np.random.seed(1)\n    return np.maximum(x, 0)\n", "CALL-02"),
    "seeded-python": ("    random.seed(1)\n    return np.maximum(x, 0)\n", "CALL-02"),
    "errors": ("    np.seterr(over='raise')\n    return np.maximum(x, 0)\n", "CALL-02"),
    "folder": ("    os.chdir('/')\n    return np.maximum(x, 0)\n", "CALL-02"),
    "environment": ("    os.environ['RELU'] = 'on'\n    return np.maximum(x, 0)\n", "CALL-02"),
    "argument": ("    return np.maximum(x, 0) if (x < 0).any() else x\n", "CALL-03"),
    "view": ("    return np.maximum(x, 0) if (x < 0).any() else x.T.T[...]\n", "CALL-03"),
    "kept": ("    kept.append(x.T)\n    return np.maximum(x, 0)\n", "CALL-04"),
}


def here_and_apart(names: Iterable[str], *apart: str) -> list[tuple[str, bool]]:
    """Return all names to be judged here, and some of them in a process of their own."""
    return [*((name, False) for name in names), *((name, True) for name in apart if POSSIBLE)]


def report_on(
    body: str, folder: Path, *, isolated: bool, besides: tuple[str, ...] = ("test_relu",)
) -> dict[str, Any]:
    """Return the report on a module whose ReLU has this body, by other tests besides."""
    file = folder / "mine.py"
    file.write_text(
        f"{HEAD}\ndef relu(x):{body if body[0] == chr(10) else chr(10) + body}", "utf-8"
    )
    modules = [*besides, "test_surroundings"]
    return check(str(file), modules=modules, isolated=isolated, select="relu and not tile")


@pytest.mark.parametrize(("name", "isolated"), here_and_apart(HARMLESS, "locked", "last-200"))
def test_what_is_harmless_is_not_advised_against(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, isolated: bool
) -> None:
    monkeypatch.setenv("RELU_THREADS", "2")  # it is put back in the end
    besides = ("test_relu",) if EVERYTHING else ()
    found = statuses(report_on(HARMLESS[name], tmp_path, isolated=isolated, besides=besides))
    calls = {identity: status for identity, status in found.items() if "CALL" in identity}
    assert calls == {f"CALL-0{n}": "passed" for n in range(1, 5)} | {"CALL-05": "not tested"}


@pytest.mark.parametrize(("name", "isolated"), here_and_apart(DOES_MORE, "buffer", "folder"))
@by_turns
def test_what_calls_do_besides_is_advised_against(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, isolated: bool
) -> None:
    monkeypatch.chdir(tmp_path)  # both are put back in the end
    monkeypatch.setenv("RELU", "off")
    body, identity = DOES_MORE[name]
    report = report_on(body, tmp_path, isolated=isolated)
    found = statuses(report)
    assert {one for one, status in found.items() if status == "advised"} == {identity}
    assert "failed" not in found.values()


#: The same under a name that is found, and with a layer object that keeps its numbers.
FOUND = {
    "function": "def my_relu(z):\n    {body}\n    return z * (z > 0)\n",
    "object": """
class ReLU:
    def forward(self, z):
        {body}
        self.z = z
        return z * (z > 0)
""",
}


@pytest.mark.parametrize("form", FOUND)
@pytest.mark.parametrize(
    ("body", "identity"),
    {
        "pass": "",
        "kept.append(z)": "CALL-04",
        "np.random.seed(0)": "CALL-02",
        "if (z >= 0).all(): return z": "CALL-03",
    }.items(),
)
@by_turns
def test_it_is_seen_of_what_is_found_too(
    form: str, body: str, identity: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(HEAD + FOUND[form].format(body=body), "utf-8")
    modules = ["test_relu", "test_surroundings"]
    report = check(str(file), modules=modules, select="relu and not tile")
    found = {one: s for one, s in statuses(report).items() if one.startswith("CALL")}
    due = {f"CALL-0{n}": "passed" for n in range(1, 5)} | {"CALL-05": "not tested"}
    due |= {"CALL-01": "not tested"} if form == "object" else {}
    assert found == due | ({identity: "advised"} if identity else {})
