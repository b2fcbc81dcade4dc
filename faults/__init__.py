"""What goes wrong: one known mistake per function, each in the module of its operation."""

from cnnspec.faults import (
    adapters,
    branches,
    combinations,
    conv2d,
    cross_entropy,
    dense,
    manners,
    memory,
    network,
    pooling,
    precision,
    relu,
    softmax,
    tiles,
    whole_layers,
)
from cnnspec.faults.catalogue import ADVISED, FAILS, FAULTS, Fault
from cnnspec.faults.composition import COMPOSED, resting_on, shown_in

__all__ = [
    "ADVISED",
    "COMPOSED",
    "FAILS",
    "FAULTS",
    "Fault",
    "adapters",
    "branches",
    "combinations",
    "conv2d",
    "cross_entropy",
    "dense",
    "manners",
    "memory",
    "network",
    "pooling",
    "precision",
    "relu",
    "resting_on",
    "shown_in",
    "softmax",
    "tiles",
    "whole_layers",
]
