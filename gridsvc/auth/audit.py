"""The log of who came, who was refused, what was taken out, and who gave whom which rights.

It is only added to: a trigger refuses anything else, but that what is old may be removed. Auditors
read it, and nobody else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import Account, AuditEntry
from gridsvc.db.base import new_id
from gridsvc.db.selection import Cursor
from gridsvc.errors import TooManyRequests


class Deed(StrEnum):
    """What is written down."""

    ACCOUNT_MADE = "account_made"
    ANONYMISED = "anonymised"
    """By the service itself: a case's reporter was kept for its time."""
    APPOINTED = "appointed"
    DISABLED = "disabled"
    DISMISSED = "dismissed"
    EXPORTED = "exported"
    INSPECTED = "inspected"
    """A file as it was sent, or what a photo tells of where, when and how it was taken."""
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a deed, not a password
    PASSWORD_RESET = "password_reset"  # noqa: S105 - as above
    """By an administrator."""
    RECOVERY_CODE_USED = "recovery_code_used"
    REFUSED = "refused"
    REVEALED = "revealed"
    """Who reported a case; `purpose` says what for."""
    REVOKED = "revoked"
    ROLE_SET = "role_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    SECOND_FACTOR_RESET = "second_factor_reset"
    """By an administrator."""
    SECOND_FACTOR_SET = "second_factor_set"
    SERVICE_BEGUN = "service_begun"
    """A program's token was used after a pause."""
    SIGNED_IN = "signed_in"
    SIGN_IN_BEGUN = "sign_in_begun"
    """The password was right, and something else is owed."""
    SIGN_IN_FAILED = "sign_in_failed"
    TOKEN_MADE = "token_made"  # noqa: S105 - a deed, not a token
    """By hand, for somebody's account."""
    WEBHOOK_REMOVED = "webhook_removed"
    WEBHOOK_SET = "webhook_set"


WINDOW = timedelta(minutes=15)
MOST_FAILURES = 10
"""Of one login within the window, since it last got in; then it is shut for the rest of it."""
MOST_FROM_ADDRESS = 100
"""Of one address, whatever logins it tries; many people may share one."""


async def note(
    db: AsyncSession,
    deed: Deed,
    about: str,
    *,
    by: UUID | None,
    at: datetime,
    address: str | None = None,
    **detail: object,
) -> None:
    """Write down what somebody did, and about what; `by` is None for who works at the machine."""
    row = {"id": new_id(), "at": at, "deed": deed.value, "about": about, "account_id": by}
    await db.execute(insert(AuditEntry).values(**row, address=address, detail=detail))


async def forget(db: AsyncSession, *, before: datetime) -> None:
    """Remove old entries; the database refuses to, for those that are younger than 180 days."""
    await db.execute(delete(AuditEntry).where(AuditEntry.at < before))


async def refuse_guessing(
    db: AsyncSession, login: str, *, address: str | None, now: datetime
) -> None:
    """Refuse who has failed too often, before the password is looked at."""
    failed = (AuditEntry.deed == Deed.SIGN_IN_FAILED.value) & (AuditEntry.at > now - WINDOW)
    since = await db.scalar(
        select(func.max(AuditEntry.at)).where(
            AuditEntry.deed == Deed.SIGNED_IN.value,
            AuditEntry.about == login,
            AuditEntry.at > now - WINDOW,
        )
    )
    own = failed & (AuditEntry.about == login)
    if since is not None:
        own &= AuditEntry.at > since
    if await _count(db, own) >= MOST_FAILURES:
        raise _shut()
    if address is not None:
        from_there = failed & (AuditEntry.address == address)
        if await _count(db, from_there) >= MOST_FROM_ADDRESS:
            raise _shut()


async def _count(db: AsyncSession, condition: ColumnElement[bool]) -> int:
    return await db.scalar(select(func.count()).select_from(AuditEntry).where(condition)) or 0


def _shut() -> TooManyRequests:
    minutes = WINDOW // timedelta(minutes=1)
    return TooManyRequests(
        "locked_out",
        en=f"Too many sign-ins have failed; try again in {minutes} minutes.",
        zh=f"登录失败次数过多，请 {minutes} 分钟后再试。",
        retry_after_s=int(WINDOW.total_seconds()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What the log is narrowed to; None leaves a thing open."""

    deed: Deed | None = None
    about: str | None = None
    by: str | None = None
    """Login of who did it."""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the newest first, each with the login of who did it."""

    rows: Sequence[tuple[AuditEntry, str | None]]
    next: Cursor | None


async def page(db: AsyncSession, sought: Sought, *, limit: int, after: Cursor | None) -> Page:
    """Read the log, by key."""
    statement = (
        select(AuditEntry, Account.login)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(true(), *_conditions(sought))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    if after is not None:
        statement = statement.where(
            tuple_(AuditEntry.at, AuditEntry.id) < tuple_(after.at, after.id)
        )
    found = [(row[0], row[1]) for row in await db.execute(statement.limit(limit + 1))]
    last = found[limit - 1][0] if len(found) > limit else None
    return Page(found[:limit], Cursor(last.at, last.id) if last else None)


def _conditions(sought: Sought) -> Iterator[ColumnElement[bool]]:
    if sought.deed is not None:
        yield AuditEntry.deed == sought.deed.value
    if sought.about is not None:
        yield AuditEntry.about == sought.about
    if sought.by is not None:
        yield Account.login == sought.by
    if sought.since is not None:
        yield AuditEntry.at >= sought.since
    if sought.until is not None:
        yield AuditEntry.at < sought.until
