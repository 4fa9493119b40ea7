"""`gridsvc load`: a boundary file into the map."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from geodata.findings import Fault, Finding, Severity, findings_frame
from geodata.read import Columns
from geodata.repair import Fix
from gridsvc.areas.loading import Inspection, Load, ParentBy, carry_out, inspect
from gridsvc.areas.model import LEVELS
from gridsvc.areas.publish import LayerSpec
from gridsvc.cli.configuration import read_settings
from gridsvc.cli.database import opened
from gridsvc.cli.language import in_chinese, spoken
from gridsvc.cli.times import parse_time
from gridsvc.db.clock import utc_now
from gridsvc.errors import Invalid
from maps.findings import render_findings
from maps.page import Page, read_assets
from maps.words import Language

TITLES = {
    "district": ("区", "District"),
    "street": ("街道", "Street"),
    "community": ("社区", "Community"),
    "grid": ("网格", "Grid"),
    "sub_estate": ("小区", "Sub-estate"),
}
ASSETS = Path(__file__).resolve().parents[1] / "web" / "assets"
SHOWN = 20
"""How many findings are printed; all of them go into the files."""

Level = Literal["district", "street", "community", "grid", "sub_estate"]


def load(
    file: Annotated[Path, typer.Argument(help="GeoJSON, GeoPackage, Shapefile or GeoParquet.")],
    *,
    level: Annotated[Level | None, typer.Option(help="Administrative level of the areas.")] = None,
    zone_layer: Annotated[str | None, typer.Option(help="Name of their zone layer.")] = None,
    layer: Annotated[str | None, typer.Option(help="Layer inside the file.")] = None,
    code: Annotated[str, typer.Option(help="Column with the code.")] = "code",
    name: Annotated[str, typer.Option(help="Column with the name.")] = "name",
    parent: Annotated[str | None, typer.Option(help="Column with the parent's code.")] = None,
    parent_by: Annotated[
        ParentBy, typer.Option(help="How to find parents that no column names.")
    ] = ParentBy.CODE,
    crs: Annotated[
        str | None, typer.Option(help="Coordinate system, where the file has none.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of the attribute table.")] = None,
    repair: Annotated[list[Fix] | None, typer.Option(help="A repair to make; repeatable.")] = None,
    accept: Annotated[
        list[Fault] | None, typer.Option(help="A kind of error to accept; repeatable.")
    ] = None,
    valid_from: Annotated[
        str | None, typer.Option(help="Date or time from which it holds; now by default.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of a zone layer.")] = None,
    title_en: Annotated[str | None, typer.Option(help="Its title in English.")] = None,
    owner_basis: Annotated[
        bool, typer.Option(help="The zones say who owns the things in them (权属).")
    ] = False,
    tiles: Annotated[
        bool | None, typer.Option(help="The areas must leave no gap; the default of a level.")
    ] = None,
    overlap_allowed: Annotated[bool, typer.Option(help="The areas may overlap.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Check and compare; write nothing.")] = False,
    findings_geojson: Annotated[Path | None, typer.Option(help="Write the findings there.")] = None,
    findings_html: Annotated[Path | None, typer.Option(help="Write a map of them there.")] = None,
) -> None:
    """Load areas as a new release of a layer: it all lands, or nothing does."""
    settings = read_settings()
    spec = _spec(
        level,
        zone_layer,
        titles=(title, title_en),
        owner_basis=owner_basis,
        tiles=tiles,
        overlap_allowed=overlap_allowed,
    )
    wanted = Load(
        path=file,
        spec=spec,
        valid_from=utc_now() if valid_from is None else parse_time(valid_from, settings.zone),
        columns=Columns(code=code, name=name, parent=parent),
        source_layer=layer,
        encoding=encoding,
        crs=crs,
        parent_by=parent_by,
        fixes=frozenset(repair or ()),
        accepted=frozenset(accept or ()),
    )
    outputs = (findings_geojson, findings_html)
    asyncio.run(_load(wanted, dry_run=dry_run, outputs=outputs))


def _spec(
    level: str | None,
    zone_layer: str | None,
    *,
    titles: tuple[str | None, str | None],
    owner_basis: bool,
    tiles: bool | None,
    overlap_allowed: bool,
) -> LayerSpec:
    if (level is None) == (zone_layer is None):
        raise Invalid(
            "level_or_zone_layer",
            en="Say what the areas are: --level or --zone-layer, one of them.",
            zh="请用 --level 或 --zone-layer 之一说明这些区域是什么。",
        )
    if zone_layer in LEVELS:
        raise Invalid(
            "zone_layer_name",
            en=f'"{zone_layer}" is the name of a level; choose another for the zone layer.',
            zh=f"“{zone_layer}”是行政级别名，责任区图层请另取名称。",
        )
    own = TITLES.get(level or "", (zone_layer or "", None))
    usually_tiles = level is not None and level != "sub_estate"
    return LayerSpec(
        name=level or zone_layer or "",
        title=titles[0] or own[0],
        title_en=titles[1] or own[1],
        level=level,
        basis="owner" if owner_basis else "territory",
        tiles=usually_tiles and not overlap_allowed if tiles is None else tiles,
        overlap_allowed=overlap_allowed,
    )


async def _load(wanted: Load, *, dry_run: bool, outputs: tuple[Path | None, Path | None]) -> None:
    async with opened(read_settings()) as database, database.transaction() as db:
        inspection = await inspect(db, wanted)
        _report(inspection)
        _write(inspection, *outputs)
        if dry_run and not inspection.blocking:
            typer.echo("未写入任何数据。" if in_chinese() else "Nothing was written.")
            return
        release = await carry_out(db, inspection)
        typer.echo(f"{wanted.spec.name} #{release.number}: {release.area_count}")


def _report(inspection: Inspection) -> None:
    for change in inspection.changes:
        typer.echo(spoken(change))
    for finding in inspection.findings[:SHOWN]:
        typer.echo(f"[{finding.severity}] {finding.code}{_where(finding)}: {spoken(finding)}")
    more = len(inspection.findings) - SHOWN
    if more > 0:
        typer.echo(f"… +{more}")
    for sentence in inspection.difference.sentences[:SHOWN]:
        typer.echo(spoken(sentence))
    by_severity = {
        str(severity): sum(finding.severity is severity for finding in inspection.findings)
        for severity in Severity
    }
    typer.echo(json.dumps({"areas": len(inspection.frame), **by_severity, **inspection.counts}))


def _where(finding: Finding) -> str:
    if finding.place is None or finding.place.is_empty:
        return ""
    point = finding.place.representative_point()
    return f" @{point.x:.6f},{point.y:.6f}"


def _write(inspection: Inspection, geojson: Path | None, html: Path | None) -> None:
    frame = findings_frame(inspection.findings)
    if geojson is not None:
        geojson.write_text(frame.to_json(ensure_ascii=False, na="null"), encoding="utf-8")
    if html is not None:
        language = Language.ZH if in_chinese() else Language.EN
        page = Page(
            title=inspection.load.path.name, language=language, embedded=read_assets(ASSETS)
        )
        html.write_text(render_findings(frame, inspection.frame, page), encoding="utf-8")
