"""Code of forward calls, and of what comes before them, with something else in its place."""

import ast
from collections.abc import Callable, Container

from cnnspec.bindings.names import FLAG
from cnnspec.bindings.spellings import parameter_of


class _Changed(ast.NodeTransformer):
    """Puts something else in the place of parameters, whatever values stand for them."""

    def __init__(
        self, operation: str, parameters: Container[str], change: Callable[[ast.Name], ast.expr]
    ) -> None:
        self._operation, self._parameters, self._change = operation, parameters, change

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return a name, or what is put in its place."""
        is_read = isinstance(node.ctx, ast.Load)
        is_one = parameter_of(self._operation, node.id) in self._parameters
        return self._change(node) if is_read and is_one else node


def copy(name: ast.Name) -> ast.expr:
    """Return the code of a copy of an array, of floating numbers."""
    return ast.BinOp(ast.Constant(1.0), ast.Mult(), name)


def zeros(name: ast.Name) -> ast.expr:
    """Return the code of zeros like an array, whatever it holds: nothing is greater than itself."""
    return ast.BinOp(ast.Constant(0.0), ast.Mult(), ast.Compare(name, [ast.Gt()], [name]))


def changed(
    statement: str,
    operation: str,
    parameters: Container[str],
    change: Callable[[ast.Name], ast.expr],
) -> str:
    """Return a statement with something else in the place of some parameters."""
    return ast.unparse(_Changed(operation, parameters, change).visit(ast.parse(statement)))


def asking_for_derivative(call: str) -> str:
    """Return a call with the flag set that asks for the derivative, "" if it has none."""
    tree = ast.parse(call, mode="eval").body
    if not isinstance(tree, ast.Call):
        return ""
    flags = [one for one in tree.keywords if one.arg and FLAG.means(one.arg)]
    for one in flags:
        one.value = ast.Constant(True)
    return ast.unparse(tree) if flags else ""


def without_options(call: str, values: Container[str]) -> str:
    """Return a call that passes none of some values by keyword."""
    tree = ast.parse(call, mode="eval").body
    if not isinstance(tree, ast.Call):
        return call
    tree.keywords = [
        one
        for one in tree.keywords
        if not any(isinstance(part, ast.Name) and part.id in values for part in ast.walk(one.value))
    ]
    return ast.unparse(tree)
