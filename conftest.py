"""Loads the suite's plugin in a checkout."""

pytest_plugins = ["cnnspec.pytest_plugin"]
