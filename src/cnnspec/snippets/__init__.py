"""Calls to paste that show a failure: as Python, and as a line for the shell.

Each is run before it is shown, with the earlier calls that it needs.
It knows reports, and nothing of how a run is made.
"""
