"""What functions, methods and attributes are called that have to do with gradients."""

import inspect
import re
from collections.abc import Iterator, Sequence

from cnnspec.bindings.names import operations_of, words
from cnnspec.declaration.writing import Role, plain

#: Methods that run a layer backwards, the commonest first.
BACKWARD = (
    *("backward", "backprop", "backward_pass", "backward_propagation", "back_prop", "backProp"),
    *("back_propagate", "backpropagate", "back_propagation", "bprop", "BP", "bp", "back", "bwd"),
    *("grad", "gradient", "gradients", "compute_gradients", "compute_gradient", "derivative"),
)

#: What makes the name of a gradient of that of its operation.
_MARKS = frozenset(
    (
        *("backward", "back", "backprop", "backpropagation", "backpropagate", "bprop", "bwd"),
        *("bw", "bp", "grad", "grads", "gradient", "gradients", "derivative", "deriv", "der"),
        *("prime", "d", "dx", "dz", "da", "dloss", "diff", "pass", "propagate", "prop"),
        *("compute", "calc", "get", "vjp", "input", "inputs", "weights", "weight", "bias"),
    )
)

#: What an argument is called that is what a forward call has kept.
CACHE = Role(
    names="cache caches ctx context memory saved state tape stash residuals memo kept fwdcache"
    " forwardcache store linearcache activationcache poolcache convcache intermediates",
    values=("cache",),
)

#: What a rate is called by which parameters are updated inside.
RATE = Role(
    names="lr learningrate learnrate rate eta alpha stepsize step lrate learningr a",
    values=("rate",),
)

#: What an argument is called that says whether anything is sent back: the first layer need not.
SENDING_BACK = Role(
    names="flag needsinputgrad needdx computedx returndx calcdx propagate sendback",
    values=("True",),
)

_BEFORE = re.compile(
    r"^(?:d_?l_?d_?|dloss_?d?_?|grad(?:ient)?s?_?(?:of_|wrt_|w_r_t_)?|delta_?|nabla_?|d_?|g_?)"
)
_BEHIND = re.compile(r"_?(?:grad(?:ient)?s?|delta|d|bar|g)$")
_GRADIENT = re.compile(r"grad|delta")

#: What begins the part of a docstring that says what is returned, what ends a clause of it, and
#: what a clause holds that says that something is not.
_RETURNS = re.compile(r"\breturn(?:s|ing)?\b|->", re.IGNORECASE)
_CLAUSE = re.compile(r"[.;\n]")
_NEGATION = re.compile(r"\b(?:no|not|none|nothing|without)\b", re.IGNORECASE)

#: How it is said there whose gradient is returned: dX, dweights, grad_x, the gradient of the input.
_PROMISED = re.compile(
    r"\bd_?([a-zA-Z]\b|[A-Z]\w*|[a-z]{4}\w*)|\bgrad(?:ient)?_(\w+)"
    r"|\bgradients? (?:of|to|for|wrt|w\.r\.t\.?|with respect to) (?:the )?(\w+)"
)


def clears_gradients(name: str) -> bool:
    """Return whether a method sets gradients to zero, by its name: they are added up till then."""
    found = words(name)
    says_so = {"zero", "zeros", "clear", "reset"} & {*found}
    return bool(says_so) and any(word.startswith("grad") for word in found)


def runs_backwards(thing: object) -> bool:
    """Return whether objects of a class can be run backwards."""
    return any(callable(getattr(thing, name, None)) for name in BACKWARD)


def of_gradient(name: str) -> dict[str, bool]:
    """Return the operations whose gradient something of this name may be, if it says so at all."""
    found = words(name)
    rest = [word for word in found if word not in _MARKS]
    if len(rest) == len(found):
        joined = re.match(r"^d(?=[a-z]{3})", plain(name))  # drelu
        return operations_of(plain(name)[1:]) if joined else {}
    return operations_of("_".join(rest)) if rest else {}


def is_gradient_of(code: str, roles: Sequence[Role]) -> bool:
    """Return whether a place in a layer holds the gradient to what has some roles, by its name.

    It says so in one word, ``dW``, or in several: ``grads['W']``, ``weight.grad``.
    """
    parts = re.findall(r"\w+", code)[1:]

    def is_one(name: str) -> bool:
        return any(role.means(name) for role in roles)

    if any(is_one(shorter) for part in parts for shorter in _without_marks(part)):
        return True
    return any(_GRADIENT.search(part.lower()) for part in parts) and any(map(is_one, parts))


def promises(function: object, roles: Sequence[Role]) -> bool:
    """Return whether a docstring says that the gradient to what has some roles is returned."""
    _, _, said = _RETURNS.sub("\0", inspect.getdoc(function) or "", count=1).partition("\0")
    clauses = [clause for clause in _CLAUSE.split(said) if not _NEGATION.search(clause)]
    named = [name for clause in clauses for name in _PROMISED.findall(clause)]
    return any(role.means("".join(name)) for name in named for role in roles)


def _without_marks(part: str) -> Iterator[str]:
    """Yield a name without what makes it that of a gradient, where it has that."""
    small = part.lower().strip("_")
    for pattern in (_BEFORE, _BEHIND):
        if (shorter := pattern.sub("", small)) not in ("", small):
            yield shorter
