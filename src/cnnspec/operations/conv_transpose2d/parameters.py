"""The options of a transposed convolution."""

from typing import Any

# By name, because an implementation may replace them.
from numpy import asarray, ones, zeros

from cnnspec.declaration.parameters import Arguments, Option
from cnnspec.operations.conv_transpose2d.geometry import maps_of


def _no_bias(given: Arguments) -> Any:
    filters = asarray(given["filters"])
    return zeros(maps_of({"filters": filters, "groups": given.get("groups") or 1}), filters.dtype)


def _number(plain: int, *others: int) -> Option:
    """Return an option that is a number, and may be left out."""
    return Option(
        values=(plain, *others),
        plain=plain,
        default=lambda _given: plain,
        default_code=str(plain),
    )


OPTIONS = {
    "bias": Option(
        values=(None, lambda given: ones(maps_of(given))),
        default=_no_bias,
        default_code="np.zeros(filters.shape[-1], filters.dtype)",
        is_array=True,
    ),
    "stride": _number(1, 2),
    "padding": _number(0, 1),
    "output_padding": _number(0),
    "dilation": _number(1, 2),
    "groups": _number(1, 2),
}
