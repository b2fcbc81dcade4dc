"""The operations by name, found by their rooms: all other modules and folders of this floor.

The gradients of an operation live in its room, in a folder `BACKWARD`; to whatever is looked up by
a room's name that is a room of its own, such as ``dense_backward``.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace

from cnnspec import operations
from cnnspec.declaration.operation import Operation

#: The folder of a room in which its gradients are.
BACKWARD = "backward"


def declared() -> dict[str, Operation]:
    """Return the operations of all rooms, each with the name of its room, in their order."""
    found = sorted(_found(), key=lambda operation: operation.place)
    return {operation.name: operation for operation in found}


def _found() -> Iterator[Operation]:
    for module in pkgutil.iter_modules(operations.__path__):
        if module.name != "registry":
            yield from _of_room(f"{operations.__name__}.{module.name}", module.name)


def _of_room(module: str, name: str) -> Iterator[Operation]:
    room = importlib.import_module(module)
    yield from (replace(operation, room=name) for operation in room.OPERATIONS)
    if any(one.name == BACKWARD for one in pkgutil.iter_modules(getattr(room, "__path__", ()))):
        yield from _of_room(f"{module}.{BACKWARD}", f"{name}_{BACKWARD}")


def folders_of(room: str) -> tuple[str, ...]:
    """Return the folders in which a room is, from that of all rooms on."""
    stem = room.removesuffix(f"_{BACKWARD}")
    return (room,) if stem == room else (stem, BACKWARD)


OPERATIONS = declared()

#: The operations that an implementation offers under these very names.
LAYERS = tuple(name for name, operation in OPERATIONS.items() if operation.is_layer)

#: Layers in a row, each of which is judged by itself too.
NETWORKS = tuple(name for name, operation in OPERATIONS.items() if operation.is_network)
#: What is composed of other operations, one after another.
COMPOSED = {
    name: operation.composed_of for name, operation in OPERATIONS.items() if operation.composed_of
}

POOLINGS = tuple(name for name, operation in OPERATIONS.items() if operation.room == "pooling")

#: What is the gradient of another operation, which lives in the room of that.
GRADIENTS = {name: one.gradient for name, one in OPERATIONS.items() if one.gradient is not None}

#: The gradients that one function returns together, in their order, by the function's name.
TOGETHER = {
    function: {name: one for name, one in GRADIENTS.items() if one.function == function}
    for function in (one.function for one in GRADIENTS.values())
}
