"""A thousand random appointments in the city of squares, and the rule of who sees what again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from shapely import Point
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Assignment, Worker
from gridsvc.auth.model import Account, AppointmentRow
from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.files.model import Attachment
from gridsvc.incidents.lifecycle import OPEN, Status
from gridsvc.incidents.model import Incident, IncidentEvent
from gridsvc.notices.model import Notice
from gridsvc.personal.model import ReporterRow
from gridsvc.routing.model import RoutingDecision
from gridsvc.whistles.model import Whistle
from tests.factories import BEGAN, at
from tests.incidents.population import Register, incident
from tests.roles import SHIPPED

APPOINTMENTS = 1_000
ACCOUNTS = 350
INCIDENTS = 150
WHISTLES = 24
PARENTS = {"s1": "city", "s2": "city"}
ORGANISATIONS = ("city", "s1", "s2", "clean1", "clean2", "power")
GRIDS = tuple(f"G{column}{row}" for column in range(4) for row in range(2))
SCOPES = (
    Scope("district", "D1"),
    Scope("street", "S1"),
    Scope("street", "S2"),
    Scope("community", "C1"),
    Scope("grid", "G10"),
    Scope("grid", "G31"),
    Scope("sub_estate", "E1"),
    Scope("street", "S9"),
    Scope("street", "D1"),
)
TIMES = ("now", "now", "now", "past", "future")


@dataclass(frozen=True, slots=True)
class Post:
    """An appointment, by the codes of what it names."""

    role: Role
    organisation: str | None
    scope: Scope | None
    when: str

    @classmethod
    def any(cls, random: Random) -> "Post":
        organisation = random.choice([None, *ORGANISATIONS])
        scope = random.choice([None, *SCOPES, *SCOPES])
        return cls(random.choice(list(Role)), organisation, scope, random.choice(TIMES))

    def gives(self, permission: Permission) -> bool:
        return self.when == "now" and permission in SHIPPED[self.role]["permissions"]


@dataclass(frozen=True, slots=True)
class Somebody:
    """An account with its posts, and the grids that it looks after."""

    account: Account
    posts: tuple[Post, ...]
    grids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody, what there is to see, and the identifiers of organisations by code."""

    people: Sequence[Somebody]
    incidents: Sequence[Incident]
    whistles: Sequence[Whistle]
    organisations: dict[str, UUID]

    def sees(self, one: Somebody, found: Incident) -> bool:
        """Whether somebody may read an incident: the rule, in plain words."""
        return any(self._shows(post, one, found) for post in one.posts if post.gives(_READ))

    def _shows(self, post: Post, one: Somebody, found: Incident) -> bool:
        inside = post.scope is None or getattr(found, post.scope.level) == post.scope.code
        below = self._below(post.organisation)
        owned = bool(below & {found.lead_id, *found.co_handler_ids})
        called = bool(below & set(found.called_ids))
        match SHIPPED[post.role]["sees"]:
            case "own":
                reporters = {found.reporter_id, *found.co_reporter_ids}
                return one.account.id in reporters or found.grid in one.grids
            case "area":
                return inside or owned or called
            case "organisation":
                return (inside and owned) or called
        raise AssertionError(post)

    def sees_whistle(self, one: Somebody, found: Whistle) -> bool:
        """Whether somebody may read a whistle: by its place, by who is in it, or by its case."""
        case = next((it for it in self.incidents if it.id == found.incident_id), None)
        if case is not None and self.sees(one, case):
            return True
        sides = {found.organisation_id, *found.called_ids}
        return any(
            self._touches(post, one, found, sides) for post in one.posts if post.gives(_READ)
        )

    def _touches(self, post: Post, one: Somebody, found: Whistle, sides: set[UUID | None]) -> bool:
        match SHIPPED[post.role]["sees"]:
            case "own":
                return any(f"grid/{grid}" in found.areas for grid in one.grids)
            case "area" if post.scope is None:
                return True
            case "area" if post.scope and f"{post.scope.level}/{post.scope.code}" in found.areas:
                return True
        return bool(self._below(post.organisation) & sides)

    def _below(self, code: str | None) -> set[UUID]:
        codes = {code, *(child for child, parent in PARENTS.items() if parent == code)}
        return {self.organisations[one] for one in codes if one}

    def inboxes(self, one: Somebody) -> set[UUID]:
        """The organisations whose notices somebody may read."""
        reading = [post for post in one.posts if post.gives(Permission.NOTICES_READ)]
        return {self.organisations[it.organisation] for it in reading if it.organisation}

    def seen_by(self, one: Somebody) -> set[UUID]:
        return {found.id for found in self.incidents if self.sees(one, found)}


_READ = Permission.INCIDENTS_READ


async def crowd(db: AsyncSession, seed: int = 11) -> Crowd:
    """Fill the city with people who were appointed at random, and with what they report."""
    random, register = Random(seed), await Register.read(db)
    people = [_somebody(random, number) for number in range(ACCOUNTS)]
    db.add_all([one.account for one in people])
    await db.flush()
    await _appoint(db, people, register)
    await _give_posts(db, people, register)
    incidents = [_incident(random, register, people) for _ in range(INCIDENTS)]
    db.add_all(incidents)
    await db.flush()
    await _hang(db, random, incidents, register)
    whistles = [_whistle(random, register, people, incidents) for _ in range(WHISTLES)]
    db.add_all(whistles)
    await db.commit()
    return Crowd(people, incidents, whistles, register.organisations)


