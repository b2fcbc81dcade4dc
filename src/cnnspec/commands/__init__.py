"""The command line: its parser, its commands, and how a terminal shows them.

A command reads options, calls a floor below, and prints.
Nothing imports this floor.
"""
