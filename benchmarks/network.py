"""How fast the reference is, beside others that do the same work.

    pip install -e '.[benchmarks]'
    python benchmarks/network.py

Article 2's network on 10,000 MNIST images, and four single convolutions, in float32. Every
contender is a process of its own with one thread. They take turns, so that they meet the same
disturbances; the medians are printed, and what is not installed is left out. The network gets its
images in chunks of the size that suits each contender best. The limit is what the multiplications
of the work would take at the speed of one large matrix product, measured here too. Times are those
of the processor: with one thread, what a clock would show if nothing else ran on the machine.
"""

import argparse
import multiprocessing
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import contenders
import numpy as np

from cnnspec.cases.data import mnist_test_set

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
#: They pin OpenBLAS to another processor than the one it runs on; both together, or neither.
PINNED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")

IMAGES = 10_000
CHUNKS = (32, 64, 128, 256, 1024)
#: Image (N, H, W, C) and filters (K, f).
CONVOLUTIONS = {
    "100 of 28x28, 8@3x3": ((100, 28, 28, 1), (8, 3)),
    "300x451, 2@3x3": ((1, 300, 451, 1), (2, 3)),
    "224x224x3, 64@7x7": ((1, 224, 224, 3), (64, 7)),
    "56x56x64, 64@3x3": ((1, 56, 56, 64), (64, 3)),
}
GROWTH_IMAGES = (100, 300, 1000, 3000, 10_000)
GROWTH_SIZES = (32, 64, 128, 256, 512, 1024)
GEMM = 1024


# --- in a contender's process -----------------------------------------------------------------


def serve(name: str, pipe: Connection) -> None:
    """Answer with the seconds that each requested piece of work takes, until told to stop."""
    try:
        works = Works(name)
    except ImportError as error:
        pipe.send(error)
        return
    pipe.send(None)
    while (request := pipe.recv()) is not None:
        pipe.send(getattr(works, request[0])(*request[1:]))


class Works:
    """The work of one contender."""

    def __init__(self, name: str) -> None:
        random = np.random.default_rng(0)
        images, _ = mnist_test_set()
        self.images = (images / np.float32(255) - np.float32(0.5)).astype(np.float32)
        self.random = random
        self.square = random.standard_normal((GEMM, GEMM), dtype=np.float32)
        given = contenders.Parameters(
            random.standard_normal((8, 3, 3), dtype=np.float32) / 9,
            random.standard_normal((1352, 10), dtype=np.float32) / 30,
            random.standard_normal(10, dtype=np.float32),
        )
        make, self.count = contenders.CONTENDERS[name]
        self.contender, self.judge = make(given), contenders.reference(given)
        self.prepared: dict[str, Callable[[], Any]] = {}

    def network(self, chunk: int, count: int = IMAGES) -> float:
        """Return the seconds for the network on ``count`` images (scaled, if that is slow)."""
        timed = min(count, self.count)
        started = time.process_time()
        for n in range(0, timed, chunk):
            self.contender.forward(self.images[n : min(n + chunk, timed)])
        return (time.process_time() - started) * count / timed

    def convolution(self, name: str) -> float:
        """Return the seconds for one of the single convolutions."""
        return _seconds(self.prepared[name])

    def sized(self, size: int) -> float:
        """Return the seconds for 8 filters of 3x3 on one square image."""
        name = f"{size}x{size}"
        if name not in self.prepared:
            image = self.random.standard_normal((1, size, size, 1), dtype="float32")
            filters = self.random.standard_normal((8, 3, 3, 1), dtype="float32")
            self.prepared[name] = self.contender.convolution(image, filters)[0]
        return _seconds(self.prepared[name])

    def gemm(self) -> float:
        """Return the seconds for one matrix product."""
        return _seconds(lambda: self.square @ self.square)

    def check(self) -> float:
        """Prepare the convolutions, and return the largest difference to the reference."""
        few = self.images[:20]
        worst = float(np.abs(self.contender.forward(few) - self.judge.forward(few)).max())
        for name, (shape, (count, size)) in CONVOLUTIONS.items():
            image = self.random.standard_normal(shape, dtype=np.float32)
            filters = self.random.standard_normal((count, size, size, shape[-1]), dtype=np.float32)
            run, read = self.contender.convolution(image, filters)
            expected, _ = self.judge.convolution(image, filters)
            scale = float(np.abs(expected()).max())
            worst = max(worst, float(np.abs(read(run()) - expected()).max()) / scale)
            self.prepared[name] = run
        return worst

    def memory(self, chunk: int) -> float:
        """Return by how many MiB the process grows beyond its size during the network."""
        before = _size("VmRSS")
        _reset_peak()
        self.network(chunk)
        return _size("VmHWM") - before

    def processor(self) -> str:
        """Return for which processor NumPy's BLAS was chosen, and with how many threads."""
        try:
            from threadpoolctl import threadpool_info
        except ImportError:
            return "unknown (threadpoolctl is not installed)"
        found = [
            f"{pool.get('architecture', pool['internal_api'])}, {pool['num_threads']} thread(s)"
            for pool in threadpool_info()
            if "numpy" in pool["filepath"]
        ]
        return "; ".join(found) or "unknown"


