"""What the text of functions says of what they return, and of what they unpack."""

import ast
import inspect
import textwrap
from typing import Any


def returned_names(function: Any) -> list[str]:
    """Return the names of what a function returns together, "" for what has none."""
    found: list[str] = []
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            found = [one.id if isinstance(one, ast.Name) else "" for one in node.value.elts]
    return found


def unpacked_names(function: Any, parameter: str) -> list[str]:
    """Return the names to which a function gives what one of its parameters holds, if any.

    ``(x, w, b) = cache`` says what has to be in it.
    """
    for node in ast.walk(_tree(function)):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Name):
            continue
        (target, *others) = node.targets
        if node.value.id == parameter and isinstance(target, ast.Tuple | ast.List) and not others:
            names = [one.id if isinstance(one, ast.Name) else "" for one in target.elts]
            return names if all(names) else []
    return []


def _tree(function: Any) -> ast.AST:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return ast.Module([], [])
