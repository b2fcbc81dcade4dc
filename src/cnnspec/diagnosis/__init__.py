"""Why an answer is wrong: patterns of errors, and failed tests replayed on known faults.

What is found is evidence; `conclusions` weighs it.
Nothing here changes a verdict.
"""
