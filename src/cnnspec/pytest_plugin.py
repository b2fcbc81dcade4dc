"""The name of pytest's plugin: ``-p cnnspec.pytest_plugin``; it is in `cnnspec.run.plugin`."""

from cnnspec.run.plugin import *  # noqa: F403 - its hooks and fixtures
