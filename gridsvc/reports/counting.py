"""Cases as columns: for what each counts, by the map it was routed by or assigned anew to another.

Nothing is added up by the database: one reading answers for all together, for each day and for each
class (`gridsvc.reports.tally`), and medians need every case anyway.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

import numpy as np
import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    SmallInteger,
    case,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from gridsvc.areas.model import Area, Layer, Organisation
from gridsvc.bulk.chart import take
from gridsvc.bulk.points import NONE, Ints
from gridsvc.db.columns import Records, records
from gridsvc.incidents import past
from gridsvc.incidents.headline import is_open, is_overdue
from gridsvc.incidents.model import AREA_OF, Incident
from gridsvc.reports.assigning import placing
from gridsvc.reports.tally import CASE, Cases
from gridsvc.reports.units import Kind, Unit
from gridsvc.routing.lasting import lasting
from gridsvc.settings import Settings

_NEVER: Final = np.iinfo(np.int64).max
"""How PostgreSQL writes the end of time."""
_MINUTE: Final = 60_000_000
_OPEN, _OVERDUE = 1, 2
_NEITHER: Final = literal_column("0::int2", SmallInteger)


class By(StrEnum):
    """By which map incidents are counted, where it has changed since they came in."""

    ROUTED = "routed"
    """As they were routed then."""
    REASSIGNED = "reassigned"
    """By where they lie, and whose they would be, on another map; without a place, as routed."""


@dataclass(frozen=True, slots=True)
class Way:
    """How to count, and by the map of which time where they are assigned anew."""

    by: By
    at: datetime
    settings: Settings
    classed: bool = True
    """Whether each case is to tell its category; without, it takes less time."""


async def gather(
    db: AsyncSession,
    unit: Unit,
    codes: Sequence[str],
    matching: ColumnElement[bool],
    way: Way,
    *,
    now: datetime,
) -> Cases:
    """Read the cases that meet a condition, and for which of some codes of a unit each counts.

    By level a case counts where it lies. By zone it counts for the zone whose lead it has: for the
    zone's code, since each release has zones of its own under the same codes; what has no zone of
    that layer is left out. By organisation it counts for its lead.
    """
    places = {code: number for number, code in enumerate(codes)}
    if way.by is By.ROUTED:
        return await _routed(db, unit, places, matching, way, now=now)
    placed = Incident.location.is_not(None)
    unplaced = await _routed(db, unit, places, matching & ~placed, way, now=now)
    anew = await _reassigned(db, unit, places, matching & placed, way, now=now)
    return np.concatenate([unplaced, *anew])


def _told(way: Way, now: datetime) -> past.Told:
    """Name the columns of a case, whatever it counts for."""
    category: past.Told = {"class": (">i8", func.uuid_hash_extended(Incident.category_id, 0))}
    never: ColumnElement[datetime] = literal_column("'infinity'::timestamptz")
    return {
        "reported": (">i8", Incident.reported_at),
        "handled": (">i8", func.coalesce(Incident.handled_at, never)),
        **(category if way.classed else {}),
        # One field for both: of a hundred thousand rows each field counts.
        "state": (">i2", _bit(is_open(), _OPEN) + _bit(is_overdue(now), _OVERDUE)),
    }


def _bit(condition: ColumnElement[bool], value: int) -> ColumnElement[int]:
    return case((condition, literal_column(f"{value}::int2", SmallInteger)), else_=_NEITHER)


def _cases(rows: Records, places: Ints) -> Cases:
    cases = np.empty(len(rows), CASE)
    reported, handled = rows["reported"].astype(np.int64), rows["handled"].astype(np.int64)
    cases["place"] = places
    cases["reported"] = reported + past.EPOCH
    cases["category"] = rows["class"] if "class" in (rows.dtype.names or ()) else NONE
    cases["minutes"] = np.where(handled == _NEVER, np.nan, (handled - reported) / _MINUTE)
    cases["open"], cases["overdue"] = rows["state"] & _OPEN > 0, rows["state"] & _OVERDUE > 0
    return cases


async def _routed(
    db: AsyncSession,
    unit: Unit,
    places: Mapping[str, int],
    matching: ColumnElement[bool],
    way: Way,
    *,
    now: datetime,
) -> Cases:
    key, numbered = await _key(db, unit, places)
    columns = {"key": (">i8", func.coalesce(key, 0)), **_told(way, now)}
    statement = select(*(column for _, column in columns.values())).where(matching)
    if unit.kind is Kind.ZONE:
        statement = statement.where(Incident.zone_id.in_(_zones(unit)))
    kinds = {name: kind for name, (kind, _) in columns.items()}
    async with aclosing(records(db, statement, kinds, page=past.PAGE)) as pages:
        found = [_cases(rows, numbered.find(rows["key"].astype(np.int64))) async for rows in pages]
    return np.concatenate([np.empty(0, CASE), *found])


async def _key(
    db: AsyncSession, unit: Unit, places: Mapping[str, int]
) -> tuple[ColumnElement[int], "_Numbered"]:
    """Give the number by which a case tells what it counts for, and the places by that number."""
    if unit.level is not None:
        return func.hashtextextended(AREA_OF[unit.level], 0), await _by_code(db, places)
    if unit.kind is Kind.ORGANISATION:
        number = func.uuid_hash_extended(Incident.lead_id, 0)
        known = _arrays(func.uuid_hash_extended(Organisation.id, 0), Organisation.code)
    else:
        number = func.uuid_hash_extended(Incident.zone_id, 0)
        known = _arrays(func.uuid_hash_extended(Area.id, 0), Area.code)
        known = known.where(Area.id.in_(_zones(unit)))
    return number, _numbered((await db.execute(known)).one(), places)


_BY_CODE: dict[tuple[str, ...], "_Numbered"] = {}
_MOST_LISTS: Final = 100


async def _by_code(db: AsyncSession, places: Mapping[str, int]) -> "_Numbered":
    """Find places by the numbers of their codes; asked once, as they are always the same."""
    codes = tuple(places)
    if codes not in _BY_CODE:
        code = func.jsonb_array_elements_text(literal(list(codes), JSONB)).column_valued("code")
        found = (await db.execute(_arrays(func.hashtextextended(code, 0), code))).one()
        while len(_BY_CODE) >= _MOST_LISTS:
            del _BY_CODE[next(iter(_BY_CODE))]
        _BY_CODE[codes] = _numbered(found, places)
    return _BY_CODE[codes]


def _numbered(found: Row[*tuple[Any, ...]], places: Mapping[str, int]) -> "_Numbered":
    numbers, codes = found
    return _Numbered.of(numbers or (), [places.get(code, NONE) for code in codes or ()])


def _arrays(
    number: ColumnElement[int], code: ColumnElement[str] | InstrumentedAttribute[str]
) -> Select[Any]:
    """Ask for them in one row: a city has more grids than rows are quickly read."""
    return select(func.array_agg(number), func.array_agg(code))


def _zones(unit: Unit) -> Select[Any]:
    """Select every version of the zones of a layer."""
    of_layer = select(Area.id).join(Layer, Layer.id == Area.layer_id)
    return of_layer.where(Layer.name == unit.layer)


@dataclass(frozen=True, slots=True)
class _Numbered:
    """Places by the numbers of their codes."""

    index: pd.Index
    places: Ints
    """In the order of the index; the last one is that of all numbers which are not in it."""

    @classmethod
    def of(cls, numbers: Sequence[int], places: Sequence[int]) -> Self:
        return cls(pd.Index(numbers, dtype=np.int64), np.array([*places, NONE], dtype=np.int64))

    def find(self, keys: Ints) -> Ints:
        """Find the place of each key; NONE for those that are not known."""
        return self.places[self.index.get_indexer(pd.Index(keys))]


async def _reassigned(
    db: AsyncSession,
    unit: Unit,
    places: Mapping[str, int],
    matching: ColumnElement[bool],
    way: Way,
    *,
    now: datetime,
) -> list[Cases]:
    """Decide each anew by a map as if it had always held; page by page, however many there are."""
    chart = await take(db, way.settings, at=way.at)
    chart = replace(chart, edition=lasting(chart.edition, way.at))
    place_in = await asyncio.to_thread(placing, chart, unit)
    found: list[Cases] = []
    for scheme in await past.schemes(db):
        place = await asyncio.to_thread(place_in, scheme)
        pages = past.pages_telling(
            db,
            matching,
            scheme=scheme,
            near_limit_m=way.settings.near_limit_m,
            more=_told(way, now),
        )
        async with aclosing(pages):
            async for page in pages:
                numbers, codes = await asyncio.to_thread(place, page.points)
                known = np.array([*(places.get(code, NONE) for code in codes), NONE])
                cases = _cases(page.told, known[numbers])
                found.append(cases[numbers != NONE] if unit.kind is Kind.ZONE else cases)
    return found
