"""What pyproject.toml cannot say: every folder of src/cnnspec is a package, by itself."""

from setuptools import find_packages, setup

#: The folders that a reader of the repository meets first are subpackages once installed.
_FIRST_MET = ("reference", "faults", "fixtures", "spec_tests")

setup(
    packages=[*find_packages("src"), *(f"cnnspec.{folder}" for folder in _FIRST_MET)],
    package_dir={"": "src", **{f"cnnspec.{folder}": folder for folder in _FIRST_MET}},
)
