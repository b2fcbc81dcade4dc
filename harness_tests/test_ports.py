"""The ports in examples/ conform, and fail with the right diagnosis if a mistake is planted."""

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cnnspec.kills.kill_matrix import module_of
from cnnspec.operations.registry import LAYERS
from cnnspec.run.check import check
from harness_tests.helpers import by_turns, sample, statuses
from harness_tests.ports import EXAMPLES, PORTS, build_line

pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="only in a checkout")

Json = dict[str, Any]


def judged(words: list[str], **options: Any) -> Json:
    return check(f"cmd:{shlex.join(words)}", **options)


NO_LAYOUTS = "the protocol has no memory layouts, positions or shared arrays"
NOT_SEEN = "what calls do besides is not seen (form: program)"
NO_STEP = "train_step is not offered"
NOT_RECALLED = {
    "results cannot be looked at again",
    "it cannot be seen whether a call changes its arguments",
}


@pytest.mark.parametrize(
    ("name", "lacking"),
    sample(
        [
            ("c", {NO_LAYOUTS, NOT_SEEN, *NOT_RECALLED, "network is not offered", NO_STEP}),
            ("javascript", {NO_LAYOUTS, NOT_SEEN, NO_STEP}),
        ],
        2,
    ),
)
@by_turns
def test_the_ports_conform(name: str, lacking: set[str], tmp_path: Path) -> None:
    PORTS[name].copied_to(tmp_path)
    report = judged(PORTS[name].built_in(tmp_path, build_line()))
    assert report["verdict"] == "conforms"
    assert report["implementation"]["form"] == "program"
    assert report["operations"].keys() >= set(LAYERS)
    requirements = report["requirements"]
    assert {entry["status"] for entry in requirements} == {"passed", "not tested"}
    assert {reason for entry in requirements for reason in entry.get("reasons", ())} == lacking


@by_turns
def test_the_smallest_program_conforms() -> None:
    report = judged([sys.executable, str(EXAMPLES / "minimal.py")])
    assert report["verdict"] == "conforms"
    assert report["operations"].keys() == {"relu"}
    assert not [entry["id"] for entry in report["requirements"] if entry["failures"]]


@dataclass(frozen=True)
class Mistake:
    """A mistake that is planted in a port: a text of one of its files becomes another.

    ``experiment`` is what the first line says, without a fault's name, where experiments find out
    what was done: a port has more options than the catalogue's function.
    """

    fault: str
    operation: str
    port: str
    file: str
    right: str
    wrong: str
    experiment: str = ""

    def plant(self, folder: Path) -> None:
        """Make the mistake in a copy."""
        file = folder / self.file
        text = file.read_text("utf-8")
        assert text.count(self.right) == 1
        file.write_text(text.replace(self.right, self.wrong), "utf-8")


