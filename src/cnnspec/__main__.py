"""``python -m cnnspec``, and the command ``cnnspec``."""

import gc
import sys

from cnnspec.commands.line import main


def run() -> int:
    """Run the command line in a process that ends with it."""
    status = main()
    gc.freeze()  # a search for garbage at exit takes 0.4 s after a check
    return status


if __name__ == "__main__":
    sys.exit(run())
