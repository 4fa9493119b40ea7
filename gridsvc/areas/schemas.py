"""The map as the API shows it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class AreaOut(BaseModel):
    """One version of an administrative area or of a responsibility zone."""

    id: UUID
    layer: str
    level: str | None
    code: str
    name: str
    parent: str | None
    area_m2: float
    population: int | None
    households: int | None
    estate_type: str | None
    attributes: dict[str, Any]
    release: int
    valid_from: datetime
    valid_to: datetime | None
    geometry: dict[str, Any] | None
    """GeoJSON in WGS84, longitude first; None unless asked for."""


class AreaPage(BaseModel):
    areas: list[AreaOut]
    next: str | None


class VersionOut(BaseModel):
    """One version of an area: in which release, when it held, and its line of codes."""

    layer: str
    code: str
    name: str
    parent: str | None
    area_m2: float
    release: int
    valid_from: datetime
    valid_to: datetime | None
    came_from: tuple[str, ...]
    became: tuple[str, ...]


class Located(BaseModel):
    """Every area that covers a point: the administrative chain and the zones."""

    chain: list[AreaOut]
    zones: list[AreaOut]


class ReleaseOut(BaseModel):
    id: UUID
    number: int
    valid_from: datetime | None
    valid_to: datetime | None
    recorded_at: datetime
    source: str
    digest: str
    area_count: int
    findings: dict[str, Any]


class LayerOut(BaseModel):
    name: str
    kind: str
    level: str | None
    title: str
    title_en: str | None
    basis: str
    tiles: bool
    overlap_allowed: bool
    release: ReleaseOut | None


class OrganisationOut(BaseModel):
    code: str
    name: str
    name_en: str | None
    kind: str
    parent: str | None


class ResponsibilityOut(BaseModel):
    id: UUID
    organisation: str
    layer: str
    area: str | None
    """None: every area of the layer."""
    scheme: str | None
    category: str | None
    """None: every category."""
    role: str
    priority: int
    valid_from: datetime
    valid_to: datetime | None
