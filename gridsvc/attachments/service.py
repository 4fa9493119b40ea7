"""Attachments of an incident: shown to who sees it, taken back by who may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.confining import release
from gridsvc.auth.policy import Permission
from gridsvc.auth.principal import Principal
from gridsvc.errors import Conflict, Invalid, NotFound
from gridsvc.files import repository
from gridsvc.files.keys import THUMBNAILS, Copy, copy_key
from gridsvc.files.kinds import MEDIA_TYPES, PICTURES, Kind
from gridsvc.files.model import READY, WITHDRAWN, Attachment
from gridsvc.incidents.happening import Change, happen
from gridsvc.incidents.leave import demand_for
from gridsvc.incidents.lifecycle import Action, Status
from gridsvc.incidents.repository import get
from gridsvc.incidents.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Named:
    """An attachment as its address names it."""

    incident_id: UUID
    attachment_id: UUID


async def listed(db: AsyncSession, incident_id: UUID, *, who: Principal) -> Sequence[Attachment]:
    """List the attachments of an incident that the caller may see."""
    await get(db, incident_id, visible=visible_to(who))
    return await repository.attachments_of(db, incident_id)


async def one(
    db: AsyncSession,
    named: Named,
    *,
    who: Principal,
    permission: Permission = Permission.INCIDENTS_READ,
) -> Attachment:
    """Find an attachment of an incident for which the caller has a permission."""
    incident = await get(db, named.incident_id, visible=visible_to(who))
    if permission is not Permission.INCIDENTS_READ:
        await demand_for(db, incident, who, permission)
    return await _of(db, named)


async def _of(db: AsyncSession, named: Named) -> Attachment:
    found = await repository.attachment(db, named.attachment_id)
    if found is None or found.incident_id != named.incident_id:
        raise NotFound(en="The incident has no such attachment.", zh="该案件没有此附件。")
    return found


@dataclass(frozen=True, slots=True)
class Given:
    """One form of an attachment, as it is given to somebody."""

    key: str
    name: str
    media_type: str


async def given_out(db: AsyncSession, named: Named, copy: Copy, *, who: Principal) -> Given:
    """Find what may be given of an attachment to the caller, or say why it is not."""
    original = copy is Copy.ORIGINAL
    permission = Permission.ATTACHMENTS_INSPECT if original else Permission.INCIDENTS_READ
    found = await one(db, named, who=who, permission=permission)
    if found.state != READY:
        raise Conflict(
            f"attachment_{found.state}",
            en=f"The attachment is {found.state} and is not given out.",
            zh=f"附件当前不可下载（{_STATES[found.state]}）。",
            state=found.state,
            reason=found.reason,
        )
    if not original and found.kind not in PICTURES:
        raise NotFound(
            "only_original",
            en="A document is given out only as it was sent, at `original`.",
            zh="文档仅按原件提供（original）。",
        )
    drawn = Kind.JPEG if copy in THUMBNAILS else Kind(found.kind)
    return Given(copy_key(found.id, copy), found.name, MEDIA_TYPES[drawn])


_STATES = {"checking": "检查中", "quarantined": "已隔离", "withdrawn": "已撤回"}


async def withdraw(
    db: AsyncSession, named: Named, note: str, *, who: Principal, now: datetime
) -> Attachment:
    """Take an attachment back: it stays listed, and nobody is given it any more."""
    if not note.strip():
        raise Invalid(
            "note_required", en="Say why in `note`.", zh="请在 note 中说明理由。", field="note"
        )
    incident = await get(db, named.incident_id, visible=visible_to(who), lock=True)
    found = await _of(db, named)
    if found.account_id != who.account_id:
        await demand_for(db, incident, who, Permission.INCIDENTS_CHECK)
    if found.state == WITHDRAWN:
        return found
    await release(db)
    found.state, found.reason = WITHDRAWN, None
    change = Change(
        action=Action.DETACH,
        target=Status(incident.status),
        actor_id=who.account_id,
        now=now,
        note=note,
        detail={"attachment": str(found.id)},
        told=False,
    )
    await happen(db, incident, change, owner_before=None)
    return found
