"""The profile is what is given or declared, else what the implementation shows, cell by cell."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.signal import fftconvolve

from cnnspec import reference
from cnnspec.declaration.case import Case
from cnnspec.report.headline import first_words
from cnnspec.report.text import text_report
from cnnspec.report.words import verdict_words
from cnnspec.run.check import check
from cnnspec.run.known_failures import complaints, exit_status, known_failures
from cnnspec.subject.capabilities import Capabilities
from cnnspec.subject.profiles import FoundCell, Profile, profile_of
from harness_tests.helpers import by_turns, implementation, statuses

Convolution = Callable[..., Any]

ONLY_FILTERS = "CONV-01 or CONV-24 or CONV-25 or CONV-26"


def convolution(
    padding_of: Callable[[int, int], tuple[tuple[int, int], tuple[int, int]]],
    refuses: Callable[[int, int], object] = lambda _rows, _columns: False,
) -> Convolution:
    """Return a convolution under filters of any size, with a padding for "same" of its own."""

    def conv2d(image: Any, filters: Any, *, stride: int = 1, padding: str = "valid") -> Any:
        rows, columns = filters.shape[1:3]
        if refuses(rows, columns):
            raise ValueError(f"filters of {rows}x{columns}")
        if image.ndim == 2:
            image, filters = image[..., None], filters[..., None]
        if image.ndim != 3 or image.shape[-1] != filters.shape[-1] or stride < 1:
            raise ValueError("one image, and filters of its channels")
        if padding not in ("valid", "same") or (padding == "same" and stride > 1):
            raise ValueError("padding")
        if padding == "same":
            image = np.pad(image, (*padding_of(rows, columns), (0, 0)))
        if image.shape[0] < rows or image.shape[1] < columns:
            raise ValueError("filters larger than the image")
        windows = np.lib.stride_tricks.sliding_window_view(image, (rows, columns), (0, 1))
        return np.einsum("ijcab,kabc->ijk", windows[::stride, ::stride], filters)

    return conv2d


def one_size(rows: int, _columns: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Pad both axes by half the number of rows, as code does that takes f for both sides."""
    return ((rows - 1) // 2,) * 2, ((rows - 1) // 2,) * 2


def below(rows: int, columns: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Pad each axis by its own side, the wider margin at the end."""
    return ((rows - 1) // 2, rows // 2), ((columns - 1) // 2, columns // 2)


def above(rows: int, columns: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Pad each axis by its own side, the wider margin at the beginning."""
    return (rows // 2, (rows - 1) // 2), (columns // 2, (columns - 1) // 2)


def found(function: Convolution, **declared: Any) -> Profile:
    judged = implementation(conv2d=function)
    return profile_of("auto", Capabilities(replace(judged, **declared)))


def cells(profile: Profile) -> dict[str, str]:
    return {f"{one.cell.kind} {one.cell.option}": one.found for one in profile.cells}


def judged(function: Convolution, **options: Any) -> dict[str, Any]:
    options = {"modules": ["test_conv2d"], "select": ONLY_FILTERS, **options}
    return check(implementation(conv2d=function), **options)


def test_code_that_refuses_what_the_articles_refuse_is_judged_by_these() -> None:
    profile = found(reference.conv2d)
    assert (profile.name, profile.by) == ("article", "probes")
    assert profile.why == "found: oblong and even filters are refused"


@pytest.mark.parametrize("padding_of", [below, above])
def test_code_that_computes_all_of_it_is_judged_without(padding_of: Any) -> None:
    profile = found(convolution(padding_of))
    assert (profile.name, profile.by) == ("general", "probes")
    assert set(cells(profile).values()) == {"right"}


def test_each_cell_is_found_apart() -> None:
    profile = found(convolution(one_size))
    assert profile.name == "mixed"
    assert cells(profile) == {
        "oblong valid": "right",
        "oblong same": "wrong",
        "even valid": "right",
        "even same": "wrong",
    }
    profile = found(convolution(below, refuses=lambda rows, _columns: rows % 2 == 0))
    assert cells(profile)["oblong valid"] == "right"
    assert cells(profile)["even same"] == "refused"


def test_what_is_answered_in_part_is_not_right() -> None:
    def right_without_strides(image: Any, filters: Any, **options: Any) -> Any:
        if options.get("stride", 1) > 1 and filters.shape[1] != filters.shape[2]:
            raise ValueError("no strides under oblong filters")
        return convolution(below)(image, filters, **options)

    def conv2d(image: Any, filters: Any, *, stride: int = 1, padding: str = "valid") -> Any:
        return right_without_strides(image, filters, stride=stride, padding=padding)

    assert cells(found(conv2d))["oblong valid"] == "partly refused"


def test_limits_leave_no_cell_wrong() -> None:
    def conv2d(image: Any, filters: Any, *, stride: int = 1, padding: str = "valid") -> Any:
        if image.dtype != np.float32 or stride > 1 or image.ndim > 2:
            raise ValueError("float32, gray, and no strides")
        return convolution(below)(image, filters, padding=padding).astype(np.float32)

    assert found(conv2d).name == "general"


def test_what_is_right_but_for_rounding_is_right() -> None:
    def conv2d(image: Any, filters: Any) -> Any:
        if image.ndim != 2:
            raise ValueError("gray images only")
        maps = [fftconvolve(image, one[::-1, ::-1], mode="valid") for one in filters]
        return np.stack(maps, axis=-1)

    assert found(conv2d).name == "general"


def test_what_is_given_or_declared_or_of_the_articles_is_not_found() -> None:
    general = convolution(below)
    assert found(general, profile="article").by == "declaration"
    assert found(reference.conv2d, profile="general").name == "general"
    given = profile_of("article", Capabilities(implementation(conv2d=general)))
    assert (given.name, given.by) == ("article", "option")
    for form in ("article functions", "article layers", "network"):
        profile = found(general, form=form)
        assert (profile.name, profile.by, profile.cells) == ("article", "form", ())
    assert found(general, source="reference").by == "form"
    relu = profile_of(None, Capabilities(implementation(relu=reference.relu)))
    assert (relu.name, relu.cells) == ("article", ())


def test_a_case_is_judged_by_the_rules_of_its_cells() -> None:
    profile = found(convolution(one_size))

    def left_out(profiles: tuple[str, ...], rows: int, columns: int, **options: Any) -> bool:
        arguments = {"image": np.ones((9, 9)), "filters": np.ones((1, rows, columns)), **options}
        return bool(profile.leaves_out(profiles, Case("case", "conv2d", arguments)))

    assert left_out(("article",), 3, 5)
    assert not left_out(("general",), 3, 5)
    assert not left_out(("article",), 3, 5, padding="same")
    assert left_out(("general",), 2, 2, padding="same")
    assert not left_out(("article",), 3, 3)
    assert not left_out(("article", "general"), 3, 5)


def test_calls_of_two_kinds_are_judged_without_the_rules_only_if_both_are_right() -> None:
    profile = found(convolution(below, refuses=lambda rows, columns: rows == columns == 2))
    states = {**cells(profile)}
    assert states["oblong valid"] == "right"
    assert states["even valid"] == "partly refused"
    arguments = {"image": np.ones((9, 9)), "filters": np.ones((1, 3, 4))}
    case = Case("case", "conv2d", arguments)
    assert profile.leaves_out(("general",), case)
    assert not profile.leaves_out(("article",), case)


def test_a_cell_that_is_wrong_lacks_a_refusal_and_no_value_is_wrong() -> None:
    report = judged(convolution(one_size))
    failed = {key for key, status in statuses(report).items() if status == "failed"}
    assert failed == {"CONV-24", "CONV-25"}
    assert statuses(report)["CONV-26"] == "passed"
    assert first_words(report) == report["headline"]
    assert report["headline"] == (
        "every number tested is right for square, odd filters; oblong and even ones with "
        '"same" are neither refused nor computed rightly (CONV-24, CONV-25)'
    )
    said, counts = verdict_words(report)
    assert said == 'does not conform; not judged: oblong and even filters with "same"'
    assert counts.startswith("mixed profile, ")
    assert "profile: mixed, found: oblong and even" in text_report(report)
    assert [cell["found"] for cell in report["profile_chosen"]["cells"]] == [
        "right",
        "wrong",
        "right",
        "wrong",
    ]


def test_what_is_refused_in_a_cell_is_no_fault() -> None:
    report = judged(convolution(below, refuses=lambda rows, columns: not rows * columns % 2))
    assert "failed" not in statuses(report).values()
    said, _ = verdict_words(report)
    assert said.endswith("; not judged: even filters")


@by_turns
def test_a_given_profile_is_strict() -> None:
    report = judged(convolution(one_size), profile="general")
    assert statuses(report)["CONV-26"] == "failed"
    assert "neither" not in report["headline"]
    report = judged(convolution(below), profile="article")
    assert statuses(report)["CONV-24"] == "failed"
    assert report["headline"].startswith("every number tested is right; not refused are: ")


def test_a_mistake_beyond_the_probes_fails_as_a_value() -> None:
    right = convolution(below)

    def conv2d(image: Any, filters: Any, *, stride: int = 1, padding: str = "valid") -> Any:
        filters = np.array(filters)
        if filters.shape[1:3] == (1, 7):
            filters = filters[:, :, ::-1]
        return right(image, filters, stride=stride, padding=padding)

    report = judged(conv2d)
    assert report["profile"] == "general"
    assert statuses(report)["CONV-26"] == "failed"


@by_turns
def test_known_failures_of_another_profile_are_a_note_where_it_was_found() -> None:
    listed = known_failures(
        [
            {"requirement": "CONV-24", "reason": "computed"},
            {"case": "conv2d/bad-even-2-0", "reason": "computed"},
        ],
        "known.toml",
    )
    report = judged(convolution(below), known=listed, select=None)
    assert [entry["state"] for entry in report["known_failures"]] == ["not run"] * 2
    assert exit_status(report) == 0
    assert complaints(report) == []
    said = "CONV-24: not needed in the profile that was found (found: oblong and even filters are"
    assert said in text_report(report)
    report = judged(convolution(below), known=listed, profile="general", select=None)
    assert exit_status(report) == 2


def test_found_cells_are_plain_data() -> None:
    (one, *_) = found(convolution(one_size)).cells
    assert isinstance(one, FoundCell)
    assert one.as_json()["usual"] == "square, odd filters"


def test_the_same_code_finds_the_same_profile() -> None:
    judged = implementation(conv2d=convolution(one_size))
    first, second = (profile_of(None, Capabilities(judged)) for _ in range(2))
    assert first.name == second.name
    assert cells(first) == cells(second)


def test_what_always_pads_is_judged_by_what_it_computes_then() -> None:
    def conv2d(image: Any, filters: Any) -> Any:
        if any(side % 2 == 0 for side in filters.shape[1:3]):
            raise ValueError("odd sides only")
        rows, columns = (side // 2 for side in filters.shape[1:3])
        wide = np.pad(image, ((rows, rows), (columns, columns)))
        windows = np.lib.stride_tricks.sliding_window_view(wide, filters.shape[1:3])
        return np.einsum("ijab,kab->ijk", windows, filters)

    profile = found(conv2d)
    oblong = Case("x", "conv2d", {"image": np.ones((5, 6)), "filters": np.ones((1, 3, 1))})
    assert profile.leaves_out({"article"}, oblong)
    assert not profile.leaves_out({"general"}, oblong)
