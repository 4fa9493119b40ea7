"""The components that a question is about: the one that a report names, or those near its place."""

from collections.abc import Sequence
from dataclasses import replace

from shapely import Point
from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.assets.model import Asset
from gridsvc.assets.near import NearAsset, Sought, near_each
from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.db.geometry import STORAGE_SRID
from gridsvc.errors import Invalid
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Kind, Thing
from gridsvc.routing.question import Question


async def any_things(db: AsyncSession) -> bool:
    """Tell whether there are components at all; without any, none need be looked for."""
    return bool(await db.scalar(select(exists(select(Asset.id)))))


async def things_near(
    db: AsyncSession, questions: Sequence[Question], edition: Edition, *, tolerance_m: float
) -> list[tuple[Thing, ...]]:
    """List, for each question, the components of its class near its place; one query for all."""
    found: list[tuple[Thing, ...]] = [()] * len(questions)
    sought = {
        number: Sought(
            lon=question.lon,
            lat=question.lat,
            at=question.at,
            tolerance_m=tolerance_m,
            accuracy_m=question.accuracy_m,
            scheme=question.category.scheme,
            category=question.category.code,
        )
        for number, question in enumerate(questions)
        if edition.has_assets and question.category.kind == Kind.COMPONENT
        if question.lon is not None and question.lat is not None
    }
    if sought:
        assets = await near_each(db, list(sought.values()))
        for number, near in zip(sought, assets, strict=True):
            found[number] = _things(near, edition)
    return found


def _things(near: Sequence[NearAsset], edition: Edition) -> tuple[Thing, ...]:
    # An owner newer than the edition is not lost: the decision is made anew by a newer one.
    organisations = edition.organisations
    return tuple(
        Thing(
            code=asset.code,
            name=asset.name,
            owner=organisations[asset.owner_id],
            maintainer=organisations.get(asset.maintainer_id) if asset.maintainer_id else None,
            distance_m=asset.distance_m,
        )
        for asset in near
        if asset.owner_id in organisations
    )


async def thing_named(
    db: AsyncSession, question: Question, edition: Edition, *, code: str, far_m: float
) -> tuple[Question, Thing]:
    """Find the component that a report names; where it says no place, it is the component's."""
    here = func.ST_SetSRID(func.ST_MakePoint(question.lon, question.lat), STORAGE_SRID)
    found = await db.execute(
        select(Asset, func.ST_Distance(func.geography(Asset.geometry), func.geography(here))).where(
            Asset.code == code,
            Asset.valid_from <= question.at,
            or_(Asset.valid_to.is_(None), Asset.valid_to > question.at),
        )
    )
    asset, metres = found.one_or_none() or (None, None)
    if asset is None or asset.owner_id not in edition.organisations:
        raise Invalid(
            "unknown_asset",
            en=f'There was no component "{code}" then.',
            zh=f"当时没有编码为“{code}”的部件。",
            field="asset",
        )
    _check_class(asset, question.category)
    if question.lon is None:
        place: Point = asset.geometry.representative_point()
        question = replace(question, lon=place.x, lat=place.y)
    thing = Thing(
        code=asset.code,
        name=asset.name,
        owner=edition.organisations[asset.owner_id],
        maintainer=edition.organisations.get(asset.maintainer_id) if asset.maintainer_id else None,
        distance_m=metres,
        named=True,
        far=metres is not None and metres - question.accuracy_m > far_m,
    )
    return question, thing


def _check_class(asset: Asset, category: CategoryRecord) -> None:
    if (asset.scheme, asset.category_code) == (category.scheme, category.code):
        return
    raise Invalid(
        "asset_of_another_class",
        en=f'Component "{asset.code}" is of class "{asset.category_code}", not "{category.code}".',
        zh=f"部件“{asset.code}”属于小类“{asset.category_code}”，不是“{category.code}”。",
        field="asset",
    )