MISTAKES = [
    Mistake(
        "conv2d-kernel-rotated",
        "conv2d",
        "c",
        "convolution.c",
        "(k * rows + (size_t)a) * columns + (size_t)b",
        "(k * rows + rows - 1 - (size_t)a) * columns + columns - 1 - (size_t)b",
    ),
    Mistake(
        "conv2d-stride-for-the-size-only",
        "conv2d",
        "c",
        "windows.c",
        "place = i * its->stride +",
        "place = i +",
    ),
    Mistake(
        "conv2d-dilation-for-the-size-only",
        "conv2d",
        "c",
        "windows.c",
        "a * its->dilation - its->before",
        "a - its->before",
    ),
    Mistake(
        "conv2d-groups-in-turns",
        "conv2d",
        "c",
        "convolution.c",
        "k / (its->filters / its->groups)",
        "k % its->groups",
    ),
    Mistake(
        "conv_transpose2d-overlaps-overwritten",
        "conv_transpose2d",
        "c",
        "convolution.c",
        "element[c] += pixel",
        "element[c] = pixel",
        "where filters overlap, the last one overwrites the others",
    ),
    Mistake(
        "max_pool2d-starts-at-0",
        "max_pool2d",
        "c",
        "pooling.c",
        "double largest = -INFINITY,",
        "double largest = 0.0,",
        "the maximum starts at 0",
    ),
    Mistake(
        "avg_pool2d-padding-never-counts",
        "avg_pool2d",
        "c",
        "pooling.c",
        "with_border = options->count_include_pad;",
        "with_border = false;",
    ),
    Mistake(
        "avg_pool2d-beyond-the-padding-counts",
        "avg_pool2d",
        "c",
        "windows.c",
        "i * its->stride + a * its->dilation < end",
        "end > 0",
    ),
    Mistake(
        "batch_norm-epsilon-outside",
        "batch_norm",
        "c",
        "layers.c",
        "sqrt(variance->data[k] + epsilon)",
        "sqrt(variance->data[k]) + epsilon",
    ),
    Mistake(
        "global_avg_pool2d-sum",
        "global_avg_pool2d",
        "c",
        "pooling.c",
        "= sum / (double)pixels",
        "= sum",
    ),
    Mistake(
        "adapter-dense-weights-reshaped",
        "dense",
        "c",
        "layers.c",
        "weights->data[i * nodes + node]",
        "weights->data[node * inputs + i]",
    ),
    Mistake(
        "dense-rows-first-for-all",
        "dense",
        "c",
        "layers.c",
        "x->data[row * inputs + i]",
        "x->data[i]",
    ),
    Mistake(
        "conv2d-kernel-transposed",
        "conv2d",
        "javascript",
        "convolution.js",
        "((k * height + a) * width + b) * groupChannels",
        "((k * height + b) * width + a) * groupChannels",
    ),
    Mistake(
        "conv2d-padding-mirrored",
        "conv2d",
        "javascript",
        "windows.js",
        "a * this.dilation - this.before",
        "a * this.dilation - this.after",
    ),
    Mistake(
        "conv_transpose2d-filter-not-turned",
        "conv_transpose2d",
        "javascript",
        "convolution.js",
        "((k * height + a) * width + b) * groupMaps",
        "((k * height + height - 1 - a) * width + width - 1 - b) * groupMaps",
    ),
    Mistake(
        "max_pool2d-ceil-mode-ignored",
        "max_pool2d",
        "javascript",
        "pooling.js",
        'flag("ceil_mode", ceil_mode)',
        'flag("ceil_mode", ceil_mode) && false',
    ),
    Mistake(
        "avg_pool2d-always-a-quarter",
        "avg_pool2d",
        "javascript",
        "pooling.js",
        "sum / (withBorder ? elements : window.length)",
        "sum / 4",
        "the sum is divided by 4, whatever the size",
    ),
    Mistake(
        "relu-in-place",
        "relu",
        "javascript",
        "layers.js",
        "relu(x) {\n  const result = resultOf([...x.shape], x);",
        "relu(x) {\n  const result = x.dtype.startsWith('float') ? x : resultOf(x.shape, x);",
    ),
    Mistake(
        "batch_norm-scale-and-offset-swapped",
        "batch_norm",
        "javascript",
        "layers.js",
        "[means, variances, scales, offsets]",
        "[means, variances, offsets, scales]",
    ),
    Mistake(
        "softmax-overflows",
        "softmax",
        "javascript",
        "layers.js",
        "const largest = row.reduce((x, y) => Math.max(x, y));",
        "const largest = 0;",
    ),
    Mistake(
        "log_softmax-logarithm-of-0",
        "log_softmax",
        "javascript",
        "layers.js",
        "x - largest - Math.log(sum)",
        "Math.log(Math.exp(x - largest) / sum)",
        "of a probability that was rounded to 0",
    ),
    Mistake(
        "network-over-256",
        "network",
        "javascript",
        "layers.js",
        "pixel / 255 - 0.5",
        "pixel / 256 - 0.5",
    ),
    Mistake(
        "dense_grad_weights-last-row-only",
        "dense_grad_weights",
        "c",
        "gradients.c",
        "found->data[i * nodes + node] +=",
        "found->data[i * nodes + node] =",
    ),
    Mistake(
        "relu_backward-by-the-gradients-sign",
        "relu_backward",
        "javascript",
        "gradients.js",
        "(element > 0 ? g : 0)",
        "(g > 0 ? g : 0)",
    ),
]


@pytest.mark.parametrize("mistake", sample(MISTAKES, 4), ids=lambda mistake: mistake.fault)
@by_turns
def test_a_planted_mistake_is_named(mistake: Mistake, tmp_path: Path) -> None:
    port = PORTS[mistake.port]
    mistake.plant(port.copied_to(tmp_path))
    modules = [module_of(mistake.operation)]
    report = judged(port.built_in(tmp_path, build_line()), modules=modules)
    assert report["verdict"] == "does not conform"
    assert report["operations"][mistake.operation]["verdict"] == "does not conform"
    first = report["operations"][mistake.operation]["diagnosis"][0]
    assert first["fault"] == (None if mistake.experiment else mistake.fault)
    assert mistake.experiment in first["explanation"]
    # Code that several operations share has the mistake in each.
    _, _, what = mistake.fault.partition("-")
    assert {one.partition("-")[2] for one in certain(report)} <= {what}


def certain(report: Json) -> set[str]:
    """Return the mistakes that a report states as certain."""
    return {
        diagnosis["fault"]
        for requirement in report["requirements"]
        for failure in requirement["failures"]
        for diagnosis in failure["diagnosis"]
        if diagnosis["certain"] and diagnosis["fault"]
    }


@by_turns
def test_a_network_that_gives_out_its_memory_twice_is_seen(tmp_path: Path) -> None:
    port = PORTS["javascript"]
    Mistake(
        "",
        "network",
        "javascript",
        "layers.js",
        "return [probabilities, loss, accuracy];",
        "network.kept ??= probabilities;\n"
        "network.kept.data.set(probabilities.data);\n"
        "return [network.kept, loss, accuracy];",
    ).plant(port.copied_to(tmp_path))
    words = port.built_in(tmp_path, build_line())
    report = judged(words, modules=["test_network"], select="again_and_again")
    assert statuses(report)["NET-09"] == "failed"
