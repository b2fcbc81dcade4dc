"""How many comparisons the suite makes and how long it takes, beside ONNX's own node tests.

    pip install -e '.[benchmarks]'
    python benchmarks/suite.py

Every run is a process of its own, with one BLAS thread, timed from its start to its verdict; the
runs take turns, and the medians are printed. The ONNX backend node tests are those of the
operations that this suite judges, run on ONNX's reference evaluator.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOOPS = HERE.parent / "harness_tests" / "specimens" / "plain_loops.py"

SUITE = """
import json, sys
from cnnspec.run.check import check
report = check(sys.argv[1])
print(json.dumps([
    sum(entry["checks"] for entry in report["operations"].values()),
    report["verdict"],
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
print(json.dumps([compared, f"{failed} failed"]))
"""

CONTENDERS = {
    "cnnspec on the reference": (SUITE, "reference"),
    "cnnspec on plain Python loops": (SUITE, str(LOOPS)),
    "ONNX node tests on ONNX's reference": (NODE_TESTS, ""),
}


def run(program: str, argument: str) -> tuple[float, int, str]:
    """Return the seconds, the comparisons and the outcome of one run."""
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, "-c", program, argument],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | threads,
    )
    seconds = time.perf_counter() - started
    compared, outcome = json.loads(done.stdout.splitlines()[-1])
    return seconds, compared, outcome


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    told: dict[str, tuple[int, str]] = {}
    for _ in range(rounds):
        for name, (program, argument) in CONTENDERS.items():
            took, *told_now = run(program, argument)
            seconds[name].append(took)
            told[name] = (int(told_now[0]), str(told_now[1]))
    print(f"{'':36}  comparisons  seconds  a second  outcome")
    for name, (compared, outcome) in told.items():
        median = statistics.median(seconds[name])
        print(f"{name:36}  {compared:11,}  {median:7.2f}  {compared / median:8,.0f}  {outcome}")


if __name__ == "__main__":
    main()
