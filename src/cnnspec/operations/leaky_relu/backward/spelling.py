"""How the gradient of the leaky ReLU is commonly written."""

from dataclasses import replace
from typing import Any

from cnnspec.operations.leaky_relu.spelling import SPELLING as FORWARD
from cnnspec.operations.relu.backward.pointwise import spelling

_PLAIN = spelling("leakyrelu lrelu leakyrectifier")


def _probes() -> list[dict[str, Any]]:
    calls = _PLAIN.probes()
    return [*calls, *({**call, "slope": 0.25} for call in calls[:2])]


SPELLING = replace(
    _PLAIN,
    roles=(*_PLAIN.roles, next(role for role in FORWARD.roles if "slope" in role.values)),
    probes=_probes,
)
