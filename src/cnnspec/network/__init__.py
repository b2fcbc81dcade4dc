"""The article's network as a whole: layer by layer, over many digits, and as demonstrations.

Figures and pictures of its layers are here.
Verdicts on it are passed on the floors above.
"""
