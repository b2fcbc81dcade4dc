"""The ways in which a gradient may be had, each a binding: of functions and tensors, and layers."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cnnspec.bindings.binding import BY_FRAMEWORK, FIRST, LAYER, Binding
from cnnspec.bindings.gradients.calls import ONE, Run, is_of_one_argument, runs_of
from cnnspec.bindings.gradients.layer_ways import WaysOfLayers
from cnnspec.bindings.gradients.sources import returned_names
from cnnspec.bindings.gradients.statements import asking_for_derivative, changed, without_options
from cnnspec.bindings.gradients.way import RAISED, RUN, Way
from cnnspec.bindings.methods import owner_of
from cnnspec.bindings.signatures import signature_of
from cnnspec.bindings.spellings import incoming_of, parameter_of, spelling_of
from cnnspec.bindings.tensors import TENSORS
from cnnspec.declaration.writing import Role, plain

#: What an argument is called that is what the forward call has returned.
_RESULT = "output outputs out result results outputmap outputmaps"


class Ways(WaysOfLayers):
    """Finds the ways in which one gradient may be had of code whose forward call is known."""

    # --- functions ---------------------------------------------------------------------------

    def of_function(
        self, code: str, thing: Any, forward: Binding | None, says_so: bool
    ) -> Iterator[Way]:
        """Yield the ways of a function that computes gradients, beside that of the operation."""
        owner = owner_of(code, thing)
        made = f"{owner}()" if owner else ""
        if forward and owner and forward.made not in ("", made):
            forward = None
        alone = Binding(self._operation, code, code)
        base = self._base(forward, code) if forward else alone
        base = replace(base, made=made) if owner else base
        kept = f"({forward.call})[1]" if forward and forward.taken == FIRST else ""
        rank = 0 if says_so else 1
        called = f"{LAYER}.{code.rpartition('.')[2]}" if owner else code
        for run in runs_of(
            self._operation, thing, called, is_method=False, kept=kept, rate=self._rate,
            beside=self._beside(forward, thing) if forward else (),
        ):  # fmt: skip
            if self._is_derivative(run):
                continue
            if one := self._one_filter(run):
                yield from self._filter_by_filter(base, run, one, rank)
                continue
            whole = Way(base, run, RUN, rank)
            returned = self.returned(whole.binding())
            if returned is RAISED:
                yield whole
            yield from self._parts(whole, returned, rank)

    def _beside(self, forward: Binding, backward: Any) -> list[Role]:
        """Return what a forward call returns, by the names that it has there: ``(out, mask)``."""
        function: Any = self._names
        for part in forward.named.partition("(")[0].split("."):
            function = function.get(part) if function is self._names else getattr(function, part, 0)
        names = returned_names(function) if forward.taken == FIRST else []
        result = without_options(forward.call, self._untold(forward, backward))
        result = f"({result})[0]" if forward.taken == FIRST else result
        return [
            *(
                Role(names=plain(name), values=(f"({forward.call})[{index}]",))
                for index, name in enumerate(names)
                if name
            ),
            Role(names=_RESULT, values=(result,)),
        ]

    def _untold(self, forward: Binding, backward: Any) -> set[str]:
        """Return the values of options that a backward pass is not told: it has none of them."""
        told = signature_of(backward)
        roles = [one for one in spelling_of(forward.operation).roles for name in told.parameters
                 if one.means(name)] if told else []  # fmt: skip
        known = {parameter_of(forward.operation, value) for one in roles for value in one.values}
        return {value for value in forward.values if forward.parameter_of(value) not in known}

    def of_derivative(
        self, code: str, thing: Any, forward: Binding | None, says_so: bool
    ) -> Iterator[Way]:
        """Yield the ways of a function of one argument, by which a gradient is multiplied."""
        base = self._base(forward, code) if forward else Binding(self._operation, code, code)
        rank = 0 if says_so else 1
        incoming, owner = incoming_of(self._operation), owner_of(code, thing)
        called = f"{owner}().{code.rpartition('.')[2]}" if owner else code
        if incoming and self._of_data and is_of_one_argument(thing):
            yield Way(base, None, f"{incoming} * {called}({self._gradient.to})", rank)
            if forward:
                yield Way(base, None, f"{incoming} * {called}({forward.call})", rank)

    def of_flag(self, forward: Binding) -> Iterator[Way]:
        """Yield the derivative that a function returns if a flag asks for it: of x, or of y."""
        incoming, asked = incoming_of(self._operation), asking_for_derivative(forward.call)
        if incoming and self._of_data and asked:
            base, to = self._base(forward, forward.named), self._gradient.to
            of_result = changed(
                asked, self._operation, {to}, lambda _: ast.parse(forward.call, mode="eval").body
            )
            yield Way(base, None, f"{incoming} * {asked}")
            yield Way(base, None, f"{incoming} * {of_result}")

    def _one_filter(self, run: Run) -> str:
        """Return the value of a run that is one after another, beside the data; "" for none."""
        spelling = spelling_of(self._gradient.of)
        each = {*spelling.each} - {*spelling_of(self._operation).each}
        return next((value for value in run.chosen.values() if value in each), "")

    def _filter_by_filter(self, base: Binding, run: Run, one: str, rank: int) -> Iterator[Way]:
        """Yield the ways of what takes one filter, and the one map of its result, after another."""
        incoming = incoming_of(self._operation)
        every = parameter_of(self._operation, one)
        pairs = f"for {one}, {incoming} in zip({every}, {incoming}.transpose(2, 0, 1))"
        first = replace(base, call=f"[{run.call()} {pairs}][0]")
        for part in self._parts(Way(base, run, RUN, rank), self.returned(first), rank):
            array = f"__import__('numpy').asarray({part.code})"
            code = f"sum({array} {pairs})" if self._of_data else f"[{part.code} {pairs}]"
            yield replace(part, code=code)

    def beside_the_loss(self, forward: Binding) -> Iterator[Way]:
        """Yield what a forward call returns beside its result: a loss and its gradient."""
        if not incoming_of(self._operation):
            base = self._base(forward, forward.named)
            if isinstance(self.returned(replace(base, call=forward.call)), tuple):
                yield Way(base, None, f"({forward.call})[1]", 0)

    def of_pullback(self, forward: Binding) -> Iterator[Way]:
        """Yield what functions return that a forward call returns beside its result."""
        incoming = incoming_of(self._operation)
        base = self._base(forward, forward.named)
        came = self.returned(replace(base, call=forward.call)) if incoming else None
        for index, one in enumerate(came) if isinstance(came, tuple) else ():
            if inspect.isroutine(one):
                whole = Way(base, None, f"({forward.call})[{index}]({incoming})")
                yield from self._parts(whole, self.returned(whole.binding()), 0)

    # --- tensors -----------------------------------------------------------------------------

    def of_tensors(self, forward: Binding) -> Iterator[Way]:
        """Yield the ways of tensors that compute gradients by themselves."""
        result = f"({forward.call})[0]" if forward.taken == FIRST else forward.call
        base = self._base(forward, f"{forward.named}{BY_FRAMEWORK}")
        incoming = incoming_of(self._operation)
        for place, start in self._tensors(forward):
            if forward.tensors == "torch":
                asked = f"{result}, {place}, {incoming}" if incoming else f"{result}, {place}"
                code = f"__import__('torch').autograd.grad({asked}, allow_unused=True)[0]"
                whole = f"({start}, {code})[-1]" if start else code
                yield Way(base, None, whole, is_promised=self._of_data)
            elif forward.tensors == "jax" and start:
                pulled = f"__import__('jax').vjp(lambda {place}: {result}, {place})[1]"
                yield Way(base, None, f"{pulled}({incoming or ONE})[0]")
            elif forward.tensors and forward.tensors not in TENSORS:
                yield from self._of_own_tensors(base, result, place, incoming)

    def _tensors(self, forward: Binding) -> Iterator[tuple[str, str]]:
        """Yield where the tensor stands whose gradient it is, and what makes it have one."""
        of, to = self._gradient.of, self._gradient.to
        for value in forward.values:
            if parameter_of(of, value) != to:
                continue
            if value in _names(forward.call):
                yield value, f"{value}.requires_grad_()" if forward.tensors == "torch" else value
            for one in forward.setup:
                place, is_set, what = one.partition(" = ")
                if is_set and value in _names(what):
                    yield place.removesuffix(".data"), ""

    def _of_own_tensors(
        self, base: Binding, result: str, place: str, incoming: str
    ) -> Iterator[Way]:
        gradient, base = f"{place}.grad", replace(base, is_fresh=True)
        wants = f"getattr({place}, 'requires_grad', None) is False"
        result = f"({wants} and setattr({place}, 'requires_grad', True), {result})[1]"
        if not incoming:
            yield Way(base, None, f"(({result}).backward(), {gradient})[-1]")
            return
        for run in (f"({result}).backward({incoming})", f"({result}).backward({incoming}.data)"):
            yield Way(base, None, f"({run}, {gradient})[-1]")
        yield Way(base, None, f"((({result}) * {incoming}).sum().backward(), {gradient})[-1]")


def _names(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
