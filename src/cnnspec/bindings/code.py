"""A binding as Python code that people can read and run."""

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from cnnspec.bindings.binding import BATCH, BY_FRAMEWORK, FIRST, LAYER, Binding
from cnnspec.bindings.spellings import spelling_of, values_of
from cnnspec.declaration.writing import EXAMPLES
from cnnspec.operations.registry import COMPOSED, OPERATIONS

#: What the judged module is called in the code.
MINE = "mine"


class _Owned(ast.NodeTransformer):
    """Turns the module's names into attributes of the module."""

    def __init__(self, own: frozenset[str]) -> None:
        self._own = own

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return a name, or the attribute that it is."""
        if node.id in self._own or hasattr(builtins, node.id):
            return node
        return ast.Attribute(ast.Name(MINE, ast.Load()), node.id, node.ctx)


def owned(binding: Binding, code: str) -> str:
    """Return code of a binding, with the module in front of its names."""
    own = frozenset({LAYER, *binding.values, *_bound_inside(code)})
    return ast.unparse(_Owned(own).visit(ast.parse(code)))


def _bound_inside(code: str) -> set[str]:
    """Return the names that a piece of code binds itself, as in a comprehension."""
    nodes = [*ast.walk(ast.parse(code))]
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | {node.arg for node in nodes if isinstance(node, ast.arg)}


def turning(binding: Binding, given: Mapping[str, Any]) -> list[str]:
    """Return the lines that turn arguments, which are there by their names, into theirs.

    ``given`` are the arguments of the call.
    """
    lines = []
    spelling = spelling_of(binding.operation)
    values = values_of(binding.operation, given, binding.values)
    for name in binding.values:
        value = values[name]
        if (name in spelling.derived and name not in spelling.each) or name not in given:
            lines.append(f"{name} = {_literal(name, value, binding, given)}")
        if isinstance(value, np.ndarray):
            lines += _turned(binding, name, value)
    return lines


def _literal(name: str, value: Any, binding: Binding, given: Mapping[str, Any]) -> str:
    parameter = binding.parameter_of(name)
    if parameter in given and value is given[parameter]:
        return parameter
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()}, {value.dtype.name!r})"
    return repr(value)


def _turned(binding: Binding, name: str, value: Any) -> list[str]:
    lines, axes = [], value.ndim
    for orders in spelling_of(binding.operation).orders.get(name, ()):
        code = orders[binding.reading.get(orders.name, orders.own.name)].there(axes)
        if code != "{}":
            lines.append(f"{name} = np.ascontiguousarray({code.format(name)})")
    return lines


def calling(binding: Binding, given: Mapping[str, Any]) -> list[str]:
    """Return the lines that make the call, and turn its result into the operation's."""
    made = [f"{LAYER} = {owned(binding, binding.made)}"] if binding.made else []
    lines = [*made, *(owned(binding, one) for one in binding.setup)]
    call = owned(binding, binding.call)
    each = {
        v: axis for v, axis in spelling_of(binding.operation).each.items() if v in binding.values
    }
    if each:
        lines.append(_for_each(binding, call, each))
        return lines
    lines.append(f"result = {call}")
    if binding.taken == FIRST:
        lines[-1] = f"result = ({call})[0]" if not call.endswith(")") else f"result = {call}[0]"
    return [*lines, *_back(binding, given)]


def _for_each(binding: Binding, call: str, each: Mapping[str, int]) -> str:
    names = ", ".join(each)
    parts = [
        source if axis == 0 else f"np.moveaxis({source}, {axis}, 0)"
        for value, axis in each.items()
        for source in [binding.parameter_of(value)]
    ]
    over = parts[0] if len(parts) == 1 else f"zip({', '.join(parts)})"
    one = f"{call}[0]" if binding.taken == FIRST else call
    return f"result = np.stack([{one} for {names} in {over}], axis=-1)"


def _back(binding: Binding, given: Mapping[str, Any]) -> list[str]:
    """Return the lines that turn a result into the operation's order of axes."""
    spelling = spelling_of(binding.operation)
    of_data = np.ndim(next(iter(given.values())))
    lines = []
    for orders in spelling.of_result:
        order = orders[binding.reading.get(orders.name, orders.own.name)]
        code = next((c for axes in (of_data, 3, 2) if (c := order.back(axes, of_data)) != "{}"), "")
        if code:
            lines.append(f"result = {code.format('np.asarray(result)')}")
    if binding.in_batches and of_data < BATCH:
        lines.append("result = np.asarray(result)[0]")
    return lines


def all_as_read(bindings: Iterable[Binding]) -> Iterator[str]:
    """Say of bindings how they are read: of all gradients that a framework finds, in one line."""
    by_framework = []
    for binding in bindings:
        if binding.named.endswith(BY_FRAMEWORK):
            by_framework.append(binding.operation)
        else:
            yield as_read(binding)
    if by_framework:
        yield f"by autograd, of what is called as said above: {', '.join(by_framework)}"


def as_read(binding: Binding) -> str:
    """Return in words how a binding is read."""
    orders = [
        f"{name} {binding.reading[name]}"
        for name in binding.reading
        if binding.reading[name] != _own(binding.operation, name)
    ]
    is_of_rows = binding.reading.get(EXAMPLES.name, EXAMPLES.own.name) != EXAMPLES.own.name
    takes_rows = OPERATIONS[binding.operation].axes.in_batches or any(
        parts == (binding.operation,) for parts in COMPOSED.values()
    )
    if is_of_rows and not takes_rows:
        orders.append("in batches of one, larger ones are not tested")
    if binding.in_batches:
        orders.append(f"{binding.in_batches}, single ones in batches of one")
    if binding.taken == FIRST:
        orders.append("the first of what it returns")
    if binding.tensors:
        orders.append(f"{binding.tensors} tensors")
    if binding.mode:
        orders.append(f"in {binding.mode} mode")
    if binding.is_made_anew:
        orders.append("a new object for each call: what it remembers is not tested")
    if binding.is_declared:
        orders.append("its own defaults are not tested, nor what objects in it remember")
    said = f" ({', '.join(orders)})" if orders else ""
    code = "; ".join(binding.code)
    called = "" if code == binding.named else f", called as {code}"
    return f"{binding.operation} is {binding.named}{called}{said}"


def _own(operation: str, family: str) -> str:
    return next(one.own.name for one in spelling_of(operation).families if one.name == family)
