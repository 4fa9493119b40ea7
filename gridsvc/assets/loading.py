"""From a file of components to the table: read, checked, compared, taken over."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import geopandas
import pandas as pd
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.findings import Severity
from geodata.measure import counted
from gridsvc.areas.repository import organisations
from gridsvc.assets import staging
from gridsvc.assets.checks import Known, check, check_ground
from gridsvc.assets.findings import Finding, Words
from gridsvc.assets.ground import ground, metres_outside
from gridsvc.assets.source import COLUMNS, Load, read_components, with_classes
from gridsvc.assets.staging import Difference
from gridsvc.assets.state import WORDS, State
from gridsvc.catalogue.lookup import Catalogue, catalogue_of, find_category
from gridsvc.catalogue.repository import CategoryRecord, categories
from gridsvc.errors import Invalid


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a load would do, and what is wrong with it; without a difference if it cannot be."""

    load: Load
    count: int
    findings: Sequence[Finding]
    difference: Difference | None

    @property
    def errors(self) -> list[Finding]:
        """The findings that keep the file out."""
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each kind of finding is about."""
        found: Counter[str] = Counter()
        for finding in self.findings:
            found[finding.code] += len(finding.rows)
        return dict(sorted(found.items()))

    def refuse_errors(self) -> None:
        """Refuse to go on where something is wrong."""
        if self.errors:
            first = self.errors[0]
            raise Invalid(
                "findings",
                en=f"{counted(len(self.errors), 'error')} kept it from loading; the first: "
                f"{first.en}",
                zh=f"存在 {len(self.errors)} 个错误，未载入；首个：{first.zh}",
                field="file",
            )


async def inspect(db: AsyncSession, load: Load) -> Inspection:
    """Read and check a file, and put its components beside the table if nothing is wrong."""
    catalogue = catalogue_of(await categories(db))
    bodies = _bodies([(row.code, row.name, row.id) for row in await organisations(db)])
    frame = read_components(load)
    frame["category"] = with_classes(frame, _component_classes(load, catalogue))
    classes, not_classes = _classes(frame["category"], load, catalogue)
    names = {code: record.name for code, record in classes.items()}
    findings = check(frame, Known(names, not_classes, frozenset(bodies)))
    if not findings:
        areas = await ground(db, at=load.valid_from)
        findings = check_ground(
            metres_outside(frame.geometry.to_numpy(), areas), margin_m=load.margin_m
        )
    inspection = Inspection(load, len(frame), findings, None)
    if inspection.errors:
        return inspection
    await staging.stage(db, rows_of(frame, classes, bodies))
    difference = await staging.compare(db, at=load.valid_from, replace=load.replace)
    return Inspection(load, len(frame), findings, difference)


async def carry_out(db: AsyncSession, inspection: Inspection, *, now: datetime) -> None:
    """Let the inspected components hold, in the session's transaction; errors stop it."""
    inspection.refuse_errors()
    load = inspection.load
    await staging.take_over(db, at=load.valid_from, now=now, replace=load.replace)
    await staging.unstage(db)


async def put_components(
    db: AsyncSession, frame: geopandas.GeoDataFrame, *, scheme: str, valid_from: datetime
) -> None:
    """Let components that are known to be right hold from a time on, and no others of theirs."""
    catalogue = catalogue_of(await categories(db))
    classes = {
        code: find_category(catalogue, code, scheme=scheme, at=valid_from)
        for code in frame["category"].unique()
    }
    bodies = _bodies([(row.code, row.name, row.id) for row in await organisations(db)])
    await staging.stage(db, rows_of(frame.assign(attributes=None), classes, bodies))
    await staging.take_over(db, at=valid_from, now=valid_from, replace=True)
    await staging.unstage(db)


def _component_classes(load: Load, catalogue: Catalogue) -> frozenset[str]:
    """List the classes of components that are in force, of one scheme if it is named."""
    return frozenset(
        code
        for code, records in catalogue.items()
        for record in records
        if record.kind == "component"
        and record.holds(load.valid_from)
        and load.scheme in {None, record.scheme}
    )


def _classes(
    named: pd.Series, load: Load, catalogue: Catalogue
) -> tuple[dict[str, CategoryRecord], dict[str, Words]]:
    """Find the classes that a file names, and say what is wrong with the others."""
    found: dict[str, CategoryRecord] = {}
    wrong: dict[str, Words] = {}
    for code in named.dropna().unique():
        try:
            record = find_category(catalogue, code, scheme=load.scheme, at=load.valid_from)
        except Invalid as error:
            wrong[code] = (error.code, error.en, error.zh)
            continue
        if record.kind == "component":
            found[code] = record
        else:
            wrong[code] = (
                "not_a_component",
                f'"{code}" {record.name} is a class of events, not of components.',
                f"“{code}”{record.name} 是事件类别，不是部件类别。",
            )
    return found, wrong


def _bodies(listed: Sequence[tuple[str, str, UUID]]) -> dict[str, UUID]:
    """Give organisations by code, and by name where only one has it."""
    names = [name for _, name, _ in listed]
    by_name = {name: id_ for _, name, id_ in listed if names.count(name) == 1}
    return by_name | {code: id_ for code, _, id_ in listed}


def rows_of(
    frame: geopandas.GeoDataFrame,
    classes: Mapping[str, CategoryRecord],
    bodies: Mapping[str, UUID],
) -> list[dict[str, Any]]:
    """Give checked components by column of the table."""
    shapes = frame.geometry.to_numpy()
    columns = (*COLUMNS, "attributes")
    rows = zip(*(frame[column] for column in columns), shapes, strict=True)
    return [
        {
            "code": code,
            "scheme": classes[category].scheme,
            "category_code": category,
            "name": name or classes[category].name,
            "geometry": shape,
            "owner_id": bodies[owner],
            "maintainer_id": None if maintainer is None else bodies[maintainer],
            "state": str(WORDS.get(state, State.INTACT)),
            "attributes": attributes or {},
        }
        for code, name, category, owner, maintainer, state, attributes, shape in rows
    ]
