"""Why an answer is wrong: experiments, failed tests replayed on known faults, and patterns.

What is found is evidence; `conclusions` weighs it.
Nothing here changes a verdict.
"""
