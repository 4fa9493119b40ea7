"""Keeps each morning's briefing of the city, tells of it, and finds the one that somebody may read.

Who sees the whole city reads what was kept; anybody else gets today's, made of what they see.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import any_, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import AppointmentRow, RoleRow
from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Principal
from gridsvc.auth.sight import sight_of
from gridsvc.briefings.content import Briefing, Measure, as_json, from_json
from gridsvc.briefings.model import BriefingRow
from gridsvc.briefings.reading import CITY, DAY, WEEK, Asked, Stock, read_briefing
from gridsvc.db.session import Database
from gridsvc.errors import NotFound
from gridsvc.notices.service import tell_of_briefing
from gridsvc.settings import Settings

_STANDING: Final = (Measure.OPEN, Measure.OVERDUE, Measure.WAITING)
_READERS: Final = (Permission.INDICATORS_READ, Permission.NOTICES_READ)


async def make_due(database: Database, settings: Settings, *, now: datetime) -> bool:
    """Make today's briefing if its time has come and there is none; done twice, no more.

    After a night without a job process it is made when there is one again: only today's, for how
    things stood on another morning nobody knows any more.
    """
    asked = Asked(CITY, now, settings)
    if not _has_come(asked):
        return False
    async with database.transaction() as db:
        if await db.get(BriefingRow, asked.day) is not None:
            return False
        briefing = await read_briefing(db, asked, await _stock(db, asked))
        return await _keep(db, briefing)


def _has_come(asked: Asked) -> bool:
    return asked.now.astimezone(asked.settings.zone).time() >= asked.settings.briefing_time


async def _keep(db: AsyncSession, briefing: Briefing) -> bool:
    """Keep a briefing and tell of it, unless another process has been quicker."""
    row = insert(BriefingRow).values(
        day=briefing.day, made_at=briefing.made_at, content=as_json(briefing)
    )
    kept = await db.scalar(row.on_conflict_do_nothing().returning(BriefingRow.day))
    if kept is None:
        return False
    readers = await _readers(db, briefing.made_at)
    await tell_of_briefing(db, readers, day=briefing.day, now=briefing.made_at)
    return True


async def _readers(db: AsyncSession, now: datetime) -> Sequence[UUID]:
    """List the organisations in which somebody reads both notices and briefings."""
    held = (AppointmentRow.valid_from <= now) & (
        AppointmentRow.valid_to.is_(None) | (AppointmentRow.valid_to > now)
    )
    named = select(AppointmentRow.organisation_id).join(
        RoleRow, RoleRow.code == AppointmentRow.role
    )
    reads = (literal(it.value) == any_(RoleRow.permissions) for it in _READERS)
    found = named.where(held, *reads, AppointmentRow.organisation_id.is_not(None)).distinct()
    return list(await db.scalars(found))


async def _stock(db: AsyncSession, asked: Asked) -> Stock:
    """Read how things stood on the mornings that a briefing is compared with."""
    days = [asked.day - DAY, asked.day - WEEK]
    rows = await db.scalars(select(BriefingRow).where(BriefingRow.day.in_(days)))
    return {row.day: _standing(from_json(row.content)) for row in rows}


def _standing(briefing: Briefing) -> Mapping[Measure, int]:
    return {it: briefing.number(it) for it in _STANDING}


async def briefing_of(db: AsyncSession, day: date | None, asked: Asked) -> Briefing:
    """Give the briefing of a day, or one of this moment; of the city what was kept, if it was."""
    sees_all = sees_city(asked.who)
    kept = await db.get(BriefingRow, day or asked.day) if sees_all else None
    if kept is not None:
        return from_json(kept.content)
    if day not in {None, asked.day}:
        raise NotFound(
            "no_briefing",
            en=f"No briefing of {day} was kept; there is always today's.",
            zh=f"没有保存 {day} 的简报；可随时查看当日简报。",
        )
    return await fresh(db, asked)


async def fresh(db: AsyncSession, asked: Asked) -> Briefing:
    """Make a briefing of this moment; only the city's can be compared with other mornings."""
    stock = await _stock(db, asked) if sees_city(asked.who) else {}
    return await read_briefing(db, asked, stock)


async def kept_days(db: AsyncSession, who: Principal, *, most: int) -> Sequence[BriefingRow]:
    """List the briefings that were kept, the newest first, for those who may read them."""
    if not sees_city(who):
        return ()
    newest = select(BriefingRow).order_by(BriefingRow.day.desc()).limit(most)
    return list(await db.scalars(newest))


def sees_city(who: Principal) -> bool:
    """Tell whether somebody sees all cases: the database holds back the table from all others."""
    return sight_of(who).everything
