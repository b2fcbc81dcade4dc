"""What each operation is, a room for each: parameters, chapter, exact answer, bounds.

What declares ``OPERATIONS`` is a room, and is found by itself.
Nothing here knows who is judged.
"""
