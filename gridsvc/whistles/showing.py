"""Whistles in the words of their pages."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from geodata.crs import Crs
from gridsvc.areas.model import Organisation
from gridsvc.auth.policy import Permission, may
from gridsvc.planning.desk import Desk
from gridsvc.whistles.form import WhereIn
from gridsvc.whistles.holding import standing_of
from gridsvc.whistles.lifecycle import Called, Presence, Stage, State
from gridsvc.whistles.model import WhistleCall, WhistleEvent
from gridsvc.whistles.repository import Listed
from gridsvc.whistles.standing import is_called, is_caller
from gridsvc.whistles.surveying import Survey

SYSTEMS = [crs.value for crs in Crs]


def shown(found: Listed, desk: Desk, *, now: datetime) -> dict[str, Any]:
    """Show how a whistle stands."""
    whistle = found.whistle
    standing = [standing_of(row) for row, _ in found.calls.values()]
    needed = [it for it in standing if it.stage is not Stage.RELEASED]
    running = whistle.state == State.RUNNING
    return {
        "id": str(whistle.id),
        "reference": whistle.reference,
        "version": whistle.version,
        "kind": desk.word(f"whistle_{whistle.kind}"),
        "state": whistle.state,
        "state_name": desk.word(f"whistle_{whistle.state}"),
        "running": running,
        "matter": whistle.matter,
        "place": whistle.place,
        "radius": f"{whistle.radius_m:,.0f}",
        "incident_id": str(whistle.incident_id) if whistle.incident_id else None,
        "by": named(found.caller, desk),
        "at": desk.clock.civil(whistle.called_at),
        "came": sum(not it.is_awaited for it in needed),
        "called": len(needed),
        "overdue": running and any(it.is_awaited and it.due < now for it in needed),
    }


def named(organisation: Organisation | None, desk: Desk) -> str:
    """Name an organisation in the language of the page."""
    if organisation is None:
        return "–"
    english = None if desk.language == "zh" else organisation.name_en
    return english or organisation.name


def shown_calls(found: Listed, desk: Desk, *, now: datetime) -> list[dict[str, Any]]:
    """Show each organisation's part, one's own first, and what one may do for it."""
    calls = [
        {
            "code": organisation.code,
            "name": named(organisation, desk),
            "path": f"/v1/whistles/{found.whistle.id}/calls/{organisation.code}",
            "mine": is_called(desk.who, organisation.id),
            "stage": standing.stage.value,
            "stage_name": desk.word(f"stage_{standing.stage}"),
            "flags": [*_flags(row, standing, desk, now=now)],
            "due": desk.clock.civil(row.due),
            "came": desk.clock.civil(row.reported_in_at),
            "zones": _zones(row.zones, desk),
            "reason": row.reason,
            "part": row.part,
            "score_note": row.score_note,
            "acts": _acts(found, organisation, standing, desk),
        }
        for row, organisation in found.calls.values()
        for standing in [standing_of(row)]
    ]
    return sorted(calls, key=lambda call: not call["mine"])


def _flags(
    row: WhistleCall, standing: Called, desk: Desk, *, now: datetime
) -> Iterator[dict[str, str]]:
    """Say what stands out: whether it was there, whether it is or was late, its score."""
    if standing.presence is not None:
        sort = {Presence.HERE: "good", Presence.UNSURE: "doubt", Presence.AWAY: "late"}
        text = desk.word(f"presence_{standing.presence}")
        yield {"sort": sort[standing.presence], "text": text}
    if standing.is_awaited and standing.due < now:
        yield {"sort": "late", "text": desk.word("call_overdue")}
    elif standing.reported_in_at is not None and standing.reported_in_at > standing.due:
        yield {"sort": "late", "text": desk.word("call_late")}
    if row.score is not None:
        yield {"sort": "good", "text": desk.word("call_score").format(score=row.score)}


def _acts(
    found: Listed, organisation: Organisation, standing: Called, desk: Desk
) -> dict[str, bool]:
    going = found.whistle.state == State.RUNNING and standing.stage not in _OVER
    mine = going and is_called(desk.who, organisation.id)
    return {
        "report_in": mine and standing.presence is not Presence.HERE,
        "part": mine and standing.reported_in_at is not None,
        "sign_off": mine and standing.given_at is not None,
        "release": going and len(found.calls) > 1 and is_ours(found, desk),
    }


def is_ours(found: Listed, desk: Desk) -> bool:
    """Tell whether who looks at the page is of the side that has blown the whistle."""
    whistle = found.whistle
    by = is_caller(desk.who, organisation_id=whistle.organisation_id, caller_id=whistle.caller_id)
    return by and may(desk.who, Permission.WHISTLES_CALL)


_OVER = frozenset({Stage.SIGNED_OFF, Stage.RELEASED})


def _zones(zones: Sequence[dict[str, Any]], desk: Desk) -> list[dict[str, str]]:
    """Show each area once, with every part that the organisation has in it."""
    chinese = desk.language == "zh"
    by_area: dict[str, list[dict[str, Any]]] = {}
    for zone in zones:
        by_area.setdefault(zone["area_id"], []).append(zone)
    return [
        {
            "title": (None if chinese else first["layer_title_en"]) or first["layer_title"],
            "name": first["name"],
            "role": ("、" if chinese else ", ").join(
                desk.word(f"role_{it['role']}") for it in told
            ),
            "reach": _reach(first, desk),
        }
        for told in by_area.values()
        for first in told[:1]
    ]


def _reach(zone: dict[str, Any], desk: Desk) -> str:
    if zone["distance_m"]:
        return desk.word("zone_distance").format(metres=f"{zone['distance_m']:,.0f}")
    return desk.word("zone_share").format(share=f"{zone['share']:.0%}")


def shown_events(
    found: Listed, events: Sequence[WhistleEvent], desk: Desk
) -> list[dict[str, str | None]]:
    """Show what happened, the first event first."""
    names = {body.id: named(body, desk) for _, body in found.calls.values()}
    by = named(found.caller, desk) if found.caller else desk.word("whistle_by_whom")
    return [
        {
            "at": desk.clock.civil(event.at),
            "who": names.get(event.organisation_id, by) if event.organisation_id else by,
            "did": desk.word(f"did_{event.action}"),
            "note": event.note,
        }
        for event in events
    ]


def shown_proposals(found: Survey, asked: WhereIn, desk: Desk) -> dict[str, Any]:
    """Show whom a place concerns, and carry on what was asked."""
    chinese = desk.language == "zh"
    return {
        "place": found.ground.name,
        "where": asked.fields(found.incident.id if found.incident else None),
        "proposals": [
            {
                "code": it.organisation.code,
                "name": (None if chinese else it.organisation.name_en) or it.organisation.name,
                "zones": _zones([reason.detail for reason in it.reasons], desk),
            }
            for it in found.proposals
        ],
    }
