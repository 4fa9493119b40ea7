"""Two months of incidents: each reported, routed and moved on as the service would have done it.

The same pure functions as in the service make the rows; only the way into the database differs,
in bulk instead of one report a call.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pandas as pd
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from geodata.crs import Crs
from gridsvc.auth.principal import Principal
from gridsvc.catalogue.entry import shortest
from gridsvc.catalogue.lookup import Catalogue
from gridsvc.demo.city import rows_of
from gridsvc.incidents.events import Event
from gridsvc.incidents.facts import Facts
from gridsvc.incidents.intake import Intake
from gridsvc.incidents.lifecycle import DEALT_WITH, OPEN, Action, Status
from gridsvc.incidents.model import REFERENCE_NUMBER, Incident, IncidentEvent
from gridsvc.incidents.process_file import shipped
from gridsvc.incidents.processes import Edition
from gridsvc.incidents.report import Report, Reported
from gridsvc.incidents.repository import event_row
from gridsvc.incidents.rows import Arrival, intake_of
from gridsvc.incidents.service import Desk
from gridsvc.routing.model import RoutingDecision

CHUNK = 1_000

PATHS: Mapping[Status, Sequence[tuple[Action, float]]] = {
    Status.FILED: (),
    Status.DISPATCHED: (),
    Status.HANDLING: ((Action.ACCEPT, 0.1),),
    Status.HANDLED: ((Action.ACCEPT, 0.1), (Action.FINISH, 0.75)),
    Status.CHECKED: ((Action.ACCEPT, 0.1), (Action.FINISH, 0.75), (Action.CHECK, 0.95)),
    Status.CLOSED: (
        (Action.ACCEPT, 0.1),
        (Action.FINISH, 0.75),
        (Action.CHECK, 0.95),
        (Action.CLOSE, 1.0),
    ),
    Status.REJECTED: ((Action.REJECT, 1.0),),
    Status.WITHDRAWN: ((Action.WITHDRAW, 1.0),),
}
"""How an incident came to a status: each action at a part of the time until its end."""

FILING = ((Action.FILE, 0.01), (Action.DISPATCH, 0.02))
"""What comes first where people file what was reported."""
NOTES = {Action.REJECT: "不属于受理范围", Action.WITHDRAW: "误报"}


@dataclass(slots=True)
class Batch:
    """Rows of some incidents, by table."""

    incidents: list[dict[str, Any]]
    events: list[dict[str, Any]]
    decisions: list[dict[str, Any]]


async def put_history(
    db: AsyncSession, desk: Desk, table: pd.DataFrame, *, who: Principal, until: datetime
) -> int:
    """Write the incidents of a table, oldest first; give how many there are."""
    edition = await desk.router.atlas.refresh(db)
    book = await desk.book(db, edition.version)
    usual = _usual_conditions(edition.catalogue)
    rows = rows_of(table.sort_values("reported_at"))
    for start in range(0, len(rows), CHUNK):
        batch = Batch([], [], [])
        for number, row in enumerate(rows[start : start + CHUNK], start=start + 1):
            arrival = Arrival(_report(row, usual), id_of(_time(row)), who, _time(row))
            answer = await desk.router.ask(db, edition, arrival.matter)
            intake = intake_of(arrival, answer, book, by=Edition(None, shipped()))
            _append(batch, intake, row, number=number, until=until)
        await _write(db, batch)
    await db.execute(select(func.setval(REFERENCE_NUMBER.name, max(1, len(rows)))))
    return len(rows)


def id_of(moment: datetime) -> UUID:
    """Make the id that a phone would have made at a time of the past."""
    identifier: UUID = uuid7(nanoseconds=round(moment.timestamp() * 1000) * 1_000_000)
    return identifier


def _time(row: Mapping[str, Any]) -> datetime:
    moment: datetime = row["reported_at"].to_pydatetime()
    return moment


def _usual_conditions(catalogue: Catalogue) -> Mapping[str, str]:
    """Find, for each category, the condition by whose limit its incidents were generated."""
    listed = ((code, records[0].entry.conditions) for code, records in catalogue.items())
    return {code: shortest(conditions).code for code, conditions in listed if conditions}


def _report(row: Mapping[str, Any], conditions: Mapping[str, str]) -> Report:
    return Report(
        category=row["category"],
        scheme=None,
        location=Reported(row["lon"], row["lat"], Crs.WGS84, row["accuracy_m"]),
        address=row["address"],
        description=row["description"],
        occurred_at=row["occurred_at"].to_pydatetime(),
        channel=row["channel"],
        condition=conditions.get(row["category"]),
    )


def _append(
    batch: Batch, intake: Intake, row: Mapping[str, Any], *, number: int, until: datetime
) -> None:
    incident = {**intake.incident, "reference": f"{intake.day}{number:07d}"}
    batch.events.append(intake.event)
    last, handled_at = intake.event, None
    for event in _moves(intake, row, until=until):
        last = event_row(event)
        batch.events.append(last)
        handled_at = handled_at or last["at"] if event.to_status in DEALT_WITH else None
    status = Status(last["to_status"])
    incident |= {
        "status": status.value,
        "version": last["sequence"],
        "handled_at": handled_at,
        "closed_at": None if status in OPEN else last["at"],
    }
    batch.incidents.append(incident)
    batch.decisions.append(intake.decision)


def _moves(intake: Intake, row: Mapping[str, Any], *, until: datetime) -> Iterator[Event]:
    """Move an incident on as far as its progress says and as its owner allows."""
    began, took = intake.event["at"], timedelta(hours=row["finished_after_h"] or 1.0)
    status, previous = Status(intake.incident["status"]), intake.event["hash"]
    wanted = Status(row["progress"])
    for sequence, (action, part) in enumerate(_path(intake, wanted), start=2):
        at = began + took * part
        if at > until:
            return
        note = NOTES.get(action)
        event = Event(
            incident_id=intake.incident["id"],
            sequence=sequence,
            at=at,
            actor_id=intake.event["actor_id"],
            action=action,
            from_status=status,
            to_status=shipped().rule_for(status, action, Facts(own=True)).target,
            note=note,
            detail={},
            previous_hash=previous,
        )
        status, previous = event.to_status, event.hash
        yield event


def _path(intake: Intake, wanted: Status) -> Sequence[tuple[Action, float]]:
    reported = intake.incident["status"] == Status.REPORTED
    if wanted is Status.WITHDRAWN or (reported and wanted is Status.REJECTED):
        return PATHS[wanted]
    if intake.incident["lead_id"] is None:
        return FILING[:1] if reported else ()
    return (*FILING, *PATHS[wanted]) if reported else PATHS[wanted]


async def _write(db: AsyncSession, batch: Batch) -> None:
    await db.execute(insert(Incident), batch.incidents)
    await db.execute(insert(IncidentEvent), batch.events)
    await db.execute(insert(RoutingDecision), batch.decisions)
