"""The judge: it calls an implementation for a requirement and says what is wrong.

Spec tests get a `Judge` as a fixture. Its methods raise `NonconformanceError` with a message for
people, or `NotTestedError` where the implementation does not offer what the check needs.
"""

from cnnspec.judge.manners import Manners
from cnnspec.judge.refused import Refusals
from cnnspec.judge.repeated_calls import RepeatedCalls


class Judge(Manners, RepeatedCalls, Refusals):
    """Judges one implementation under one requirement: see `cnnspec.judge.calls.Calls`."""
