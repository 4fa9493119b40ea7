"""All areas of a draft at once, from a file."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import geopandas
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.formats.source import MOST_BYTES
from geodata.layer import Layer as Checked
from geodata.read import Columns, read_areas
from geodata.repair import Fix, repair
from gridsvc.areas.parents import Above, ParentBy, with_parents
from gridsvc.areas.publish import area_values
from gridsvc.errors import Invalid
from gridsvc.planning import repository
from gridsvc.planning.checks import above_of
from gridsvc.planning.drafts import Actor
from gridsvc.planning.editing import hold_layer_draft
from gridsvc.planning.model import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file and how it is read."""

    path: Path
    columns: Columns = field(default_factory=Columns)
    source_layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    parent_by: ParentBy = ParentBy.CODE
    fixes: frozenset[Fix] = frozenset()
    most_bytes: int = MOST_BYTES
    """What a packed file may unpack to."""


async def replace_areas(
    db: AsyncSession, draft_id: UUID, upload: Upload, *, version: int | None, actor: Actor
) -> Draft:
    """Put the areas of a file into a draft, in the place of all its own."""
    draft = await hold_layer_draft(db, draft_id, version)
    layer = await repository.layer_of(db, draft)
    above = await above_of(db, layer, at=actor.now)
    frame = await asyncio.to_thread(_read, upload, above)
    await repository.remove_areas(db, draft)
    await repository.put_areas(db, draft, area_values(frame))
    draft.codes = {}
    said = {"file": upload.path.name, "areas": len(frame), "repaired": sorted(upload.fixes)}
    await repository.log(db, draft, "upload", said, who=actor.who, now=actor.now)
    return draft


def _read(upload: Upload, above: Above | None) -> geopandas.GeoDataFrame:
    raw = read_areas(
        upload.path,
        columns=upload.columns,
        layer=upload.source_layer,
        encoding=upload.encoding,
        crs=upload.crs,
        most_bytes=upload.most_bytes,
    )
    if above is not None and not raw["parent"].notna().any():
        raw = with_parents(raw, above, upload.parent_by)
    frame, _ = repair(raw, upload.fixes)
    _refuse_formless(frame)
    return frame


def _refuse_formless(frame: geopandas.GeoDataFrame) -> None:
    """Refuse what no draft can hold; whatever else is wrong is for its checks to say."""
    areas = Checked.of(frame)
    whole = len(areas.rows) == len(areas) and areas.polygonal.all()
    if whole and len(areas):
        return
    row = next(
        (
            row
            for row, code in enumerate(areas.codes)
            if not code or areas.rows[code] != row or not areas.polygonal[row]
        ),
        0,
    )
    name, zh = (areas.en(row), areas.zh(row)) if len(areas) else ("-", "-")
    raise Invalid(
        "not_areas",
        en=f"Each area needs a code of its own and a polygon; {name} (row {row + 1}) has not.",
        zh=f"每个区域须有唯一编码和面图形；{zh}（第 {row + 1} 行）不符合。",
        field="file",
        row=row + 1,
    )
