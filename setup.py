"""Which packages there are: every folder of ``src`` that is one, and five folders beside it."""

from setuptools import find_packages, setup

#: Where a reader of the repository looks first; once installed they are packages of cnnspec.
BESIDE = ("reference", "faults", "fixtures", "spec_tests", "docs")

setup(packages=[*find_packages("src"), *(f"cnnspec.{folder}" for folder in BESIDE)])
