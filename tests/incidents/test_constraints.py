"""What no incident and no event can be, the database itself refuses."""

from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import Account
from gridsvc.auth.principal import Role
from gridsvc.db.base import new_id
from gridsvc.incidents.model import Incident, IncidentEvent
from tests.factories import BEGAN, make_account
from tests.incidents.population import Register, incident


@pytest_asyncio.fixture
async def reporter(db: AsyncSession) -> Account:
    return await make_account(db, "reporter", Role.GRID_WORKER)


@pytest_asyncio.fixture
async def made(db: AsyncSession, reporter: Account) -> Incident:
    found = incident(await Register.read(db), reporter)
    db.add(found)
    await db.flush()
    return found


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("status", {"status": "lost"}),
        ("outcome", {"outcome": "luck"}),
        ("accuracy", {"accuracy_m": -0.5}),
        ("accuracy", {"accuracy_m": float("nan")}),
        ("accuracy", {"accuracy_m": float("inf")}),
        ("report_hash", {"report_hash": b"short"}),
        ("version", {"version": 0}),
    ],
)
async def test_an_incident(
    db: AsyncSession, made: Incident, constraint: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=f"ck_incident_{constraint}"):
        await db.execute(update(Incident).where(Incident.id == made.id).values(**changes))


@pytest.mark.parametrize("accuracy_m", [None, 0, 12.5])
async def test_an_accuracy_that_can_be(
    db: AsyncSession, made: Incident, accuracy_m: float | None
) -> None:
    changed = update(Incident).where(Incident.id == made.id).values(accuracy_m=accuracy_m)
    await db.execute(changed)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("from_status", {"from_status": "lost"}),
        ("to_status", {"to_status": "lost"}),
        ("previous_hash", {"previous_hash": b""}),
        ("hash", {"hash": bytes(31)}),
    ],
)
async def test_an_event(
    db: AsyncSession, made: Incident, reporter: Account, constraint: str, changes: dict[str, Any]
) -> None:
    good = {
        "id": new_id(),
        "incident_id": made.id,
        "sequence": 1,
        "at": BEGAN,
        "actor_id": reporter.id,
        "action": "report",
        "to_status": "filed",
        "detail": {},
        "previous_hash": bytes(32),
        "hash": bytes(32),
    }
    with pytest.raises(IntegrityError, match=f"ck_incident_event_{constraint}"):
        await db.execute(insert(IncidentEvent).values(**{**good, **changes}))


async def test_an_account_of_a_level_that_there_is_not(db: AsyncSession, reporter: Account) -> None:
    scoped = update(Account).where(Account.id == reporter.id)
    await db.execute(scoped.values(scope_level="sub_estate", scope_code="E1"))
    with pytest.raises(IntegrityError, match="ck_account_scope_level"):
        await db.execute(scoped.values(scope_level="province", scope_code="51"))
