"""The documents that are generated: SPEC.md, examples, the articles' errata, tables, skeletons.

Prose stands in `chapters/` and in `docs/operations/`; numbers come from the code.
A drift check compares what is committed.
"""
