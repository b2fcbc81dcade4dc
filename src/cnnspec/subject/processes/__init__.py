"""The subject in a process of its own, or as a program in any language.

Messages, the child process, its supervisor, and the worker on the other side.
Nothing of what comes over the line is trusted.
"""
