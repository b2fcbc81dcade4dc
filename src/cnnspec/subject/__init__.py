"""Who is judged: how it is found, what it takes, how it is called, what may come of a call.

Anything that an implementation does by its own will ends here, as an outcome.
Nothing here knows what is right.
"""
