"""Every name that is in force at a time, in memory: which places may an address mean. Pure.

Names are found by the pairs of characters that they share with a text (`lookup`); only those are
compared in full. Shapes stay WKB, a fifth of the memory, until they are asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import numpy as np
import shapely

from geodata.nearby import reach
from gridsvc.addresses.lookup import Lookup
from gridsvc.addresses.parse import FoundNumber, Part, PartKind, find_number, normalised, parts
from gridsvc.addresses.score import BEYOND_NUMBERS, Hit, Match, rank
from gridsvc.addresses.spelling import (
    CORE_ONLY,
    Spelling,
    Text,
    beginning_like,
    pairs_of,
)

LONGEST: Final = 200
"""Characters of a text that are looked at."""
WEIGHED: Final = 40
"""How many names are looked up on the map."""
LEAST_SPELT: Final = 0.4
GUESSED_AT: Final = 6
"""For how many unknown names of one text similar ones are looked for."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name of an area, a sub-estate, a road or another place; `shape` is WKB."""

    what: str
    level: str | None
    code: str
    name: str
    shape: bytes


@dataclass(frozen=True, slots=True)
class Numbers:
    """House numbers of a road from one to another, and where they lie (WKB)."""

    first: int
    last: int
    parity: str
    shape: bytes


@dataclass(frozen=True, slots=True)
class Road:
    """A road's name and its line, EPSG:4326 (lon, lat)."""

    name: str
    line: shapely.Geometry


@dataclass(frozen=True, slots=True)
class _Spelt:
    position: int
    spelling: Spelling


class Gazetteer:
    """Names, house numbers and the lines of roads. Never changes.

    `numbers` is by the code of the road, `lines` likewise: in full, for drawing; what is matched
    is known to some metres only.
    """

    def __init__(
        self,
        names: Sequence[Named],
        *,
        numbers: Mapping[str, Sequence[Numbers]],
        lines: Mapping[str, bytes],
    ) -> None:
        self._names = tuple(names)
        numbered = list(enumerate(self._names))
        self._lookup = Lookup((at, one.name) for at, one in numbered if one.level != "grid")
        self._grids = Lookup((at, one.name) for at, one in numbered if one.level == "grid")
        self._numbers = numbers
        self._roads = _roads(names, lines)
        shapes = shapely.from_wkb([lines[one.code] for one in self._roads])
        self._bounds = shapely.bounds(shapes).reshape(-1, 4)
        self._lines = lines

    def match(self, text: str, *, limit: int = 5) -> list[Match]:
        """List the places that an address may mean, the likeliest first.

        Nothing is picked here: whoever takes the first asks whether it is `sure`.
        """
        key = normalised(text[:LONGEST])
        hits = [self._hit(one) for one in self._spelt(key)]
        return rank(self._numbered(hits, find_number(key)), limit=limit)

    def roads_near(self, lon: float, lat: float, *, metres: float) -> list[Road]:
        """List the roads whose boxes come within some metres of a point."""
        west, south, east, north = self._bounds.T
        [wide], [high] = reach(np.array([lat]), np.array([metres]))
        near = (west - wide <= lon) & (lon <= east + wide)
        near &= (south - high <= lat) & (lat <= north + high)
        return [
            Road(road.name, shapely.from_wkb(self._lines[road.code]))
            for road in (self._roads[at] for at in np.flatnonzero(near))
        ]

    def _spelt(self, key: str) -> list[_Spelt]:
        """Find the names that stand in a text, and those like its parts that are no known name."""
        taken, grids = parts(key), "网格" in key
        found = self._like(pairs_of(key), Text(key, taken), grids=grids)
        for part in _unknown(taken, found):
            text, ending = Text(key, [part]), part.suffix
            found += self._like(beginning_like(part), text, ending=ending, grids=grids)
        best = {one.position: one for one in sorted(found, key=lambda it: it.spelling.score)}
        return sorted(best.values(), key=self._order)[:WEIGHED]

    def _like(
        self, pairs: Sequence[str], text: Text, *, ending: str = "", grids: bool
    ) -> list[_Spelt]:
        """List the names like a text; those of grids are numbers, and wait until asked for."""
        lookups = (self._lookup, self._grids) if grids else (self._lookup,)
        found = (lookup.like(pairs, text, ending=ending) for lookup in lookups)
        return [_Spelt(*one) for one in chain.from_iterable(found) if one[1].score >= LEAST_SPELT]

    def _order(self, one: _Spelt) -> tuple[float, str, str, str]:
        named = self._names[one.position]
        return -one.spelling.score, named.what, named.code, named.name

    def _hit(self, one: _Spelt) -> Hit:
        named = self._names[one.position]
        return Hit(
            what=named.what,
            code=named.code,
            name=named.name,
            level=named.level,
            spelt=one.spelling.score,
            start=one.spelling.start,
            end=one.spelling.end,
            shape=named.shape,
        )

    def _numbered(self, hits: Sequence[Hit], number: FoundNumber | None) -> list[Hit]:
        """Put the road in front of a house number at the number, where that is known."""
        if number is None:
            return list(hits)
        return [
            _at_number(hit, number, self._numbers.get(hit.code, ()))
            if _is_numbered(hit, number)
            else hit
            for hit in hits
        ]


def _roads(names: Iterable[Named], lines: Mapping[str, bytes]) -> list[Named]:
    """Keep the first name of each road that is a line: those behind it are aliases."""
    first = {one.code: one for one in reversed(tuple(names)) if one.what == "road"}
    return [road for code, road in first.items() if code in lines]


def _unknown(taken: Sequence[Part], found: Sequence[_Spelt]) -> list[Part]:
    """List the parts of which no name is known, each once."""
    named = [part for part in taken if part.kind is not PartKind.OTHER]
    unknown = {part.name: part for part in reversed(named) if not _is_known(part, found)}
    return list(reversed(unknown.values()))[:GUESSED_AT]


def _is_known(part: Part, found: Sequence[_Spelt]) -> bool:
    return any(
        one.spelling.score >= CORE_ONLY
        and one.spelling.start <= part.start
        and one.spelling.end >= part.start + len(part.core)
        for one in found
    )


def _is_numbered(hit: Hit, number: FoundNumber) -> bool:
    # A core alone leaves its kind word between the two.
    return hit.what == "road" and 0 <= number.start - hit.end <= 2


def _at_number(hit: Hit, number: FoundNumber, listed: Sequence[Numbers]) -> Hit:
    if not listed:
        return hit
    value = number.value
    for one in listed:
        if one.first <= value.number <= one.last and one.parity in {"both", value.parity}:
            share = (value.number - one.first) / max(1, one.last - one.first)
            return replace(hit, shape=one.shape, share=share, number_known=True)
    return replace(hit, spelt=hit.spelt * BEYOND_NUMBERS, number_known=False)
