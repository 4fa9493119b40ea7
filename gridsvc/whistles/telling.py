"""Whistles in the words of the API."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from shapely.geometry import mapping

from gridsvc.areas.model import Organisation
from gridsvc.whistles.holding import standing_of
from gridsvc.whistles.model import WhistleCall, WhistleEvent
from gridsvc.whistles.repository import Listed
from gridsvc.whistles.surveying import Survey


def as_proposals(found: Survey) -> dict[str, Any]:
    """Tell whom a place concerns."""
    return {
        "place": found.ground.name,
        "areas": found.ground.areas,
        "proposals": [
            {
                "organisation": {
                    "code": it.organisation.code,
                    "name": it.organisation.name,
                    "name_en": it.organisation.name_en,
                },
                "reasons": [reason.detail for reason in it.reasons],
            }
            for it in found.proposals
        ],
    }


def as_whistle(found: Listed) -> dict[str, Any]:
    """Tell how a whistle stands."""
    whistle = found.whistle
    return {
        "id": str(whistle.id),
        "reference": whistle.reference,
        "kind": whistle.kind,
        "state": whistle.state,
        "version": whistle.version,
        "matter": whistle.matter,
        "place": whistle.place,
        "incident_id": str(whistle.incident_id) if whistle.incident_id else None,
        "blown_by": _named(found.caller) if found.caller else None,
        "called_at": whistle.called_at,
        "ended_at": whistle.ended_at,
        "areas": whistle.areas,
        "radius_m": whistle.radius_m,
        "calls": [_call(row, organisation) for row, organisation in found.calls.values()],
    }


def with_events(found: Listed, events: Sequence[WhistleEvent]) -> dict[str, Any]:
    """Tell it with its ground and everything that happened."""
    codes = {organisation.id: code for code, (_, organisation) in found.calls.items()}
    return {
        **as_whistle(found),
        "ground": mapping(found.whistle.ground),
        "events": [_event(event, codes) for event in events],
    }


def _named(organisation: Organisation) -> dict[str, Any]:
    names = {"name": organisation.name, "name_en": organisation.name_en}
    return {"code": organisation.code, **names}


def _call(row: WhistleCall, organisation: Organisation) -> dict[str, Any]:
    standing = standing_of(row)
    return {
        "organisation": _named(organisation),
        "zones": row.zones,
        "reason": row.reason,
        "due": row.due,
        "stage": standing.stage,
        "on_time": standing.on_time,
        "presence": standing.presence,
        "reported_in_at": row.reported_in_at,
        "part": row.part,
        "documents": [str(one) for one in row.documents],
        "given_at": row.given_at,
        "signed_off_at": row.signed_off_at,
        "released_at": row.released_at,
        "score": row.score,
        "score_note": row.score_note,
    }


def _event(event: WhistleEvent, codes: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "at": event.at,
        "action": event.action,
        "organisation": codes.get(event.organisation_id) if event.organisation_id else None,
        "note": event.note,
        "detail": event.detail,
        "hash": event.hash.hex(),
    }
