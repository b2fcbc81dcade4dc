"""cnnspec: a conformance suite for the layers of convolutional networks."""

__version__ = "0.2.0"
