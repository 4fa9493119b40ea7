"""The inbox over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from gridsvc.auth.policy import Permission, organisations_of
from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb, SettingsDep, WriteDb
from gridsvc.http.language import Language
from gridsvc.http.requires import CanReadNotices
from gridsvc.notices.schemas import NoticeOut
from gridsvc.notices.service import inbox, mark_read

router = APIRouter(prefix="/v1", tags=["notices"], responses=problems(401, 403, 422))


@router.get("/notices")
async def list_notices(
    *,
    who: CanReadNotices,
    db: ReadDb,
    language: Language,
    settings: SettingsDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[NoticeOut]:
    """List what the caller's organisations have been told."""
    found = await inbox(db, organisations_of(who, Permission.NOTICES_READ), limit=limit)
    return [NoticeOut.of(notice, language, settings.zone) for notice in found]


@router.post("/notices/{notice_id}/read", responses=problems(404))
async def read_notice(
    *,
    notice_id: UUID,
    who: CanReadNotices,
    db: WriteDb,
    language: Language,
    settings: SettingsDep,
    now: Now,
) -> NoticeOut:
    """Note that a notice to the caller's organisation was read; repeated, nothing changes."""
    notice = await mark_read(
        db, notice_id, organisations=organisations_of(who, Permission.NOTICES_READ), now=now
    )
    return NoticeOut.of(notice, language, settings.zone)
