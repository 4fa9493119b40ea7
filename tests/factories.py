"""Small things for tests to work on: a city of squares, its people, its reports.

The city (EPSG:4326, south-west corner 104.00 E, 30.60 N; one cell is 0.01 degrees, about 1 km):

    street S1 "甲街道" is the two western columns, S2 "乙街道" the two eastern ones; each has one
    community and four grids of one cell. Zone layer `cleaning` has Z1 over the western three
    columns and Z2 over the last; `power` has one zone, P1, over the south-western cell.
"""

from datetime import UTC, datetime
from typing import Any

import geopandas
from argon2 import PasswordHasher
from shapely import box
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.frames import as_areas
from gridsvc.areas.publish import LayerSpec, Provenance, publish
from gridsvc.areas.register import (
    put_assignments,
    put_organisations,
    put_responsibilities,
    put_workers,
)
from gridsvc.auth.model import Account, AppointmentRow
from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Appointment, Principal, Scope, Sees
from gridsvc.catalogue.service import publish_scheme
from gridsvc.db.base import new_id

WEST, SOUTH, CELL = 104.00, 30.60, 0.01
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
PASSWORD = "correct horse battery"
# What a comparison costs stands in the hash: as good as nothing here, in the product it is much.
_HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


def cell(column: float, row: float, columns: float = 1, rows: float = 1) -> Any:
    """A rectangle of cells; its corners are exactly where `at` puts them."""
    return box(*at(column, row), *at(column + columns, row + rows))


def at(column: float, row: float) -> tuple[float, float]:
    """A point, in cells from the south-western corner."""
    return round(WEST + column * CELL, 7), round(SOUTH + row * CELL, 7)


