"""What goes wrong: one known mistake per function, each in the module of its operation."""

from cnnspec.faults import (
    conv2d,
    cross_entropy,
    dense,
    manners,
    network,
    pooling,
    relu,
    softmax,
)
from cnnspec.faults.catalogue import ADVISED, FAILS, FAULTS, Fault

__all__ = [
    "ADVISED",
    "FAILS",
    "FAULTS",
    "Fault",
    "conv2d",
    "cross_entropy",
    "dense",
    "manners",
    "network",
    "pooling",
    "relu",
    "softmax",
]
