"""How many comparisons the suite makes and how long it takes, beside ONNX's own node tests.

    pip install -e '.[benchmarks]'
    python benchmarks/suite.py [--only relu] [--rounds 3]

Every run is a process of its own, with one BLAS thread, timed from its start to its verdict; the
runs take turns, and the medians are printed: seconds, CPU time of all its processes, comparisons a
second, the CPU time of a comparison over that of ONNX's node tests, and the seconds until the first
requirement fails. "Kept": exact answers lie in the cache already. "0.1.0": the operations of that
version. The ONNX backend node tests are those of the operations that this suite judges, run on
ONNX's reference evaluator. `where.py` shows where the time of one check goes.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
LOOPS = HERE.parent / "harness_tests" / "specimens" / "plain_loops.py"

SUITE = """
import json, sys, time
from pathlib import Path
from cnnspec.cases.kept_answers import KeptAnswers
from cnnspec.run.check import check
source, processes, folder, started = sys.argv[1:]
first = []
report = check(
    source, isolated=True, processes=int(processes),
    answers=KeptAnswers(Path(folder)) if folder else None,
    failed=lambda *_: first.append(time.time() - float(started)),
)
print(json.dumps([
    sum(entry["checks"] for entry in report["operations"].values()),
    report["verdict"],
    first[0] if first else None,
]))
"""

NODE_TESTS = """
import json, warnings
import numpy as np
warnings.simplefilter("ignore")
np.seterr(all="ignore")
from onnx.backend.test.case.node import collect_testcases
from onnx.reference import ReferenceEvaluator
JUDGED = {
    "Conv", "Relu", "MaxPool", "AveragePool", "Gemm", "MatMul", "Softmax",
    "NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss",
}
compared = failed = 0
for case in collect_testcases(None):
    nodes = case.model.graph.node
    if len(nodes) != 1 or nodes[0].op_type not in JUDGED:
        continue
    names = [value.name for value in case.model.graph.input]
    for inputs, outputs in case.data_sets:
        compared += 1
        try:
            found = ReferenceEvaluator(case.model).run(None, dict(zip(names, inputs)))
            for got, expected in zip(found, outputs, strict=True):
                np.testing.assert_allclose(got, expected, rtol=case.rtol, atol=case.atol)
        except Exception:
            failed += 1
print(json.dumps([compared, f"{failed} failed", None]))
"""

#: Implementations that are written for a run, by their file's names.
FILES = {
    "operations.py": (
        "from cnnspec.reference import avg_pool2d, conv2d, cross_entropy, dense, max_pool2d\n"
        "from cnnspec.reference import min_pool2d, relu, softmax, softmax_cross_entropy\n"
    ),
    "alone.py": "from cnnspec.reference import relu\n",
    "wrong.py": (
        "import numpy as np\nfrom cnnspec import reference\n\n\n"
        "def conv2d(image, filters, bias=None, *, stride=1, padding='valid'):\n"
        "    turned = np.asarray(filters)[:, ::-1, ::-1]\n"
        "    return reference.conv2d(image, turned, bias, stride=stride, padding=padding)\n"
    ),
}

ONNX, C = "ONNX node tests on ONNX's reference", "cnnspec on a C program, kept"

#: By name: the program, what is judged, by how many processes, and whether answers are kept.
CONTENDERS = {
    "cnnspec on the reference": (SUITE, "reference", 1, False),
    "cnnspec on the reference, kept": (SUITE, "reference", 1, True),
    "cnnspec on 0.1.0": (SUITE, "operations.py", 1, False),
    "cnnspec on 0.1.0, kept": (SUITE, "operations.py", 1, True),
    "cnnspec on 0.1.0, kept, -n 2": (SUITE, "operations.py", 2, True),
    C: (SUITE, "cmd:./port", 1, True),
    "cnnspec on plain Python loops, kept": (SUITE, str(LOOPS), 1, True),
    "cnnspec on relu alone, kept": (SUITE, "alone.py", 1, True),
    "cnnspec on a wrong conv2d, kept": (SUITE, "wrong.py", 1, True),
    ONNX: (NODE_TESTS, "", 1, False),
}


class Run(NamedTuple):
    """What one run took and found; ``first`` are the seconds until a requirement failed."""

    seconds: float
    processor: float
    compared: int
    outcome: str
    first: float | None


def run(program: str, source: str, processes: int, folder: str) -> Run:
    """Run a contender once, with exact answers in a folder if one is named."""
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    before, started = _processor(), time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, "-c", program, source, str(processes), folder, str(time.time())],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | threads,
    )
    seconds = time.perf_counter() - started
    return Run(seconds, _processor() - before, *json.loads(done.stdout.splitlines()[-1]))


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def prepare() -> None:
    """Write what is judged into the working folder, and build the port in C if that can be done."""
    for name, text in FILES.items():
        Path(name).write_text(text, "utf-8")
    if compiler := shutil.which("cc"):
        sources = sorted(map(str, (HERE.parent / "examples" / "c").glob("*.c")))
        command = [compiler, "-std=c11", "-O2", "-o", "port", *sources, "-lm"]
        subprocess.run(command, check=True)  # noqa: S603 - our own program


def measured(name: str, *, is_first: bool) -> Run:
    """Run a contender; where answers are kept, once more before."""
    program, source, processes, is_kept = CONTENDERS[name]
    folder = "kept" if is_kept else ""
    if is_kept and is_first:
        run(program, source, processes, folder)
    return run(program, source, processes, folder)


def row(name: str, runs: list[Run], unit: float) -> str:
    """Return a row of the table; ``unit`` is the CPU time of a comparison of ONNX's node tests."""
    seconds = statistics.median(one.seconds for one in runs)
    processor = statistics.median(one.processor for one in runs)
    compared, outcome = runs[0].compared, runs[0].outcome
    ratio = f"{processor / compared / unit:5.2f}" if unit else f"{'-':>5}"
    firsts = [one.first for one in runs if one.first is not None]
    first = f"{statistics.median(firsts):5.2f}" if firsts else f"{'-':>5}"
    return (
        f"{name:36}  {compared:11,}  {seconds:7.2f}  {processor:7.2f}  {compared / seconds:8,.0f}"
        f"  {ratio}  {first}  {outcome}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Time checks beside ONNX's node tests.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="contenders whose names hold this")
    options = parser.parse_args()
    is_there = {ONNX: importlib.util.find_spec("onnx"), C: shutil.which("cc")}
    names = [name for name in CONTENDERS if options.only in name and is_there.get(name, True)]
    runs: dict[str, list[Run]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        prepare()
        for number in range(options.rounds):
            for name in names:
                runs[name].append(measured(name, is_first=number == 0))
    unit = 0.0
    if ONNX in runs:
        unit = statistics.median(one.processor for one in runs[ONNX]) / runs[ONNX][0].compared
    print(f"{'':36}  comparisons  seconds      CPU  a second  ratio  first  outcome")
    for name in names:
        print(row(name, runs[name], unit))


if __name__ == "__main__":
    main()
