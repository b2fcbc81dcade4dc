"""The articles' two programs: what they print, draw and refuse."""

import io
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnnspec.cases.data import DataError, cat_gray, cat_rgb
from cnnspec.commands.line import main
from cnnspec.network import demos, figures
from cnnspec.network.pictures import Picture, read_picture
from cnnspec.reference import article1
from harness_tests.helpers import SPECIMENS, by_turns

pytestmark = pytest.mark.skipif(not find_spec("matplotlib"), reason="Matplotlib is an extra")


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from matplotlib import pyplot as plt  # noqa: PLC0415 - in this process only

    plt.switch_backend("agg")
    yield
    plt.close("all")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Keep the figures that are finished, as they were drawn."""
    kept: list[Any] = []
    finish = figures.finish

    def keep(figure: Any, file: Path | None) -> str:
        kept.append(figure)
        return finish(figure, file)

    monkeypatch.setattr(demos, "finish", keep)
    return kept


def titles(figure: Any) -> list[str]:
    return [axes.get_title() for axes in figure.axes]


# --- cat -------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_figure_is_saved(tmp_path: Path, suffix: str, capsys: Any) -> None:
    file = tmp_path / f"cat{suffix}"
    assert main(["demo", "cat", "--figure", str(file)]) == 0
    assert f"figure: {file}" in capsys.readouterr().out
    begins = {".png": b"\x89PNG", ".svg": b"<?xml"}[suffix]
    assert file.read_bytes().startswith(begins)
    if suffix == ".png":
        assert np.asarray(Image.open(file)).shape[0] > 1000


def test_every_map_of_the_stack_is_drawn(drawn: list[Any]) -> None:
    demos.demo_cat()
    (figure,) = drawn
    layers = article1.three_layers(cat_gray())
    assert len(figure.axes) == 1 + 6 * 4
    assert titles(figure)[:5] == [
        "input",
        "layer 1, filter 0",
        "convolution 1.0",
        "ReLU 1.0",
        "max-pooling 1.0",
    ]
    shown = {axes.get_title(): axes for axes in figure.axes}
    assert np.array_equal(shown["input"].images[0].get_array(), cat_gray())
    for number, maps in enumerate(layers, start=1):
        for word, values in zip(("convolution", "ReLU", "max-pooling"), maps, strict=True):
            for k in range(values.shape[-1]):
                axes = shown[f"{word} {number}.{k}"]
                assert np.array_equal(axes.images[0].get_array(), values[..., k])
                bottom, top = axes.get_ylim()
                assert bottom > top  # row 0 at the top
                rows, columns = values.shape[:2]
                assert axes.get_xlabel().startswith(f"{rows} x {columns}, ")
    assert np.array_equal(shown["layer 1, filter 1"].images[0].get_array()[0], [1, 1, 1])
    of_three = shown["layer 3, filter 0, 3 channels"].images[0].get_array()
    assert of_three.shape == (7, 7 * 3 + 2)


def test_sobel_filters_and_colour(drawn: list[Any]) -> None:
    demos.demo_cat(rgb=True, sobel=True)
    shown = {axes.get_title(): axes.images[0].get_array() for axes in drawn[0].axes}
    assert np.array_equal(shown["input"], cat_rgb() / 255)
    vertical = shown["layer 1, filter 0, 3 channels"]
    assert (3 * vertical[:, :3]).round(12).tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert "Sobel" in drawn[0].get_suptitle()


@by_turns
def test_another_implementation_is_drawn_beside_the_reference(
    drawn: list[Any], tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from cnnspec import reference\n"
        "from cnnspec.reference import conv2d, relu\n"
        "def max_pool2d(maps):\n"
        "    pooled = reference.max_pool2d(maps)\n"
        "    pooled[-1] += 1\n"
        "    return pooled\n",
        "utf-8",
    )
    demos.demo_cat(implementation=str(file))
    said = capsys.readouterr().out
    assert "layer 1 conv: does not differ\n" in said
    assert "layer 1 pool: differs by at most 1: more than rounding (at most 1.2e-14)\n" in said
    assert "mine.py" in titles(drawn[0])
    drawn_ones = differences(drawn[0])
    assert len(drawn_ones) == 18
    kinds = [axes.get_title().removeprefix("difference: ") for axes in drawn_ones[:3]]
    assert kinds == ["none", "none", "more than rounding"]
    assert drawn_ones[0].get_xlabel() == ""
    assert drawn_ones[2].get_xlabel() == "at most 1; white: rounding (to 1.2e-14)"
    pooled = drawn_ones[2].images[0].get_array()
    assert not pooled[:-1].any()
    assert np.allclose(pooled[-1], 1)
    assert drawn_ones[2].images[0].colorbar is not None


def differences(figure: Any) -> list[Any]:
    return [axes for axes in figure.axes if axes.get_title().startswith("difference")]


@by_turns
def test_rounding_looks_like_no_difference(drawn: list[Any], tmp_path: Path, capsys: Any) -> None:
    """Not like an error: what is drawn is scaled by nothing but errors."""
    file = tmp_path / "mine.py"
    file.write_text(
        "from cnnspec import reference\n"
        "from cnnspec.reference import max_pool2d, relu\n"
        "def conv2d(image, filters):\n"
        "    return reference.conv2d(image, filters) * (1 + 2**-52)\n",
        "utf-8",
    )
    demos.demo_cat(implementation=str(file))
    lines = [line for line in capsys.readouterr().out.splitlines() if "differ" in line]
    assert len(lines) == 9
    assert all(line.endswith(": rounding only") for line in lines)
    for axes in differences(drawn[0]):
        assert axes.get_title() == "difference: rounding only"
        assert axes.get_xlabel().startswith("at most ")
        assert not axes.images[0].get_array().any()
        assert axes.images[0].colorbar is None


@by_turns
def test_differences_of_a_step_share_a_scale(drawn: list[Any], tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "import numpy as np\n"
        "from cnnspec import reference\n"
        "from cnnspec.reference import max_pool2d, relu\n"
        "def conv2d(image, filters):\n"
        "    return reference.conv2d(image, filters) + [1, -5, 2][:len(filters)]\n",
        "utf-8",
    )
    demos.demo_cat(implementation=str(file))
    first, second = (axes.images[0] for axes in differences(drawn[0])[:6:3])
    assert first.get_clim() == second.get_clim() == pytest.approx((-5, 5))
    assert np.allclose(first.get_array(), 1)
    assert np.allclose(second.get_array(), -5)


@by_turns
def test_what_is_no_number_is_drawn_black(drawn: list[Any], tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "import numpy as np\n"
        "from cnnspec import reference\n"
        "from cnnspec.reference import conv2d\n"
        "def relu(x):\n"
        "    maps = reference.relu(x)\n"
        "    maps[0, 0], maps[1, 0] = np.nan, np.inf\n"
        "    return maps\n"
        "def max_pool2d(maps):\n"
        "    return reference.max_pool2d(np.nan_to_num(maps, posinf=0))\n",
        "utf-8",
    )
    demos.demo_cat(implementation=str(file))
    axes = differences(drawn[0])[1]
    assert axes.get_title() == "difference: NaN or infinity in 2 places"
    assert axes.get_xlabel() == "black; elsewhere at most 0"
    (picture,) = axes.images
    assert np.ma.getmaskarray(picture.get_array())[:3, 0].tolist() == [True, True, False]
    assert picture.get_cmap()(np.ma.masked) == (0, 0, 0, 1)
    theirs = drawn[0].axes[drawn[0].axes.index(axes) - 1]
    assert theirs.get_xlabel().startswith("298 x 449, NaN, infinity and 0 to 1.")


def _with_one_map(drawn: list[Any], *, picture: Path) -> Any:
    demos.demo_cat(picture=picture)
    return next(axes for axes in drawn[0].axes if axes.get_title() == "max-pooling 3.0")


@pytest.mark.parametrize("gray", [0, 200])
def test_maps_of_one_number_are_gray_with_the_number(
    tmp_path: Path, drawn: list[Any], gray: int
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (42, 42), dtype=np.uint8)
    axes = _with_one_map(drawn, picture=save(tmp_path / "least.png", noise))
    (picture,) = axes.images
    assert picture.get_array().shape == (1, 1)
    (words,) = axes.texts
    number = f"{picture.get_array()[0, 0]:.4g}"
    assert words.get_text() == number
    assert axes.get_xlabel() == f"1 x 1, {number}"
    assert picture.norm(picture.get_array())[0, 0] == pytest.approx(0.5)
    drawn.clear()
    flat = save(tmp_path / "flat.png", np.full((60, 60), gray, np.uint8))
    axes = _with_one_map(drawn, picture=flat)
    assert {text.get_text() for text in drawn[0].axes[0].texts} == {f"{gray / 255:.4g}"}


def test_maps_of_another_shape_are_said_to_be(
    drawn: list[Any], tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from cnnspec.reference import conv2d, relu\n"
        "from cnnspec.reference import max_pool2d as right\n"
        "def max_pool2d(maps):\n"
        "    return right(maps)[:, :-1, :1]\n",
        "utf-8",
    )
    with pytest.raises(DataError, match="cannot run the three layers"):
        demos.demo_cat(implementation=str(file))
    file.write_text(file.read_text("utf-8").replace(", :1]", "]"), "utf-8")
    demos.demo_cat(implementation=str(file))
    assert "layer 1 pool: of the shape (149, 223, 2) instead of (149, 224, 2)" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize("name", ["relu_only.py", "no_such_file.py"])
def test_an_implementation_that_cannot_run_the_stack(name: str, capsys: Any) -> None:
    assert main(["demo", "cat", "--implementation", str(SPECIMENS / name)]) == 2
    captured = capsys.readouterr()
    assert name in captured.err
    assert not captured.out  # before anything is computed


# --- pictures of one's own -------------------------------------------------------------------


def _png() -> bytes:
    content = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (60, 60), dtype=np.uint8)
    Image.fromarray(noise).save(content, "png")
    return content.getvalue()


PNG = _png()


def save(file: Path, pixels: Any) -> Path:
    Image.fromarray(pixels).save(file)
    return file


def read(file: Path, *, rgb: bool = False) -> Picture:
    return read_picture(file, rgb=rgb, smallest=42)


def test_pictures_of_every_kind(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    gray = random.integers(0, 256, (50, 60), dtype=np.uint8)
    colours = random.integers(0, 256, (50, 60, 3), dtype=np.uint8)
    opaque = np.concatenate([colours, np.full((50, 60, 1), 255, np.uint8)], axis=-1)
    for name, pixels in (("gray", gray), ("colours", colours), ("opaque", opaque)):
        file = save(tmp_path / f"{name}.png", pixels)
        flat = read(file).pixels
        assert flat.shape == (50, 60)
        deep = read(file, rgb=True).pixels
        assert deep.shape == (50, 60, 3)
        assert 0 <= flat.min() < flat.max() <= 1
        expected = gray[..., np.newaxis] if name == "gray" else colours
        assert np.allclose(deep, expected / 255)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK", "RGBA"])
def test_pictures_in_every_mode_keep_their_numbers(tmp_path: Path, mode: str) -> None:
    steps = 2 if mode == "1" else 256
    gray = np.random.default_rng(0).integers(0, steps, (50, 60), dtype=np.uint8)
    gray *= 255 // (steps - 1)
    file = tmp_path / "picture.tiff"
    Image.fromarray(gray).convert("RGB" if mode == "CMYK" else "L").convert(mode).save(file)
    assert np.allclose(read(file).pixels, gray / 255)
    assert read(file).scaling == ""


@pytest.mark.parametrize("name", ["deep.png", "deep.tiff", "deep.ppm"])
@pytest.mark.parametrize("dtype", ["<u2", ">u2"])
def test_two_bytes_reach_to_65535(tmp_path: Path, name: str, dtype: str) -> None:
    gray = np.random.default_rng(0).integers(0, 30000, (50, 60)).astype(dtype)
    mode = "I;16B" if dtype == ">u2" else "I;16"
    file = tmp_path / name
    deep = Image.frombytes(mode, (60, 50), gray.tobytes())
    if name.endswith("ppm"):
        file.write_bytes(b"P5 60 50 65535\n" + gray.astype(">u2").tobytes())
    else:
        (deep if name.endswith("tiff") else Image.fromarray(gray.astype("<u2"))).save(file)
    assert np.allclose(read(file).pixels, gray / 65535)
    assert read(file).scaling == ""


def test_real_numbers_from_0_to_1_are_taken_as_they_are(tmp_path: Path) -> None:
    gray = np.random.default_rng(0).uniform(0.25, 0.75, (50, 60)).astype(np.float32)
    found = read(save(tmp_path / "real.tiff", gray))
    assert np.allclose(found.pixels, gray)
    assert found.scaling == ""


@pytest.mark.parametrize(
    ("dtype", "lowest", "highest"), [("int32", -70_000, 130_000), ("float32", -1, 3)]
)
def test_numbers_without_a_range_are_scaled_and_it_is_said(
    tmp_path: Path, dtype: str, lowest: int, highest: int, capsys: Any, recwarn: Any
) -> None:
    gray = np.linspace(lowest, highest, 50 * 60).reshape(50, 60).astype(dtype)
    file = save(tmp_path / "wide.tiff", gray)
    for rgb in (False, True):
        found = read(file, rgb=rgb)
        assert found.pixels.min() == 0
        assert found.pixels.max() == pytest.approx(1)
        assert (np.diff(found.pixels[:, 0].reshape(50, -1)[:, 0]) > 0).all()
        demos.demo_cat(picture=file, rgb=rgb)
        said = f", its numbers from {lowest} to {highest} scaled to 0 to 1\n"
        assert capsys.readouterr().out.splitlines(keepends=True)[0].endswith(said)
    assert not recwarn.list


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_pictures_with_numbers_that_are_none(tmp_path: Path, number: float, capsys: Any) -> None:
    gray = np.full((50, 60), 0.5, np.float32)
    gray[3, 4] = number
    file = save(tmp_path / "hole.tiff", gray)
    assert main(["demo", "cat", "--image", str(file)]) == 2
    assert "hole.tiff holds NaN or infinity" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tiff", ".webp"])
@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, 3), (8, 1)])
def test_pictures_are_right_side_up(
    tmp_path: Path, suffix: str, orientation: int, turns: int
) -> None:
    """A camera held on its side writes the picture as it came, and how to turn it."""
    upright = np.zeros((50, 60, 3), np.uint8)
    upright[:20, :30] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = tmp_path / f"turned{suffix}"
    stored = np.ascontiguousarray(np.rot90(upright, -turns))
    Image.fromarray(stored).save(file, exif=exif)
    for rgb in (False, True):
        found = read(file, rgb=rgb).pixels
        expected = upright if rgb else upright[..., 0]
        assert found.shape == expected.shape
        assert np.abs(found - expected / 255).mean() < 0.05


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    pixels = np.zeros((50, 60, 4), np.uint8)
    pixels[:25, :, 3] = 255
    found = read(save(tmp_path / "half.png", pixels)).pixels
    assert np.allclose(found[:25], 0)
    assert np.allclose(found[25:], 1)


def test_a_picture_of_ones_own_is_drawn(tmp_path: Path, drawn: list[Any], capsys: Any) -> None:
    file = save(tmp_path / "mine.png", np.arange(42 * 43, dtype=np.uint8).reshape(42, 43))
    demos.demo_cat(picture=file)
    assert capsys.readouterr().out.startswith("mine.png: (42, 43)")
    assert drawn[0].axes[0].images[0].get_array().shape == (42, 43)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.png", None, "there is no file"),
        ("text.png", b"this is no picture", "not a picture that can be read"),
        ("empty.png", b"", "not a picture that can be read"),
        ("truncated.png", PNG[: len(PNG) // 2], "is a broken picture"),
    ],
)
def test_bad_pictures(
    tmp_path: Path, name: str, content: bytes | None, said: str, capsys: Any
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    assert main(["demo", "cat", "--image", str(file)]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert name in complaint
    assert len(complaint.splitlines()) == 1


@pytest.mark.parametrize("shape", [(41, 80), (80, 41), (1, 1, 3)])
def test_pictures_that_are_too_small(tmp_path: Path, shape: tuple[int, ...], capsys: Any) -> None:
    file = save(tmp_path / "small.png", np.zeros(shape, np.uint8))
    assert main(["demo", "cat", "--image", str(file)]) == 2
    complaint = capsys.readouterr().err
    assert f"has {shape[0]} rows and {shape[1]} columns; the layers need 42 each" in complaint


# --- MNIST -----------------------------------------------------------------------------------


def test_the_digits(tmp_path: Path, drawn: list[Any], capsys: Any) -> None:
    file = tmp_path / "digits.png"
    assert main(["demo", "mnist", "--images", "250", "--figure", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "MNIST CNN initialized!"
    steps = [line for line in lines if line.startswith("[Step")]
    assert len(steps) == 6
    assert "the same network with trained parameters:" in lines
    assert steps[3].startswith("[Step 100] Past 100 steps: Average Loss 0.0")
    (confusion, *hardest) = drawn[0].axes
    counts = confusion.images[0].get_array()
    assert counts.sum() == 250
    (total,) = (line for line in lines[6:] if line.startswith("250 images"))
    assert total.endswith(f" {int(np.trace(counts))} correct")
    assert len(hardest) == demos.HARDEST
    losses = [float(axes.get_title().rpartition(" ")[2]) for axes in hardest]
    assert losses == sorted(losses, reverse=True)
    assert confusion.get_ylabel() == "label"
    begin = lines.index("        taken for") + 1
    head, *rows = lines[begin : begin + 11]
    assert head.split() == ["label", *map(str, range(10))]
    for digit, row in enumerate(rows):
        assert row.split() == list(map(str, [digit, *counts[digit]]))
        assert len(row) == len(head)


def test_few_digits(drawn: list[Any]) -> None:
    demos.demo_mnist(3)
    assert len(drawn[0].axes) == 1 + 3


def test_a_confusion_matrix_has_labels_by_row() -> None:
    counts = demos.confusion_matrix(np.array([3, 3, 5], np.uint8), [3, 8, 5])
    assert counts[3, 3] == counts[3, 8] == counts[5, 5] == 1
    assert counts.sum() == 3


# --- figures ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cat.txt", "must end in .png or .svg"),
        ("no/cat.png", "there is no folder"),
        ("folder.png", "folder.png cannot be written: it is a folder"),
        ("closed/cat.png", "closed/cat.png cannot be written: permission denied"),
        (300 * "a" + ".png", ".png cannot be written: file name too long"),
    ],
)
def test_names_that_no_figure_can_have(tmp_path: Path, name: str, said: str, capsys: Any) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "closed").mkdir(mode=0o500)
    if name.startswith("closed") and os.access(tmp_path / "closed", os.W_OK):
        pytest.skip("whoever runs this may write everywhere")
    for program in ("cat", "mnist"):
        assert main(["demo", program, "--figure", str(tmp_path / name)]) == 2
        captured = capsys.readouterr()
        assert said in captured.err
        assert len(captured.err.splitlines()) == 1
        assert not captured.out  # before anything is computed


def test_a_file_is_left_alone_until_the_figure_is_there(tmp_path: Path) -> None:
    new, old = tmp_path / "new.png", tmp_path / "old.png"
    old.write_bytes(b"as it was")
    for file in (new, old):
        figures.check_file(file)
    assert not new.exists()
    assert old.read_bytes() == b"as it was"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_a_figure_that_could_not_be_written(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "full.png"
    file.symlink_to("/dev/full")
    assert main(["demo", "cat", "--figure", str(file)]) == 2
    assert (
        capsys.readouterr().err == f"cnnspec: {file} cannot be written: No space left on device\n"
    )


def test_without_a_display_or_a_file_the_program_says_so(capsys: Any) -> None:
    assert main(["demo", "cat"]) == 0
    assert "no display" in capsys.readouterr().out.splitlines()[-1]


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["demo", "cat"]) == 0
    captured = capsys.readouterr()
    assert "layer 3 pool" in captured.out
    assert "pip install 'cnnspec[figures]'" in captured.out
    assert main(["demo", "cat", "--figure", "cat.png"]) == 2
    captured = capsys.readouterr()
    assert "pip install 'cnnspec[figures]'" in captured.err
    assert not captured.out
