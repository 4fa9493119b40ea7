"""Notices as JSON, in words."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from gridsvc.http.language import LanguageCode
from gridsvc.notices.model import Notice
from gridsvc.notices.texts import text_of


class NoticeOut(BaseModel):
    id: UUID
    incident_id: UUID | None
    whistle_id: UUID | None
    briefing_day: date | None
    """A notice is about one of the three."""
    sequence: int
    kind: str
    action: str | None
    reference: str | None
    """Of the incident or the whistle."""
    title: str
    text: str
    """In the caller's language."""
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, notice: Notice, language: LanguageCode, zone: ZoneInfo) -> "NoticeOut":
        said = text_of(notice, language, zone)
        return cls(
            id=notice.id,
            incident_id=notice.incident_id,
            whistle_id=notice.whistle_id,
            briefing_day=notice.briefing_day,
            sequence=notice.sequence,
            kind=notice.kind,
            action=notice.action,
            reference=notice.reference,
            title=said.title,
            text=said.body,
            created_at=notice.created_at,
            read_at=notice.read_at,
        )
