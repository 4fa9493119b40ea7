"""From a boundary file to a release: read, repaired as asked, checked, compared, published."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import geopandas
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.compare import Difference, compare
from geodata.findings import ACCEPTABLE, Fault, Finding, Severity
from geodata.read import Columns, read_areas
from geodata.repair import Change, Fix, repair
from geodata.validate import validate
from gridsvc.areas.frames import frame_in_force
from gridsvc.areas.model import Release
from gridsvc.areas.parents import parents_by_code, parents_by_place
from gridsvc.areas.publish import LayerSpec, Provenance, publish
from gridsvc.errors import Invalid

PARENT_LEVEL = {
    "street": "district",
    "community": "street",
    "grid": "community",
    "sub_estate": "community",
}


class ParentBy(StrEnum):
    """How areas whose file has no column for it find the area that they belong to."""

    CODE = "code"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked for: a file, what it is, how it is read, and what may be done to it."""

    path: Path
    spec: LayerSpec
    valid_from: datetime
    columns: Columns = field(default_factory=Columns)
    source_layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    parent_by: ParentBy = ParentBy.CODE
    fixes: frozenset[Fix] = frozenset()
    accepted: frozenset[Fault] = frozenset()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a load would do: the areas, what was changed, what is wrong, what differs."""

    load: Load
    frame: geopandas.GeoDataFrame
    changes: Sequence[Change]
    findings: Sequence[Finding]
    difference: Difference

    @property
    def blocking(self) -> list[Finding]:
        """The errors that nobody has accepted."""
        return [
            finding
            for finding in self.findings
            if finding.severity is Severity.ERROR and finding.code not in self.load.accepted
        ]

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each kind."""
        return dict(sorted(Counter(str(finding.code) for finding in self.findings).items()))


async def inspect(db: AsyncSession, load: Load) -> Inspection:
    """Read and check a file against the map that will be in force; nothing is written."""
    refuse_unacceptable(load.accepted)
    raw = read_areas(
        load.path,
        columns=load.columns,
        layer=load.source_layer,
        encoding=load.encoding,
        crs=load.crs,
    )
    parents = await _parents(db, load)
    frame, changes = repair(_with_parents(raw, parents, load), load.fixes)
    findings = validate(
        frame,
        parents=parents,
        tiles=load.spec.tiles,
        overlap_allowed=load.spec.overlap_allowed,
    )
    current = await frame_in_force(db, load.spec.name, at=load.valid_from)
    return Inspection(load, frame, changes, findings, compare(current, frame))


def refuse_unacceptable(accepted: frozenset[Fault]) -> None:
    """Refuse to overlook what would leave an area without a code, a shape or a place."""
    wrong = sorted(accepted - ACCEPTABLE)
    if wrong:
        allowed = ", ".join(sorted(ACCEPTABLE))
        raise Invalid(
            "not_acceptable_finding",
            en=f"{', '.join(wrong)} cannot be accepted; only {allowed} can.",
            zh=f"{'、'.join(wrong)} 不可接受；可接受的只有 {allowed}。",
            field="accept",
        )


async def _parents(db: AsyncSession, load: Load) -> geopandas.GeoDataFrame | None:
    level = PARENT_LEVEL.get(load.spec.level or "")
    if level is None:
        return None
    frame = await frame_in_force(db, level, at=load.valid_from)
    return frame if len(frame) else None


def _with_parents(
    frame: geopandas.GeoDataFrame, parents: geopandas.GeoDataFrame | None, load: Load
) -> geopandas.GeoDataFrame:
    """Fill in the parents that the file does not name."""
    if parents is None or frame["parent"].notna().any():
        return frame
    find = parents_by_place if load.parent_by is ParentBy.PLACE else parents_by_code
    return frame.assign(parent=find(frame, parents))


async def carry_out(db: AsyncSession, inspection: Inspection) -> Release:
    """Publish what was inspected, in the session's transaction; errors stop it."""
    blocking = inspection.blocking
    if blocking:
        first = blocking[0]
        raise Invalid(
            "findings",
            en=f"{len(blocking)} errors stop the load; the first: {first.en}",
            zh=f"存在 {len(blocking)} 个错误，未载入；首个：{first.zh}",
            field="file",
        )
    load = inspection.load
    provenance = Provenance(
        source=load.path.name,
        digest=hashlib.sha256(load.path.read_bytes()).hexdigest(),
        findings=_kept(inspection),
    )
    return await publish(
        db, load.spec, inspection.frame, valid_from=load.valid_from, provenance=provenance
    )


def _kept(inspection: Inspection) -> dict[str, Any]:
    return {
        "counts": inspection.counts,
        "accepted": sorted(inspection.load.accepted),
        "repaired": sorted(inspection.load.fixes),
    }
