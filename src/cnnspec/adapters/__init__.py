"""The bundled adapters: one module for each framework, imported only when it is asked for.

An adapter's module is named as ``cnnspec check`` names it. Its object ``adapter`` has the
operations as methods, and so have its variants: the same framework in another dtype, layout or
algorithm, named as in ``torch:float32``. Each method runs the framework's own operation; layouts
are converted in `cnnspec.adapters.axis_orders`, and what a framework lacks is left out.
``CNNSPEC`` of the module, or of the object, says what the suite cannot see.

All work with one thread: the arrays are small, and on a busy machine threads that wait for each
other take minutes. All compute filters of any size, and are judged in the general profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Bundled:
    """An adapter: the name of its framework, and its variants.

    ``environment`` says what is set before the framework is imported, for each variant ("" where
    none is named): what a framework otherwise makes dependent on the processor.
    """

    framework: str
    variants: tuple[str, ...] = ()
    environment: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


_WITHOUT_ONEDNN, _WITH_ONEDNN = ({"TF_ENABLE_ONEDNN_OPTS": flag} for flag in "01")

#: The adapters by name.
ADAPTERS = {
    "torch": Bundled("PyTorch", ("float32", "nhwc", "no_mkldnn", "native")),
    "onnxruntime": Bundled("ONNX Runtime", ("unoptimised",)),
    "jax": Bundled("JAX", ("optimised", "x64", "nchw", "all_dtypes")),
    "tensorflow": Bundled(
        "TensorFlow",
        ("float32", "keras"),
        {"": _WITHOUT_ONEDNN, "float32": _WITH_ONEDNN, "keras": _WITHOUT_ONEDNN},
    ),
    "tinygrad": Bundled("tinygrad", ("float64", "winograd")),
    "scipy": Bundled("SciPy", ("correlate2d", "fft")),
    "opencv": Bundled("OpenCV", ("checked", "filter2d")),
}
