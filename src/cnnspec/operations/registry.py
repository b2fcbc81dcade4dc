"""The operations by name, found by their rooms: all other modules and folders of this floor."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace

from cnnspec import operations
from cnnspec.declaration.operation import Operation


def declared() -> dict[str, Operation]:
    """Return the operations of all rooms, each with the name of its room, in their order."""
    found = sorted(_found(), key=lambda operation: operation.place)
    return {operation.name: operation for operation in found}


def _found() -> Iterator[Operation]:
    for module in pkgutil.iter_modules(operations.__path__):
        if module.name != "registry":
            room = importlib.import_module(f"{operations.__name__}.{module.name}")
            yield from (replace(operation, room=module.name) for operation in room.OPERATIONS)


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
