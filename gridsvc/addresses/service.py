"""Finding the places that an address without coordinates may mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shapely.geometry.base import BaseGeometry
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses import repository
from gridsvc.addresses.model import HouseRange
from gridsvc.addresses.parse import FoundNumber, Part, PartKind, find_number, normalised, parts
from gridsvc.addresses.repository import Named
from gridsvc.addresses.score import BEYOND_NUMBERS, THRESHOLD, Hit, Match, Why, along, rank
from gridsvc.addresses.spelling import CORE_ONLY, Spelling, beginning_like, grams, spelling

__all__ = ["THRESHOLD", "Match", "Why", "match"]

LONGEST: Final = 200
"""Characters of a text that are looked at."""
WEIGHED: Final = 40
"""How many names are looked up on the map."""
LEAST_SPELT: Final = 0.4
GUESSED_AT: Final = 6
"""For how many unknown names of one text similar ones are looked for."""


@dataclass(frozen=True, slots=True)
class _Spelt:
    named: Named
    spelling: Spelling


async def match(db: AsyncSession, text: str, *, at: datetime, limit: int = 5) -> list[Match]:
    """List the places that an address may mean as the map was at a time, the likeliest first.

    Nothing is picked here: whoever takes the first asks whether it is `sure`.
    """
    key = normalised(text[:LONGEST])
    spelt = await _spelt(db, key, at=at)
    shapes = await repository.shapes_of(db, [one.named.id for one in spelt])
    hits = [_hit(one, shapes[one.named.id]) for one in spelt]
    return rank(await _numbered(db, hits, find_number(key), at=at), limit=limit)


async def _spelt(db: AsyncSession, key: str, *, at: datetime) -> list[_Spelt]:
    """Find the names that stand in a text, and what is like its parts that are no known name."""
    taken, grids = parts(key), "网格" in key
    found: list[_Spelt] = []
    if pairs := grams(key):
        named = await repository.named_like(db, pairs, at=at, grids=grids)
        found = _spelt_as(named, key, taken)
    for part in _unknown(taken, found):
        named = await repository.named_like(
            db, beginning_like(part), at=at, ending=part.suffix, grids=grids
        )
        found += _spelt_as(named, key, [part])
    best = {one.named.id: one for one in sorted(found, key=lambda it: it.spelling.score)}
    return sorted(best.values(), key=_order)[:WEIGHED]


def _spelt_as(named: Sequence[Named], key: str, taken: Sequence[Part]) -> list[_Spelt]:
    return [
        _Spelt(one, how)
        for one in named
        if (how := spelling(one.name, key, taken)) and how.score >= LEAST_SPELT
    ]


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


def _order(one: _Spelt) -> tuple[float, str, str, str]:
    return -one.spelling.score, one.named.what, one.named.code, one.named.name


def _hit(one: _Spelt, shape: BaseGeometry) -> Hit:
    return Hit(
        what=one.named.what,
        code=one.named.code,
        name=one.named.name,
        level=one.named.level,
        spelt=one.spelling.score,
        start=one.spelling.start,
        end=one.spelling.end,
        geometry=shape,
    )


async def _numbered(
    db: AsyncSession, hits: Sequence[Hit], number: FoundNumber | None, *, at: datetime
) -> list[Hit]:
    """Put the road in front of a house number at the number, where that is known."""
    if number is None:
        return list(hits)
    roads = [it.code for it in hits if _is_numbered(it, number)]
    ranges = await repository.ranges_of(db, roads, at=at)
    return [
        _at_number(it, number, [one for one in ranges if one.road_code == it.code])
        if _is_numbered(it, number)
        else it
        for it in hits
    ]


def _is_numbered(hit: Hit, number: FoundNumber) -> bool:
    # A core alone leaves its kind word between the two.
    return hit.what == "road" and 0 <= number.start - hit.end <= 2


def _at_number(hit: Hit, number: FoundNumber, ranges: Sequence[HouseRange]) -> Hit:
    if not ranges:
        return hit
    value = number.value
    for one in ranges:
        if one.first <= value.number <= one.last and one.parity in {"both", value.parity}:
            share = (value.number - one.first) / max(1, one.last - one.first)
            return replace(hit, geometry=along(one.geometry, share), number_known=True)
    return replace(hit, spelt=hit.spelt * BEYOND_NUMBERS, number_known=False)
