"""The audit log over HTTP: the auditor's to read, and nobody's to change."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from gridsvc.auth import audit
from gridsvc.auth.audit import Deed, Sought
from gridsvc.http.answers import problems
from gridsvc.http.deps import ServiceDb
from gridsvc.http.query import CursorQuery
from gridsvc.http.requires import CanAudit
from gridsvc.http.values import Moment, Text

router = APIRouter(prefix="/v1", tags=["audit"], responses=problems(401, 403, 422))

Named = Annotated[Text | None, Query(max_length=200)]


class EntryOut(BaseModel):
    id: UUID
    at: datetime
    deed: Deed
    about: str
    by: str | None
    """Login of who did it; None for a stranger, and for who works at the machine itself."""
    address: str | None
    detail: dict[str, Any]


class LogPage(BaseModel):
    entries: list[EntryOut]
    next: str | None


@router.get("/audit")
async def read_log(
    *,
    _: CanAudit,
    db: ServiceDb,
    cursor: CursorQuery,
    deed: Deed | None = None,
    about: Named = None,
    by: Named = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> LogPage:
    """Read the log, the newest entry first, page by page."""
    sought = Sought(deed=deed, about=about, by=by, since=since, until=until)
    page = await audit.page(db, sought, limit=limit, after=cursor)
    entries = [
        EntryOut(
            id=row.id,
            at=row.at,
            deed=Deed(row.deed),
            about=row.about,
            by=login,
            address=row.address,
            detail=row.detail,
        )
        for row, login in page.rows
    ]
    return LogPage(entries=entries, next=page.next.text() if page.next else None)
