"""Write what the trained network makes of the MNIST test set in exact arithmetic, into fixtures/.

    python -m training.golden

- mnist_logits.npz: the logits of all 10,000 images, rounded to float32;
- mnist_traces.npz: every layer, rounded to float64, of the first image, the first that is taken for
  another digit, and the one whose two likeliest digits are closest to each other.
"""

import sys

import numpy as np

from cnnspec.cases.data import fixtures_folder, mnist_test_set
from cnnspec.cases.trained import LOGITS, TRACES, trained_network
from cnnspec.network.trace import exact_trace
from cnnspec.operations.network.exact import exact_logits


def main() -> int:
    """Write both files."""
    network, (images, labels) = trained_network(), mnist_test_set()
    dtype = np.dtype(np.float64)
    logits = np.array(
        [exact_logits(image, network, dtype).layers["logits"].high for image in images]
    )
    np.savez_compressed(fixtures_folder() / LOGITS, logits=logits.astype(np.float32))

    second, first = np.sort(logits, axis=1)[:, -2:].T
    wrong = np.flatnonzero(logits.argmax(axis=1) != labels)
    chosen = {0, int(wrong[0]), int(np.argmin(first - second))}
    traces = {
        f"{index}_{stage}": values
        for index in sorted(chosen)
        for stage, values in exact_trace(images[index], int(labels[index]), network).items()
    }
    np.savez_compressed(fixtures_folder() / TRACES, **traces)
    print(f"{len(images) - len(wrong)} of {len(images)} right; traces of {sorted(chosen)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
