"""The one statement that takes a report in: incident, event, decision and job in one round trip.

It writes only while the map is still the one that was decided by, and holds that map until the
commit; it writes nothing where the id is already taken. Which of the two happened is told.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Table, bindparam, case, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.db.jobs import deferred
from gridsvc.incidents.announcing import announced
from gridsvc.incidents.events import EVENT
from gridsvc.incidents.lifecycle import Status
from gridsvc.incidents.model import REFERENCE_NUMBER, Incident, IncidentEvent
from gridsvc.routing.model import RoutingDecision

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Intake:
    """The rows of one report, by column name."""

    incident: Values
    event: Values
    decision: Values
    map_version: int
    day: str
    """Civil day of the report, the first eight digits of its reference."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the statement did. `reference` is None where nothing was written."""

    map_version: int
    reference: str | None


def _columns(table: Table, *, without: frozenset[str] = frozenset()) -> list[str]:
    return [column.name for column in table.columns if column.name not in without]


def _bound(table: Table, names: list[str]) -> list[Any]:
    return [bindparam(f"{table.name}_{name}", type_=table.c[name].type) for name in names]


_INCIDENT: Table = Incident.__table__  # type: ignore[assignment]  # declared as FromClause
_EVENT: Table = IncidentEvent.__table__  # type: ignore[assignment]  # declared as FromClause
_DECISION: Table = RoutingDecision.__table__  # type: ignore[assignment]  # declared as FromClause
_LATER = frozenset(
    {
        "alarms_version",
        "called_ids",
        "clock_turned",
        "co_reporter_ids",
        "exempted_at",
        "handled_at",
        "merged_into",
        "parent_id",
        "part_count",
        "paused_at",
        "suspended_until",
    }
)
"""What a case has later, if ever."""
_TOLD: ColumnElement[str] = literal_column(f"'{Status.DISPATCHED}'")
"""An owner is told once it is one: what people have yet to file may never be its."""
_INCIDENT_COLUMNS = _columns(_INCIDENT, without=_LATER | {"reference"})
_EVENT_COLUMNS = _columns(_EVENT)
_DECISION_COLUMNS = _columns(_DECISION)


def _reference() -> Any:  # noqa: ANN401 - an SQL expression
    """Make the day and a number of at least seven digits; the ten millionth has eight."""
    number = func.to_char(REFERENCE_NUMBER.next_value(), literal_column("'FM9999999999990000000'"))
    return bindparam("day", type_=Incident.reference.type) + number


def _beside(table: Table, names: list[str], incident: CTE) -> CTE:
    """Insert a row that belongs to the incident, if that was inserted."""
    rows = select(*_bound(table, names)).select_from(incident)
    return insert(table).from_select(names, rows).returning(table.c.id).cte(f"new_{table.name}")


def _statement() -> Any:  # noqa: ANN401 - an SQL statement
    now_held = select(func.current_map_version().label("number")).cte("held")
    rows = (
        select(*_bound(_INCIDENT, _INCIDENT_COLUMNS), _reference())
        .select_from(now_held)
        .where(now_held.c.number == bindparam("map_version"))
    )
    incident = (
        insert(_INCIDENT)
        .from_select([*_INCIDENT_COLUMNS, "reference"], rows)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(_INCIDENT.c.id, _INCIDENT.c.reference, _INCIDENT.c.status, _INCIDENT.c.lead_id)
        .cte("new_incident")
    )
    sequence = bindparam(f"{_EVENT.name}_sequence", type_=_EVENT.c.sequence.type)
    told = deferred(
        "tell_owner",
        func.jsonb_build_object(
            *("incident_id", incident.c.id),
            *("sequence", sequence),
            *("organisation_id", incident.c.lead_id),
        ),
    )
    news = func.jsonb_build_object(
        *("incident_id", incident.c.id),
        *("sequence", sequence),
        *("kind", literal_column(f"'{EVENT}'")),
    )
    return (
        select(
            now_held.c.number,
            incident.c.reference,
            case((incident.c.status == _TOLD, told), else_=None),
            case((incident.c.id.is_not(None), announced(news)), else_=None),
        )
        .select_from(now_held.outerjoin(incident, literal_column("true")))
        .add_cte(_beside(_EVENT, _EVENT_COLUMNS, incident))
        .add_cte(_beside(_DECISION, _DECISION_COLUMNS, incident))
    )


_TAKE_IN = _statement()


async def take_in(db: AsyncSession, intake: Intake) -> Taken:
    """Write a report's rows, all or none."""
    parameters = {"map_version": intake.map_version, "day": intake.day}
    for table, names, values in (
        (_INCIDENT, _INCIDENT_COLUMNS, intake.incident),
        (_EVENT, _EVENT_COLUMNS, intake.event),
        (_DECISION, _DECISION_COLUMNS, intake.decision),
    ):
        parameters |= {f"{table.name}_{name}": values[name] for name in names}
    number, reference, *_ = (await db.execute(_TAKE_IN, parameters)).one()
    return Taken(number, reference)
