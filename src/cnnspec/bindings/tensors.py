"""Arrays as they are handed over: turned, or in tensors, and read back out of them."""

from collections.abc import Callable
from functools import cache
from typing import Any

# By name, because an implementation may replace them in NumPy, which is no business of ours.
import numpy as np
from numpy import ascontiguousarray, ndarray, shape

Array = ndarray[Any, Any]

#: Attributes in which an object of people's own holds numbers.
INSIDE = ("data", "value", "values", "array", "val", "param")


#: What people call their own class of tensors.
OWN_TENSORS = ("Tensor", "Variable", "Var", "Value", "Node", "NDArray")


def held_in(thing: Any) -> Any:
    """Return the array in a tensor or a parameter of somebody's own, or the thing itself."""
    if isinstance(thing, ndarray):
        return thing
    held = (getattr(thing, name, None) for name in INSIDE)
    return next((one for one in held if isinstance(one, ndarray)), thing)


def as_text(value: Any) -> Any:
    """Return an array as a text that says all that it holds; other values stay as they are."""
    return str((value.dtype, value.tolist())) if isinstance(value, ndarray) else value


def shape_in(layer: Any, read: Callable[[Any], Any]) -> tuple[int, ...]:
    """Return the shape of what a place in a layer holds, of none where the place is yet to be."""
    try:
        return shape(read(layer))
    except (AttributeError, LookupError):
        return ()


def is_real(value: Any) -> bool:
    """Return whether a value is no tensor of whole numbers: a parameter of torch holds none."""
    return not hasattr(value, "is_floating_point") or bool(value.is_floating_point())


def made_by(make: Callable[[Any], Any], value: Any) -> Any:
    """Return a tensor of an array; other values stay as they are."""
    if not isinstance(value, ndarray):
        return value
    plain = ascontiguousarray(value).reshape(value.shape)
    if not plain.dtype.isnative:
        plain = plain.astype(plain.dtype.newbyteorder("="))
    return make(plain)


def _torch_tensor(array: Any) -> Any:
    import torch  # noqa: PLC0415 - it is the implementation that needs it

    try:
        return torch.from_numpy(array)  # what is written into it is seen
    except ValueError:  # the stride of an axis of one index may be anything
        return torch.from_numpy(array.copy())
    except TypeError:  # not every dtype has a tensor
        return torch.tensor(array)


def _jax_array(array: Any) -> Any:
    import jax.numpy  # noqa: PLC0415 - it is the implementation that needs it

    return jax.numpy.asarray(array)


#: What makes a tensor of an array, by the package.
TENSORS: dict[str, Callable[[Any], Any]] = {"torch": _torch_tensor, "jax": _jax_array}


# --- orders of axes --------------------------------------------------------------------------


def as_vector(array: Array, due: tuple[int, ...]) -> Array:
    """Return the gradient to a vector as one: it has the axes of a row or a column, as theirs has.

    Many keep a bias so, on two or four axes.
    """
    is_a_line = array.ndim > 1 and sum(size != 1 for size in array.shape) <= 1
    return array.ravel() if is_a_line and (array.size,) == due else array


def applied(code: str, array: Any) -> Any:
    """Return an array as some code turns it, "{}" for one that is not turned."""
    return array if code == "{}" else _turn(code)(np, array)


@cache
def _turn(code: str) -> Callable[..., Any]:
    function: Callable[..., Any] = eval(f"lambda np, array: {code.format('array')}")  # noqa: S307
    return function


def is_of_numpy(value: Any) -> bool:
    """Return whether a value is a whole number of NumPy, or one of several is."""
    return isinstance(value, np.integer) or (
        isinstance(value, tuple) and any(map(is_of_numpy, value))
    )
