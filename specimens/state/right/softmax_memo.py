"""Answers are kept by content, shape and dtype, and handed out as copies.
"""
import numpy as np

class Memo:
    def __init__(self, function, size=50):
        self.function, self.size, self.kept = function, size, {}

    def __call__(self, x):
        key = x.tobytes(), x.shape, x.dtype.str
        if key not in self.kept:
            if len(self.kept) >= self.size:
                self.kept.pop(next(iter(self.kept)))
            self.kept[key] = self.function(x)
        return self.kept[key].copy()

@Memo
def softmax(logits):
    x = logits.astype(np.promote_types(logits.dtype if logits.dtype.kind == "f" else float, np.float32))
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return p.astype(logits.dtype) if logits.dtype.kind == "f" else p