def _seconds(run: Callable[[], Any]) -> float:
    """Return the seconds of one run, the median of some 50 ms of them."""
    times: list[float] = []
    while not times or (sum(times) < 0.05 and len(times) < 50):
        started = time.process_time()
        run()
        times.append(time.process_time() - started)
    return statistics.median(times)


def _size(field: str) -> float:
    """Return a size of this process in MiB: VmRSS now, VmHWM the largest so far."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    except OSError:  # not on Linux: the largest so far is all there is
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = (line for line in lines if line.startswith(field))
    return int(line.split()[1]) / 1024


def _reset_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5", "utf-8")
    except OSError:
        return


# --- in the process that asks -----------------------------------------------------------------


class Worker:
    """A contender's process."""

    def __init__(self, name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(name, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, work: str, *given: Any) -> Any:
        """Return what a method of `Works` returns."""
        self.pipe.send((work, *given))
        return self.pipe.recv()

    def stop(self) -> None:
        """End the process."""
        self.pipe.send(None)
        self.process.join()


def memory(name: str, chunk: int) -> float:
    """Return by how many MiB a fresh process grows during the network."""
    worker = Worker(name)
    worker.pipe.recv()
    grown: float = worker.ask("memory", chunk)
    worker.stop()
    return grown


def installed(names: list[str]) -> Iterator[tuple[str, Worker]]:
    """Start the contenders that can be imported."""
    for name in names:
        worker = Worker(name)
        if missing := worker.pipe.recv():
            print(f"{name} is left out: {missing}")
        else:
            yield name, worker


def in_turns(
    workers: dict[str, Worker], rounds: int, ask: Callable[[str, Worker], float]
) -> dict[str, float]:
    """Return each contender's median over some rounds."""
    times: dict[str, list[float]] = {name: [] for name in workers}
    for _ in range(rounds):
        for name, worker in workers.items():
            times[name].append(ask(name, worker))
    return {name: statistics.median(taken) for name, taken in times.items()}


def print_table(title: str, medians: dict[str, float], limit: float, notes: dict[str, str]) -> None:
    """Print the medians, their ratios and how far they are from the limit."""
    base = medians["reference"]
    print(f"\n{title}\n{'':16} {'ms':>10}  / reference  / limit")
    for name, seconds in medians.items():
        line = f"{name:16} {1e3 * seconds:10.2f} {seconds / base:12.2f} {seconds / limit:8.1f}"
        print(f"{line}  {notes.get(name, '')}".rstrip())
    print(f"{'limit':16} {1e3 * limit:10.2f}", flush=True)


def operations(image: tuple[int, ...], filters: tuple[int, int]) -> int:
    """Return the multiplications and additions of a convolution."""
    number, height, width, channels = image
    count, size = filters
    return 2 * number * (height - size + 1) * (width - size + 1) * count * size * size * channels


def compare(workers: dict[str, Worker], rounds: int) -> None:
    """Print how the contenders do on the network and on the convolutions."""
    reference = workers["reference"]
    print(f"BLAS of NumPy: {reference.ask('processor')}")
    for name, worker in workers.items():
        print(f"{name:16} largest difference to the reference: {worker.ask('check'):.1e}")
    rate = 2 * GEMM**3 / min(reference.ask("gemm") for _ in range(5))
    print(f"matrix product: {rate / 1e9:.0f} GFLOP/s", flush=True)

    chunk = {
        name: min(CHUNKS, key=lambda chunk, worker=worker: worker.ask("network", chunk))  # type: ignore[misc]
        for name, worker in workers.items()
    }
    medians = in_turns(workers, rounds, lambda name, worker: worker.ask("network", chunk[name]))
    notes = {
        name: f"{chunk[name]} at once, grows by {memory(name, chunk[name]):.0f} MiB"
        for name in workers
    }
    work = IMAGES * (operations((1, 28, 28, 1), (8, 3)) + 2 * 1352 * 10)
    print_table(f"network, {IMAGES:,} images", medians, work / rate, notes)
    for name, (image, filters) in CONVOLUTIONS.items():
        medians = in_turns(workers, rounds, lambda _, worker, n=name: worker.ask("convolution", n))  # type: ignore[misc]
        print_table(f"convolution, {name}", medians, operations(image, filters) / rate, {})


def growth(reference: Worker, rounds: int) -> None:
    """Print how the reference's time grows."""
    print("\nreference: images, ms, us per image")
    for count in GROWTH_IMAGES:
        asked = partial(reference.ask, "network", 64, count)
        seconds = statistics.median(asked() for _ in range(rounds))
        print(f"{count:8,} {1e3 * seconds:10.2f} {1e6 * seconds / count:8.2f}")
    print("\nreference, 8@3x3: image, ms, ns per pixel")
    for size in GROWTH_SIZES:
        seconds = statistics.median(reference.ask("sized", size) for _ in range(rounds))
        print(f"{size:4}x{size:<4} {1e3 * seconds:9.3f} {1e9 * seconds / size**2:8.2f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="contenders beside the reference")
    options = parser.parse_args()
    for name in PINNED:
        os.environ.pop(name, None)
    os.environ |= dict.fromkeys(ONE_THREAD, "1")
    names = list(contenders.CONTENDERS)
    if options.only:
        names = ["reference", *options.only]
    workers = dict(installed(names))
    compare(workers, options.rounds)
    growth(workers["reference"], options.rounds)
    for worker in workers.values():
        worker.stop()


if __name__ == "__main__":
    main()
