"""What figures are told for: areas of a level, zones of a layer, organisations, roles, workers.

A case counts for the area in which it lies, for the zone whose lead it has, for its lead and all
above it, for each role in which somebody took a step of it, and for the post of the worker who
reported it. Roles and posts have codes; no figure is told of an account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import LEVELS, Area, Layer, Organisation, Worker
from gridsvc.areas.repository import in_force, layers, organisations
from gridsvc.auth.model import AppointmentRow, RoleRow
from gridsvc.errors import Invalid
from gridsvc.incidents.model import AREA_OF, Incident, IncidentEvent

Rows = Select[*tuple[Any, ...]]


class Kind(StrEnum):
    """What can be counted by beside the layers of the map."""

    ORGANISATION = "organisation"
    ROLE = "role"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to count: by a level, a zone layer or a kind."""

    name: str
    title: str
    title_en: str

    @property
    def level(self) -> str | None:
        """Of the areas that it counts by."""
        return self.name if self.name in LEVELS else None


KINDS = (
    Grouping(Kind.ORGANISATION, "责任单位", "owners"),
    Grouping(Kind.ROLE, "岗位", "roles"),
    Grouping(Kind.WORKER, "监督员", "workers"),
)


async def groupings(db: AsyncSession) -> Sequence[Grouping]:
    """List what can be counted by here."""
    published = [layer for layer, release in await layers(db) if release is not None]
    levels = {layer.level: layer for layer in published if layer.level}
    zones = [layer for layer in published if layer.level is None and layer.name not in {*Kind}]
    found = [
        *(Grouping(level, levels[level].title, level) for level in LEVELS if level in levels),
        *(Grouping(zone.name, zone.title, zone.title_en or zone.title) for zone in zones),
    ]
    return [*found, *KINDS]


async def chosen(db: AsyncSession, name: str) -> Grouping:
    """Find what was asked for, or say what there is."""
    known = await groupings(db)
    found = next((it for it in known if it.name == name), None)
    if found is None:
        listed = [it.name for it in known]
        raise Invalid(
            "unknown_unit",
            en=f'Figures are not told by "{name}"; there are: {", ".join(listed)}.',
            zh=f"不能按“{name}”统计；可选：{'、'.join(listed)}。",
            field="by",
        )
    return found


def _zone_codes(layer: str) -> Rows:
    named = select(Area.id, Area.code).join(Layer, Layer.id == Area.layer_id)
    return named.where(Layer.name == layer)


def _roles(at: datetime) -> Rows:
    """Select each role in which somebody took a step of the case at hand."""
    held = and_(
        AppointmentRow.account_id == IncidentEvent.actor_id,
        AppointmentRow.valid_from <= IncidentEvent.at,
        or_(AppointmentRow.valid_to.is_(None), AppointmentRow.valid_to > IncidentEvent.at),
    )
    steps = select(AppointmentRow.role.label("code")).join(IncidentEvent, held)
    of_the_case = and_(IncidentEvent.incident_id == Incident.id, IncidentEvent.at <= at)
    return steps.where(of_the_case).distinct()


def grouped(
    statement: Rows, by: Grouping | None, *, at: datetime
) -> tuple[Rows, ColumnElement[Any] | None]:
    """Join to a statement over `Incident` what it is grouped by, and give that column."""
    if by is None:
        return statement, None
    if by.level is not None:
        return statement, AREA_OF[by.level]  # type: ignore[return-value]  # it is a column
    if by.name == Kind.ORGANISATION:
        code: Any = Organisation.code
        return statement.outerjoin(Organisation, Organisation.id == Incident.lead_id), code
    if by.name == Kind.ROLE:
        acted = _roles(at).correlate(Incident).lateral("acted")
        return statement.outerjoin(acted, true()), acted.c.code
    if by.name == Kind.WORKER:
        code = Worker.code
        return statement.outerjoin(Worker, Worker.account_id == Incident.reporter_id), code
    zone = _zone_codes(by.name).subquery("zone")
    return statement.outerjoin(zone, zone.c.id == Incident.zone_id), zone.c.code


def belonging(
    by: Grouping, code: str | None, *, at: datetime, below: Sequence[str]
) -> ColumnElement[bool]:
    """Hold for the cases of one group; `below` are an organisation and all under it."""
    if by.level is not None:
        return AREA_OF[by.level] == code if code else AREA_OF[by.level].is_(None)
    if by.name == Kind.ORGANISATION:
        leads = select(Organisation.id).where(Organisation.code.in_(below))
        return Incident.lead_id.in_(leads) if code else Incident.lead_id.is_(None)
    if by.name == Kind.ROLE:
        acted = _roles(at).correlate(Incident)
        one = acted.where(AppointmentRow.role == code) if code else acted
        return one.exists() if code else ~one.exists()
    if by.name == Kind.WORKER:
        posts = select(Worker.account_id).where(Worker.account_id == Incident.reporter_id)
        return posts.where(Worker.code == code).exists() if code else ~posts.exists()
    zones = _zone_codes(by.name).subquery()
    ids = select(zones.c.id)
    if code:
        return Incident.zone_id.in_(ids.where(zones.c.code == code))
    return or_(Incident.zone_id.is_(None), Incident.zone_id.not_in(ids))


async def names(db: AsyncSession, by: Grouping, *, at: datetime) -> Mapping[str, tuple[str, str]]:
    """Name each group in both languages: those of a time, where they have times."""
    if by.name == Kind.ORGANISATION:
        return {it.code: (it.name, it.name_en or it.name) for it in await organisations(db)}
    if by.name == Kind.ROLE:
        roles = await db.execute(select(RoleRow.code, RoleRow.name, RoleRow.name_en))
        return {code: (zh, en) for code, zh, en in roles}
    if by.name == Kind.WORKER:
        return {}
    named = select(Area.code, Area.name).join(Layer, Layer.id == Area.layer_id)
    own = Layer.level == by.level if by.level else Layer.name == by.name
    rows = await db.execute(named.where(own, in_force(Area, at)))
    return {code: (name, name) for code, name in rows}


async def lines_above(db: AsyncSession) -> Mapping[str, tuple[str, ...]]:
    """Give each organisation with all above it."""
    every = await organisations(db)
    by_id = {it.id: it for it in every}
    found = {}
    for it in every:
        line = [it]
        while (parent := by_id.get(line[-1].parent_id)) is not None and parent not in line:  # type: ignore[arg-type]  # nobody's id is None
            line.append(parent)
        found[it.code] = tuple(member.code for member in line)
    return found
