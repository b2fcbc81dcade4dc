"""Backward passes as people write them: each computes what is claimed, without the judge."""

from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

pytest.importorskip("specimens.run", reason="only in a checkout")

from specimens import backwards
from specimens.backwards import Offered, convolved, gradients, numbers
from specimens.conventions import load
from specimens.gradients import verify as kind
from specimens.newcomers4 import verify as files
from specimens.newcomers7 import verify as more_files
from specimens.newcomers9 import verify as public_styles
from specimens.run import FOLDER, specimens, tabled

ALL = {one.name.partition("/")[2]: one for one in specimens(["gradients"])}

SETS = {"newcomers4": files, "newcomers7": more_files, "newcomers9": public_styles}

#: The kind and the name of each file, and what its table says.
TABLE = {(one.kind, one.file.name): one for one in tabled([*SETS]) if "--facets" not in one.options}

FILES = [(kind, name) for kind, verify in SETS.items() for name in verify.BINDINGS]


@cache
def offered_by(name: str) -> list[Offered]:
    needed = ALL[name].needs
    if needed and find_spec(needed) is None:
        pytest.skip(f"there is no {needed}")
    return kind.offered_by(name)


@cache
def offered_in(kind: str, name: str) -> list[Any]:
    if name in SETS[kind].NEED_TORCH:
        pytest.importorskip("torch")
    return [*SETS[kind].BINDINGS[name](load(FOLDER / kind / name))]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.filterwarnings("ignore")
def test_a_specimen_is_what_it_claims(name: str) -> None:
    offered = offered_by(name)
    assert [problem for one in offered for problem in backwards.problems(one)] == []
    assert any(one.wrong for one in offered) is not ALL[name].right


@pytest.mark.parametrize(("kind", "name"), FILES)
@pytest.mark.filterwarnings("ignore")
def test_a_file_is_what_it_claims(kind: str, name: str) -> None:
    assert [
        problem for one in offered_in(kind, name) for problem in backwards.problems_of(one)
    ] == []


#: Forward passes that nothing verifies: their gradients are.
BY_GRADIENTS = {"leaky_relu", "sigmoid", "tanh"}


@pytest.mark.parametrize(("kind", "name"), FILES)
@pytest.mark.filterwarnings("ignore")
def test_a_table_says_what_a_file_offers(kind: str, name: str) -> None:
    offered, expected = offered_in(kind, name), TABLE[kind, name]
    there = {one.operation for one in offered}
    assert expected.judged <= there | {f for f in BY_GRADIENTS if f"{f}_backward" in there}
    wrong = {one.operation for one in offered if one.wrong}
    assert wrong <= expected.judged
    assert bool(wrong) is not expected.right


def test_everything_has_its_binding() -> None:
    assert ALL.keys() == kind.BINDINGS.keys()
    assert {name for name, one in ALL.items() if one.needs} == kind.NEEDS.keys()
    assert {*TABLE} == {*FILES}
    for folder, verify in SETS.items():
        needing = {name for (of, name), one in TABLE.items() if of == folder and one.needs}
        assert needing == verify.NEED_TORCH
        there = {file.name for file in (FOLDER / folder).iterdir()} - {"__pycache__"}
        assert there == {*verify.BINDINGS, "verify.py", "expected.toml"}


@pytest.mark.parametrize(
    ("kind", "count"), [("newcomers4", (16, 5)), ("newcomers7", (6, 3)), ("newcomers9", (6, 1))]
)
def test_so_many_are_wrong(kind: str, count: tuple[int, int]) -> None:
    table = [one for (of, _), one in TABLE.items() if of == kind]
    assert (len(table), sum(not one.right for one in table)) == count


def test_the_wrong_ones_say_what_is_wrong() -> None:
    assert all(one.says for one in ALL.values() if not one.right)


def right(g: Any, x: Any, w: Any, s: int, p: int) -> Any:
    def forward(image: Any, filters: Any, bias: Any) -> Any:
        return convolved(image, filters, bias, s, p)

    return gradients(forward, (x, w, np.zeros(len(w))), g, linear=True)


FEW: dict[str, Any] = {"channels": (1,), "filters": (3,), "batches": (2,)}


def test_a_right_one_is_right_and_a_small_error_is_seen() -> None:
    assert [*backwards.problems(Offered("conv2d_backward", right, **FEW))] == []
    told = [*backwards.problems(Offered("conv2d_backward", right, wrong=True, **FEW))]
    assert "claimed to be wrong" in told[0]

    def wrong(*given: Any) -> Any:
        first, *others = right(*given)
        return first + 1e-6, *others

    assert [*backwards.problems(Offered("conv2d_backward", wrong, **FEW))] != []
    assert [*backwards.problems(Offered("conv2d_backward", wrong, wrong=True, **FEW))] == []


def test_a_gradient_that_is_not_offered_is_none() -> None:
    few = Offered("conv2d_backward", lambda *given: (None, right(*given)[1]), **FEW)
    assert [*backwards.problems(few)] == []
    nothing = Offered("conv2d_backward", lambda *_: (None, None, None), **FEW)
    assert [*backwards.problems(nothing)] != []


def test_a_changed_argument_is_seen() -> None:
    def in_place(g: Any, x: Any) -> Any:
        g[x <= 0] = 0
        return g

    assert [*backwards.problems(Offered("relu_backward", in_place))] != []


def test_differences_are_those_of_another_library() -> None:
    torch = pytest.importorskip("torch")
    x, w = numbers(2, 5, 6, 2), numbers(3, 3, 3, 2)
    g = numbers(*convolved(x, w, np.zeros(3), 2, 1).shape)
    leaves = [torch.tensor(np.moveaxis(one, -1, 1), requires_grad=True) for one in (x, w)]
    maps = torch.nn.functional.conv2d(*leaves, stride=2, padding=1)
    maps.backward(torch.tensor(np.moveaxis(g, -1, 1)))
    for leaf, due in zip(leaves, right(g, x, w, 2, 1), strict=False):
        assert np.array_equal(np.moveaxis(leaf.grad.numpy(), 1, -1), due)


@pytest.mark.parametrize("share", ["first", "all", "even", "none"])
def test_ties_may_be_shared_but_not_lost(share: str) -> None:
    def pool(g: Any, x: Any, f: int, s: Any) -> Any:
        out = np.zeros(x.shape)
        for n, i, j, k in np.ndindex(*g.shape):
            ys, xs = slice(i * f, i * f + f), slice(j * f, j * f + f)
            on = x[n, ys, xs, k] == x[n, ys, xs, k].max()
            if share == "first":
                on = np.eye(f * f)[on.argmax()].reshape(f, f)
            by = {"even": on.sum(), "none": 4 if on.sum() > 1 else 1}.get(share, 1)
            out[n, ys, xs, k] += g[n, i, j, k] * on / by
        return out

    offered = Offered("max_pool2d_backward", pool, strides=(None,))
    assert (not [*backwards.problems(offered)]) is (share != "none")
