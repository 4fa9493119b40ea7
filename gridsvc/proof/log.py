"""Chains the audit log, and finds out whether it is what was chained.

The log is written by every request that is refused: were each entry to carry the hash of the one
before, all of them would wait for one another. So entries are chained by a job, within a minute,
in a table beside the log. What is changed before that is not found; afterwards everything is.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, insert, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import AuditEntry
from gridsvc.incidents.events import FIRST, chained
from gridsvc.proof.findings import Fault, Finding
from gridsvc.proof.model import AuditLink

AT_ONCE: Final = 2_000
LATE: Final = timedelta(hours=1)
"""By how much an entry may be older than one chained before it: no request takes longer."""
NAME: Final = "audit_log"


async def chain(db: AsyncSession) -> int:
    """Chain the next entries, the oldest first; give how many there were."""
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtext("gridsvc.audit_link"))))
    last = await db.scalar(select(AuditLink).order_by(AuditLink.number.desc()).limit(1))
    before, previous = (last.number, last.hash) if last else (0, FIRST)
    since = AuditEntry.at >= last.at - LATE if last else true()
    rows = []
    for number, entry in enumerate(await _unchained(db, since), start=before + 1):
        previous = chained(previous, _said(entry))
        rows.append({"number": number, "entry_id": entry.id, "at": entry.at, "hash": previous})
    if rows:
        await db.execute(insert(AuditLink), rows)
    return len(rows)


async def _unchained(db: AsyncSession, since: ColumnElement[bool]) -> Sequence[AuditEntry]:
    alone = ~exists().where(AuditLink.entry_id == AuditEntry.id)
    oldest = select(AuditEntry).where(alone, since).order_by(AuditEntry.at, AuditEntry.id)
    return list(await db.scalars(oldest.limit(AT_ONCE)))


def _said(entry: Any) -> dict[str, Any]:  # noqa: ANN401 - an entry, or a row with its columns
    return {
        "id": str(entry.id),
        "at": entry.at.isoformat(timespec="microseconds"),
        "deed": entry.deed,
        "about": entry.about,
        "account_id": str(entry.account_id) if entry.account_id else None,
        "address": entry.address,
        "detail": entry.detail,
    }


@dataclass(slots=True)
class LogTally:
    """How many links were gone through."""

    links: int = 0


async def examine_log(
    db: AsyncSession, tally: LogTally, *, kept_since: datetime | None
) -> AsyncGenerator[Finding, None]:
    """Compare the log with its chain; what is older than `kept_since` may have been removed."""
    expected, previous, newest = 1, FIRST, None
    async for row in await db.stream(_links(), execution_options={"yield_per": AT_ONCE}):
        tally.links += 1
        if row.number != expected:
            yield Finding(Fault.LINK_MISSING, NAME, expected, {"until": row.number - 1})
        elif row.id is None:
            if kept_since is None or row.link_at >= kept_since:
                yield Finding(Fault.ENTRY_MISSING, NAME, row.number, {"at": row.link_at})
        elif chained(previous, _said(row)) != row.hash:
            yield Finding(Fault.ENTRY_ALTERED, NAME, row.number, {"at": row.link_at})
        expected, previous, newest = row.number + 1, row.hash, row.link_at
    if newest is not None:
        async for row in await db.stream(_late(newest)):
            yield Finding(Fault.ENTRY_ADDED, NAME, expected, {"at": row.at})


def _links() -> Select[Any]:
    link = (AuditLink.number, AuditLink.at.label("link_at"), AuditLink.hash)
    return (
        select(*link, *AuditEntry.__table__.columns)
        .outerjoin(AuditEntry, AuditEntry.id == AuditLink.entry_id)
        .order_by(AuditLink.number)
    )


def _late(newest: datetime) -> Select[Any]:
    """Ask for what should have been chained long ago: it was not there then."""
    alone = ~exists().where(AuditLink.entry_id == AuditEntry.id)
    late = AuditEntry.at < newest - LATE
    return select(AuditEntry.at).where(alone, late).order_by(AuditEntry.at)
