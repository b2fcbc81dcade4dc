"""Where implementations come from: files, notebooks, packages, adapters.

What is in them is recognised by its names, or found by small calls.
Whatever its form, it ends as an `Implementation`.
"""
