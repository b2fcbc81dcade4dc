"""The legal convolution nearest to a bad one."""

from typing import Any

from cnnspec.declaration.case import shaped, with_room
from cnnspec.exact.windows import pair_of, reaches_of
from cnnspec.operations.conv2d.geometry import groups_of


def mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: as many axes, the same dtypes and options."""
    image, filters = given["image"], given["filters"]
    channels = image.shape[-1:] if image.ndim > 2 else ()
    size, groups, count = max(filters.shape[1:3]) | 1, groups_of(given), len(filters)
    if "dilation" in given:
        given["dilation"] = _raised(given["dilation"], 1)
    if groups > 1 and channels:
        image = shaped(image, *image.shape[:-1], max(channels[0] // groups, 1) * groups)
        channels, count = (image.shape[-1] // groups,), max(count // groups, 1) * groups
    elif "groups" in given:
        given["groups"] = 1
    reach = max(reaches_of((size, size), pair_of(given.get("dilation", 1))))
    given["image"] = with_room(image, 1 if image.ndim == 4 else 0, reach)
    given["filters"] = shaped(filters, count, size, size, *channels)
    if given.get("bias") is not None:
        given["bias"] = shaped(given["bias"], count)
    if "padding" in given:
        padding = given["padding"]
        is_word = isinstance(padding, str)
        given["padding"] = _raised(padding, 0) if not is_word else _known(padding)
    if "stride" in given:
        is_same = given.get("padding") == "same"
        given["stride"] = 1 if is_same else _raised(given["stride"], 1)
    return given


def _known(word: str) -> str:
    return word if word in ("valid", "same") else "valid"


def _raised(value: Any, least: int) -> Any:
    """Return whole numbers, of which none is below the least."""
    if isinstance(value, tuple | list):
        return tuple(_raised(one, least) for one in value)
    return max(value, least)
