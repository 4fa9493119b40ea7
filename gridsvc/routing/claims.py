"""Responsibilities as they are asked for: by category, layer and area. Pure.

Arranged once for an edition of the map, so that no question reads a responsibility for another
category or another area.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.facts import Candidate, Claim, Favour, Place

_Category = tuple[str | None, str | None]
_Book = Mapping[str, Mapping[str | None, Sequence[Claim]]]
"""By layer, then by area; None as an area is every area of the layer."""


class Claims:
    """Who answers for what. Never changes."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._books: dict[_Category, dict[str, dict[str | None, list[Claim]]]] = defaultdict(dict)
        for claim in claims:
            book = self._books[claim.scheme, claim.category_code]
            book.setdefault(claim.layer, {}).setdefault(claim.area_code, []).append(claim)

    def __iter__(self) -> Iterator[Claim]:
        """Give every one, past ones too."""
        for book in self._books.values():
            for of_layer in book.values():
                yield from chain.from_iterable(of_layer.values())

    def about(self, category: CategoryRecord, *, at: datetime) -> "ClaimsAbout":
        """Take what is said of a category: of its minor class, its major, or of all."""
        scheme = category.scheme
        named = {
            (scheme, category.code): 0,
            (scheme, category.major_code): 1,
            (None, None): 2,
        }
        return ClaimsAbout(
            tuple(
                (specificity, self._books[key])
                for key, specificity in named.items()
                if key in self._books
            ),
            at,
        )


class ClaimsAbout:
    """Who answers for what in one category at one time."""

    __slots__ = ("_at", "_books")

    def __init__(self, books: Sequence[tuple[int, _Book]], at: datetime) -> None:
        self._books = books
        self._at = at

    def of(self, place: Place, *, favour: Favour | None = None) -> Iterator[Candidate]:
        """List who answers for a place, in whatever role."""
        area = place.area
        for specificity, book in self._books:
            of_layer = book.get(area.layer.name)
            if of_layer is None:
                continue
            for code in (area.code, None):
                for claim in of_layer.get(code, ()):
                    if claim.holds(self._at):
                        yield Candidate(place, claim, specificity, favour)

    def leads(self, place: Place, *, favour: Favour | None = None) -> list[Candidate]:
        """List who leads in a place."""
        return [found for found in self.of(place, favour=favour) if found.claim.role == "lead"]
