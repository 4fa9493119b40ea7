"""Responsibilities as they are asked for: by category, layer and area. Pure.

Arranged once for an edition of the map, so that no question reads a responsibility for another
category or another area.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.routing.facts import Candidate, Claim, Favour, Place

_Category = tuple[str | None, str | None]
_Area = tuple[str, str | None]
_Book = Mapping[_Area, Sequence[Claim]]


class Claims:
    """Who answers for what. Never changes."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._books: dict[_Category, dict[_Area, list[Claim]]] = defaultdict(dict)
        for claim in claims:
            book = self._books[claim.scheme, claim.category_code]
            book.setdefault((claim.layer, claim.area_code), []).append(claim)

    def __iter__(self) -> Iterator[Claim]:
        """Give every one, past ones too."""
        for book in self._books.values():
            for claims in book.values():
                yield from claims

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
        layer, code = place.area.layer.name, place.area.code
        for specificity, book in self._books:
            for key in ((layer, code), (layer, None)):
                for claim in book.get(key, ()):
                    if claim.holds(self._at):
                        yield Candidate(place, claim, specificity, favour)

    def leads(self, place: Place, *, favour: Favour | None = None) -> list[Candidate]:
        """List who leads in a place."""
        return [found for found in self.of(place, favour=favour) if found.claim.role == "lead"]
