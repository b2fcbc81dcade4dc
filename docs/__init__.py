"""The prose of SPEC.md about each operation, one file of Markdown for each room."""
