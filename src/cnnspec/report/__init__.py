"""What is said of a run: the verdict, as JSON, text, page, JUnit file and badge.

Every part takes the report as data.
Nothing here calls an implementation.
"""
