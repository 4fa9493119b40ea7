"""What waits on the desks of the demonstration: calls, refusals, requests.

The past is written in one go; this is done step by step by the people themselves, so that each of
them finds something to do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.crs import Crs
from gridsvc.auth.principal import Principal, Role
from gridsvc.auth.repository import account_by_login, principal_of
from gridsvc.db.base import new_id
from gridsvc.demo.people import LOGINS
from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.report import Report, Reported
from gridsvc.incidents.said import Said
from gridsvc.incidents.service import Desk, Sent, report
from gridsvc.incidents.transitions import Step, transition

_Step = tuple[Role, Action, Said]


@dataclass(frozen=True, slots=True)
class _Call:
    """What somebody calls about, and what becomes of it."""

    category: str
    words: str
    steps: Sequence[_Step] = ()


_HANDLER = Role.DEPARTMENT_HANDLER
_REFUSE: _Step = (_HANDLER, Action.REFUSE, Said(reason="other_owner", note="权属不在我单位"))
_ACCEPT: _Step = (_HANDLER, Action.ACCEPT, Said())
_FINISH: _Step = (_HANDLER, Action.FINISH, Said(note="已处置"))
_CHECK: _Step = (Role.VERIFIER, Action.CHECK, Said())
_CALLS = (
    _Call("E0101", "市民来电：小区门口垃圾成堆，多日无人清运"),
    _Call("E0301", "市民来电：夜间施工噪声扰民"),
    _Call("E0701", "市民来电：家中暖气不热", ((Role.ACCEPTOR, Action.SEND_TO_VERIFY, Said()),)),
)
_MATTERS: Sequence[Sequence[_Step]] = (
    (_REFUSE,),
    (_ACCEPT, (_HANDLER, Action.ASK_EXTENSION, Said(note="须采购配件"))),
    (_ACCEPT, _FINISH),
    (_ACCEPT, _FINISH, _CHECK),
)
"""What becomes of cases that the handler has."""
_LATER = timedelta(hours=2)
"""Cases whose time is not up too soon are taken, so that there is something left to do."""


@dataclass(frozen=True, slots=True)
class _Staff:
    """The logins by their roles."""

    db: AsyncSession
    desk: Desk
    people: Mapping[Role, Principal]
    now: datetime

    async def follow(self, incident_id: UUID, steps: Sequence[_Step]) -> None:
        for role, action, said in steps:
            incident = await self.db.get_one(Incident, incident_id)
            step = Step(action, said, incident.version)
            who = self.people[role]
            await transition(self.db, incident_id, step, desk=self.desk, who=who, now=self.now)


async def fill_desks(db: AsyncSession, desk: Desk, *, now: datetime) -> None:
    """Have calls come in, and cases refused, extended, handled and checked."""
    staff = _Staff(db, desk, await _people(db, now=now), now)
    for incident, call in zip(await _newest(db, len(_CALLS)), _CALLS, strict=True):
        await staff.follow(await _called_in(staff, call, incident), call.steps)
    cases = await _handlers_cases(db, staff.people[_HANDLER], now=now)
    for incident, steps in zip(cases, _MATTERS, strict=False):
        await staff.follow(incident.id, steps)


async def _people(db: AsyncSession, *, now: datetime) -> Mapping[Role, Principal]:
    found = {}
    for login in LOGINS:
        account = await account_by_login(db, login.name)
        assert account is not None  # noqa: S101 - made a moment ago
        found[login.role] = await principal_of(db, account, credential_id=new_id(), now=now)
    return found


async def _newest(db: AsyncSession, count: int) -> Sequence[Incident]:
    located = select(Incident).where(Incident.lead_id.is_not(None), Incident.location.is_not(None))
    newest = located.order_by(Incident.reported_at.desc(), Incident.id).limit(count)
    return (await db.scalars(newest)).all()


async def _handlers_cases(
    db: AsyncSession, handler: Principal, *, now: datetime
) -> Sequence[Incident]:
    own = handler.appointments[0].organisations
    waiting = (Incident.status == Status.DISPATCHED, Incident.due_at > now + _LATER)
    listed = select(Incident).where(Incident.lead_id.in_(own), *waiting)
    newest = listed.order_by(Incident.reported_at.desc(), Incident.id).limit(len(_MATTERS))
    return (await db.scalars(newest)).all()


async def _called_in(staff: _Staff, call: _Call, near: Incident) -> UUID:
    """Have somebody call about a matter where another one is."""
    assert near.location is not None  # noqa: S101 - asked for
    place = Reported(near.location.centroid.x, near.location.centroid.y, Crs.WGS84, None)
    sent = Report(
        category=call.category,
        scheme=None,
        location=place,
        address=None,
        description=call.words,
        occurred_at=None,
        channel="hotline",
    )
    who = staff.people[Role.ACCEPTOR]
    receipt = await report(staff.db, staff.desk, Sent(sent, None, None), who=who, now=staff.now)
    return UUID(receipt.body["id"])
