"""Simulators: an operation's formula with slots, and what is done instead in one of them.

Families of such hypotheses are shared by operations of a kind; no operation is named here.
What a simulator predicts is told apart from what an implementation answers by `experiments`.
"""
