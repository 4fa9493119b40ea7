"""What somebody asks of a whistle, as the service takes it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shapely.geometry.base import BaseGeometry

from gridsvc.whistles.lifecycle import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where to: a drawn surface, an area by layer and code, or else the incident's place."""

    shape: BaseGeometry | None = None
    area: tuple[str, str] | None = None
    name: str | None = None
    radius_m: float
    incident_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is asked before anybody is called: whom a place concerns."""

    where: Where
    category: str | None = None
    """Leaves only those that answer for it; without one, whoever answers for anything there."""
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """An organisation to be called, and why, where it was not proposed."""

    code: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blown:
    """A whistle to be blown, with the names that make its repetition harmless."""

    kind: Kind
    text: str
    matter: Matter
    calls: Sequence[Chosen]
    body: Mapping[str, Any]
    """The request as canonical JSON."""
    whistle_id: UUID | None
    idempotency_key: str | None


@dataclass(frozen=True, slots=True)
class Position:
    """Where somebody is who reports in, in WGS84."""

    lon: float
    lat: float
    accuracy_m: float
