"""The pictures that the repository keeps: those of the specification, and the house."""

from pathlib import Path

from cnnspec.declaration.drawing import Drawing
from cnnspec.document import drawings, floors


def pictures() -> dict[str, Drawing]:
    """Return every picture by the name of its file."""
    return {**drawings.pictures(), "floors.svg": floors.picture()}


def write_pictures(folder: Path) -> None:
    """Write all pictures into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawing in pictures().items():
        (folder / name).write_text(drawing.svg(), "utf-8")
