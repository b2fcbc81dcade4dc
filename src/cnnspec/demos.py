"""The articles' two programs, run on the reference."""

import sys

from cnnspec.data import cat_gray, cat_rgb, mnist_test_set
from cnnspec.evaluation import print_evaluation
from cnnspec.reference import article1, article2


def demo_mnist(count: int = 1000) -> None:
    """Evaluate article 2's untrained network on the first ``count`` MNIST test images."""
    images, labels = mnist_test_set()
    print("MNIST CNN initialized!")
    groups = print_evaluation(article2.forward, images[:count], labels[:count], sys.stdout)
    correct = sum(group.correct for group in groups)
    total = sum(group.count for group in groups)
    loss = sum(group.loss * group.count for group in groups) / total
    print(f"{total} images: average loss {loss:.3f}, {correct} correct")


def demo_cat(*, rgb: bool = False) -> None:
    """Run article 1's three layers on scikit-image's cat and print the size of every map."""
    image = cat_rgb() / 255 if rgb else cat_gray()
    print(f"chelsea: {image.shape}")
    for number, maps in enumerate(article1.three_layers(image), start=1):
        for name, values in maps._asdict().items():
            print(
                f"layer {number} {name:4}: {values.shape},"
                f" from {values.min():.3f} to {values.max():.3f}"
            )
