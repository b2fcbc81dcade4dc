"""One exception class for each rule that an argument can break.

All are ``ValueError``. An argument of the wrong type is a ``TypeError``.
"""


class ShapeError(ValueError):
    """An array has the wrong number of axes, or a shape that no rule below names."""


class EmptyAxisError(ValueError):
    """An array has an axis of length 0 that must hold something."""


class ChannelMismatchError(ValueError):
    """The image and the filters differ in their number of channels."""


class NonSquareFilterError(ValueError):
    """The filters have more rows than columns, or the reverse."""


class EvenFilterError(ValueError):
    """The filters have an even number of rows and columns, hence no centre."""


class FilterTooLargeError(ValueError):
    """The filters are larger than the padded image."""


class WindowTooLargeError(ValueError):
    """The pooling window is larger than the maps."""


class WindowSizeError(ValueError):
    """The pooling window is smaller than 1."""


class StrideError(ValueError):
    """A stride is below 1."""


class PaddingError(ValueError):
    """The padding is no word that is known, nor whole numbers from 0, or it is too large."""


class OutputPaddingError(ValueError):
    """The output padding is below 0, or neither below the stride nor below the dilation."""


class DilationError(ValueError):
    """The dilation is below 1."""


class GroupsError(ValueError):
    """The groups do not divide the image's channels, or the filters."""


class BiasLengthError(ValueError):
    """The bias does not hold one number for each filter or node."""


class LengthMismatchError(ValueError):
    """The flattened input and the rows of the weights differ in number."""


class LabelError(ValueError):
    """The label is not the index of a class."""


class ParameterLengthError(ValueError):
    """A parameter of a normalisation does not hold one number for each map."""


class VarianceError(ValueError):
    """A variance, or what is added to it, is below 0."""
