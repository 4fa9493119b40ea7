"""Incidents of every kind, written straight into the database: nobody reported them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from shapely import Point
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Area, Organisation
from gridsvc.auth.model import Account
from gridsvc.catalogue.model import Category
from gridsvc.db.base import new_id
from gridsvc.incidents.lifecycle import OPEN, Status
from gridsvc.incidents.model import Incident
from tests.factories import BEGAN, at

SPAN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Register:
    """The rows that an incident refers to, by code."""

    organisations: dict[str, UUID]
    zones: dict[str, UUID]
    categories: dict[str, UUID]

    @classmethod
    async def read(cls, db: AsyncSession) -> "Register":
        async def by_code(table: Any) -> dict[str, UUID]:
            return {row[0]: row[1] for row in await db.execute(select(table.code, table.id))}

        return cls(await by_code(Organisation), await by_code(Area), await by_code(Category))


def incident(
    register: Register,
    reporter: Account,
    *,
    column: float | None = 0.5,
    row: float | None = 0.5,
    category: str = "0201",
    lead: str | None = "clean1",
    zone: str | None = "Z1",
    **changes: Any,
) -> Incident:
    """Make an incident at a place, in cells; without one it has no place."""
    when = changes.get("reported_at", BEGAN)
    values: dict[str, Any] = {
        "id": new_id(),
        "reference": f"{when:%Y%m%d}0000001",
        "category_id": register.categories[category],
        "status": Status.DISPATCHED.value,
        "version": 1,
        "channel": "worker_app",
        "description": "路边有暴露垃圾",
        "occurred_at": when,
        "reported_at": when,
        "reporter_id": reporter.id,
        "report_hash": bytes(32),
        "due_at": when + timedelta(hours=4),
        "outcome": "routed",
        "lead_id": register.organisations[lead] if lead else None,
        "zone_id": register.zones[zone] if zone else None,
        **areas_at(column, row),
    }
    if column is not None and row is not None:
        values["location"] = Point(*at(column, row))
    return Incident(**{**values, **changes})


def areas_at(column: float | None, row: float | None) -> dict[str, str | None]:
    """The codes of the administrative areas at a place of the city of squares."""
    if column is None or row is None or not (0 <= column < 4 and 0 <= row < 2):
        return dict.fromkeys(("district", "street", "community", "grid"))
    half = 1 if column < 2 else 2
    return {
        "district": "D1",
        "street": f"S{half}",
        "community": f"C{half}",
        "grid": f"G{int(column)}{int(row)}",
    }


async def populate(
    db: AsyncSession, reporters: Sequence[Account], *, count: int, seed: int = 7
) -> list[Incident]:
    """Put random incidents in; many have the same time, some no place, some no owner."""
    random = Random(seed)
    register = await Register.read(db)
    made = [_any(random, register, random.choice(reporters)) for _ in range(count)]
    db.add_all(made)
    await db.commit()
    return made


def _any(random: Random, register: Register, reporter: Account) -> Incident:
    located = random.random() < 0.85
    status = random.choice(list(Status))
    when = _when(random)
    return incident(
        register,
        reporter,
        column=random.uniform(-0.5, 4) if located else None,
        row=random.uniform(0, 2) if located else None,
        category=random.choice(["0101", "0201", "0301"]),
        lead=random.choice(["clean1", "clean2", "s1", None]),
        zone=random.choice(["Z1", "Z2", "P1", "S1", None]),
        status=status.value,
        reported_at=when,
        due_at=when + timedelta(hours=random.randint(1, 2000)),
        closed_at=None if status in OPEN else when + timedelta(hours=1),
    )


def _when(random: Random) -> datetime:
    return BEGAN + SPAN * (random.randint(0, 12) / 12)
