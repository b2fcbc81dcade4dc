"""Experiments: calls that tell what an implementation computes, and theories that predict them.

Nothing is claimed but what a theory predicts: on the calls that failed, and on fresh ones.
What may be said of it, and how surely, is decided in `investigation`.
"""
