"""The bundled adapters: one module for each framework, imported only when it is asked for.

An adapter's module is named as ``cnnspec check`` names it. Its object ``adapter`` has the
operations as methods, and so have the objects that ``VARIANTS`` names: the same framework in
another dtype, layout or algorithm, judged as ``torch:float32``. Each method runs the framework's own
operation; layouts are converted in `cnnspec.adapters.layouts`, and what a framework lacks is left
out. ``CNNSPEC`` says what the suite cannot see.

All of them work with one thread: the arrays are small, and threads that wait for each other on a
busy machine take minutes. Filters of any size are computed by all of them: they are judged in the general profile.
"""

#: The adapters by name, with the name of their framework.
ADAPTERS = {
    "torch": "PyTorch",
    "onnxruntime": "ONNX Runtime",
    "jax": "JAX",
    "tensorflow": "TensorFlow",
    "tinygrad": "tinygrad",
    "scipy": "SciPy",
    "opencv": "OpenCV",
}
