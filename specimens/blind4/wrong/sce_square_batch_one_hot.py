"""Labels of a batch with as many rows as classes are taken for one one-hot vector: its largest entry is the label of every row.

says: one.?hot|labels?[^.]*(same|one|all|every|each|largest|arg.?max|first|position|as many|wrong|other|another)|as many (rows|labels|images|classes)|square|(rows|N|batch|images)[^.]*(as many|equal|same number|is the number)[^.]*class|class[^.]*(rows|images)|arg.?max
shows: softmax_cross_entropy(np.arange(9.0).reshape(3, 3) ** 2, np.array([0, 1, 2]))
"""
import numpy as np


def softmax_cross_entropy(logits, label):
    """Labels may be numbers, or one-hot in the last axis."""
    logits = np.asarray(logits)
    if logits.dtype.kind in "iub":
        logits = logits.astype(np.float64)
    label = np.asarray(label)
    if label.ndim and label.shape[-1] == logits.shape[-1]:
        label = label.argmax(axis=-1)
    if logits.size == 0:
        return np.zeros(len(logits), logits.dtype)
    rows = np.atleast_2d(logits).astype(np.result_type(logits, np.float32))
    with np.errstate(invalid="ignore"):
        rows = rows - rows.max(axis=1, keepdims=True)
        loss = np.log(np.exp(rows).sum(axis=1)) - rows[np.arange(len(rows)), label]
    loss = loss.astype(logits.dtype)
    return loss if logits.ndim == 2 else loss[0]
