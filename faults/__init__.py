"""What goes wrong: one known mistake per function, each in the module of its operation.

A mistake is entered into the catalogue when its module is imported; all modules of this folder are.
"""

import importlib
import pkgutil

from cnnspec.faults.catalogue import ADVISED, FAILS, FAULTS, Fault
from cnnspec.faults.composition import COMPOSED, shown_in

for _name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_name}")

__all__ = ["ADVISED", "COMPOSED", "FAILS", "FAULTS", "Fault", "shown_in"]