def _somebody(random: Random, number: int) -> Somebody:
    # The last accounts have what is left of the thousand.
    share = APPOINTMENTS * (number + 1) // ACCOUNTS - APPOINTMENTS * number // ACCOUNTS
    posts: dict[tuple[object, ...], Post] = {}
    while len(posts) < share:
        post = Post.any(random)
        posts.setdefault((post.role, post.organisation, post.scope), post)
    grids = random.sample(GRIDS, random.randint(0, 3))
    account = Account(id=new_id(), login=f"p{number}", password_hash="!")
    return Somebody(account, tuple(posts.values()), tuple(grids))


async def _appoint(db: AsyncSession, people: Sequence[Somebody], register: Register) -> None:
    now, day = utc_now(), timedelta(days=1)
    spans = {"now": (BEGAN, None), "past": (BEGAN, now - day), "future": (now + day, None)}
    rows = [
        {
            "id": new_id(),
            "account_id": one.account.id,
            "role": post.role.value,
            "organisation_id": register.organisations.get(post.organisation or ""),
            "level": post.scope.level if post.scope else None,
            "code": post.scope.code if post.scope else None,
            "valid_from": spans[post.when][0],
            "valid_to": spans[post.when][1],
        }
        for one in people
        for post in one.posts
    ]
    assert len(rows) == APPOINTMENTS
    await db.execute(insert(AppointmentRow), rows)


async def _give_posts(db: AsyncSession, people: Sequence[Somebody], register: Register) -> None:
    """A post in the field for everybody: it counts for those only whose role sees by it."""
    organisation = register.organisations["s1"]
    workers = [
        {
            "id": new_id(),
            "code": one.account.login,
            "organisation_id": organisation,
            "account_id": one.account.id,
        }
        for one in people
    ]
    await db.execute(insert(Worker), workers)
    grids = [
        {"id": new_id(), "worker_id": worker["id"], "grid_code": grid, "valid_from": BEGAN}
        for worker, one in zip(workers, people, strict=True)
        for grid in one.grids
    ]
    await db.execute(insert(Assignment), grids)


def _incident(random: Random, register: Register, people: Sequence[Somebody]) -> Incident:
    located = random.random() < 0.85
    status = random.choice(list(Status))
    helpers = random.sample(ORGANISATIONS, random.choice([0, 0, 1, 2]))
    called = random.sample(ORGANISATIONS, random.choice([0, 0, 0, 2]))
    return incident(
        register,
        random.choice(people[:40]).account,
        column=random.uniform(-0.5, 4) if located else None,
        row=random.uniform(0, 2) if located else None,
        lead=random.choice([*ORGANISATIONS, None]),
        co_handler_ids=[register.organisations[code] for code in helpers],
        called_ids=[register.organisations[code] for code in called],
        co_reporter_ids=[it.account.id for it in random.sample(people, random.choice([0, 0, 3]))],
        sub_estate=random.choice(["E1", "E2", None]),
        status=status.value,
        closed_at=None if status in OPEN else BEGAN,
        reported_at=BEGAN + timedelta(minutes=random.randint(0, 20)),
    )


async def _hang(
    db: AsyncSession, random: Random, incidents: Sequence[Incident], register: Register
) -> None:
    """Give each an event, a decision, a photo and a reporter, and tell some organisation of it."""
    beside: list[Any] = []
    for found in incidents:
        beside += [
            IncidentEvent(
                incident_id=found.id,
                sequence=1,
                at=found.reported_at,
                actor_id=found.reporter_id,
                action="report",
                to_status=found.status,
                detail={},
                previous_hash=bytes(32),
                hash=bytes(32),
            ),
            RoutingDecision(
                incident_id=found.id,
                decided_at=BEGAN,
                outcome="routed",
                lead_id=found.lead_id,
                map_version=1,
                record={"answer": None},
            ),
            Attachment(
                incident_id=found.id,
                account_id=found.reporter_id,
                name="a.jpg",
                kind="jpeg",
                length=1,
                sha256=bytes(32),
                told={},
                added_at=BEGAN,
            ),
            ReporterRow(incident_id=found.id, phone=b"sealed"),
        ]
    db.add_all(beside)
    await db.flush()
    db.add_all(
        Notice(
            organisation_id=register.organisations[random.choice(ORGANISATIONS)],
            incident_id=found.id,
            sequence=1,
            kind=found.status,
            created_at=BEGAN,
        )
        for found in incidents
    )


def _whistle(
    random: Random, register: Register, people: Sequence[Somebody], incidents: Sequence[Incident]
) -> Whistle:
    """One that is over, in two areas, for a case or for none."""
    blown_by = register.organisations[random.choice(ORGANISATIONS)]
    areas = random.sample(["district/D1", "street/S1", "street/S2", "grid/G10", "grid/G31"], 2)
    return Whistle(
        reference="W1",
        kind="daily",
        state="ended",
        matter="联合执法",
        place="路口",
        ground=Point(*at(1, 1)),
        radius_m=200,
        areas=areas,
        organisation_id=random.choice([blown_by, None]),
        caller_id=random.choice(people).account.id,
        called_ids=[register.organisations[it] for it in random.sample(ORGANISATIONS, 2)],
        called_at=BEGAN,
        ended_at=BEGAN,
        incident_id=random.choice([None, random.choice(incidents).id]),
        request_hash=bytes(32),
    )
