"""Who sees which incidents: every channel agrees with a plain statement of the rule."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Assignment, Worker
from gridsvc.areas.register import put_assignments, put_workers
from gridsvc.auth.model import Account
from gridsvc.auth.principal import Principal, Role, Scope
from gridsvc.auth.repository import principal_of
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.incidents.lifecycle import OPEN, Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.search import Filters
from gridsvc.incidents.visibility import visible_to
from gridsvc.reports.counting import By, Way, counts
from gridsvc.reports.workload import Unit
from gridsvc.settings import Settings
from tests.factories import BEGAN, make_account
from tests.fixtures.web import ClientOf
from tests.incidents.population import Register, populate

COUNT = 120


@dataclass(frozen=True, slots=True)
class Viewer:
    """An account, and what it looks after: everything that the rule speaks of."""

    role: Role
    scope: Scope | None = None
    organisation: str | None = None
    grids: tuple[str, ...] = ()


VIEWERS = {
    "the city's centre": Viewer(Role.COMMAND_CENTRE),
    "a centre of an organisation": Viewer(Role.COMMAND_CENTRE, organisation="clean1"),
    "a district's": Viewer(Role.COMMAND_CENTRE, Scope("district", "D1")),
    "a street's": Viewer(Role.COMMAND_CENTRE, Scope("street", "S1")),
    "a street's with its organisation": Viewer(
        Role.COMMAND_CENTRE, Scope("street", "S1"), "clean2"
    ),
    "a community's": Viewer(Role.COMMAND_CENTRE, Scope("community", "C2")),
    "a grid's": Viewer(Role.COMMAND_CENTRE, Scope("grid", "G20")),
    "a sub-estate's": Viewer(Role.COMMAND_CENTRE, Scope("sub_estate", "E1")),
    "of a street that is not there": Viewer(Role.COMMAND_CENTRE, Scope("street", "S9")),
    "a planner": Viewer(Role.PLANNER),
    "a street's planner": Viewer(Role.PLANNER, Scope("street", "S2"), "s1"),
    "a worker": Viewer(Role.GRID_WORKER),
    "a worker with grids": Viewer(Role.GRID_WORKER, grids=("G00", "G31")),
    "a worker of an organisation": Viewer(
        Role.GRID_WORKER, Scope("street", "S1"), "clean1", ("G10",)
    ),
    "an administrator": Viewer(Role.ADMINISTRATOR, Scope("street", "S1"), "clean1"),
}


def may_see(viewer: Viewer, account: Account, organisation: UUID | None, found: Incident) -> bool:
    """The rule, said once more in plain Python."""
    if viewer.role is Role.ADMINISTRATOR:
        return False
    if viewer.role is Role.GRID_WORKER:
        return found.reporter_id == account.id or found.grid in viewer.grids
    if viewer.scope is None:
        return True
    inside = getattr(found, viewer.scope.level) == viewer.scope.code
    owned = organisation is not None and found.lead_id == organisation
    return inside or owned


class World:
    """Random incidents, and the accounts that look at them."""

    def __init__(self, db: AsyncSession, client_of: ClientOf) -> None:
        self.db, self.client_of = db, client_of
        self.incidents: list[Incident] = []

    async def enter(self, viewer: Viewer) -> tuple[Account, httpx.AsyncClient]:
        register = await Register.read(self.db)
        organisation = register.organisations[viewer.organisation] if viewer.organisation else None
        client = await self.client_of(
            viewer.role, login="viewer", scope=viewer.scope, organisation=organisation
        )
        account = (
            await self.db.execute(select(Account).where(Account.login == "viewer"))
        ).scalar_one()
        await self._assign(account, viewer.grids)
        other = await make_account(self.db, "other", Role.GRID_WORKER)
        self.incidents = await populate(self.db, [account, other], count=COUNT)
        return account, client

    async def _assign(self, account: Account, grids: Sequence[str]) -> None:
        await put_workers(self.db, [{"code": "W9", "organisation": "s1"}])
        rows = [{"worker": "W9", "grid": grid} for grid in grids]
        await put_assignments(self.db, rows, valid_from=BEGAN)
        await self.db.execute(
            update(Worker).where(Worker.code == "W9").values(account_id=account.id)
        )
        await self.db.commit()


@pytest_asyncio.fixture
async def world(db: AsyncSession, client_of: ClientOf) -> World:
    return World(db, client_of)


@pytest.mark.parametrize("name", VIEWERS)
async def test_every_channel_shows_what_the_rule_allows(
    world: World, db: AsyncSession, name: str
) -> None:
    viewer = VIEWERS[name]
    account, client = await world.enter(viewer)
    owner = (await Register.read(db)).organisations.get(viewer.organisation or "")
    expected = {found.id for found in world.incidents if may_see(viewer, account, owner, found)}
    who = await principal_of(db, account, credential_id=new_id(), now=utc_now())
    assert await queried(db, who) == expected
    assert await workload(db, who) == workload_of(
        [found for found in world.incidents if found.id in expected]
    )
    if viewer.role is not Role.ADMINISTRATOR:
        for f in ("json", "geojson", "csv"):
            assert await listed(client, f) == expected
        await each_alone(client, world.incidents, expected, acting=viewer.role is not Role.PLANNER)


async def queried(db: AsyncSession, who: Principal) -> set[UUID]:
    return set(await db.scalars(select(Incident.id).where(visible_to(who))))


async def listed(client: httpx.AsyncClient, f: str) -> set[UUID]:
    answer = await client.get("/v1/incidents", params={"limit": 1000, "f": f})
    if f == "csv":
        rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
        return {UUID(row["id"]) for row in rows}
    found = answer.json()
    return {UUID(one["id"]) for one in found["features" if f == "geojson" else "incidents"]}


async def each_alone(
    client: httpx.AsyncClient, incidents: Sequence[Incident], expected: set[UUID], *, acting: bool
) -> None:
    """Some incidents one by one, and an action on a version that none of them is at."""
    for found in Random(1).sample(list(incidents), 8):
        path = f"/v1/incidents/{found.id}"
        seen = found.id in expected
        assert (await client.get(path)).status_code == (200 if seen else 404)
        events = await client.get(f"{path}/events")
        assert events.status_code == (200 if seen else 404)
        step = await client.post(
            f"{path}/transitions", json={"action": "report"}, headers={"If-Match": '"7"'}
        )
        known = 412 if seen else 404
        assert step.status_code == (known if acting else 403)


async def workload(db: AsyncSession, who: Principal) -> dict[object, tuple[int, int, int]]:
    now, unit = utc_now(), Unit("street", "street", "街道")
    way = Way(By.ROUTED, now, Settings())
    found = await counts(db, unit, Filters(), way, who=who, now=now)
    return {count.code: (count.filed, count.open, count.closed) for count in found if count.code}


def workload_of(incidents: Sequence[Incident]) -> dict[object, tuple[int, int, int]]:
    streets = {found.street for found in incidents if found.street}
    return {
        street: (
            len(there := [found for found in incidents if found.street == street]),
            (still_open := sum(Status(found.status) in OPEN for found in there)),
            len(there) - still_open,
        )
        for street in streets
    }


class TestAssignments:
    """A grid counts while somebody looks after it: its first moment in, its last one out."""

    @pytest.mark.parametrize(
        ("since", "until", "seen"),
        [
            (timedelta(0), None, True),
            (timedelta(microseconds=1), None, False),
            (-timedelta(days=2), timedelta(microseconds=1), True),
            (-timedelta(days=2), timedelta(0), False),
        ],
    )
    async def test_a_grid_is_seen_while_it_is_looked_after(
        self,
        world: World,
        db: AsyncSession,
        since: timedelta,
        until: timedelta | None,
        seen: bool,
    ) -> None:
        now = BEGAN + timedelta(days=10)
        account, _ = await world.enter(Viewer(Role.GRID_WORKER, grids=("G00",)))
        await db.execute(
            update(Assignment)
            .where(Assignment.worker_id.in_(select(Worker.id).where(Worker.code == "W9")))
            .values(valid_from=now + since, valid_to=None if until is None else now + until)
        )
        who = await principal_of(db, account, credential_id=new_id(), now=now)
        statement = select(Incident.id).where(
            visible_to(who), Incident.grid == "G00", Incident.reporter_id != account.id
        )
        assert any(found.grid == "G00" for found in world.incidents)
        assert bool((await db.execute(statement)).all()) is seen

    async def test_a_post_without_an_account_shows_nobody_anything(
        self, world: World, db: AsyncSession
    ) -> None:
        account, _ = await world.enter(Viewer(Role.GRID_WORKER, grids=("G00",)))
        await db.execute(update(Worker).values(account_id=None))
        own = {found.id for found in world.incidents if found.reporter_id == account.id}
        who = await principal_of(db, account, credential_id=new_id(), now=utc_now())
        assert await queried(db, who) == own
