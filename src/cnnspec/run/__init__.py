"""Running the spec tests: pytest's plugin, checks, comparisons, the kill matrix.

Known failures and the excuses that they make are settled here.
The public doors are `cnnspec.pytest_plugin` and `cnnspec.suite`.
"""
