"""The name of pytest's plugin: ``-p cnnspec.pytest_plugin``; it is `cnnspec.run.pytest_hooks`."""

from cnnspec.run.pytest_hooks import *  # noqa: F403 - its hooks and fixtures
