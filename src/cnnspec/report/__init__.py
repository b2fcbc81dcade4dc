"""What is said of a run: the verdict, as JSON, text and JUnit file, with exhibits.

Every part takes the report as data.
Nothing here calls an implementation.
"""
