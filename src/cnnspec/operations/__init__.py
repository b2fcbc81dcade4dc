"""What each operation is: its signature, its cases, its exact answers, its requirements.

The trained network and the data sets that the cases need are here too.
Nothing here knows who is judged.
"""
