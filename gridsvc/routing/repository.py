"""What routing reads of the map, and where it keeps its decisions."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas import model as areas
from gridsvc.routing.facts import Area, Basis, Claim, Layer, Organisation, Release
from gridsvc.routing.model import RoutingDecision


async def map_version(db: AsyncSession) -> int:
    """Read the number of the map as it is now."""
    number: int | None = await db.scalar(select(areas.MapVersion.number))
    return number or 0


async def releases(db: AsyncSession) -> Sequence[Release]:
    """Read every release that is or was in force."""
    rows = await db.execute(
        select(areas.Release, areas.Layer)
        .join(areas.Layer, areas.Layer.id == areas.Release.layer_id)
        .where(areas.Release.valid_from.is_not(None))
        .order_by(areas.Layer.name, areas.Release.number)
    )
    return [
        Release(
            id=release.id,
            layer=_layer(layer),
            number=release.number,
            valid_from=release.valid_from,
            valid_to=release.valid_to,
        )
        for release, layer in rows
        if release.valid_from is not None
    ]


def _layer(layer: areas.Layer) -> Layer:
    return Layer(
        id=layer.id,
        name=layer.name,
        title=layer.title,
        title_en=layer.title_en,
        level=layer.level,
        basis=Basis(layer.basis),
        overlap_allowed=layer.overlap_allowed,
    )


async def areas_of(
    db: AsyncSession, chosen: Collection[Release]
) -> tuple[list[Area], list[BaseGeometry]]:
    """Read the areas of some releases and their shapes, in a stable order."""
    layers = {release.id: release.layer for release in chosen}
    table = areas.Area
    rows = await db.execute(
        select(
            table.id,
            table.release_id,
            table.code,
            table.name,
            table.parent_code,
            table.area_m2,
            table.estate_type,
            table.geometry,
        )
        .where(table.release_id.in_(list(layers)))
        .order_by(table.release_id, table.code)
    )
    records, shapes = [], []
    for id_, release_id, *about, shape in rows:
        records.append(Area(id_, layers[release_id], *about))
        shapes.append(shape)
    return records, shapes


async def claims(db: AsyncSession) -> tuple[Mapping[UUID, Organisation], Sequence[Claim]]:
    """Read every organisation, by its id, and every responsibility, past ones too."""
    rows = await db.execute(
        select(areas.Responsibility, areas.Layer.name).join(
            areas.Layer, areas.Layer.id == areas.Responsibility.layer_id
        )
    )
    # In this order: an organisation that comes in meanwhile is one too many, never one too few.
    organisations = {
        row.id: Organisation(row.id, row.code, row.name, row.name_en)
        for row in await db.scalars(select(areas.Organisation))
    }
    return organisations, [
        Claim(
            id=row.id,
            organisation=organisations[row.organisation_id],
            layer=layer,
            area_code=row.area_code,
            scheme=row.scheme,
            category_code=row.category_code,
            role=row.role,
            priority=row.priority,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row, layer in rows
    ]


async def decisions_of(db: AsyncSession, incident_id: UUID) -> Sequence[RoutingDecision]:
    """List the decisions about an incident, the first one first."""
    return list(
        await db.scalars(
            select(RoutingDecision)
            .where(RoutingDecision.incident_id == incident_id)
            .order_by(RoutingDecision.decided_at, RoutingDecision.id)
        )
    )


async def area_of_release(db: AsyncSession, release_id: UUID, code: str) -> UUID:
    """Find an area by its code in a release; what was decided by it is there for good."""
    table = areas.Area
    found = select(table.id).where(table.release_id == release_id, table.code == code)
    return (await db.execute(found)).scalar_one()
