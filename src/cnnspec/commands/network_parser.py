"""What the commands take that run the articles' network and programs."""

from pathlib import Path

from cnnspec.cases.data import TRAINING_IMAGES
from cnnspec.commands.arguments import Commands, add_facets, positive, positive_number, seed
from cnnspec.network.demos import Schedule
from cnnspec.subject.boundary import REFERENCE


def add_network(commands: Commands) -> None:
    """Add ``cnnspec network``."""
    network = commands.add_parser(
        "network",
        help="judge the trained MNIST network layer by layer, or its training step by step",
        description="Run the trained MNIST network on an implementation's layers, compare each with"
        " its proved bound, and count the images whose class is certain. Exit status: 0 all agrees,"
        " 1 something differs, 2 could not be loaded, 3 no run over the layers was possible. With"
        " --train N, take N steps of training beside the reference instead: 3 says then that it"
        " offers no training by article 2's names.",
    )
    network.add_argument(
        "implementation", nargs="?", default=REFERENCE, metavar="X", help="as for check"
    )
    network.add_argument(
        "--images", type=positive, metavar="N", help="test images (default: 20; all: 10000)"
    )
    network.add_argument(
        "--train",
        type=positive,
        metavar="N",
        help="take N training steps, each from the parameters that X has, and name the first whose"
        " loss or new parameters differ beyond a proved bound; X has train(im, label, lr) beside"
        " layers conv and softmax, or train_step(image, label, filters, weights, biases,"
        " learning_rate)",
    )
    add_facets(network)


def add_demo(commands: Commands) -> None:
    """Add ``cnnspec demo``."""
    demo = commands.add_parser("demo", help="run the articles' programs and draw their figures")
    programs = demo.add_subparsers(required=True, metavar="PROGRAM", dest="program")
    digits = programs.add_parser(
        "mnist", help="article 2's network, untrained and trained, or its training"
    )
    digits.add_argument(
        "--images",
        type=positive,
        metavar="N",
        help=f"test images (default: 1000); with --train, training images ({TRAINING_IMAGES},"
        " which is all that are bundled)",
    )
    digits.add_argument(
        "--train",
        action="store_true",
        help="train the network image by image, test it on 1000 test images, and draw loss and"
        " accuracy; the same seed gives the same numbers on every machine",
    )
    digits.add_argument(
        "--seed",
        type=seed,
        metavar="N",
        help="of the first parameters and of the images' order (default: 0)",
    )
    digits.add_argument(
        "--epochs",
        type=positive,
        metavar="N",
        help=f"how often every image is shown (default: {Schedule.epochs})",
    )
    digits.add_argument(
        "--lr",
        type=positive_number,
        metavar="RATE",
        help=f"the learning rate (default: {Schedule.rate})",
    )
    cat = programs.add_parser("cat", help="article 1's three layers on the cat")
    cat.add_argument("--rgb", action="store_true", help="in colour")
    cat.add_argument("--sobel", action="store_true", help="the first filters: Sobel's")
    cat.add_argument("--image", type=Path, metavar="FILE", help="a picture of your own")
    cat.add_argument("--implementation", metavar="X", help="draw its maps too, and the differences")
    for program in (digits, cat):
        program.add_argument("--figure", type=Path, metavar="FILE", help="save as .png or .svg")
