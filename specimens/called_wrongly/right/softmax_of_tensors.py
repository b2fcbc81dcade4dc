"""Every array is refused: a tensor is wanted. Called wrongly is not wrong.

exit: 3
"""
class Tensor:
    def __init__(self, data):
        self.data = data

def softmax(logits):
    if not isinstance(logits, Tensor):
        raise TypeError(f"expected a Tensor, got {type(logits).__name__}")
    top = max(logits.data)
    total = sum(2.718281828459045 ** (one - top) for one in logits.data)
    return Tensor([2.718281828459045 ** (one - top) / total for one in logits.data])
