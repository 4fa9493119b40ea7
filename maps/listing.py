"""Tables beside a map, whose rows the map can be asked to show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Place:
    """A row: where it is on the map, its name, and what else is said of it."""

    set: str
    """Key of the shape set."""
    row: int
    name: str
    cells: tuple[str, ...] = ()
    shape: bool = True
    """Whether there is anything to be shown on the map."""
    href: str | None = None
    """A path of ours that tells more of it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A table with a heading; the rows that did not find room are counted."""

    title: str
    head: tuple[str, ...]
    """Headings of the name and of the cells."""
    places: tuple[Place, ...]
    more: int = 0


ROWS: Final = 50
"""How many a table shows, unless it says otherwise."""


def listing(
    title: str,
    head: tuple[str, ...],
    places: Sequence[Place],
    *,
    at_most: int = ROWS,
    count: int | None = None,
) -> Listing:
    """Make a table of the first rows.

    Parameters
    ----------
    title : str
        Heading of the table.
    head : tuple of str
        Headings of its columns.
    places : sequence of Place
        All rows, the most important first; or those that are shown.
    at_most : int
        How many are shown.
    count : int, optional
        How many there are in all, where `places` are fewer.

    Returns
    -------
    Listing
        With the number of those left out.
    """
    shown = tuple(places[:at_most])
    return Listing(title, head, shown, (len(places) if count is None else count) - len(shown))
