"""The catalogue of faults, judged: which requirement catches which.

Each is judged in the operation's own form.
It is also dressed in the forms in which people write it.
"""
