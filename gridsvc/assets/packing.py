"""From the table of components to an `AssetIndex`: copied out in binary, decoded by the column.

Two million rows as Python objects would take a minute and gigabytes. Here every column is as wide
in each row, so that PostgreSQL's binary COPY is an array of records as it stands.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.parts import Shapes
from gridsvc.areas.model import Organisation
from gridsvc.assets.index import FOREVER, AssetColumns, AssetIndex, microseconds
from gridsvc.assets.model import Asset

_KIND: Final = "hashtextextended(scheme || chr(31) || category_code, 0)"
_X, _Y = (
    f"CASE GeometryType(geometry) WHEN 'POINT' THEN {number}(geometry) ELSE 'NaN' END"
    for number in ("ST_X", "ST_Y")
)
# Column, what PostgreSQL gives for it, how that looks in binary. Words and identifiers come as
# hashes, which the tables that they stand in translate.
_FIELDS: Final = (
    ("code", "code::bigint", ">i8"),
    ("kind", _KIND, ">i8"),
    ("owner", "uuid_hash_extended(owner_id, 0)", ">i8"),
    ("maintainer", "coalesce(uuid_hash_extended(maintainer_id, 0), 0)", ">i8"),
    ("valid_from", "(extract(epoch FROM valid_from) * 1000000)::bigint", ">i8"),
    (
        "valid_to",
        f"coalesce((extract(epoch FROM valid_to) * 1000000)::bigint, {FOREVER})",
        ">i8",
    ),
    ("lon", _X, ">f8"),
    ("lat", _Y, ">f8"),
)
_EXPRESSIONS: Final = ", ".join(expression for _, expression, _ in _FIELDS)
_QUERY: Final = (
    f"SELECT {_EXPRESSIONS} FROM asset"  # noqa: S608 - made of the constants above only
    " WHERE valid_from <= $2 AND (valid_to IS NULL OR valid_to > greatest($1, valid_from))"
)
# A record is the number of its fields, and before each field stands its length.
_RECORD: Final = np.dtype(
    [("fields", ">i2")]
    + [part for name, _, kind in _FIELDS for part in ((f"length_{name}", ">i4"), (name, kind))]
)
_HEADER: Final = 19  # a signature of eleven bytes, flags, and the length of an extension: none

Thing = TypeVar("Thing")
_Records = NDArray[np.void]


async def read_index(db: AsyncSession, *, since: datetime, until: datetime) -> AssetIndex:
    """Read every component that is in force at some time of a span, `until` included."""
    records = await _records(db, since, until)
    no_point = np.isnan(records["lon"])
    order, points = np.argsort(no_point, kind="stable"), int((~no_point).sum())
    # Nothing is ever deleted: what is read later has all that the records refer to.
    kinds, kind = _translated(records["kind"][order], await _kinds(db))
    bodies = await _organisations(db)
    organisations, owner = _translated(records["owner"][order], bodies)
    _, maintainer = _translated(records["maintainer"][order], bodies)
    columns = AssetColumns(
        code=records["code"][order].astype(np.int64),
        kind=kind,
        owner=owner,
        maintainer=maintainer,
        valid_from=records["valid_from"][order].astype(np.int64),
        valid_to=records["valid_to"][order].astype(np.int64),
        kinds=kinds,
        organisations=organisations,
    )
    lon, lat = (records[name][order[:points]].astype(np.float64) for name in ("lon", "lat"))
    shapes = await _shapes(db, columns, points) if points < len(order) else _NO_SHAPES
    return AssetIndex(columns, lon=lon, lat=lat, shapes=shapes)


async def _records(db: AsyncSession, since: datetime, until: datetime) -> _Records:
    data = bytearray()

    async def keep(part: bytes) -> None:
        data.extend(part)

    connection = await (await db.connection()).get_raw_connection()
    driver = connection.driver_connection
    assert driver is not None  # noqa: S101 - it is open, and asyncpg's
    await driver.copy_from_query(_QUERY, since, until, output=keep, format="binary")
    return np.frombuffer(data, _RECORD, (len(data) - _HEADER) // _RECORD.itemsize, offset=_HEADER)


def _translated(
    hashes: NDArray[np.int64], things: Mapping[int, Thing]
) -> tuple[tuple[Thing, ...], NDArray[np.int32]]:
    """Give the things that may be behind some hashes, and for each hash the row of its thing."""
    known = sorted(things)
    rows = np.searchsorted(np.array(known, dtype=np.int64), hashes).astype(np.int32)
    return tuple(things[number] for number in known), rows


async def _kinds(db: AsyncSession) -> dict[int, tuple[str, str]]:
    classes = select(Asset.scheme, Asset.category_code).distinct().subquery()
    scheme, code = classes.c
    number = func.hashtextextended(scheme + func.chr(31) + code, 0)
    return {row[2]: (row[0], row[1]) for row in await db.execute(select(scheme, code, number))}


async def _organisations(db: AsyncSession) -> dict[int, UUID | None]:
    rows = await db.execute(select(func.uuid_hash_extended(Organisation.id, 0), Organisation.id))
    return {0: None, **{row[0]: row[1] for row in rows}}


_NO_SHAPES: Final[Shapes] = np.empty(0, dtype=object)


async def _shapes(db: AsyncSession, columns: AssetColumns, points: int) -> Shapes:
    """Read the lines and polygons, which a record is too narrow for."""
    wanted = (
        func.GeometryType(Asset.geometry) != "POINT",
        # One that began and ended at once may stand beside the one that took its place.
        Asset.valid_from.is_distinct_from(Asset.valid_to),
    )
    rows = await db.execute(select(Asset.code, Asset.valid_from, Asset.geometry).where(*wanted))
    found: dict[tuple[int, int], BaseGeometry] = {
        (int(code), microseconds(valid_from)): geometry for code, valid_from, geometry in rows
    }
    keys = zip(columns.code[points:].tolist(), columns.valid_from[points:].tolist(), strict=True)
    return np.array([found[key] for key in keys], dtype=object)
