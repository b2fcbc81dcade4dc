"""``cnnspec network`` and ``cnnspec demo mnist``: the article's network, run and trained."""

import argparse

from cnnspec.cases.data import TEST_IMAGES, TRAINING_IMAGES, DataError, mnist_test_set
from cnnspec.cases.requirements import FACETS
from cnnspec.cases.trained import trained_network
from cnnspec.declaration.article_forms import Unavailable
from cnnspec.network.demos import Schedule, demo_mnist, demo_training
from cnnspec.network.training_judge import judge_training, training_text
from cnnspec.report.verdict import CONFORMS, DOES_NOT_CONFORM, EXIT_CODES, INCOMPLETE
from cnnspec.run.certificate import as_text, judged_by, status_of, tallies
from cnnspec.subject.processes.source import open_implementation
from cnnspec.subject.processes.training import open_training

#: Test images that are looked at unless others are asked for.
_EVALUATED, _COMPARED = 1000, 20


def are_there(images: int | None) -> None:
    """Raise if more images are asked for than the test set has."""
    if images and images > TEST_IMAGES:
        raise DataError(f"--images {images}: the MNIST test set has {TEST_IMAGES} images")


def demo_of_digits(options: argparse.Namespace) -> int:
    """Run article 2's program, or its training, and return the exit status."""
    chosen = {"seed": options.seed, "epochs": options.epochs, "rate": options.lr}
    given = {name: value for name, value in chosen.items() if value is not None}
    if options.train:
        if options.images and options.images > TRAINING_IMAGES:
            raise DataError(
                f"--images {options.images}: {TRAINING_IMAGES} training images are bundled"
            )
        schedule = Schedule(**given, images=options.images or TRAINING_IMAGES)
        demo_training(schedule, figure=options.figure)
        return 0
    if given:
        raise DataError("--seed, --epochs and --lr are options of the training: give --train, too")
    are_there(options.images)
    demo_mnist(options.images or _EVALUATED, figure=options.figure)
    return 0


def network(options: argparse.Namespace) -> int:
    """Judge the trained network, or steps of training, and return the exit status."""
    if options.train:
        return _steps_of_training(options)
    are_there(options.images)
    images, labels = mnist_test_set()
    count = options.images or _COMPARED
    found = []
    implementation = open_implementation(options.implementation, isolated=True)
    for note in implementation.notes:
        print(f"note: {note}")
    try:
        digits = images[:count], labels[:count]
        for tally in tallies(implementation, *digits, trained_network(), options.facets):
            print(as_text(tally), end="", flush=True)
            found.append(tally)
    finally:
        implementation.close()
    print(judged_by(options.facets))
    return EXIT_CODES[status_of(found)]


def _steps_of_training(options: argparse.Namespace) -> int:
    if options.images or {*options.facets} != {*FACETS}:
        raise DataError("--images and --facets are about the layers, --train is about its steps")
    try:
        training = open_training(options.implementation)
    except Unavailable as reason:
        print(f"training: not tested, {reason}")
        return EXIT_CODES[INCOMPLETE]
    for note in training.notes:
        print(f"note: {note}")
    try:
        found = judge_training(training, options.train)
    finally:
        training.close()
    print(training_text(found), end="")
    failed = DOES_NOT_CONFORM if found.failure else CONFORMS
    return EXIT_CODES[INCOMPLETE if found.not_tested else failed]
