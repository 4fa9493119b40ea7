"""What the search answers with."""

from dataclasses import astuple
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from gridsvc.search.ranking import Hit, Kind
from gridsvc.web.words import WORDS


class HitOut(BaseModel):
    kind: Kind
    code: str
    """Or a case's reference."""
    name: str
    name_en: str | None
    of: str
    """What it is or belongs to: its layer, its owner, a case's status, who is above."""
    of_en: str | None
    bbox: tuple[float, float, float, float] | None
    """West, south, east, north in WGS84; null for what lies nowhere."""
    incident_id: UUID | None
    """Of a case."""

    @classmethod
    def of_hit(cls, hit: Hit) -> Self:
        of, of_en = hit.of, hit.of_en
        if hit.kind is Kind.CASE:
            status = WORDS[f"status_{hit.of}"]
            of, of_en = status["zh"], status["en"]
        return cls(
            kind=hit.kind,
            code=hit.code,
            name=hit.name,
            name_en=hit.name_en,
            of=of,
            of_en=of_en,
            bbox=astuple(hit.bbox) if hit.bbox else None,
            incident_id=hit.incident_id,
        )


class Found(BaseModel):
    results: list[HitOut]
