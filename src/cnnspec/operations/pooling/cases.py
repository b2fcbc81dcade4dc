"""Poolings of given shapes, of distinct numbers."""

from typing import Any

from cnnspec.declaration.case import Case, distinct


def pool_case(operation: str, name: str, maps: tuple[int, ...], **options: Any) -> Case:
    """Return a pooling of maps of the given shape; all elements are distinct integers."""
    identity = f"{operation}/{name}"
    return Case(identity, operation, {"maps": distinct(identity, *maps), **options})
