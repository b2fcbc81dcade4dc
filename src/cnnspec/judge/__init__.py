"""Whether an answer is right: comparisons, and the errors that say why not.

The spec tests are written with this floor and with the cases below it.
Nothing here knows the catalogue of faults.
"""
