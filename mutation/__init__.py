"""Mutation testing of the reference; see CONTRIBUTING.md."""
