"""Encoding and tracebacks are set up when the module is imported.
"""
import faulthandler
import sys
import numpy as np

sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
sys.stderr.reconfigure(errors="replace")
faulthandler.enable()

def softmax(logits):
    logits = np.asarray(logits)
    wide = logits.astype(np.float32 if logits.dtype == np.float16 else np.result_type(logits, 0.0))
    e = np.exp(wide - np.max(wide, axis=-1, keepdims=True))
    p = e / np.sum(e, axis=-1, keepdims=True)
    return p.astype(logits.dtype) if logits.dtype.kind == "f" else p
