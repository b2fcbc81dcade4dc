"""The operations by name, with their parameters."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """One layer function.

    Attributes
    ----------
    name
    required : tuple of str
        Parameters that every call passes, by position.
    optional : tuple of str
        Parameters that a call may pass, by keyword.
    reported_as : str
        The operation under which the report counts its checks.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    reported_as: str = ""

    @property
    def key(self) -> str:
        """The operation's key in the report."""
        return self.reported_as or self.name


POOLINGS = ("max_pool2d", "min_pool2d", "avg_pool2d")

#: ``softmax_layer`` (dense, then softmax) and ``network`` are composed of the others, or offered
#: whole by the article's `Softmax` class and its network.
OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation("conv2d", ("image", "filters"), ("bias", "stride", "padding")),
        Operation("relu", ("x",)),
        *(Operation(name, ("maps",), ("size", "stride")) for name in POOLINGS),
        Operation("dense", ("x", "weights", "bias")),
        Operation("softmax", ("logits",)),
        Operation("cross_entropy", ("probabilities", "label")),
        Operation("softmax_layer", ("x", "weights", "bias"), reported_as="softmax"),
        Operation("network", ("image", "label", "filters", "weights", "biases")),
    )
}

#: The operations that an implementation offers under these very names.
LAYERS = (
    "conv2d",
    "relu",
    *POOLINGS,
    "dense",
    "softmax",
    "cross_entropy",
)
