"""How code that is judged is called: found by names, and by small calls whose answers are known.

A binding is data: Python code over an operation's parameters, and orders of axes.
Every way in which code may be written ends in one.
"""
