"""Which operation a function or a class is, by its name, and which texts stand in its code."""

import ast
import re
from collections.abc import Iterator
from types import CodeType
from typing import Any

from cnnspec.declaration.writing import Role, in_english, plain
from cnnspec.operations.registry import OPERATIONS

#: What names hold that says nothing of the operation.
_SAYING_NOTHING = """
vectorized vectorised forward manual numpy naive layer batched batch loops loop simple basic
custom function scratch im col row stride strided strides fast slow nchw nhwc pass torch impl
reference apply func fwd multi from valid same with 2d op fn my np the single image images
channel channels channels_first sliding window windows view einsum tensordot fft opt optimized
optimised v1 v2 v3 activation act new old module nd rgb gray grey grayscale greyscale one each all
safe stable compute calc calculate do run get 3x3 5x5 2x2 using via python pure by for and of to
in a
"""

#: What makes another operation of it.
_SAYING_OTHERWISE = """
main train save load show download write open fit demo print visualize
visualise draw display read delete remove
send post fetch update optimize evaluate predict accuracy
backward backprop bprop grad gradient derivative deriv prime transpose transposed deconv
depthwise separable 1d 3d param params output shape size init step test check plot dloss
der back weights weight pad dims dim
"""

_NEUTRAL = frozenset(_SAYING_NOTHING.split())
_OTHER = frozenset(_SAYING_OTHERWISE.split())

#: What says of a name along how many axes its windows move.
_ALONG_ONE_AXIS, _ALONG_TWO = "1d", "2d"

#: Words of a name: `MaxPool2D`, `conv2d_forward`, `ReLU`.
_WORD = re.compile(r"[A-Z]+(?![a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-ÿ]+|\d+[dDxX]?\d*")


def words(name: str) -> list[str]:
    """Return the words of a name, in small letters and in English."""
    found = (word for part in name.split("_") for word in _WORD.findall(part))
    return [in_english(word.lower()) for word in found]


def operations_of(name: str) -> dict[str, bool]:
    """Return the operations that something of this name may be, and whether the name says so.

    It does if nothing stands in it beside the operation but words that say nothing.
    """
    found = words(name)
    spelled = {
        operation: one.spelling.names.split()
        for operation, one in OPERATIONS.items()
        if one.spelling and plain(name) not in one.spelling.others.split()
        if not (_ALONG_ONE_AXIS in found and _ALONG_TWO in words(operation))
    }
    weak = {name: OPERATIONS[name].spelling.weak.split() for name in spelled}  # type: ignore[union-attr]
    said = {
        operation: not _is_named(found, weak[operation])
        for operation, names in spelled.items()
        if _is_named(found, names)
    }
    if said or does_something_else(name):
        return said  # what is an operation by the whole of its name is that, whatever it holds
    return {operation: False for operation, names in spelled.items() if _is_among(found, names)}


def does_something_else(name: str) -> bool:
    """Return whether a name says that it is none of the operations, or that it acts."""
    return any(word in _OTHER for word in words(name))


def _is_among(found: list[str], names: list[str]) -> bool:
    """Return whether some words in a row are one of the names."""
    runs = range(len(found))
    stems = {_stem(plain(name)) for name in names}
    return any(
        _stem(plain("".join(found[start : end + 1]))) in stems
        for start in runs
        for end in runs[start:]
    )


def _is_named(found: list[str], names: list[str]) -> bool:
    """Return whether some words are one of the names, but for those that say nothing."""
    kept = list(found)
    while True:
        if _stem(plain("".join(kept))) in {_stem(plain(name)) for name in names}:
            return True
        neutral = next((word for word in reversed(kept) if word.strip("0123456789dx") == ""), "")
        neutral = neutral or next((word for word in kept if word in _NEUTRAL), "")
        if not neutral:
            return False
        kept.remove(neutral)


def _stem(name: str) -> str:
    """Return a name without the number of axes in it."""
    return re.sub(r"\d+d?|\d+x\d+", "", name)


