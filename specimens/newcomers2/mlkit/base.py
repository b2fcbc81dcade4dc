from abc import ABC, abstractmethod


class Layer(ABC):
    """Base class of all layers; call the object for a forward pass."""

    @abstractmethod
    def forward(self, x):
        ...

    def __call__(self, x):
        return self.forward(x)
