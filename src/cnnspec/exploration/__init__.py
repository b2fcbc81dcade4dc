"""Exploration: calls that no list holds, drawn from the spaces of the operations, and judged.

What is wrong is made small, grouped by its diagnosis, and kept, to be asked again.
Everything follows from the seed: on how many processes or machines it ran does not matter.
"""
