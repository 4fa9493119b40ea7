"""Makes e-mails of a notice for who wishes them, and sends what waits.

Who may read the inbox is asked when an e-mail is made and again when it leaves. It may come twice
if a worker is killed between handing it over and writing that down, with the same Message-ID.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.model import Account
from gridsvc.auth.policy import Permission, organisations_of
from gridsvc.auth.repository import principal_of
from gridsvc.auth.secret_box import SecretBox
from gridsvc.db.base import new_id
from gridsvc.db.jobs import defer
from gridsvc.db.session import Database
from gridsvc.mail.model import Mail, MailWish
from gridsvc.mail.server import Letter, Server
from gridsvc.notices.model import Notice
from gridsvc.notices.texts import text_of, topic_of
from gridsvc.outbox.service import Outcome, record, waiting

TASK: Final = "send_mail"


@dataclass(frozen=True, slots=True)
class Post:
    """What sending takes besides the database."""

    server: Server | None
    box: SecretBox
    zone: ZoneInfo
    clock: Callable[[], datetime]


async def make_mail(db: AsyncSession, notice_id: UUID, *, now: datetime) -> None:
    """Enqueue an e-mail about a notice to each account that wishes it; done twice, no more."""
    notice = await db.get(Notice, notice_id)
    if notice is None:
        return
    topics = [topic_of(notice), *([notice.action] if notice.action else [])]
    wishes = select(MailWish).where(MailWish.topics.overlap(topics)).order_by(MailWish.account_id)
    for wish in list(await db.scalars(wishes)):
        if await _reader(db, wish.account_id, notice, now=now) is None:
            continue
        row = {"id": new_id(), "account_id": wish.account_id, "notice_id": notice.id}
        made = insert(Mail).values(**row, created_at=now).on_conflict_do_nothing()
        mail_id = await db.scalar(made.returning(Mail.id))
        if mail_id is not None:
            await defer(db, TASK, message_id=str(mail_id))


async def _reader(
    db: AsyncSession, account_id: UUID, notice: Notice, *, now: datetime
) -> Account | None:
    """Give an account that may read the notice in its inbox, as it is appointed now."""
    account = await db.get_one(Account, account_id)
    who = await principal_of(db, account, credential_id=notice.id, now=now)
    inboxes = organisations_of(who, Permission.NOTICES_READ)
    reads = account.disabled_at is None and notice.organisation_id in inboxes
    return account if reads else None


async def send_mail(database: Database, post: Post, mail_id: UUID) -> None:
    """Send an e-mail, unless it has ended, and write down how that went."""
    async with database.transaction() as db:
        letter = await _letter(db, post, mail_id)
    if letter is None or post.server is None:
        return
    error = await post.server.send(letter)
    async with database.transaction() as db:
        it = await waiting(db, Mail, mail_id, lock=True)
        if it is not None:
            await record(db, it, Outcome(error), task=TASK, now=post.clock())


async def _letter(db: AsyncSession, post: Post, mail_id: UUID) -> Letter | None:
    """Write what waits, if it still may be sent; else write down that nobody is to have it."""
    it = await waiting(db, Mail, mail_id, lock=True)
    if it is None:
        return None
    now, notice = post.clock(), await db.get_one(Notice, it.notice_id)
    wish = await db.get(MailWish, it.account_id)
    account = await _reader(db, it.account_id, notice, now=now)
    if wish is None or account is None or post.server is None:
        await record(db, it, Outcome("not_allowed", withheld=True), task=TASK, now=now)
        return None
    said = text_of(notice, account.language, post.zone)
    address = post.box.open(wish.address).decode()
    return Letter(it.id, address, said.title, said.body, at=it.created_at)
