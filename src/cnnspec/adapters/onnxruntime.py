"""ONNX Runtime on the CPU, on models of one node. Its losses are for training, which it leaves out.

The variant ``unoptimised`` runs the nodes without the rewriting of graphs.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import onnxruntime
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

from cnnspec.adapters.axis_orders import Array
from cnnspec.adapters.onnx_nodes import OnnxNodes

CNNSPEC = {"name": f"ONNX Runtime {onnxruntime.__version__}", "profile": "general"}


@cache
def _session(model: bytes, *, optimised: bool) -> InferenceSession:
    options = SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    if not optimised:
        options.graph_optimization_level = GraphOptimizationLevel.ORT_DISABLE_ALL
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])


@dataclass(frozen=True)
class OnnxRuntime(OnnxNodes):
    """The operations in sessions of ONNX Runtime."""

    optimised: bool = True

    def _node(
        self, operator: str, *arrays: Any, axes_of_y: int | None = None, **attributes: Any
    ) -> Array:
        """Leave out what ONNX has and the runtime says it does not support."""
        around = attributes.get("auto_pad", "VALID")
        if around.startswith("SAME") and attributes["dilations"] != (1, 1):
            raise NotImplementedError(f"ONNX Runtime does not support dilation for {around}")
        return super()._node(operator, *arrays, axes_of_y=axes_of_y, **attributes)

    def run(self, model: bytes, inputs: dict[str, Array]) -> Array:
        """Return the output of a model."""
        (found,) = _session(model, optimised=self.optimised).run(None, inputs)
        return np.asarray(found)


adapter = OnnxRuntime()
unoptimised = OnnxRuntime(optimised=False)
