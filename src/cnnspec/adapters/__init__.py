"""The bundled adapters: one module for each framework, imported only when it is asked for.

An adapter's module is named as ``cnnspec check`` names it. Its object ``adapter`` has the
operations as methods, and so have its variants: the same framework in another dtype, layout or
algorithm, named as in ``torch:float32``. Each method runs the framework's own operation; layouts
are converted in `cnnspec.adapters.axis_orders`, and what a framework lacks is left out.
``CNNSPEC`` of the module, or of the object, says what the suite cannot see.

All work with one thread: the arrays are small, and on a busy machine threads that wait for each
other take minutes. All compute filters of any size, and are judged in the general profile.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bundled:
    """An adapter: the name of its framework, and its variants."""

    framework: str
    variants: tuple[str, ...] = ()


#: The adapters by name.
ADAPTERS = {
    "torch": Bundled("PyTorch", ("float32", "nhwc", "no_mkldnn", "native")),
    "onnxruntime": Bundled("ONNX Runtime", ("unoptimised",)),
    "jax": Bundled("JAX", ("optimised", "x64", "nchw", "all_dtypes")),
    "tensorflow": Bundled("TensorFlow", ("float32", "keras")),
    "tinygrad": Bundled("tinygrad", ("float64", "winograd")),
    "scipy": Bundled("SciPy", ("correlate2d", "fft")),
    "opencv": Bundled("OpenCV", ("checked", "filter2d")),
}
