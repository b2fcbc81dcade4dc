"""Write the first images of the MNIST training set, with their labels, into fixtures/.

    python -m training.subset FOLDER

FOLDER holds train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz as they were published. What
is written is in the same format, unpacked the same on every machine; how it is compressed is zlib's
own matter, so that other versions of it may write other bytes.
"""

import argparse
import gzip
import struct
import sys
from pathlib import Path

from cnnspec.cases.data import (
    SUBSET_IMAGES,
    SUBSET_LABELS,
    TRAINING_IMAGES,
    DataError,
    Images,
    fixtures_folder,
    mnist_training_set,
)


def idx(values: Images) -> bytes:
    """Return bytes as a file in MNIST's format: what they are, their shape, and themselves."""
    kind = 0x08  # unsigned bytes
    return (
        struct.pack(f">HBB{values.ndim}I", 0, kind, values.ndim, *values.shape) + values.tobytes()
    )


def main(arguments: list[str] | None = None) -> int:
    """Write both files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="with the two files of the training set")
    parser.add_argument("--output", type=Path, default=fixtures_folder(), help="a folder")
    options = parser.parse_args(arguments)
    try:
        images, labels = mnist_training_set(options.folder)
    except DataError as error:
        print(f"subset: {error}", file=sys.stderr)
        return 2
    for name, values in ((SUBSET_IMAGES, images), (SUBSET_LABELS, labels)):
        content = gzip.compress(idx(values[:TRAINING_IMAGES]), 9, mtime=0)
        (options.output / name).write_bytes(content)
        print(f"{options.output / name}: {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
