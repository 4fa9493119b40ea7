"""From a boundary file to a release: read, repaired as asked, checked, compared, published."""

import glob
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.compare import Difference, compare
from geodata.findings import ACCEPTABLE, Fault, Finding, Severity
from geodata.measure import counted
from geodata.read import Columns, read_areas
from geodata.repair import Change, Fix, repair
from geodata.validate import validate
from gridsvc.areas.attributes import kept_of
from gridsvc.areas.frames import frame_in_force
from gridsvc.areas.levels import levels_above
from gridsvc.areas.model import Release
from gridsvc.areas.parents import Above, ParentBy, explained, with_parents
from gridsvc.areas.publish import LayerSpec, Provenance, publish, refuse_conflicts
from gridsvc.errors import Invalid


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

    def refuse_errors(self) -> None:
        """Refuse to go on where an error has not been accepted."""
        blocking = self.blocking
        if blocking:
            first = blocking[0]
            raise Invalid(
                "findings",
                en=f"{counted(len(blocking), 'error')} kept it from loading; the first: {first.en}",
                zh=f"存在 {len(blocking)} 个错误，未载入；首个：{first.zh}",
                field="file",
            )

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each kind."""
        return dict(sorted(Counter(str(finding.code) for finding in self.findings).items()))


async def inspect(db: AsyncSession, load: Load) -> Inspection:
    """Read and check a file against the map that will be in force; nothing is written."""
    refuse_unacceptable(load.accepted)
    await refuse_conflicts(db, load.spec, valid_from=load.valid_from)
    raw = _read(load)
    above, named = await _above(db, load, raw), _names_parents(raw)
    found = raw if named or above is None else with_parents(raw, above, load.parent_by)
    frame, changes = repair(found, load.fixes)
    kept_of(frame)  # What cannot be kept is refused here, not after a dry run that went well.
    findings = validate(
        frame,
        parents=above.areas if above else None,
        tiles=load.spec.tiles,
        overlap_allowed=load.spec.overlap_allowed,
    )
    if above is not None and not named:
        findings = explained(findings, frame, above, load.parent_by)
    current = await frame_in_force(db, load.spec.name, at=load.valid_from)
    return Inspection(load, frame, changes, findings, compare(current, _with_names(frame)))


def _read(load: Load) -> geopandas.GeoDataFrame:
    frame = read_areas(
        load.path,
        columns=load.columns,
        layer=load.source_layer,
        encoding=load.encoding,
        crs=load.crs,
    )
    if frame.empty:
        raise Invalid(
            "no_areas",
            en=f"{load.path.name} holds no areas; nothing would be in force.",
            zh=f"{load.path.name} 中没有区域；载入后将没有任何区域生效。",
            field="file",
        )
    return frame


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


def _names_parents(frame: geopandas.GeoDataFrame) -> bool:
    return bool(frame["parent"].notna().any())


async def _above(db: AsyncSession, load: Load, raw: geopandas.GeoDataFrame) -> Above | None:
    """Find what the areas belong to: one level up, or as far up as there is any if none is named.

    Many cities have no polygons of one level or another, communities above all.
    """
    levels = levels_above(load.spec.level)
    for level in levels[:1] if _names_parents(raw) else levels:
        areas = await frame_in_force(db, level, at=load.valid_from)
        if len(areas):
            return Above(level, areas)
    return None


def _with_names(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Call an area without a name by its code, as the database will."""
    return frame.assign(name=frame["name"].where(frame["name"].notna(), frame["code"]))


async def carry_out(db: AsyncSession, inspection: Inspection) -> Release:
    """Publish what was inspected, in the session's transaction; errors stop it."""
    inspection.refuse_errors()
    load = inspection.load
    provenance = Provenance(
        source=load.path.name,
        findings=_kept(inspection),
    )
    return await publish(
        db, load.spec, inspection.frame, valid_from=load.valid_from, provenance=provenance
    )


def _digest(path: Path) -> str:
    """Hash what was read: a Shapefile is all its parts."""
    parts = (
        path.parent.glob(f"{glob.escape(path.stem)}.*") if path.suffix.lower() == ".shp" else [path]
    )
    return hashlib.sha256(b"".join(part.read_bytes() for part in sorted(parts))).hexdigest()


def _kept(inspection: Inspection) -> dict[str, Any]:
    return {
        "counts": inspection.counts,
        "accepted": sorted(inspection.load.accepted),
        "repaired": sorted(inspection.load.fixes),
        "file_digest": _digest(inspection.load.path),
    }
