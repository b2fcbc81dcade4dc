"""Which facets a run judges, as it is said on a command line."""

from argparse import ArgumentTypeError

from cnnspec.cases.requirements import FACETS


def facets_named(text: str) -> tuple[str, ...]:
    """Return the facets that a comma-separated list names, in their usual order.

    Raises
    ------
    ArgumentTypeError
        If there is no such facet.
    """
    named = [name.strip() for name in text.split(",")]
    if unknown := [name for name in named if name not in FACETS]:
        raise ArgumentTypeError(f"there is no facet {unknown[0]!r}; there are {', '.join(FACETS)}")
    return tuple(facet for facet in FACETS if facet in named)
