"""The legal convolution nearest to a bad one."""

from typing import Any

from cnnspec.declaration.case import shaped, with_room


def mend(given: dict[str, Any]) -> dict[str, Any]:
    """Return right arguments: as many axes, the same dtypes and options."""
    image, filters = given["image"], given["filters"]
    channels = image.shape[-1:] if image.ndim > 2 else ()
    size = max(filters.shape[1:3]) | 1
    given["image"] = with_room(image, 1 if image.ndim == 4 else 0, size)
    given["filters"] = shaped(filters, len(filters), size, size, *channels)
    if given.get("bias") is not None:
        given["bias"] = shaped(given["bias"], len(filters))
    if "padding" in given and given["padding"] not in ("valid", "same"):
        given["padding"] = "valid"
    if "stride" in given:
        given["stride"] = 1 if given.get("padding") == "same" else max(given["stride"], 1)
    return given
