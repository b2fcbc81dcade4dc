"""``python -m cnnspec`` is ``cnnspec``."""

import sys

from cnnspec.command_line import main

sys.exit(main())