def frame(*rows: tuple[str, str, str | None, Any], **extras: list[Any]) -> geopandas.GeoDataFrame:
    """Make an AreaFrame of code, name, parent, shape."""
    codes, names, parents, shapes = zip(*rows, strict=True)
    columns = {"code": codes, "name": names, "parent": parents, **extras}
    return as_areas(geopandas.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4326"))


def city_layers() -> list[tuple[LayerSpec, geopandas.GeoDataFrame]]:
    """The layers of the city of squares."""
    grids = [
        (f"G{column}{row}", f"第{column}{row}网格", "C1" if column < 2 else "C2", cell(column, row))
        for column in range(4)
        for row in range(2)
    ]
    level = {"district": "区", "street": "街道", "community": "社区", "grid": "网格"}
    spec = {
        name: LayerSpec(name=name, title=title, title_en=name, level=name, tiles=True)
        for name, title in level.items()
    }
    return [
        (spec["district"], frame(("D1", "中心区", None, cell(0, 0, 4, 2)))),
        (
            spec["street"],
            frame(
                ("S1", "甲街道", "D1", cell(0, 0, 2, 2)), ("S2", "乙街道", "D1", cell(2, 0, 2, 2))
            ),
        ),
        (
            spec["community"],
            frame(
                ("C1", "甲社区", "S1", cell(0, 0, 2, 2)), ("C2", "乙社区", "S2", cell(2, 0, 2, 2))
            ),
        ),
        (spec["grid"], frame(*grids, population=[1000] * len(grids))),
        (
            LayerSpec(name="cleaning", title="环卫责任区", title_en="sanitation", tiles=True),
            frame(
                ("Z1", "环卫一区", None, cell(0, 0, 3, 2)),
                ("Z2", "环卫二区", None, cell(3, 0, 1, 2)),
            ),
        ),
        (
            LayerSpec(name="power", title="供电片区", title_en="power supply", basis="owner"),
            frame(("P1", "供电一片", None, cell(0, 0))),
        ),
    ]


ORGANISATIONS = [
    {"code": "city", "name": "市城运中心", "name_en": "City centre", "kind": "city"},
    {"code": "s1", "name": "甲街道办", "name_en": "Street 1", "kind": "street", "parent": "city"},
    {"code": "s2", "name": "乙街道办", "name_en": "Street 2", "kind": "street", "parent": "city"},
    {"code": "clean1", "name": "环卫一所", "name_en": "Cleaning 1", "kind": "contractor"},
    {"code": "clean2", "name": "环卫二所", "name_en": "Cleaning 2", "kind": "contractor"},
    {"code": "power", "name": "供电公司", "name_en": "Power", "kind": "department"},
]
CATEGORIES = [
    {
        "code": "0101",
        "name": "路灯",
        "name_en": "Street lamp",
        "major": "01",
        "major_name": "公用设施",
        "kind": "component",
        "limit_value": 2,
        "limit_unit": "work_day",
    },
    {
        "code": "0201",
        "name": "暴露垃圾",
        "name_en": "Exposed rubbish",
        "major": "02",
        "major_name": "市容环境",
        "kind": "event",
        "limit_value": 4,
        "limit_unit": "urgent_hour",
    },
    {
        "code": "0301",
        "name": "噪声",
        "name_en": "Noise",
        "major": "03",
        "major_name": "街面秩序",
        "kind": "event",
        "limit_value": 1,
        "limit_unit": "natural_day",
    },
]
RESPONSIBILITIES = [
    {"organisation": "clean1", "layer": "cleaning", "area": "Z1", "category": "02", "role": "lead"},
    {"organisation": "clean2", "layer": "cleaning", "area": "Z2", "category": "02", "role": "lead"},
    {"organisation": "power", "layer": "power", "area": "P1", "category": "0101", "role": "lead"},
    {"organisation": "s1", "layer": "street", "area": "S1", "role": "duty"},
    {"organisation": "s2", "layer": "street", "area": "S2", "role": "duty"},
    {
        "organisation": "s1",
        "layer": "street",
        "area": "S1",
        "category": "02",
        "role": "co_handler",
    },
]


async def make_city(db: AsyncSession) -> None:
    """Put the city of squares in force from the first of January 2026 on."""
    for spec, areas in city_layers():
        provenance = Provenance(source="squares")
        await publish(db, spec, areas, valid_from=BEGAN, provenance=provenance)
    await publish_scheme(db, "test", CATEGORIES, name="Test scheme", valid_from=BEGAN)
    await put_organisations(db, ORGANISATIONS)
    await put_responsibilities(db, RESPONSIBILITIES, valid_from=BEGAN)
    await put_workers(db, [{"code": "W1", "organisation": "s1"}])
    await put_assignments(db, [{"worker": "W1", "grid": "G00"}], valid_from=BEGAN)


async def make_account(
    db: AsyncSession,
    login: str,
    *roles: str,
    scope: Scope | None = None,
    organisation_id: Any = None,
) -> Account:
    """Make an account whose password is `PASSWORD`, without hashing it anew each time."""
    account = Account(login=login, password_hash=_HASH)
    db.add(account)
    await db.flush()
    for role in roles:
        db.add(
            AppointmentRow(
                account_id=account.id,
                role=str(role),
                organisation_id=organisation_id,
                level=scope.level if scope else None,
                code=scope.code if scope else None,
                valid_from=BEGAN,
            )
        )
    await db.flush()
    return account


def appointment(role: str, *permissions: Permission, **changes: Any) -> Appointment:
    """An appointment as it holds now, for the whole city unless it says less."""
    given = {"permissions": frozenset(permissions), "sees": Sees.AREA, **changes}
    return Appointment(role=role, name=role, name_en=role, **given)


def somebody(*appointments: Appointment) -> Principal:
    """A caller with some appointments."""
    return Principal(new_id(), new_id(), "somebody", appointments, "zh")


def report_body(column: float, row: float, **changes: Any) -> dict[str, Any]:
    """A report of exposed rubbish at a place in the city of squares."""
    lon, lat = at(column, row)
    return {
        "category": "0201",
        "location": {"lon": lon, "lat": lat, "crs": "wgs84"},
        "description": "路边有暴露垃圾",
        "channel": "worker_app",
        **changes,
    }
