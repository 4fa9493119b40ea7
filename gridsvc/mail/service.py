"""What an account wishes to get by e-mail."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.secret_box import SecretBox
from gridsvc.errors import Invalid, NotFound
from gridsvc.incidents.lifecycle import Action
from gridsvc.mail.model import Mail, MailWish
from gridsvc.notices.texts import BRIEFING, REMINDERS, WHISTLE

PURPOSE: Final = "mail"
"""Of the box in which the addresses lie."""
TOPICS: Final = frozenset({"event", *REMINDERS, WHISTLE, BRIEFING, *Action})
"""What can be wished for: everything that happens (`event`), some actions only, reminders."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which notices go where."""

    address: str
    topics: Collection[str]


async def wish_of(db: AsyncSession, account_id: UUID, box: SecretBox) -> Wish:
    """Read what an account wishes."""
    row = await db.get(MailWish, account_id)
    if row is None:
        raise NotFound(en="You get no notices by e-mail.", zh="您未设置邮件通知。")
    return Wish(box.open(row.address).decode(), row.topics)


async def put_wish(db: AsyncSession, account_id: UUID, wish: Wish, box: SecretBox) -> None:
    """Write down what an account wishes, in place of what it wished before."""
    unknown, known = sorted(set(wish.topics) - TOPICS), sorted(TOPICS)
    if unknown:
        raise Invalid(
            "unknown_topic",
            en=f"There are no notices about {unknown[0]!r}; there are: {', '.join(known)}.",
            zh=f"没有关于 {unknown[0]!r} 的通知；可选：{'、'.join(known)}。",
            field="topics",
        )
    values = {"address": box.seal(wish.address.encode()), "topics": sorted(set(wish.topics))}
    row = insert(MailWish).values(account_id=account_id, **values)
    await db.execute(row.on_conflict_do_update(index_elements=["account_id"], set_=values))


async def forget_wish(db: AsyncSession, account_id: UUID) -> None:
    """Send an account nothing any more; forget its address."""
    await db.execute(delete(MailWish).where(MailWish.account_id == account_id))


async def states(db: AsyncSession, account_id: UUID) -> Mapping[str, int]:
    """Count an account's e-mails of late by how they fared."""
    own = select(Mail.state, func.count()).where(Mail.account_id == account_id)
    return {row[0]: row[1] for row in await db.execute(own.group_by(Mail.state))}
