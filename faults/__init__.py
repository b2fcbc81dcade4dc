"""What goes wrong: one known mistake per function, each in the module of its operation."""

from cnnspec.faults import (
    adapters,
    branches,
    combinations,
    conv2d,
    cross_entropy,
    dense,
    layers,
    manners,
    memory,
    network,
    paths,
    pooling,
    precision,
    relu,
    softmax,
    tiles,
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
    "layers",
    "manners",
    "memory",
    "network",
    "paths",
    "pooling",
    "precision",
    "relu",
    "resting_on",
    "shown_in",
    "softmax",
    "tiles",
]
