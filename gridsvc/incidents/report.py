"""A report as it was sent: its canonical form, and what differs between two of them. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from geodata.crs import Crs, to_wgs84
from gridsvc.errors import Invalid
from gridsvc.routing.service import Position

CLOCK_SKEW = timedelta(minutes=5)
"""Phones' clocks run ahead of ours by this much without anybody's fault."""
OLDEST_ID = timedelta(days=400)
"""An id made longer ago belongs to no report that still waits in a phone."""


@dataclass(frozen=True, slots=True)
class Reported:
    """Where a reporter says that something is."""

    lon: float
    lat: float
    crs: Crs
    accuracy_m: float | None

    @property
    def position(self) -> Position:
        """The same point in WGS84."""
        lon, lat = to_wgs84(self.lon, self.lat, self.crs)
        return Position(lon, lat, self.accuracy_m or 0.0)


@dataclass(frozen=True, slots=True)
class Report:
    """What a reporter sent."""

    category: str
    scheme: str | None
    location: Reported | None
    address: str | None
    description: str
    occurred_at: datetime | None
    channel: str
    asset: str | None = None
    condition: str | None = None

    def body(self) -> dict[str, Any]:
        """Write the report as the JSON that is kept with the first event."""
        location = self.location
        return {
            "category": self.category,
            "scheme": self.scheme,
            "location": None
            if location is None
            else {
                "lon": _plain(location.lon),
                "lat": _plain(location.lat),
                "crs": location.crs.value,
                "accuracy_m": None if location.accuracy_m is None else _plain(location.accuracy_m),
            },
            "address": self.address,
            # Left out where none is named: older reports had no such fields, and hash as they did.
            **({} if self.asset is None else {"asset": self.asset}),
            **({} if self.condition is None else {"condition": self.condition}),
            "description": self.description,
            "occurred_at": self.occurred_at.isoformat() if self.occurred_at else None,
            "channel": self.channel,
        }


def _plain(number: float) -> float:
    """Give 0 for the negative zero, which PostgreSQL's JSON does not keep; the hash would tell."""
    return number + 0.0


def hash_of(body: dict[str, Any]) -> bytes:
    """Hash a JSON object whatever the order of its keys (SHA-256)."""
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).digest()


def differing(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    """Name the fields in which two reports differ, `location.lon` for those inside."""
    names = []
    for name in sorted(first.keys() | second.keys()):
        ours, theirs = first.get(name), second.get(name)
        if isinstance(ours, dict) and isinstance(theirs, dict):
            names += [f"{name}.{inner}" for inner in differing(ours, theirs)]
        elif ours != theirs:
            names.append(name)
    return names


def check_times(report: Report, incident_id: UUID | None, *, now: datetime) -> None:
    """Refuse what is of the future, and an id of a time long past."""
    if report.occurred_at is not None and report.occurred_at > now + CLOCK_SKEW:
        raise Invalid(
            "time_in_future",
            en="occurred_at lies in the future.",
            zh="occurred_at 晚于当前时间。",
            field="occurred_at",
        )
    if incident_id is not None:
        _check_id(incident_id, now=now)


def _check_id(incident_id: UUID, *, now: datetime) -> None:
    """Hold an id to its time: incidents are stored in the order of their ids."""
    made_at = made_at_ms(incident_id) / 1000
    if made_at > (now + CLOCK_SKEW).timestamp():
        raise Invalid(
            "id_in_future",
            en="The id's time lies in the future; check the phone's clock.",
            zh="id 中的时间晚于当前时间，请检查手机时钟。",
            field="id",
        )
    if made_at < (now - OLDEST_ID).timestamp():
        raise Invalid(
            "id_too_old",
            en=f"The id's time lies more than {OLDEST_ID.days} days back; check the phone's clock "
            "and make a new id.",
            zh=f"id 中的时间早于 {OLDEST_ID.days} 天前，请检查手机时钟并重新生成 id。",
            field="id",
        )


def made_at_ms(identifier: UUID) -> int:
    """Read the time of a UUIDv7, milliseconds since 1970 (RFC 9562, section 5.7)."""
    return identifier.int >> 80