def nearest(name: str) -> str:
    """Return the operation that a name is nearly that of, "" if it is none's."""
    if found := [*operations_of(name)]:
        return found[0]
    if any(word in _OTHER for word in words(name)):
        return ""
    joined = plain(name)
    for operation, one in OPERATIONS.items():
        if one.spelling and any(stem in joined for stem in one.spelling.names.split()[:3]):
            return operation
    return ""


# --- texts in code: keys of dictionaries, names of modes and methods -----------------------------


def parameters_of_methods(kind: type) -> frozenset[str]:
    """Return the names of all parameters of a class's methods."""
    codes = (getattr(method, "__code__", None) for method in vars(kind).values())
    return frozenset(
        name for code in codes if code for name in code.co_varnames[1 : code.co_argcount]
    )


def constants_of(function: Any) -> frozenset[str]:
    """Return the texts in a function's code, and in the functions that are written inside it.

    Of a class, those of its methods.
    """
    if isinstance(function, type):
        methods = (one for one in vars(function).values() if not isinstance(one, type))
        return frozenset[str]().union(*map(constants_of, methods))
    code = getattr(function, "__code__", None)
    return frozenset(_texts(code)) if isinstance(code, CodeType) else frozenset()


def _texts(constant: Any) -> Iterator[str]:
    if isinstance(constant, str):
        yield constant
    elif isinstance(constant, CodeType):
        yield from _texts(constant.co_consts)
    elif isinstance(constant, tuple | frozenset):
        for one in constant:
            yield from _texts(one)


def literals(call: str) -> list[str]:
    """Return the texts that a call passes by keyword or by position, as code."""
    tree = ast.parse(call, mode="eval").body
    if not isinstance(tree, ast.Call):
        return []
    passed = [*tree.args, *(keyword.value for keyword in tree.keywords)]
    return [
        repr(one.value)
        for one in passed
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


# --- arguments that say nothing of an operation --------------------------------------------------

#: Arguments of any operation that say whether it is trained: it is not.
SWITCH = Role(names="training train istraining istrain trainmode trainflg", values=("False",))

#: Arguments of a function that say whether it is its derivative that is asked for: it is not.
FLAG = Role(
    names="derivative deriv derive derivate der prime isderivative isderiv returnderivative"
    " calcderivative computederivative getderivative",
    values=("False",),
)

#: Arguments of any layer that may do something after it: nothing is done.
NONE = "None"
AFTER = Role(
    names="activation act actfn activationfn activationfunction nonlinearity",
    values=(NONE, "'linear'", "'none'", "lambda v: v"),
)

#: An optimizer that subtracts a gradient as it is from parameters: what an update has taken from
#: them is the gradient.
SUBTRACTS = "__import__('types').SimpleNamespace(update=lambda old, gradient: old - gradient)"

OPTIMIZER = Role(names="optimizer optim optimiser", values=(SUBTRACTS, NONE))

#: Arguments of any layer without which it can do: they are given only if they have no default.
BESIDE = (
    Role(
        names="rng randomstate randomgenerator generator random prng",
        values=("__import__('numpy').random.default_rng(0)",),
    ),
    Role(names="seed randomseed reg regularization weightdecay l1 l2", values=("0",)),
    Role(names="lr learningrate eta", values=("0.01",)),
    Role(names="name layername", values=("'layer'",)),
    OPTIMIZER,
    Role(names="initializer init weightinit winit kernelinitializer regularizer", values=(NONE,)),
)

#: Arguments that are dictionaries of whatever a layer needs, if nothing else is known of them.
ENTRIES = Role(
    names="cfg config conf configuration settings options opts params param parameters hparams hp"
    " spec layer layerdict hyperparameters hyperparams variables weightsdict",
    values=("{}",),
)


def is_dictionary(name: str) -> bool:
    """Return whether an argument is a dictionary of what a layer needs, by its name."""
    return ENTRIES.means(name)
