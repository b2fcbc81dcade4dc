"""What the option of a leaky ReLU may be."""

from cnnspec.declaration.parameters import Option
from cnnspec.operations.leaky_relu.answer import DEFAULT

OPTIONS = {
    "slope": Option(
        values=(DEFAULT, 0.25),
        plain=DEFAULT,
        default=lambda _given: DEFAULT,
        default_code=str(DEFAULT),
    )
}

#: Slopes that are explored; ``None`` is not given.
SLOPES = (None, 0.25, 0.0, 1.0, 0.1, 0.5)
